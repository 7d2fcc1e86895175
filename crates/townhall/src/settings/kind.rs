//! What settings hold: which values will do, and how documentation and the JSON Schema say it.

use std::net::SocketAddr;

use serde_json::{Value, json};
use url::Url;

/// What a setting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Any text.
    Text,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A whole number, 0 or more.
    Number,
    /// Memory: megabytes, or a share of what the machine has, such as `12%`.
    Memory,
    /// `true` or `false`.
    Truth,
    /// Address ranges such as `10.0.0.0/8`, in a TOML array or with commas.
    Ranges,
    /// Any texts without commas, in a TOML array or with commas.
    List,
    /// An address to listen on, such as `127.0.0.1:8080`.
    Address,
    /// The address of a website without a final slash, or nothing.
    Url,
    /// A color, `#rgb` or `#rrggbb`, or nothing.
    Color,
}

impl Type {
    /// What documentation says that such a setting holds.
    pub fn name(self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::OneOf(words) => {
                words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ")
            }
            Self::Number => "whole number".to_owned(),
            Self::Memory => "whole number or percentage".to_owned(),
            Self::Truth => "`true` or `false`".to_owned(),
            Self::Ranges => "list of address ranges".to_owned(),
            Self::List => "list of texts".to_owned(),
            Self::Address => "address and port".to_owned(),
            Self::Url => "web address".to_owned(),
            Self::Color => "color".to_owned(),
        }
    }

    /// Whether a value will do; else what is wanted, as the end of a sentence.
    pub(super) fn check(self, value: &str) -> Result<(), String> {
        let (will_do, wanted) = match self {
            Self::Text | Self::List => return Ok(()),
            Self::OneOf(words) => (words.contains(&value), format!("one of {}", words.join(", "))),
            Self::Number => (value.parse::<u64>().is_ok(), "a whole number".to_owned()),
            Self::Memory => (
                memory(value, 0).is_some(),
                "megabytes, or a share of the machine's memory such as 12%".to_owned(),
            ),
            Self::Truth => (matches!(value, "true" | "false"), "true or false".to_owned()),
            Self::Ranges => (
                townhall_app::parse_ranges(&items(value)).is_ok(),
                "a list of address ranges such as 10.0.0.0/8".to_owned(),
            ),
            Self::Address => (
                value.parse::<SocketAddr>().is_ok(),
                "an address with a port, such as 127.0.0.1:8080".to_owned(),
            ),
            Self::Url => (
                value.is_empty() || is_site(value),
                "an address such as https://data.example.gov, without a final slash".to_owned(),
            ),
            Self::Color => (value.is_empty() || is_color(value), "a color such as #0b6b6b".to_owned()),
        };
        if will_do { Ok(()) } else { Err(wanted) }
    }

    /// The values in TOML, as a JSON Schema. Numbers and truths may also stand in quotes, which editors need not suggest.
    pub(super) fn schema(self) -> Value {
        match self {
            Self::Text => json!({"type": "string"}),
            Self::OneOf(words) => json!({"enum": words}),
            Self::Number => json!({"type": "integer", "minimum": 0}),
            Self::Memory => json!({"type": ["integer", "string"], "minimum": 0, "pattern": "^[0-9]+%?$"}),
            Self::Truth => json!({"type": "boolean"}),
            Self::Ranges | Self::List => json!({"type": "array", "items": {"type": "string"}}),
            Self::Address => json!({"type": "string", "pattern": ":[0-9]+$"}),
            Self::Url => json!({"type": "string", "pattern": "^(https?://.*[^/])?$"}),
            Self::Color => json!({"type": "string", "pattern": "^(#([0-9a-fA-F]{3}){1,2})?$"}),
        }
    }

    /// A default of the table as the JSON value that it stands for.
    pub(super) fn json(self, default: &str) -> Value {
        match self {
            Self::Number => default.parse::<u64>().map_or(Value::Null, Value::from),
            Self::Truth => json!(default == "true"),
            Self::Ranges | Self::List => json!(items(default)),
            Self::Text | Self::OneOf(_) | Self::Memory | Self::Address | Self::Url | Self::Color => {
                json!(default)
            }
        }
    }
}

/// The items of a list that stands in one text.
pub(super) fn items(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// The bytes that a text stands for on a machine with so many.
pub(super) fn memory(text: &str, machine: u64) -> Option<u64> {
    match text.strip_suffix('%') {
        Some(share) => {
            let share = share.parse::<u64>().ok().filter(|share| *share <= 100)?;
            Some(machine / 100 * share)
        }
        None => Some(text.parse::<u64>().ok()?.saturating_mul(1024 * 1024)),
    }
}

/// The bytes of memory that this process may have: the machine's, or what its control group allows.
pub(super) fn machine_memory() -> u64 {
    let info = rustix::system::sysinfo();
    let whole = (info.totalram as u64).saturating_mul(u64::from(info.mem_unit.max(1)));
    let allowed = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    let allowed = allowed.and_then(|text| text.trim().parse::<u64>().ok());
    allowed.map_or(whole, |allowed| allowed.min(whole))
}

fn is_site(value: &str) -> bool {
    Url::parse(value).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) && !value.ends_with('/')
}

fn is_color(value: &str) -> bool {
    value.strip_prefix('#').is_some_and(|digits| {
        matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}
