//! JSON values as XML and YAML, for systems whose answers come in those, too.

use std::io;

use serde_json::Value;

use crate::handlers::xml::Xml;

/// A value as XML: the items of a list are `<list-item>`s, the members of an object elements of their names.
pub fn as_xml(value: &Value, root: &str) -> io::Result<Vec<u8>> {
    let mut xml = Xml::new()?;
    xml.element(root, &[], |xml| element(xml, value))?;
    Ok(xml.finish())
}

fn element(xml: &mut Xml, value: &Value) -> io::Result<()> {
    match value {
        Value::Array(items) => {
            items.iter().try_for_each(|item| xml.element("list-item", &[], |xml| element(xml, item)))
        }
        Value::Object(members) => members.iter().try_for_each(|(name, value)| {
            let name = element_name(name);
            match plain(value) {
                Some(text) => xml.text(&name, &text),
                None => xml.element(&name, &[], |xml| element(xml, value)),
            }
        }),
        other => match plain(other) {
            Some(text) => xml.chars(&text),
            None => Ok(()),
        },
    }
}

/// Rows as elements of one name; a column named `id` is an attribute of its row.
pub fn rows_as_xml(
    columns: &[&str],
    rows: &[Vec<Option<String>>],
    [root, row_name]: [&str; 2],
) -> io::Result<Vec<u8>> {
    let mut xml = Xml::new()?;
    xml.element(root, &[], |xml| {
        rows.iter().try_for_each(|row| {
            let cells = || columns.iter().zip(row);
            let id = cells().find_map(|(name, cell)| cell.as_deref().filter(|_| *name == "id"));
            let attributes: Vec<(&str, &str)> = id.map(|id| ("id", id)).into_iter().collect();
            xml.element(row_name, &attributes, |xml| {
                cells().filter(|(name, _)| **name != "id").try_for_each(|(name, cell)| match cell {
                    Some(text) => xml.text(&element_name(name), text),
                    None => xml.empty(&element_name(name), &[]),
                })
            })
        })
    })?;
    Ok(xml.finish())
}

/// A value that is no list and no object, as text; none where it has no value.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null => Some(String::new()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// A name that XML takes for an element (XML 1.0, section 2.3), as near as can be.
pub fn element_name(name: &str) -> String {
    let is_inner = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let clean: String = name.chars().map(|c| if is_inner(c) { c } else { '_' }).collect();
    match clean.chars().next() {
        Some(first) if first.is_alphabetic() || first == '_' => clean,
        _ => format!("_{clean}"),
    }
}

/// A value as YAML in blocks; texts stand in double quotes, so that none is mistaken for something else.
pub fn as_yaml(value: &Value) -> String {
    let mut text = String::new();
    block(value, 0, &mut text);
    text
}

fn block(value: &Value, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                out.push_str(&format!("{indent}-"));
                below(item, depth, out);
            }
        }
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                out.push_str(&format!("{indent}{}:", Value::from(name.as_str())));
                below(value, depth, out);
            }
        }
        other => out.push_str(&format!("{indent}{other}\n")),
    }
}

fn below(value: &Value, depth: usize, out: &mut String) {
    let has_members = match value {
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => false,
    };
    if has_members {
        out.push('\n');
        block(value, depth + 1, out);
    } else {
        out.push_str(&format!(" {value}\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_the_same_in_every_form() {
        let value = json!([{"1st": "a<b", "n": 2, "list": [true, null]}, {}]);
        let xml = String::from_utf8(as_xml(&value, "root").unwrap()).unwrap();
        assert!(
            xml.ends_with(
                "<root><list-item><_1st>a&lt;b</_1st><n>2</n><list><list-item>true</list-item>\
                 <list-item></list-item></list></list-item><list-item></list-item></root>"
            ),
            "{xml}"
        );
        assert_eq!(
            as_yaml(&value),
            "-\n  \"1st\": \"a<b\"\n  \"n\": 2\n  \"list\":\n    - true\n    - null\n- {}\n"
        );
        assert_eq!(as_yaml(&json!([])), "[]\n");
    }
}
