//! The facets by which records can be counted and filtered.

/// A property with few values that people narrow their search by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Facet {
    /// The organization that owns the record.
    Organization,
    /// Topic.
    Topic,
    /// Keyword, ignoring case.
    Keyword,
    /// Format of a distribution.
    Format,
    /// License.
    License,
    /// Access level.
    AccessLevel,
    /// What it has: `download`, `api`, `map`, `table`.
    Has,
    /// Year covered.
    Year,
    /// Kind of record.
    Kind,
}

impl Facet {
    /// Every facet, in the order pages show them.
    pub const ALL: [Self; 9] = [
        Self::Organization,
        Self::Topic,
        Self::Keyword,
        Self::Format,
        Self::License,
        Self::AccessLevel,
        Self::Has,
        Self::Year,
        Self::Kind,
    ];

    /// The name in URLs and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Topic => "topic",
            Self::Keyword => "keyword",
            Self::Format => "format",
            Self::License => "license",
            Self::AccessLevel => "access_level",
            Self::Has => "has",
            Self::Year => "year",
            Self::Kind => "kind",
        }
    }

    /// The facet with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|facet| facet.name() == name)
    }

    /// Brings a value that somebody typed into the form in which the facet keeps it.
    pub(crate) fn normalize(self, value: &str) -> String {
        match self {
            Self::Keyword | Self::Format => squeeze(value).to_lowercase(),
            _ => squeeze(value),
        }
    }
}

/// Trims, and makes every run of white space one space; control characters count as white space.
pub(crate) fn squeeze(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !squeezed.is_empty() {
            squeezed.push(' ');
        }
        squeezed.push_str(word);
    }
    squeezed
}
