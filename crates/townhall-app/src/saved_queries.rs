//! SQL queries that staff keep under a name, with parameters that whoever runs them fills in.
//!
//! A parameter is `:name` in the text. Its value becomes a literal in the parsed query, never a part of the text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use townhall_model::ErrorKind;
use townhall_query::{Sql, SqlValue};
use townhall_store::{Actor, Document, NewDocument};

use crate::names::check_name;
use crate::{App, Error};

/// What saved queries are called in the store.
const KIND: &str = "saved-query";

/// Characters of a title, and of a value.
const TITLE_CHARS_MAX: usize = 300;
const VALUE_CHARS_MAX: usize = 2_000;

/// Parameters of a query.
const PARAMETERS_MAX: usize = 50;

/// The use cases of saved queries.
pub struct SavedQueries<'a> {
    pub(crate) app: &'a App,
}

/// A query under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedQuery {
    /// Its name in addresses.
    pub name: String,
    /// The number of the revision.
    pub revision: u32,
    /// When it was written.
    pub at: jiff::Timestamp,
    /// Its title.
    pub title: String,
    /// What it tells, in Markdown.
    pub description: String,
    /// The query.
    pub sql: String,
    /// Its parameters, in the order in which the query names them.
    pub parameters: Vec<QueryParameter>,
}

/// What a query leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryParameter {
    /// Its name, without the colon.
    pub name: String,
    /// The words for people.
    pub label: String,
    /// What it takes.
    pub kind: ParameterKind,
    /// The value unless another is given; without it, a value is needed.
    pub default: Option<String>,
}

/// What a parameter takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParameterKind {
    /// A text.
    #[default]
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
    /// A day.
    Date,
}

/// What is written.
#[derive(Debug, Clone, Default)]
pub struct NewQuery {
    /// Its name in addresses.
    pub name: String,
    /// Its title; the name when empty.
    pub title: String,
    /// What it tells, in Markdown.
    pub description: String,
    /// The query.
    pub sql: String,
    /// What is known of its parameters, as `name`, `name=default` or `name:integer=default`.
    pub parameters: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    #[serde(default)]
    description: String,
    sql: String,
    #[serde(default)]
    parameters: BTreeMap<String, KeptParameter>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct KeptParameter {
    #[serde(rename = "type", default)]
    kind: ParameterKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
}

impl SavedQueries<'_> {
    /// Keeps a query, or writes a new revision of it.
    pub async fn put(&self, actor: &Actor, new: &NewQuery) -> Result<SavedQuery, Error> {
        check_name("a query", &new.name, &["schema"])?;
        let sql = Sql::read(&new.sql)?;
        let names = sql.parameters();
        if names.len() > PARAMETERS_MAX {
            return Err(Error::invalid(format!("a query has at most {PARAMETERS_MAX} parameters")));
        }
        let mut parameters = BTreeMap::new();
        for text in &new.parameters {
            let (name, parameter) = described(text)?;
            if !names.contains(&name) {
                return Err(Error::invalid(format!("the query has no parameter `:{name}`")).with_hint(
                    match names.is_empty() {
                        true => "it has none".to_owned(),
                        false => format!("it has :{}", names.join(", :")),
                    },
                ));
            }
            parameters.insert(name, parameter);
        }
        let title: String = new.title.trim().chars().take(TITLE_CHARS_MAX).collect();
        let kept = Kept {
            description: new.description.trim().to_owned(),
            sql: new.sql.trim().to_owned(),
            parameters,
        };
        // A default that does not fit is told now, not to whoever runs it.
        for name in names {
            if let Some(known) = kept.parameters.get(name)
                && let Some(text) = &known.default
            {
                value(name, known.kind, text)?;
            }
        }
        let document = NewDocument {
            kind: KIND.to_owned(),
            name: new.name.clone(),
            subject: None,
            title: if title.is_empty() { new.name.clone() } else { title },
            text: serde_json::to_string(&kept)
                .map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))?,
        };
        self.app.store().put_document(actor, &document).await?;
        self.get(&new.name).await
    }

    /// The saved queries, by name, those after a name.
    pub async fn list(&self, after: Option<&str>, limit: u32) -> Result<Vec<SavedQuery>, Error> {
        let found = self.app.store().documents(KIND, None, after, limit).await?;
        found.into_iter().map(read).collect()
    }

    /// A saved query.
    pub async fn get(&self, name: &str) -> Result<SavedQuery, Error> {
        let found = self.app.store().document(KIND, name).await?;
        read(found.ok_or_else(|| Error::not_found("saved query", name))?)
    }

    /// Takes a query away. Returns whether it was there.
    pub async fn retire(&self, actor: &Actor, name: &str) -> Result<bool, Error> {
        Ok(self.app.store().retire_document(actor, KIND, name).await?)
    }
}

