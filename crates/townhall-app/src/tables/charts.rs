//! Charts of a table: each is one question to the query engine, and what is drawn of the answer.

use std::sync::Arc;

use townhall_charts::{
    Aggregate, Chart, Field, FieldType, Fonts, PageProblem, Plan, PlanProblem, Roles, Rows, Source, Spec,
    SpecProblem,
};
use townhall_formats::value_text;
use townhall_model::dictionary::Dictionary;
use townhall_model::table::{Column, ColumnType};
use townhall_model::{BlobId, ErrorKind, TableId};
use townhall_query::{
    AggregateFunction, Comparison, Filter, Function, Literal, Output, ROW, RowsQuery, Sort, TableSource,
    TimePart, Value,
};

use super::{Known, TableDetail, Tables};
use crate::{Audience, Error};

/// A chart of a table.
#[derive(Debug, Clone)]
pub struct TableChart {
    /// The table and its version.
    pub table: Arc<TableDetail>,
    /// The chart with its data.
    pub chart: Chart,
}

/// What charts know of a table's columns.
#[derive(Debug, Clone)]
pub struct ChartFacts {
    /// The table and its version.
    pub table: Arc<TableDetail>,
    /// Its columns.
    pub fields: Vec<Field>,
}

impl Tables<'_> {
    /// What charts know of a table's columns; `roles` say what people have said of them.
    pub async fn chart_facts(
        &self,
        audience: Audience,
        id: TableId,
        as_of: Option<&str>,
        roles: &Roles,
    ) -> Result<ChartFacts, Error> {
        let known = self.known(audience, id, as_of).await?;
        let fields = fields(&known.detail.manifest.columns, &known.dictionary, roles);
        Ok(ChartFacts { table: known.detail, fields })
    }

    /// A chart of a table. `pairs` are more conditions in our own dialect, beside those of the specification.
    pub async fn chart(
        &self,
        audience: Audience,
        id: TableId,
        spec: &Spec,
        pairs: &[(String, String)],
        roles: &Roles,
    ) -> Result<TableChart, Error> {
        let (known, plan, query) = self.chart_question(audience, id, spec, pairs, roles).await?;
        self.charted(known, plan, &query).await
    }

    async fn charted(&self, known: Known, plan: Plan, query: &RowsQuery) -> Result<TableChart, Error> {
        let page = self.app.engine().page(&known.source, query).await?;
        let mut cells: Vec<Vec<Option<String>>> = (0..page.rows.num_rows())
            .map(|row| page.rows.columns().iter().map(|column| value_text(column, row)).collect())
            .collect();
        label(&mut cells, &plan, &known.dictionary);
        let rows = Rows { cells, has_more: page.has_more, total: page.total };
        Ok(TableChart { table: known.detail, chart: Chart::new(plan, rows) })
    }

    /// The chart of one row by its number: where it is on a map, say.
    pub async fn row_chart(
        &self,
        audience: Audience,
        id: TableId,
        spec: &Spec,
        number: u64,
    ) -> Result<TableChart, Error> {
        let (known, plan, mut query) =
            self.chart_question(audience, id, spec, &[], &Roles::default()).await?;
        let row = Filter::Compare {
            column: ROW.to_owned(),
            how: Comparison::Eq,
            value: Literal::Integer(i64::try_from(number).unwrap_or(i64::MAX)),
        };
        query.filter = query.filter.and(row);
        self.charted(known, plan, &query).await
    }

    /// The answer to a chart's question as a file of a format by its name.
    pub async fn chart_file(
        &self,
        audience: Audience,
        id: TableId,
        spec: &Spec,
        pairs: &[(String, String)],
        format: &str,
    ) -> Result<super::Export, Error> {
        let (known, _, query) = self.chart_question(audience, id, spec, pairs, &Roles::default()).await?;
        let mut export =
            self.written(&known.detail, &known.source, &query, format, Default::default(), None).await?;
        export.name = format!("{}-chart.{format}", known.detail.table.dataset_slug);
        Ok(export)
    }

    /// A drawing as a picture (PNG).
    pub async fn chart_picture(&self, svg: String, fonts: Fonts, scale: f32) -> Result<Vec<u8>, Error> {
        let picture = self.app.compute(move || townhall_charts::png(&svg, &fonts, scale)).await?;
        picture.ok_or_else(|| {
            Error::new(ErrorKind::TooLarge, "the picture would have too many pixels")
                .with_hint("ask for a smaller `_scale` or `_width`, or take the SVG")
        })
    }

    /// What changes when a chart would: the version, the dictionary, and the chart itself.
    pub async fn chart_tag(
        &self,
        audience: Audience,
        id: TableId,
        spec: &Spec,
        form: &str,
    ) -> Result<String, Error> {
        let known = self.known(audience, id, as_of(&spec.filters)).await?;
        let asked = BlobId::of(format!("{spec:?}{form}{}", env!("CARGO_PKG_VERSION")).as_bytes()).to_string();
        Ok(format!("\"{id}-{}-{}-{}\"", known.detail.number, known.revision, &asked[..16]))
    }

    async fn chart_question(
        &self,
        audience: Audience,
        id: TableId,
        spec: &Spec,
        pairs: &[(String, String)],
        roles: &Roles,
    ) -> Result<(Known, Plan, RowsQuery), Error> {
        let known = self.known(audience, id, as_of(&spec.filters).or(as_of(pairs))).await?;
        let plan = Plan::new(spec, &fields(&known.detail.manifest.columns, &known.dictionary, roles))?;
        let asked: Vec<(String, String)> = spec.filters.iter().chain(pairs).cloned().collect();
        let query = question(&plan, &asked, &known.source)?;
        Ok((known, plan, query))
    }
}

