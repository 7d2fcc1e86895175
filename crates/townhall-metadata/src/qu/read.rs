//! Reads a definition, and makes sure that its parts fit together.

use serde_json::{Map, Value};

use super::comments::without_comments;
use super::{
    QU_DEFINITION_BYTES_MAX, QU_GROUP_FIELDS_MAX, QU_PARTS_MAX, QuAggregation, QuColumn, QuConcept,
    QuDefinition, QuMade, QuReference, QuSlice, QuTable, QuType,
};

/// Why a definition could not be read: where, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct QuDefinitionError {
    /// Where in the definition.
    pub place: String,
    /// What is wrong.
    pub message: String,
}

type Members = Map<String, Value>;

fn wrong(place: impl Into<String>, message: impl Into<String>) -> QuDefinitionError {
    QuDefinitionError { place: place.into(), message: message.into() }
}

/// Reads a definition: JSON, with comments or without.
///
/// # Errors
///
/// When it is no JSON, a part is missing or of the wrong kind, or names something that is not there.
pub fn read_qu_definition(bytes: &[u8]) -> Result<QuDefinition, QuDefinitionError> {
    if bytes.len() > QU_DEFINITION_BYTES_MAX {
        return Err(wrong("definition", format!("it has more than {QU_DEFINITION_BYTES_MAX} bytes")));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let document: Members = serde_json::from_slice(&without_comments(bytes))
        .map_err(|error| wrong("definition", error.to_string()))?;
    let part = |name: &str| members(document.get(name), name);
    let mut definition =
        QuDefinition { info: part("info")?, concepts: Vec::new(), slices: Vec::new(), tables: Vec::new() };
    for (id, value) in part("tables")? {
        definition.tables.push(table(&id, &value)?);
    }
    for (id, value) in part("concepts")? {
        let definition_of = members(Some(&value), &format!("concepts/{id}"))?;
        let table = text(&definition_of, "table");
        definition.concepts.push(QuConcept { id, definition: definition_of, table });
    }
    for (id, value) in part("slices")? {
        definition.slices.push(slice(&id, &value)?);
    }
    if definition.slices.is_empty() {
        return Err(wrong("slices", "there are none, so nothing could be asked"));
    }
    check(&definition)?;
    definition.slices = in_order(definition.slices)?;
    Ok(definition)
}

fn members(value: Option<&Value>, place: &str) -> Result<Members, QuDefinitionError> {
    match value {
        None | Some(Value::Null) => Ok(Members::new()),
        Some(Value::Object(members)) if members.len() <= QU_PARTS_MAX => Ok(members.clone()),
        Some(Value::Object(_)) => Err(wrong(place, format!("it has more than {QU_PARTS_MAX} members"))),
        Some(_) => Err(wrong(place, "it has to be an object")),
    }
}

fn text(members: &Members, name: &str) -> Option<String> {
    members.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn needed(members: &Members, name: &str, place: &str) -> Result<String, QuDefinitionError> {
    text(members, name).ok_or_else(|| wrong(format!("{place}/{name}"), "a text is needed here"))
}

/// A text, or texts in a list.
fn texts(value: Option<&Value>, place: &str) -> Result<Vec<String>, QuDefinitionError> {
    let text = |value: &Value| {
        value.as_str().map(str::to_owned).ok_or_else(|| wrong(place, format!("`{value}` is no text")))
    };
    match value {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) if items.len() <= QU_PARTS_MAX => items.iter().map(text).collect(),
        Some(Value::Array(_)) => Err(wrong(place, format!("it has more than {QU_PARTS_MAX} items"))),
        Some(one) => Ok(vec![text(one)?]),
    }
}

fn table(id: &str, value: &Value) -> Result<QuTable, QuDefinitionError> {
    let place = format!("tables/{id}");
    let table = members(Some(value), &place)?;
    let sources = texts(table.get("sources"), &format!("{place}/sources"))?;
    let mut columns: Vec<QuColumn> = Vec::new();
    for (header, value) in members(table.get("columns"), &format!("{place}/columns"))? {
        let place = format!("{place}/columns/{header}");
        let column = members(Some(&value), &place)?;
        if column.get("skip").and_then(Value::as_bool) == Some(true) {
            continue;
        }
        let name = text(&column, "name").unwrap_or_else(|| header.clone());
        if columns.iter().any(|known| known.name == name) {
            return Err(wrong(place, format!("there are two columns `{name}`")));
        }
        let kind = text(&column, "type").unwrap_or_else(|| "string".to_owned());
        let kind = QuType::ALL.into_iter().find(|known| known.name() == kind).ok_or_else(|| {
            let known = QuType::ALL.map(QuType::name).join(", ");
            wrong(format!("{place}/type"), format!("`{kind}` is no type; use one of {known}"))
        })?;
        let lookup = members(column.get("lookup"), &format!("{place}/lookup"))?;
        let lookup = lookup.into_iter().map(|(code, label)| {
            let label = label.as_str().map_or_else(|| label.to_string(), str::to_owned);
            (code, label)
        });
        let format = text(&column, "format");
        columns.push(QuColumn { header, name, kind, format, lookup: lookup.collect() });
    }
    Ok(QuTable { id: id.to_owned(), sources, columns })
}

fn slice(id: &str, value: &Value) -> Result<QuSlice, QuDefinitionError> {
    let place = format!("slices/{id}");
    let definition = members(Some(value), &place)?;
    let list = |name: &str| texts(definition.get(name), &format!("{place}/{name}"));
    let made = match text(&definition, "type").as_deref().unwrap_or("table") {
        "table" => QuMade::Table(needed(&definition, "table", &place)?),
        "derived" => QuMade::Derived {
            slice: needed(&definition, "slice", &place)?,
            aggregations: aggregations(&definition, &place)?,
            filter: text(&definition, "where").filter(|text| !text.trim().is_empty()),
        },
        other => {
            return Err(wrong(format!("{place}/type"), format!("`{other}` is neither table nor derived")));
        }
    };
    let mut references = Vec::new();
    for (name, value) in members(definition.get("references"), &format!("{place}/references"))? {
        let place = format!("{place}/references/{name}");
        let reference = members(Some(&value), &place)?;
        let columns = texts(reference.get("column"), &format!("{place}/column"))?;
        let mut ids = texts(reference.get("id"), &format!("{place}/id"))?;
        if ids.is_empty() {
            ids.push("_id".to_owned());
        }
        if columns.len() != ids.len() {
            return Err(wrong(place, "`column` and `id` have to name as many columns"));
        }
        let concept = needed(&reference, "concept", &place)?;
        let value = needed(&reference, "value", &place)?;
        references.push(QuReference { name, columns, concept, ids, value });
    }
    let max_group_fields = match definition.get("max-group-fields") {
        None | Some(Value::Null) => QU_GROUP_FIELDS_MAX,
        Some(value) => value.as_u64().and_then(|number| usize::try_from(number).ok()).ok_or_else(|| {
            wrong(format!("{place}/max-group-fields"), format!("`{value}` is not a whole number"))
        })?,
    };
    let (dimensions, metrics) = (list("dimensions")?, list("metrics")?);
    let mut seen = std::collections::HashSet::new();
    if let Some(twice) = dimensions.iter().chain(&metrics).find(|name| !seen.insert(name.as_str())) {
        return Err(wrong(place, format!("`{twice}` is listed twice")));
    }
    if seen.is_empty() {
        return Err(wrong(place, "it has neither dimensions nor metrics"));
    }
    let id = id.to_owned();
    Ok(QuSlice { id, made, dimensions, metrics, references, max_group_fields, definition })
}

fn aggregations(slice: &Members, place: &str) -> Result<Vec<QuAggregation>, QuDefinitionError> {
    let mut made = Vec::new();
    for (name, value) in members(slice.get("aggregations"), &format!("{place}/aggregations"))? {
        let place = format!("{place}/aggregations/{name}");
        let mut words = texts(Some(&value), &place)?.into_iter();
        let function = words.next().unwrap_or_default().to_lowercase();
        let column = words.next();
        match (function.as_str(), &column) {
            ("count", _) | ("sum" | "min" | "max" | "avg", Some(_)) => {}
            _ => return Err(wrong(place, "write it like [\"sum\", \"column\"] or [\"count\"]")),
        }
        made.push(QuAggregation { name, function, column });
    }
    Ok(made)
}

/// Whether everything that is named is there.
fn check(definition: &QuDefinition) -> Result<(), QuDefinitionError> {
    for concept in &definition.concepts {
        if let Some(table) = concept.table.as_deref().filter(|table| definition.table(table).is_none()) {
            return Err(wrong(
                format!("concepts/{}/table", concept.id),
                format!("there is no table `{table}`"),
            ));
        }
    }
    for slice in &definition.slices {
        let place = format!("slices/{}", slice.id);
        let own: Vec<&str> = match &slice.made {
            QuMade::Table(table) => {
                let found = definition.table(table);
                let found = found.ok_or_else(|| wrong(&place, format!("there is no table `{table}`")))?;
                found.columns.iter().map(|column| column.name.as_str()).collect()
            }
            QuMade::Derived { slice: parent, aggregations, .. } => {
                let found = definition.slice(parent);
                let found = found.ok_or_else(|| wrong(&place, format!("there is no slice `{parent}`")))?;
                let unknown = |name: &&str| !found.fields().any(|field| field == *name);
                if let Some(name) =
                    aggregations.iter().filter_map(|made| made.column.as_deref()).find(unknown)
                {
                    return Err(wrong(
                        format!("{place}/aggregations"),
                        format!("`{parent}` has no `{name}`"),
                    ));
                }
                let of_group = slice.dimensions.iter().map(String::as_str).filter(|name| !unknown(name));
                of_group.chain(aggregations.iter().map(|made| made.name.as_str())).collect()
            }
        };
        for reference in &slice.references {
            let place = format!("{place}/references/{}", reference.name);
            if let Some(column) = reference.columns.iter().find(|name| !own.contains(&name.as_str())) {
                return Err(wrong(place, format!("there is no column `{column}`")));
            }
            let table = definition.table_of(&reference.concept).ok_or_else(|| {
                wrong(&place, format!("there is no concept `{}` with a table", reference.concept))
            })?;
            let wanted = reference.ids.iter().chain([&reference.value]);
            if let Some(column) = wanted.into_iter().find(|name| table.column(name).is_none()) {
                return Err(wrong(place, format!("table `{}` has no column `{column}`", table.id)));
            }
        }
        let is_known = |name: &str| {
            own.contains(&name) || slice.references.iter().any(|reference| reference.name == name)
        };
        if let Some(name) = slice.fields().find(|name| !is_known(name)) {
            return Err(wrong(place, format!("`{name}` is neither a column nor a reference")));
        }
    }
    Ok(())
}

/// The slices so that each comes behind the one that it is made of.
fn in_order(slices: Vec<QuSlice>) -> Result<Vec<QuSlice>, QuDefinitionError> {
    let mut ordered: Vec<QuSlice> = Vec::with_capacity(slices.len());
    let mut waiting = slices;
    while !waiting.is_empty() {
        let before = ordered.len();
        let mut still = Vec::new();
        for slice in waiting {
            let is_ready = match &slice.made {
                QuMade::Table(_) => true,
                QuMade::Derived { slice: parent, .. } => ordered.iter().any(|known| known.id == *parent),
            };
            if is_ready { ordered.push(slice) } else { still.push(slice) }
        }
        if ordered.len() == before {
            return Err(wrong(format!("slices/{}", still[0].id), "it is made of itself"));
        }
        waiting = still;
    }
    Ok(ordered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        read_qu_definition(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_definition_says_where_it_is_wrong() {
        assert!(problem("{").starts_with("definition: "), "{}", problem("{"));
        assert_eq!(problem("{}"), "slices: there are none, so nothing could be asked");
        assert_eq!(
            problem(r#"{"tables": {"t": {"columns": {"a": {"type": "text"}}}}}"#),
            "tables/t/columns/a/type: `text` is no type; use one of string, integer, number, dollars, date, boolean, lookup"
        );
        assert_eq!(
            problem(r#"{"slices": {"s": {"table": "t", "dimensions": ["a"]}}}"#),
            "slices/s: there is no table `t`"
        );
        assert_eq!(
            problem(
                r#"{"tables": {"t": {"columns": {"a": {}}}},
                "slices": {"s": {"table": "t", "dimensions": ["a", "b"]}}}"#
            ),
            "slices/s: `b` is neither a column nor a reference"
        );
        assert_eq!(
            problem(
                r#"{"slices": {"s": {"type": "derived", "slice": "r", "dimensions": ["a"]},
                "r": {"type": "derived", "slice": "s", "dimensions": ["a"]}}}"#
            ),
            "slices/s: it is made of itself"
        );
    }

    #[test]
    fn derived_slices_come_behind_what_they_are_made_of() {
        let definition = read_qu_definition(
            br#"{"tables": {"t": {"columns": {"A": {"name": "a", "type": "integer"}, "B": {"skip": true}}}},
            "slices": { // the order of the file is another
                "d": {"type": "derived", "slice": "s", "dimensions": ["a"], "metrics": ["n", "m"],
                      "aggregations": {"n": ["count"], "m": ["avg", "a"]}},
                "s": {"type": "table", "table": "t", "dimensions": ["a"], "max-group-fields": 2}}}"#,
        )
        .unwrap();
        let names: Vec<&str> = definition.slices.iter().map(|slice| slice.id.as_str()).collect();
        assert_eq!(names, ["s", "d"]);
        let derived = definition.slice("d").unwrap();
        assert_eq!(definition.kind_of(derived, "a"), QuType::Integer);
        assert_eq!(definition.kind_of(derived, "n"), QuType::Integer);
        assert_eq!(definition.kind_of(derived, "m"), QuType::Number);
        assert_eq!(definition.slices[0].max_group_fields, 2);
        assert_eq!(definition.tables[0].columns.len(), 1);
    }
}
