//! Qu, the dialect of CFPB's data platform: `$select`, `$where`, `$group`, `$orderBy`, `$limit`, `$offset`, `$page` and
//! `$perPage` over a slice, whose columns are dimensions, which rows may be grouped by, or metrics.
//!
//! `AND` and `OR` have no precedence: `a OR b AND c` is `(a OR b) AND c`. A clause that is wrong does not hide what is wrong
//! with the others: all problems are told together, by clause.

mod clauses;
mod words;

use townhall_model::table::Column;

use super::{QueryDialect, short};
use crate::error::QueryProblem;
use crate::filter::Filter;
use crate::limits::{ANSWER_ROWS_MAX, EXPRESSION_BYTES_MAX};
use crate::query::{Output, ROW, RowsQuery, Sort, TableSource};
use crate::value::Value;

/// The dialect of `/qu`.
pub struct Qu;

/// Rows of a page unless asked otherwise.
const LIMIT: u64 = 100;

/// How far rows may be passed over.
const OFFSET_MAX: i64 = 10_000;

/// What a slice lets be asked.
#[derive(Debug, Clone, Default)]
pub struct QuRules {
    /// The columns that can be asked for, by their names in the source; all of the table when empty.
    pub fields: Vec<String>,
    /// Those that rows may be grouped by; all when there are no fields.
    pub dimensions: Vec<String>,
    /// How many fields a group may have.
    pub group_fields_max: usize,
    /// The most rows of a page, where the answer is one.
    pub page_rows_max: Option<u64>,
}

/// A question as it was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct QuReading {
    /// The question: every row when something is wrong.
    pub query: RowsQuery,
    /// The names of the results.
    pub columns: Vec<String>,
    /// Rows wanted; 0 for all.
    pub limit: u64,
    /// Rows passed over.
    pub offset: u64,
    /// The number of the page, where limit and offset make one.
    pub page: Option<u64>,
    /// The clauses as they were written, by their names without `$`.
    pub clauses: Vec<(&'static str, String)>,
    /// What is wrong, by clause.
    pub errors: Vec<(&'static str, String)>,
}

impl QuReading {
    /// A clause as it was written.
    pub fn clause(&self, name: &str) -> Option<&str> {
        self.clauses.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_str())
    }

    /// Whether rows are grouped.
    pub fn is_grouped(&self) -> bool {
        self.clause("group").is_some()
    }
}

/// The clauses, in the order they are told.
pub const QU_CLAUSES: [&str; 9] =
    ["select", "group", "where", "orderBy", "limit", "offset", "page", "perPage", "callback"];

impl QueryDialect for Qu {
    fn name(&self) -> &'static str {
        "qu"
    }

    fn parse(&self, pairs: &[(String, String)], table: &TableSource) -> Result<RowsQuery, QueryProblem> {
        let rules = QuRules { group_fields_max: 5, ..QuRules::default() };
        let reading = read_qu(pairs, table, &rules);
        match reading.errors.into_iter().next() {
            Some((clause, message)) => Err(QueryProblem::new(&format!("${clause}"), message)),
            None => Ok(reading.query),
        }
    }
}

/// Reads a question to a slice that is kept in a table. Parameters that are no clauses mean nothing.
pub fn read_qu(pairs: &[(String, String)], table: &TableSource, rules: &QuRules) -> QuReading {
    let mut reading = QuReading {
        query: RowsQuery::default(),
        columns: Vec::new(),
        limit: LIMIT,
        offset: 0,
        page: Some(1),
        clauses: Vec::new(),
        errors: Vec::new(),
    };
    for name in QU_CLAUSES {
        let last = pairs.iter().rev().find(|(key, _)| key.strip_prefix('$') == Some(name));
        if let Some((_, text)) = last.filter(|(_, text)| !text.trim().is_empty()) {
            reading.clauses.push((name, text.clone()));
        }
    }
    Asked { table, rules, reading }.read()
}

/// A question that is being read.
struct Asked<'a> {
    table: &'a TableSource,
    rules: &'a QuRules,
    reading: QuReading,
}

/// An item of `$select`.
enum Item {
    Field(String),
    Aggregate { name: String, of: Option<String>, function: crate::query::AggregateFunction },
}

