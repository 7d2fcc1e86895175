//! Questions in LQL: rows, groups and sums of a table, where other sources may be asked for values first.

use std::collections::HashMap;
use std::pin::Pin;

use serde_json::{Map, Value as Json, json};
use townhall_query::Class;
use townhall_query::dialects::{LQL_GROUP, LqlQuestion};
use townhall_query::limits::{LQL_DEPTH_MAX, LQL_ROWS_MAX, LQL_SUB_QUERIES_MAX};

use super::{Answer, Known, Question, Tables, class_of};
use crate::{Audience, Error};

/// The answer to a question in LQL.
#[derive(Debug, Clone)]
pub struct LqlAnswer {
    /// The answer: rows, groups, sums, or a part of them.
    pub value: Json,
    /// The rows as they were found, when they are the answer as it is.
    pub rows: Option<Answer>,
    /// Whether more rows match than were looked at or are here.
    pub truncated: bool,
    /// How many rows match, when they are the answer.
    pub total: Option<u64>,
}

type Answered<'a> = Pin<Box<dyn Future<Output = Result<LqlAnswer, Error>> + Send + 'a>>;

impl Tables<'_> {
    /// Answers a question in LQL about a source by its name.
    pub async fn lql(
        &self,
        audience: Audience,
        source: &str,
        pairs: &[(String, String)],
    ) -> Result<LqlAnswer, Error> {
        let mut left = LQL_SUB_QUERIES_MAX;
        self.lql_within(audience, source.to_owned(), pairs.to_vec(), 0, &mut left).await
    }

    fn lql_within<'a>(
        &'a self,
        audience: Audience,
        source: String,
        pairs: Vec<(String, String)>,
        depth: usize,
        left: &'a mut usize,
    ) -> Answered<'a> {
        Box::pin(async move {
            let question = LqlQuestion::read(&pairs)?;
            let mut answers = Vec::new();
            for inner in question.sub_queries() {
                *left = left.checked_sub(1).ok_or_else(|| {
                    Error::invalid(format!("a question asks at most {LQL_SUB_QUERIES_MAX} others for values"))
                })?;
                if depth >= LQL_DEPTH_MAX {
                    let message = format!("questions stand in questions more than {LQL_DEPTH_MAX} deep");
                    return Err(Error::invalid(message));
                }
                let (source, pairs) = (inner.source.clone(), inner.pairs.clone());
                let answer = self.lql_within(audience, source, pairs, depth + 1, left).await?;
                // A list of some of the values would choose other rows than all of them.
                if answer.truncated {
                    return Err(Error::invalid(format!(
                        "`{}` answers with more rows than can stand in the place of a value",
                        inner.source
                    ))
                    .with_hint("narrow it, or let it compute a value by _aggregate__NAME"));
                }
                answers.push(answer.value);
            }
            let question = question.with_answers(answers)?;
            self.lql_answer(audience, &source, &question).await
        })
    }

    async fn lql_answer(
        &self,
        audience: Audience,
        source: &str,
        question: &LqlQuestion,
    ) -> Result<LqlAnswer, Error> {
        let table = self.named(audience, source).await?;
        let known = self.known(audience, table.id, question.as_of()).await?;
        let class = class_of(audience);
        let has_sums = question.aliases().next().is_some();
        let mut answer = match (question.group_by().is_empty(), has_sums) {
            (false, _) => self.lql_groups(class, &known, question).await?,
            (true, true) => {
                let sums = self.ask(class, &known, question.sums(&known.source)?).await?;
                let row = objects(&sums)?.pop().unwrap_or_default();
                LqlAnswer { value: Json::Object(row), rows: None, truncated: false, total: None }
            }
            (true, false) => {
                let rows = self.ask(class, &known, question.rows(&known.source)?).await?;
                let value = objects(&rows)?.into_iter().map(Json::Object).collect();
                let (truncated, total) = (rows.has_more(), rows.total());
                LqlAnswer { value, rows: Some(rows), truncated, total }
            }
        };
        if let Some(path) = question.json_path() {
            answer = LqlAnswer { value: path.of(&answer.value), rows: None, ..answer };
        }
        if question.transform() != Default::default() {
            answer = LqlAnswer { value: question.transform().of(answer.value), rows: None, ..answer };
        }
        Ok(answer)
    }

    /// A block for each field: its values, the rows that have each, and what is computed of them. What is computed is of all
    /// rows; of the rows themselves only so many are shown.
    async fn lql_groups(
        &self,
        class: Class,
        known: &Known,
        question: &LqlQuestion,
    ) -> Result<LqlAnswer, Error> {
        let mut query = question.rows(&known.source)?;
        (query.limit, query.offset, query.total) = (Some(LQL_ROWS_MAX), 0, false);
        let rows = self.ask(class, known, query).await?;
        let mut truncated = rows.has_more();
        let objects = objects(&rows)?;
        let aliases: Vec<&str> = question.aliases().collect();
        let mut blocks = Vec::new();
        for field in question.group_by() {
            let query = question.groups(&known.source, field)?;
            let column = match query.group.first() {
                Some(townhall_query::Value::Column(name)) => name.clone(),
                _ => field.clone(),
            };
            let groups = self.ask(class, known, query).await?;
            truncated |= groups.has_more();
            let mut elements: HashMap<String, Vec<Json>> = HashMap::new();
            for object in &objects {
                let value = object.get(&column).cloned().unwrap_or_default();
                elements.entry(value.to_string()).or_default().push(Json::Object(object.clone()));
            }
            let values = self::objects(&groups)?.into_iter().map(|group| {
                let value = group.get(LQL_GROUP).cloned().unwrap_or_default();
                let found = elements.remove(&value.to_string()).unwrap_or_default();
                let mut entry = json!({"value": value, "elements": found});
                if !aliases.is_empty() {
                    let sum = |alias: &&str| json!({*alias: group.get(*alias).cloned().unwrap_or_default()});
                    entry["aggregates"] = aliases.iter().map(sum).collect();
                }
                entry
            });
            blocks.push(json!({"name": field, "values": values.collect::<Vec<_>>()}));
        }
        Ok(LqlAnswer { value: Json::Array(blocks), rows: None, truncated, total: None })
    }

    async fn ask(
        &self,
        class: Class,
        known: &Known,
        query: townhall_query::RowsQuery,
    ) -> Result<Answer, Error> {
        let question = Question { table: known.detail.clone(), known: known.clone(), class, query };
        self.answer(&question).await
    }
}

fn objects(answer: &Answer) -> Result<Vec<Map<String, Json>>, Error> {
    let names: Vec<&str> = answer.columns.iter().map(|column| column.name.as_str()).collect();
    let object = |row: Vec<Json>| names.iter().map(|name| (*name).to_owned()).zip(row).collect();
    Ok(answer.values()?.into_iter().map(object).collect())
}
