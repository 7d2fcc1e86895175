//! The questions of the HMDA Data Browser: counts, sums, filers and rows over all tables that hold the register as it is published
//! since 2018, whichever years each has.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use futures::StreamExt;
use townhall_formats::each_row_text;
use townhall_model::{ErrorKind, TableId};
use townhall_query::{AggregateFunction, Filter, Literal, Output, RowsQuery, TableSource, Value};

use crate::stream::{ByteStream, written_by};
use crate::tables::{Question, Tables, class_of};
use crate::{App, Audience, Error};

/// A filter that can be asked for.
#[derive(Debug)]
pub struct BrowserField {
    /// The parameter.
    pub parameter: &'static str,
    /// What it is called in answers.
    pub name: &'static str,
    column: &'static str,
    /// Whether it says where or who, rather than what: counts are not told apart by it.
    pub is_place: bool,
    /// The values that there are, where they are few.
    pub values: &'static [&'static str],
    /// What an error about its values is called, and the member that lists them.
    pub error: (&'static str, &'static str, &'static str),
}

const fn place(parameter: &'static str, name: &'static str, column: &'static str) -> BrowserField {
    BrowserField { parameter, name, column, is_place: true, values: &[], error: ("", "", "") }
}

const fn kind(
    parameter: &'static str,
    column: &'static str,
    values: &'static [&'static str],
    error: (&'static str, &'static str, &'static str),
) -> BrowserField {
    BrowserField { parameter, name: parameter, column, is_place: false, values, error }
}

/// The filters, as the documentation lists them. Columns are named as tables here have them.
pub const BROWSER_FIELDS: [BrowserField; 17] = [
    place("years", "year", "activity_year"),
    place("states", "state", "state_code"),
    place("msamds", "msamd", "derived_msa_md"),
    place("counties", "county", "county_code"),
    place("leis", "lei", "lei"),
    kind(
        "actions_taken",
        "action_taken",
        &["1", "2", "3", "4", "5", "6", "7", "8"],
        ("invalid-action-taken-type", "invalidActions", "actions"),
    ),
    kind(
        "loan_types",
        "loan_type",
        &["1", "2", "3", "4"],
        ("invalid-loan-types", "invalidLoanTypes", "loan types"),
    ),
    kind(
        "loan_purposes",
        "loan_purpose",
        &["1", "2", "31", "32", "4", "5"],
        ("invalid-loan-purposes", "invalidLoanPurposes", "loan purposes"),
    ),
    kind("races", "derived_race", &RACES, ("invalid-races", "invalidRaces", "races")),
    kind(
        "ethnicities",
        "derived_ethnicity",
        &ETHNICITIES,
        ("invalid-ethnicities", "invalidEthnicities", "ethnicities"),
    ),
    kind("sexes", "derived_sex", &SEXES, ("invalid-sexes", "invalidSexes", "sexes")),
    kind(
        "loan_products",
        "derived_loan_product_type",
        &PRODUCTS,
        ("invalid-loan-products", "invalidateLoanProducts", "loan products"),
    ),
    kind(
        "construction_methods",
        "construction_method",
        &["1", "2"],
        ("invalid-construction-methods", "invalidConstructionMethods", "construction methods"),
    ),
    kind(
        "dwelling_categories",
        "derived_dwelling_category",
        &DWELLINGS,
        ("invalid-dwelling-categories", "invalidDwellingCategories", "dwelling categories"),
    ),
    kind(
        "total_units",
        "total_units",
        &["1", "2", "3", "4", "5-24", "25-49", "50-99", "100-149", ">149"],
        ("invalid-total-units", "invalidTotalUnits", "total units"),
    ),
    kind("ageapplicant", "applicant_age", &[], ("", "", "")),
    kind(
        "lien_statuses",
        "lien_status",
        &["1", "2"],
        ("invalid-lien-statuses", "invalidLienStatuses", "statuses"),
    ),
];