impl Asked<'_> {
    fn read(mut self) -> QuReading {
        let group = self.group();
        self.select(group.as_deref());
        self.filter();
        self.order(group.is_some());
        self.place();
        if !self.reading.errors.is_empty() {
            self.reading.query = RowsQuery { limit: Some(0), ..RowsQuery::default() };
            self.reading.columns = self.fields();
        }
        self.reading
    }

    fn wrong(&mut self, clause: &'static str, message: impl Into<String>) {
        let message = message.into();
        if !self.reading.errors.iter().any(|(known, text)| *known == clause && *text == message) {
            self.reading.errors.push((clause, message));
        }
    }

    /// The text of a clause, if it was written and is of a length to be read.
    fn clause(&mut self, name: &'static str) -> Option<String> {
        let text = self.reading.clause(name)?.to_owned();
        if text.len() > EXPRESSION_BYTES_MAX {
            self.wrong(name, UNREADABLE);
            return None;
        }
        Some(text)
    }

    /// The names of all fields, as they are written.
    fn fields(&self) -> Vec<String> {
        match self.rules.fields.is_empty() {
            true => self.table.columns.iter().map(|column| written(column).to_owned()).collect(),
            false => self.rules.fields.clone(),
        }
    }

    /// The column that a name means, if it is a field of the slice. The number of a row can always be had as `_id`.
    fn column(&self, name: &str) -> Option<String> {
        let is_field = self.rules.fields.is_empty() || self.rules.fields.iter().any(|field| field == name);
        let found = self.table.columns.iter().find(|column| written(column) == name || column.name == name);
        match found.filter(|_| is_field) {
            Some(column) => Some(column.name.clone()),
            None => (name == "_id").then(|| ROW.to_owned()),
        }
    }

    fn not_a_field(&mut self, clause: &'static str, name: &str) {
        self.wrong(clause, format!("\"{}\" is not a valid field.", short(name)));
    }

    /// The fields that rows are grouped by, if they are.
    fn group(&mut self) -> Option<Vec<String>> {
        self.reading.clause("group")?;
        let Some(text) = self.clause("group") else { return Some(Vec::new()) };
        let Some(names) = clauses::names(&text) else {
            self.wrong("group", UNREADABLE);
            return Some(Vec::new());
        };
        if self.reading.clause("select").is_none() {
            self.wrong("group", "You must have a select clause to use grouping.");
        }
        for name in &names {
            match self.column(name) {
                None => self.not_a_field("group", name),
                Some(column) => {
                    let is_dimension = self.rules.fields.is_empty() || self.rules.dimensions.contains(name);
                    if !is_dimension || column == ROW {
                        self.wrong("group", format!("\"{}\" is not a dimension.", short(name)));
                    }
                    let value = Value::Column(column);
                    if !self.reading.query.group.contains(&value) {
                        self.reading.query.group.push(value);
                    }
                }
            }
        }
        let most = self.rules.group_fields_max;
        if names.len() > most {
            self.wrong("group", format!("Number of group fields exceeds maximum allowed ({most})."));
        }
        Some(names)
    }

    fn select(&mut self, group: Option<&[String]>) {
        let Some(text) = self.clause("select") else {
            for name in self.fields() {
                if let Some(column) = self.column(&name) {
                    self.reading.query.select.push(Output::named(Value::Column(column), &name));
                    self.reading.columns.push(name);
                }
            }
            return;
        };
        let Some(items) = clauses::select(&text) else {
            self.wrong("select", UNREADABLE);
            return;
        };
        for item in items {
            let output = match item {
                Item::Field(name) => {
                    let Some(column) = self.column(&name) else {
                        self.not_a_field("select", &name);
                        continue;
                    };
                    if group.is_some_and(|group| !group.contains(&name)) {
                        let message = "must either be aggregated or be in the group clause.";
                        self.wrong("select", format!("\"{}\" {message}", short(&name)));
                    }
                    Output::named(Value::Column(column), name)
                }
                Item::Aggregate { name, of, function } => {
                    if group.is_none() {
                        let message =
                            "You cannot use aggregation operators without specifying a group clause.";
                        self.wrong("select", message);
                    }
                    let column = match of {
                        None => None,
                        Some(of) => match self.column(&of) {
                            Some(column) => Some(column),
                            None => {
                                self.not_a_field("select", &of);
                                continue;
                            }
                        },
                    };
                    Output::named(clauses::aggregate(function, column.as_deref(), self.table), name)
                }
            };
            if !self.reading.columns.contains(&output.name) {
                self.reading.columns.push(output.name.clone());
                self.reading.query.select.push(output);
            }
        }
    }

    fn filter(&mut self) {
        let Some(text) = self.clause("where") else { return };
        let named = |name: &str| self.column(name);
        match words::condition(&text, self.table, &named) {
            None => self.wrong("where", UNREADABLE),
            Some((filter, unknown)) => {
                self.reading.query.filter = filter;
                unknown.iter().for_each(|name| self.not_a_field("where", name));
            }
        }
    }

    fn order(&mut self, is_grouped: bool) {
        let Some(text) = self.clause("orderBy") else { return };
        let Some(orders) = clauses::orders(&text) else {
            self.wrong("orderBy", UNREADABLE);
            return;
        };
        for (name, descending) in orders {
            let result = self.reading.query.select.iter().find(|output| output.name == name);
            let value = match (result.map(|output| output.value.clone()), self.column(&name)) {
                (Some(value), _) => value,
                // Of a group nothing is left but its fields and what was computed.
                (None, Some(column)) => {
                    let value = Value::Column(column);
                    if is_grouped && !self.reading.query.group.contains(&value) {
                        self.not_a_field("orderBy", &name);
                        continue;
                    }
                    value
                }
                (None, None) => {
                    self.not_a_field("orderBy", &name);
                    continue;
                }
            };
            self.reading.query.sort.push(Sort { value, descending });
        }
    }

    /// Limit, offset and page.
    fn place(&mut self) {
        let limit = self.integer("limit");
        let per_page = self.integer("perPage");
        let offset = self.integer("offset");
        let page = self.integer("page");
        if limit.is_some_and(|limit| limit < 0) {
            self.wrong("limit", "Should be non-negative");
        }
        if per_page.is_some_and(|rows| rows < 0) {
            self.wrong("perPage", "Should be non-negative");
        }
        if offset.is_some_and(|offset| offset < 0) {
            self.wrong("offset", "Should be non-negative");
        }
        if offset.is_some_and(|offset| offset > OFFSET_MAX) {
            self.wrong("offset", "The maximum offset is 10,000.");
        }
        if page.is_some_and(|page| page < 1) {
            self.wrong("page", "Should be positive");
        }
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        let limit = limit.or(per_page).map_or(LIMIT, count);
        if let Some(most) = self.rules.page_rows_max
            && (limit > most || limit == 0)
            && !self.reading.errors.iter().any(|(clause, _)| *clause == "limit")
        {
            self.wrong(
                "limit",
                format!("The maximum HTML limit is {most}. The entire result set is available in CSV, JSON and XML formats."),
            );
        }
        let (offset, page) = match (page, offset.map(count)) {
            (Some(page), _) => (count(page - 1).saturating_mul(limit), Some(count(page))),
            (None, Some(offset)) => {
                let page = offset.checked_rem(limit).filter(|rest| *rest == 0).map(|_| offset / limit + 1);
                (offset, page)
            }
            (None, None) => (0, Some(1)),
        };
        self.reading.limit = limit;
        self.reading.offset = offset;
        self.reading.page = page;
        self.reading.query.offset = offset;
        self.reading.query.limit = match limit {
            0 => None,
            limit => Some(usize::try_from(limit).unwrap_or(ANSWER_ROWS_MAX)),
        };
    }

    fn integer(&mut self, clause: &'static str) -> Option<i64> {
        let number = self.reading.clause(clause)?.trim().parse();
        if number.is_err() {
            self.wrong(clause, "Please use an integer.");
        }
        number.ok()
    }
}

const UNREADABLE: &str = "Could not parse this clause.";

/// How a column is called in its source.
fn written(column: &Column) -> &str {
    column.label.as_deref().unwrap_or(&column.name)
}

/// A condition that no row meets, or that every row meets.
fn of_all(holds: bool) -> Filter {
    if holds { Filter::everything() } else { Filter::nothing() }
}