fn as_of(pairs: &[(String, String)]) -> Option<&str> {
    pairs.iter().find(|(key, _)| key == "_as_of").map(|(_, value)| value.as_str())
}

/// The one question of a chart.
fn question(plan: &Plan, pairs: &[(String, String)], source: &TableSource) -> Result<RowsQuery, Error> {
    // Of the question's words only those that choose rows mean something to a chart.
    let chosen: Vec<(String, String)> = pairs
        .iter()
        .filter(|(key, _)| !key.starts_with('_') || matches!(key.as_str(), "_where" | "_search" | "_as_of"))
        .cloned()
        .collect();
    let mut filter = super::dialect().parse(&chosen, source)?.filter;
    for column in &plan.required {
        filter = filter.and(Filter::Not(Box::new(Filter::Null { column: column.clone() })));
    }
    let select: Vec<Output> =
        plan.outputs.iter().map(|output| Output::named(value(&output.source), &output.name)).collect();
    let group = plan.outputs.iter().filter(|output| plan.is_grouped() && !output.is_measure());
    Ok(RowsQuery {
        group: group.map(|output| value(&output.source)).collect(),
        sort: plan
            .order
            .iter()
            .map(|(index, descending)| Sort {
                value: Value::column(&plan.outputs[*index].name),
                descending: *descending,
            })
            .collect(),
        limit: Some(plan.limit),
        total: !plan.is_grouped(),
        select,
        filter,
        ..RowsQuery::default()
    })
}