const RACES: [&str; 9] = [
    "Asian",
    "Native Hawaiian or Other Pacific Islander",
    "Free Form Text Only",
    "Race Not Available",
    "American Indian or Alaska Native",
    "Black or African American",
    "2 or more minority races",
    "White",
    "Joint",
];
const ETHNICITIES: [&str; 5] = [
    "Hispanic or Latino",
    "Not Hispanic or Latino",
    "Joint",
    "Ethnicity Not Available",
    "Free Form Text Only",
];
const SEXES: [&str; 4] = ["Male", "Female", "Joint", "Sex Not Available"];
const PRODUCTS: [&str; 8] = [
    "Conventional:First Lien",
    "FHA:First Lien",
    "VA:First Lien",
    "FSA/RHS:First Lien",
    "Conventional:Subordinate Lien",
    "FHA:Subordinate Lien",
    "VA:Subordinate Lien",
    "FSA/RHS:Subordinate Lien",
];
const DWELLINGS: [&str; 4] = [
    "Single Family (1-4 Units):Site-Built",
    "Single Family (1-4 Units):Manufactured",
    "Multifamily:Site-Built",
    "Multifamily:Manufactured",
];

/// Columns by which a table is known to be the published register.
const MARKS: [&str; 5] = ["activity_year", "lei", "derived_msa_md", "action_taken", "loan_amount"];

/// Tables that are looked at, and values of one filter, at most.
const TABLES_MAX: u32 = 2_000;
const VALUES_MAX: usize = 1_000;

/// Combinations that are counted, and filers that are told, at most.
const COMBINATIONS_MAX: usize = 10_000;
const FILERS_MAX: usize = 50_000;

/// A filter with the values that were asked for.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The filter.
    pub field: &'static BrowserField,
    /// The values.
    pub values: Vec<String>,
}

/// How many rows there are of a combination of values, and for how much money.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// How many.
    pub count: u64,
    /// The sum of the amounts.
    pub sum: f64,
    /// The value of each filter that tells counts apart.
    pub values: Vec<(&'static str, String)>,
}

/// Who has filed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Filer {
    /// The legal entity identifier.
    pub lei: String,
    /// The name, where a table tells it.
    pub name: Option<String>,
    /// The year.
    pub year: String,
}

/// The use cases.
pub struct DataBrowser<'a> {
    pub(crate) app: &'a App,
}

/// The filters that a query string asks for, in the order of the list.
pub fn chosen(pairs: &[(String, String)]) -> Result<Vec<Chosen>, Error> {
    let mut all = Vec::new();
    for field in &BROWSER_FIELDS {
        let given = pairs.iter().filter(|(key, _)| key == field.parameter);
        let mut values: Vec<String> = Vec::new();
        for value in
            given.flat_map(|(_, text)| text.split(',')).map(str::trim).filter(|text| !text.is_empty())
        {
            // Values are known in any case and given back as they are.
            let known = field.values.iter().find(|known| known.eq_ignore_ascii_case(value));
            let value = known.map_or(value, |known| known).to_owned();
            if !values.contains(&value) {
                values.push(value);
            }
        }
        if values.len() > VALUES_MAX {
            return Err(Error::invalid(format!("`{}` has more than {VALUES_MAX} values", field.parameter)));
        }
        if !values.is_empty() {
            all.push(Chosen { field, values });
        }
    }
    Ok(all)
}

