//! Reports: questions with a name, a title and perhaps a chart, that are asked of any table that has the columns for it.
//!
//! Files of them, which are data, come with the program or are kept in the store. `{column}` in a question stands for whichever
//! of several names the table has, so that one report serves layouts of several years.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use townhall_model::{ErrorKind, TableId};
use townhall_query::{TableSource, dialect_by_name};
use townhall_store::{Actor, NewDocument};

use super::{Answer, Known, Question, Tables};
use crate::{Audience, Error};

/// The kind of documents that reports are.
const REPORT: &str = "report";

/// The files that come with the program.
const RECIPES: [&str; 1] = [include_str!("../../../../recipes/hmda/reports.json")];

/// Reports that are looked at for a table, and queries of one file, at most.
const REPORTS_MAX: u32 = 1_000;

/// A file of queries.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Recipe {
    /// What `{column}` may stand for, the best first.
    #[serde(default)]
    columns: BTreeMap<String, Vec<String>>,
    queries: Vec<Written>,
}

/// A query as it is written.
#[derive(Debug, Clone, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default = "ours")]
    dialect: String,
    params: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chart: Option<Value>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    rows: BTreeMap<String, String>,
    /// What `{column}` may stand for, where the query is kept by itself.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    columns: BTreeMap<String, Vec<String>>,
}

fn ours() -> String {
    "townhall".to_owned()
}

/// A query that a table can answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Its name in addresses.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it tells.
    pub description: String,
    /// The dialect that it is written in.
    pub dialect: String,
    /// The question.
    pub params: Vec<(String, String)>,
    /// How it is drawn: mark and encoding of Vega-Lite, over the rows of the table.
    pub chart: Option<Value>,
    /// Which rows are drawn, in our own dialect; all when empty.
    pub rows: Vec<(String, String)>,
}

impl Written {
    /// The query in the names of a table, when the table has the columns and the question has a meaning for it.
    fn for_table(&self, more: &BTreeMap<String, Vec<String>>, table: &TableSource) -> Option<Report> {
        let name = |key: &str| {
            let names = self.columns.get(key).or_else(|| more.get(key))?;
            let has = |name: &&String| table.column(name).is_some();
            names.iter().find(has).cloned()
        };
        let mut params = Vec::new();
        for (key, text) in &self.params {
            params.push((key.clone(), filled(text, &name)?));
        }
        let mut rows = Vec::new();
        for (key, text) in &self.rows {
            rows.push((filled(key, &name)?, filled(text, &name)?));
        }
        let dialect = dialect_by_name(&self.dialect)?;
        dialect.parse(&params, table).ok()?;
        let chart = match &self.chart {
            None => None,
            Some(chart) => Some(filled_value(chart, &name)?),
        };
        Some(Report {
            name: self.name.clone(),
            title: self.title.clone(),
            description: self.description.clone(),
            dialect: self.dialect.clone(),
            params,
            chart,
            rows,
        })
    }
}

/// A text with every `{column}` filled in; none when one can't be.
fn filled(text: &str, name: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let (key, behind) = behind.split_once('}')?;
        out.push_str(before);
        out.push_str(&name(key)?);
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}

fn filled_value(value: &Value, name: &dyn Fn(&str) -> Option<String>) -> Option<Value> {
    Some(match value {
        Value::String(text) => Value::String(filled(text, name)?),
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| filled_value(item, name)).collect::<Option<_>>()?)
        }
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| Some((key.clone(), filled_value(value, name)?));
            Value::Object(members.iter().map(member).collect::<Option<_>>()?)
        }
        other => other.clone(),
    })
}

fn read(text: &str) -> Result<Recipe, Error> {
    let recipe: Recipe = serde_json::from_str(text)
        .map_err(|error| Error::new(ErrorKind::Malformed, format!("these are no reports: {error}")))?;
    if recipe.queries.len() > REPORTS_MAX as usize {
        let message = format!("there are more than {REPORTS_MAX} queries");
        return Err(Error::new(ErrorKind::TooLarge, message));
    }
    Ok(recipe)
}

