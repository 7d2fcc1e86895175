//! Reads a digital strategy as leniently as can be: items may stand anywhere, and fields may be missing.

use serde_json::Value;

use super::facts::{StrategyFacts, StrategyItem};

/// Items that are kept; the form that agencies were given has about thirty.
const ITEMS_MAX: usize = 200;

/// Characters of a text that are kept.
const TEXT_MAX: usize = 2_000;

/// How deep items are looked for.
const DEPTH_MAX: u32 = 12;

/// Reads a `digitalstrategy.json`.
pub fn judge_strategy(bytes: &[u8]) -> StrategyFacts {
    let text = String::from_utf8_lossy(bytes);
    let Ok(root) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}').trim()) else {
        return StrategyFacts::default();
    };
    let mut facts = StrategyFacts {
        valid_json: true,
        generated: root["generated"].as_str().map(shortened),
        agency: root["agency"].as_str().map(shortened),
        ..StrategyFacts::default()
    };
    collect(&root, &mut facts.items, 0);
    facts
}

fn shortened(text: &str) -> String {
    text.chars().take(TEXT_MAX).collect()
}

fn collect(value: &Value, items: &mut Vec<StrategyItem>, depth: u32) {
    if depth > DEPTH_MAX || items.len() >= ITEMS_MAX {
        return;
    }
    match value {
        Value::Array(list) => list.iter().for_each(|one| collect(one, items, depth + 1)),
        Value::Object(map) => {
            let is_item = map.contains_key("id") && (map.contains_key("text") || map.contains_key("fields"));
            if is_item {
                items.push(item(value));
            }
            for (key, inner) in map {
                if !is_item || key != "fields" {
                    collect(inner, items, depth + 1);
                }
            }
        }
        _ => {}
    }
}

fn item(value: &Value) -> StrategyItem {
    let mut item = StrategyItem {
        id: words(&value["id"]).unwrap_or_default(),
        text: words(&value["text"]).unwrap_or_default(),
        ..StrategyItem::default()
    };
    for field in value["fields"].as_array().into_iter().flatten() {
        let label = words(&field["label"]).or_else(|| words(&field["name"])).unwrap_or_default();
        let Some(said) = words(&field["value"]) else { continue };
        let name = format!("{} {label}", field["name"].as_str().unwrap_or_default()).to_lowercase();
        if name.contains("status") && item.status.is_none() {
            item.status = Some(said);
        } else {
            item.answers.push((label, said));
        }
    }
    if item.status.is_none() {
        item.status = words(&value["status"]);
    }
    item
}

/// A value in words; a list as its items.
fn words(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => shortened(text.trim()),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => if *truth { "yes" } else { "no" }.to_owned(),
        Value::Array(list) => list.iter().filter_map(words).collect::<Vec<_>>().join("; "),
        _ => return None,
    };
    Some(shortened(&text)).filter(|text| !text.is_empty())
}
