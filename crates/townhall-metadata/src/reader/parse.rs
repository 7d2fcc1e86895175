//! Parses one value into a tree, and notices keys that stand twice, which `serde_json` alone passes over.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

/// Most names of doubled keys that are remembered for one record.
const DOUBLED_KEYS_MAX: usize = 20;

/// Room that is made for an object at once; a dataset has about 16 members, the things in it fewer.
const MEMBERS_EXPECTED: usize = 8;

/// Parses strict JSON; gives the tree and the names of keys that stand twice in one object.
pub fn parse(text: &str) -> serde_json::Result<(Value, Vec<String>)> {
    let mut doubled = Vec::new();
    let mut parser = serde_json::Deserializer::from_str(text);
    let value = Tree { doubled: &mut doubled }.deserialize(&mut parser)?;
    parser.end()?;
    Ok((value, doubled))
}

struct Tree<'d> {
    doubled: &'d mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(Tree { doubled: &mut *self.doubled })? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::with_capacity(MEMBERS_EXPECTED);
        while let Some(key) = members.next_key::<String>()? {
            let value = members.next_value_seed(Tree { doubled: &mut *self.doubled })?;
            match map.entry(key) {
                Entry::Vacant(entry) => {
                    entry.insert(value);
                }
                Entry::Occupied(mut entry) => {
                    if self.doubled.len() < DOUBLED_KEYS_MAX {
                        self.doubled.push(entry.key().clone());
                    }
                    entry.insert(value);
                }
            }
        }
        Ok(Value::Object(map))
    }
}