impl SavedQuery {
    /// The query with the values that were given, by the names of its parameters.
    pub fn bound<'v>(&self, given: impl Fn(&str) -> Option<&'v str>) -> Result<Sql, Error> {
        let mut values = Vec::new();
        for parameter in &self.parameters {
            let text = given(&parameter.name).or(parameter.default.as_deref()).ok_or_else(|| {
                Error::invalid(format!("parameter `{}` has no value", parameter.name))
                    .with_hint(format!("give one, such as ?{}=…", parameter.name))
            })?;
            values.push((parameter.name.clone(), value(&parameter.name, parameter.kind, text)?));
        }
        Ok(Sql::read(&self.sql)?.with_values(values))
    }

    /// Whether it can be run without being told anything.
    pub fn is_complete<'v>(&self, given: impl Fn(&str) -> Option<&'v str>) -> bool {
        self.parameters.iter().all(|known| known.default.is_some() || given(&known.name).is_some())
    }
}

impl ParameterKind {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
        }
    }
}

fn read(found: Document) -> Result<SavedQuery, Error> {
    let kept: Kept = serde_json::from_str(&found.text)
        .map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))?;
    let names = Sql::read(&kept.sql).map(|sql| sql.parameters().to_vec()).unwrap_or_default();
    let parameters = names.into_iter().map(|name| {
        let known = kept.parameters.get(&name).cloned().unwrap_or_default();
        QueryParameter {
            label: known.label.unwrap_or_else(|| words(&name)),
            kind: known.kind,
            default: known.default,
            name,
        }
    });
    Ok(SavedQuery {
        parameters: parameters.collect(),
        name: found.name,
        revision: found.revision,
        at: found.at,
        title: found.title,
        description: kept.description,
        sql: kept.sql,
    })
}

/// `first_year` as people write it.
fn words(name: &str) -> String {
    let text = name.replace('_', " ");
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// `name`, `name=default`, `name:integer`, `name:integer=default`.
fn described(text: &str) -> Result<(String, KeptParameter), Error> {
    let (head, default) = match text.split_once('=') {
        Some((head, default)) => (head, Some(default.to_owned())),
        None => (text, None),
    };
    let (name, kind) = match head.split_once(':') {
        Some((name, kind)) => {
            let kinds = [
                ParameterKind::Text,
                ParameterKind::Integer,
                ParameterKind::Number,
                ParameterKind::Boolean,
                ParameterKind::Date,
            ];
            let known = kinds.into_iter().find(|known| known.name() == kind.trim());
            let kind = known.ok_or_else(|| {
                Error::invalid(format!("`{kind}` is no type of a parameter"))
                    .with_hint("use text, integer, number, boolean or date")
            })?;
            (name, kind)
        }
        None => (head, ParameterKind::Text),
    };
    Ok((name.trim().trim_start_matches(':').to_owned(), KeptParameter { kind, default, label: None }))
}

/// A value as the parameter takes it.
fn value(name: &str, kind: ParameterKind, text: &str) -> Result<SqlValue, Error> {
    let wrong = |what: &str| {
        let shown: String = text.chars().take(60).collect();
        Error::invalid(format!("parameter `{name}`: `{shown}` is not {what}"))
    };
    if text.chars().count() > VALUE_CHARS_MAX {
        return Err(Error::invalid(format!("parameter `{name}` has more than {VALUE_CHARS_MAX} characters")));
    }
    let text = match kind {
        ParameterKind::Text => text,
        _ => text.trim(),
    };
    Ok(match kind {
        ParameterKind::Text => SqlValue::Text(text.to_owned()),
        ParameterKind::Integer => SqlValue::Integer(text.parse().map_err(|_| wrong("a whole number"))?),
        ParameterKind::Number => {
            let number: f64 = text.parse().map_err(|_| wrong("a number"))?;
            if !number.is_finite() {
                return Err(wrong("a number"));
            }
            SqlValue::Number(number)
        }
        ParameterKind::Boolean => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => SqlValue::Boolean(true),
            "false" | "no" | "0" => SqlValue::Boolean(false),
            _ => return Err(wrong("true or false")),
        },
        ParameterKind::Date => {
            let day: jiff::civil::Date = text.parse().map_err(|_| wrong("a day, such as 2025-06-30"))?;
            SqlValue::Date(day.to_string())
        }
    })
}