impl DataBrowser<'_> {
    fn tables(&self) -> Tables<'_> {
        self.app.tables()
    }

    /// The tables that hold the register and may have rows of the years asked for, oldest first.
    async fn registers(&self, audience: Audience, filters: &[Chosen]) -> Result<Vec<TableId>, Error> {
        let years = filters.iter().find(|chosen| chosen.field.parameter == "years");
        let mut found = Vec::new();
        for table in self.tables().list(audience, None, TABLES_MAX).await? {
            let known = self.tables().manifest(audience, table.id, None).await?;
            let columns = &known.manifest.columns;
            let has = |name: &&str| columns.iter().any(|column| column.name == **name);
            if !MARKS.iter().all(has) {
                continue;
            }
            let year = columns.iter().find(|column| column.name == "activity_year");
            let bounds = year.and_then(|column| column.min.as_ref().zip(column.max.as_ref()));
            let may_have = |year: &String| bounds.is_none_or(|(min, max)| (min..=max).contains(&year));
            if years.is_none_or(|chosen| chosen.values.iter().any(may_have)) {
                found.push(table.id);
            }
        }
        Ok(found)
    }

    async fn question(
        &self,
        audience: Audience,
        table: TableId,
        filters: &[Chosen],
        shape: impl FnOnce(&mut RowsQuery),
    ) -> Result<Question, Error> {
        let (question, ()) = self
            .tables()
            .question_of(audience, table, |source| {
                let mut query =
                    RowsQuery { filter: filter(filters, source), total: false, ..RowsQuery::default() };
                shape(&mut query);
                (query, ())
            })
            .await?;
        Ok(question)
    }

    /// Counts rows and sums their amounts for each combination of the filters that tell what, or in all.
    pub async fn aggregations(&self, audience: Audience, filters: &[Chosen]) -> Result<Vec<Counted>, Error> {
        let told: Vec<&Chosen> = filters.iter().filter(|chosen| !chosen.field.is_place).collect();
        let combinations: usize = told.iter().map(|chosen| chosen.values.len()).product();
        if combinations > COMBINATIONS_MAX {
            let message = format!("these are more than {COMBINATIONS_MAX} combinations of values");
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        let mut sums: BTreeMap<Vec<String>, (u64, f64)> = BTreeMap::new();
        for table in self.registers(audience, filters).await? {
            let question = self
                .question(audience, table, filters, |query| {
                    query.group = told.iter().map(|chosen| Value::column(chosen.field.column)).collect();
                    query.select = told.iter().map(|chosen| Output::column(chosen.field.column)).collect();
                    let amount = Some(Box::new(Value::column("loan_amount")));
                    query
                        .select
                        .push(Output::named(Value::Aggregate(AggregateFunction::Count, None), "count"));
                    query.select.push(Output::named(Value::Aggregate(AggregateFunction::Sum, amount), "sum"));
                    query.limit = Some(COMBINATIONS_MAX);
                })
                .await?;
            for row in self.tables().answer(&question).await?.texts() {
                let mut cells = row.into_iter().map(Option::unwrap_or_default);
                let key: Vec<String> = cells.by_ref().take(told.len()).collect();
                let count: u64 = cells.next().and_then(|text| text.parse().ok()).unwrap_or(0);
                let sum: f64 = cells.next().and_then(|text| text.parse().ok()).unwrap_or(0.0);
                let entry = sums.entry(key).or_default();
                *entry = (entry.0 + count, entry.1 + sum);
            }
        }
        let mut keys: Vec<Vec<String>> = vec![Vec::new()];
        for chosen in &told {
            let with = |key: &Vec<String>| {
                chosen
                    .values
                    .iter()
                    .map(|value| [key.as_slice(), std::slice::from_ref(value)].concat())
                    .collect::<Vec<_>>()
            };
            keys = keys.iter().flat_map(with).collect();
        }
        let counted = keys.into_iter().map(|key| {
            let (count, sum) = sums.get(&key).copied().unwrap_or_default();
            let values = told.iter().zip(key).map(|(chosen, value)| (chosen.field.name, value));
            Counted { count, sum, values: values.collect() }
        });
        Ok(counted.collect())
    }

    /// Who has filed rows that these filters let through.
    pub async fn filers(&self, audience: Audience, filters: &[Chosen]) -> Result<Vec<Filer>, Error> {
        let mut found: BTreeSet<(String, String)> = BTreeSet::new();
        for table in self.registers(audience, filters).await? {
            let columns = ["lei", "activity_year"];
            let question = self
                .question(audience, table, filters, |query| {
                    query.group = columns.map(Value::column).into();
                    query.select = columns.map(Output::column).into();
                    query.limit = Some(FILERS_MAX);
                })
                .await?;
            for row in self.tables().answer(&question).await?.texts() {
                if let [Some(lei), Some(year)] = row.as_slice() {
                    found.insert((lei.clone(), year.clone()));
                }
            }
        }
        let names = self.names(audience).await?;
        let filer = |(lei, year): (String, String)| Filer { name: names.get(&lei).cloned(), lei, year };
        Ok(found.into_iter().map(filer).collect())
    }

    /// The names of institutions, out of any table of them.
    async fn names(&self, audience: Audience) -> Result<BTreeMap<String, String>, Error> {
        let mut names = BTreeMap::new();
        for table in self.tables().list(audience, None, TABLES_MAX).await? {
            let known = self.tables().manifest(audience, table.id, None).await?;
            let has = |name: &str| known.manifest.columns.iter().any(|column| column.name == name);
            let name = ["respondent_name", "institution_name", "name"].into_iter().find(|name| has(name));
            let Some(name) = name.filter(|_| has("lei") && !has("loan_amount")) else { continue };
            let question = self
                .question(audience, table.id, &[], |query| {
                    query.select = vec![Output::column("lei"), Output::column(name)];
                    query.limit = Some(FILERS_MAX);
                })
                .await?;
            for row in self.tables().answer(&question).await?.texts() {
                if let [Some(lei), Some(name)] = row.as_slice() {
                    names.insert(lei.clone(), name.clone());
                }
            }
        }
        Ok(names)
    }

    /// The rows that these filters let through as text, with a sign between cells, under the names that the register has. A
    /// number that is not there is written as its first sentinel.
    pub async fn rows(
        &self,
        audience: Audience,
        filters: &[Chosen],
        delimiter: char,
    ) -> Result<ByteStream, Error> {
        let mut streams = Vec::new();
        for table in self.registers(audience, filters).await? {
            let question = self.question(audience, table, filters, |_| {}).await?;
            let dictionary = self.tables().dictionary(audience, table).await?.dictionary;
            let (source, query) = question.parts();
            let nothing: Vec<String> = source
                .columns
                .iter()
                .map(|column| {
                    let meaning = dictionary.columns.get(&column.name);
                    let first = meaning.and_then(|meaning| meaning.sentinels.first());
                    let first = first.filter(|_| column.kind.is_numeric());
                    first.map(|code| code.value.clone()).filter(|word| word.parse::<f64>().is_err())
                })
                .map(Option::unwrap_or_default)
                .collect();
            let (_, rows) = self.app.engine().of(class_of(audience)).stream(source, query).await?;
            streams.push((question.labels(), nothing, rows));
        }
        let (batches, mut received) = tokio::sync::mpsc::channel(2);
        tokio::spawn(async move {
            for (labels, nothing, mut rows) in streams {
                let shape = std::sync::Arc::new((labels, nothing));
                while let Some(batch) = rows.next().await {
                    let failed = batch.is_err();
                    if batches.send((shape.clone(), batch)).await.is_err() || failed {
                        return;
                    }
                }
            }
        });
        Ok(written_by(move |mut out| {
            let mut named = false;
            while let Some((shape, batch)) = received.blocking_recv() {
                let (labels, nothing) = &*shape;
                if !std::mem::replace(&mut named, true) {
                    line(labels.iter().map(String::as_str), delimiter, &mut out)?;
                }
                each_row_text(&batch?, &mut |row| {
                    let cells = row.iter().zip(nothing).map(|(cell, nothing)| cell.unwrap_or(nothing));
                    line(cells, delimiter, &mut out)
                })?;
            }
            Ok(out.flush()?)
        }))
    }
}

fn line<'c>(
    cells: impl Iterator<Item = &'c str>,
    delimiter: char,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            write!(out, "{delimiter}")?;
        }
        if cell.contains([delimiter, '"', '\n', '\r']) {
            write!(out, "\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            out.write_all(cell.as_bytes())?;
        }
    }
    out.write_all(b"\n")
}

/// The filters as a condition on a table. A value that the column can't have is met by no row.
fn filter(filters: &[Chosen], table: &TableSource) -> Filter {
    let condition = |chosen: &Chosen| {
        let column = chosen.field.column;
        let Some(known) = table.column(column) else { return Filter::nothing() };
        let values = chosen.values.iter().filter_map(|value| Literal::read(value, known.kind).ok());
        Filter::In { column: column.to_owned(), values: values.collect() }
    };
    Filter::All(filters.iter().map(condition).collect())
}