impl Tables<'_> {
    /// The reports that a table can answer, by name; what is kept for it stands before what comes along.
    pub async fn reports(&self, audience: Audience, id: TableId) -> Result<Vec<Report>, Error> {
        let Known { source, .. } = self.known(audience, id, None).await?;
        let mut found: BTreeMap<String, Report> = BTreeMap::new();
        for text in RECIPES {
            let recipe = read(text)?;
            let fitting = recipe.queries.iter().filter_map(|query| query.for_table(&recipe.columns, &source));
            found.extend(fitting.map(|query| (query.name.clone(), query)));
        }
        for document in self.app.store().documents(REPORT, None, None, REPORTS_MAX).await? {
            let is_of_another = document.subject.as_deref().is_some_and(|subject| subject != id.to_string());
            let Ok(query) = serde_json::from_str::<Written>(&document.text) else { continue };
            if let Some(query) = query.for_table(&BTreeMap::new(), &source).filter(|_| !is_of_another) {
                found.insert(query.name.clone(), query);
            }
        }
        Ok(found.into_values().collect())
    }

    /// A report of a table by its name, and its question.
    pub async fn report(
        &self,
        audience: Audience,
        id: TableId,
        name: &str,
    ) -> Result<(Report, Question), Error> {
        let all = self.reports(audience, id).await?;
        let found = all.iter().find(|query| query.name == name).cloned();
        let query = found.ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|query| query.name.as_str()).collect();
            let error = Error::not_found("report", name);
            if names.is_empty() { error } else { error.with_hint(format!("there are {}", names.join(", "))) }
        })?;
        let question = self.question(audience, id, None, &query.dialect, &query.params).await?;
        Ok((query, question))
    }

    /// Answers a report with labels in the place of codes, where that is wanted.
    pub async fn report_answer(
        &self,
        audience: Audience,
        id: TableId,
        question: &Question,
        labels: bool,
    ) -> Result<Answer, Error> {
        let answer = self.answer(question).await?;
        if !labels {
            return Ok(answer);
        }
        let Known { dictionary, .. } = self.known(audience, id, None).await?;
        answer.labelled(&super::labels_of(&dictionary))
    }

    /// Keeps the queries of a file: for one table, or for every table that has their columns. Returns how many.
    pub async fn keep_reports(
        &self,
        actor: &Actor,
        table: Option<TableId>,
        file: &[u8],
    ) -> Result<usize, Error> {
        let recipe = read(&String::from_utf8_lossy(file))?;
        for query in &recipe.queries {
            let mut query = query.clone();
            for (key, names) in &recipe.columns {
                query.columns.entry(key.clone()).or_insert_with(|| names.clone());
            }
            let text = serde_json::to_string_pretty(&query)
                .map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))?;
            let document = NewDocument {
                kind: REPORT.to_owned(),
                name: query.name.clone(),
                subject: table.map(|id| id.to_string()),
                title: query.title.clone(),
                text,
            };
            self.app.store().put_document(actor, &document).await?;
        }
        Ok(recipe.queries.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reports_that_come_along_can_be_read() {
        for text in RECIPES {
            let recipe = read(text).unwrap();
            assert!(!recipe.queries.is_empty());
            assert!(recipe.queries.iter().all(|query| dialect_by_name(&query.dialect).is_some()));
        }
    }

    #[test]
    fn columns_are_filled_in_by_what_the_table_has() {
        let name = |key: &str| (key == "a").then(|| "b".to_owned());
        assert_eq!(filled("sum({a}) as {a}", &name).as_deref(), Some("sum(b) as b"));
        assert_eq!(filled("sum({c})", &name), None);
        assert_eq!(filled("{a", &name), None);
    }
}