fn value(source: &Source) -> Value {
    let number = |number: f64| Value::Literal(Literal::Number(number));
    match source {
        Source::Column(column) => Value::column(column),
        Source::Range { column, start, step } => {
            let from_start = Value::Call(Function::Subtract, vec![Value::column(column), number(*start)]);
            let steps = Value::Call(Function::Divide, vec![from_start, number(*step)]);
            let whole = Value::Call(Function::Floor, vec![steps]);
            let along = Value::Call(Function::Multiply, vec![whole, number(*step)]);
            Value::Call(Function::Add, vec![along, number(*start)])
        }
        Source::Time { column, unit } => {
            use townhall_charts::TimeUnit;
            let function = match unit {
                TimeUnit::Year => Function::Truncate(TimePart::Year),
                TimeUnit::YearQuarter => Function::Truncate(TimePart::Quarter),
                TimeUnit::YearMonth => Function::Truncate(TimePart::Month),
                TimeUnit::YearWeek => Function::Truncate(TimePart::Week),
                TimeUnit::Day => Function::Truncate(TimePart::Day),
                TimeUnit::MonthOfYear => Function::Part(TimePart::Month),
                TimeUnit::Weekday => Function::Part(TimePart::DayOfWeek),
                TimeUnit::HourOfDay => Function::Part(TimePart::Hour),
            };
            Value::Call(function, vec![Value::column(column)])
        }
        Source::Aggregate { function, column } => {
            let function = match function {
                Aggregate::Count | Aggregate::Valid => AggregateFunction::Count,
                Aggregate::Sum => AggregateFunction::Sum,
                Aggregate::Mean => AggregateFunction::Avg,
                Aggregate::Median => AggregateFunction::Median,
                Aggregate::Min => AggregateFunction::Min,
                Aggregate::Max => AggregateFunction::Max,
                Aggregate::Stdev => AggregateFunction::Stddev,
                Aggregate::Distinct => AggregateFunction::CountDistinct,
            };
            Value::Aggregate(function, column.as_ref().map(|column| Box::new(Value::column(column))))
        }
    }
}

/// Puts labels in the place of codes.
fn label(cells: &mut [Vec<Option<String>>], plan: &Plan, dictionary: &Dictionary) {
    for (index, output) in plan.outputs.iter().enumerate() {
        let (Source::Column(column), FieldType::Nominal | FieldType::Ordinal) = (&output.source, output.kind)
        else {
            continue;
        };
        let Some(meaning) = dictionary.columns.get(column) else { continue };
        for row in cells.iter_mut() {
            if let Some(cell) = row.get_mut(index)
                && let Some(label) = cell.as_deref().and_then(|value| meaning.label_of(value))
            {
                *cell = Some(label.to_owned());
            }
        }
    }
}

fn fields(columns: &[Column], dictionary: &Dictionary, roles: &Roles) -> Vec<Field> {
    columns
        .iter()
        .map(|column| {
            let meaning = dictionary.columns.get(&column.name);
            let label = meaning.and_then(|meaning| meaning.label.as_ref()).or(column.label.as_ref());
            let unit = meaning.and_then(|meaning| meaning.unit.clone());
            let is_money = |unit: &String| {
                let unit = unit.to_lowercase();
                ["dollar", "usd", "u.s. $", "us$"].iter().any(|word| unit.contains(word)) || unit == "$"
            };
            // A unit such as thousands of dollars is said in words: the sign alone would mislead.
            let is_currency = roles.currency.contains(&column.name)
                || unit.as_ref().is_some_and(|unit| {
                    is_money(unit) && !unit.contains("housand") && !unit.contains("illion")
                });
            Field {
                name: column.name.clone(),
                label: label.unwrap_or(&column.name).clone(),
                kind: column.kind,
                min: column.min.as_deref().and_then(|text| bound(text, column.kind)),
                max: column.max.as_deref().and_then(|text| bound(text, column.kind)),
                distinct: column.distinct,
                unit: unit.filter(|_| !is_currency),
                is_currency,
            }
        })
        .collect()
}

/// A smallest or largest value as a number, times as seconds since 1970.
fn bound(text: &str, kind: ColumnType) -> Option<f64> {
    match Literal::read(text, kind).ok()? {
        Literal::Integer(number) => Some(number as f64),
        Literal::Number(number) => Some(number),
        Literal::Date(days) => Some(f64::from(days) * 86_400.0),
        Literal::Timestamp(micros) | Literal::Datetime(micros) => Some(micros as f64 / 1e6),
        Literal::Text(_) | Literal::Boolean(_) => None,
    }
}

macro_rules! from_charts {
    ($($problem:ty),+) => {$(
        impl From<$problem> for Error {
            fn from(problem: $problem) -> Self {
                let error = Self::invalid(problem.message);
                match problem.hint {
                    Some(hint) => error.with_hint(hint),
                    None => error,
                }
            }
        }
    )+};
}

from_charts!(SpecProblem, PlanProblem, PageProblem);
