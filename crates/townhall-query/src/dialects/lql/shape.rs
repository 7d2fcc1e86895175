//! What becomes of an answer at last: a part of it is chosen, and it may be laid out anew.

use serde_json::{Map, Value as Json, json};
use serde_json_path::JsonPath as Path;

use super::super::short;
use crate::error::QueryProblem;
use crate::limits::JSON_PATH_BYTES_MAX;

/// The part of an answer that is wanted (RFC 9535); `$` may be left out.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonPath {
    path: Path,
    is_single: bool,
}

impl JsonPath {
    /// Reads a path.
    pub fn read(text: &str) -> Result<Self, QueryProblem> {
        let problem = |message: String| QueryProblem::new("_json_path", message);
        let text = text.trim().trim_matches('"');
        if text.len() > JSON_PATH_BYTES_MAX {
            return Err(problem(format!("it is longer than {JSON_PATH_BYTES_MAX} bytes")));
        }
        // Each of these may multiply what is found.
        if text.matches("..").count() > 1 || text.contains('?') {
            return Err(problem("it may have one `..`, and no filters".to_owned()));
        }
        let whole = match text.chars().next() {
            Some('$') => text.to_owned(),
            Some('[' | '.') => format!("${text}"),
            _ => format!("$.{text}"),
        };
        let path = Path::parse(&whole).map_err(|_| {
            problem(format!("`{}` is no path", short(text)))
                .with_hint("write it like m, [0].name or [*].name")
        })?;
        let is_single = !["*", "..", ":", ","].iter().any(|sign| whole.contains(sign));
        Ok(Self { path, is_single })
    }

    /// The part: one value where the path leads to one place, else a list.
    pub fn of(&self, answer: &Json) -> Json {
        let mut found = self.path.query(answer).all().into_iter().cloned();
        match self.is_single {
            true => found.next().unwrap_or(Json::Null),
            false => found.collect(),
        }
    }
}

/// How an answer is laid out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Transform {
    /// As it is.
    #[default]
    None,
    /// As a list of objects: of groups one each, with the value and what was computed.
    Objects,
    /// As a list of lists.
    Lists,
}

impl Transform {
    /// The answer in this form.
    pub fn of(self, answer: Json) -> Json {
        match self {
            Self::None => answer,
            Self::Objects => match as_groups(&answer) {
                Some(groups) => groups.into_iter().map(Json::Object).collect(),
                None if answer.is_object() => json!([answer]),
                None => answer,
            },
            Self::Lists => match as_groups(&answer) {
                Some(groups) => groups.into_iter().map(values).collect(),
                None => as_lists(answer),
            },
        }
    }
}

fn values(object: Map<String, Json>) -> Json {
    object.into_iter().map(|(_, value)| value).collect()
}

fn as_lists(answer: Json) -> Json {
    match answer {
        Json::Array(items) => items
            .into_iter()
            .map(|item| match item {
                Json::Object(object) => values(object),
                other => other,
            })
            .collect(),
        Json::Object(object) => object.into_iter().map(|(name, value)| json!([name, value])).collect(),
        other => other,
    }
}

/// The groups of an answer, each as one object; none when the answer is of another kind.
fn as_groups(answer: &Json) -> Option<Vec<Map<String, Json>>> {
    let mut groups = Vec::new();
    for block in answer.as_array()? {
        let (name, values) = (block.get("name")?.as_str()?, block.get("values")?.as_array()?);
        for group in values {
            let mut object = Map::new();
            object.insert(name.to_owned(), group.get("value")?.clone());
            match group.get("aggregates").and_then(Json::as_array) {
                Some(aggregates) => {
                    let members = aggregates.iter().filter_map(Json::as_object).flatten();
                    object.extend(members.map(|(name, value)| (name.clone(), value.clone())));
                }
                None => {
                    object.insert("elements".to_owned(), group.get("elements").cloned().unwrap_or_default());
                }
            }
            groups.push(object);
        }
    }
    (!groups.is_empty()).then_some(groups)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_one_value_or_to_several() {
        let answer = json!([{"name": "a", "n": 1}, {"name": "b", "n": 2}]);
        let of = |path: &str| JsonPath::read(path).unwrap().of(&answer);
        assert_eq!(of("[1].name"), json!("b"));
        assert_eq!(of("$[*].n"), json!([1, 2]));
        assert_eq!(of("[5].n"), Json::Null);
        assert_eq!(JsonPath::read("m").unwrap().of(&json!({"m": 3})), json!(3));
        assert!(JsonPath::read("[").is_err());
        assert!(JsonPath::read("[?(@.a)]").is_err());
    }

    #[test]
    fn groups_become_rows_for_charts() {
        let answer = json!([{"name": "river", "values": [
            {"value": "Ebb", "elements": [{}], "aggregates": [{"n": 2}, {"m": 1.5}]}]}]);
        assert_eq!(Transform::Objects.of(answer.clone()), json!([{"river": "Ebb", "n": 2, "m": 1.5}]));
        assert_eq!(Transform::Lists.of(answer), json!([["Ebb", 2, 1.5]]));
        assert_eq!(Transform::Lists.of(json!({"m": 1})), json!([["m", 1]]));
        assert_eq!(Transform::Lists.of(json!([{"a": 1, "b": 2}])), json!([[1, 2]]));
    }
}
