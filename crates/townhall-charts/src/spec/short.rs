//! A specification as the pairs of an address: `mark=bar&y=state&x=sum(amount)`.

use super::read::bins;
use super::{Aggregate, Channel, Kind, Sort, Spec, SpecProblem, Stack, TimeUnit};
use crate::limits::{BINS, TEXT_CHARS_MAX};

/// The words of a chart; every other pair of an address says which rows.
pub(crate) const WORDS: [&str; 13] = [
    "mark",
    "x",
    "y",
    "longitude",
    "latitude",
    "theta",
    "color",
    "size",
    "text",
    "stack",
    "sort",
    "title",
    "description",
];

impl Spec {
    /// Whether a pair of this key belongs to a chart rather than to the question which rows.
    pub fn is_word(key: &str) -> bool {
        WORDS.contains(&key) || key == "spec"
    }

    /// Reads the pairs of an address; none when they speak of no chart.
    pub fn from_pairs(pairs: &[(String, String)]) -> Result<Option<Self>, SpecProblem> {
        let get = |key: &str| pairs.iter().rev().find(|(known, _)| known == key).map(|(_, v)| v.as_str());
        let filters: Vec<_> = pairs.iter().filter(|(key, _)| !Self::is_word(key)).cloned().collect();
        if let Some(text) = get("spec") {
            let mut spec = Self::from_json(text)?;
            spec.filters.extend(filters);
            return Ok(Some(spec));
        }
        let Some(mark) = get("mark") else { return Ok(None) };
        let kind = Kind::by_name(mark).ok_or_else(|| {
            let known: Vec<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
            SpecProblem::new(format!(
                "`mark={}` is no kind of chart",
                mark.chars().take(60).collect::<String>()
            ))
            .with_hint(format!("use one of {}", known.join(", ")))
        })?;
        let mut spec = Self::new(kind);
        let cut = |text: &str| text.chars().take(TEXT_CHARS_MAX).collect::<String>();
        spec.title = get("title").map(cut);
        spec.description = get("description").map(cut);
        spec.filters = filters;
        for name in WORDS {
            if let Some(text) = get(name)
                && let Some(place) = spec.channel_mut(name)
            {
                *place = Some(channel(text));
            }
        }
        if get("stack") == Some("normalize") {
            spec.stack = Stack::Normalize;
        }
        // What the mark leaves open, its channels say.
        spec.kind = match kind {
            Kind::Scatter if spec.longitude.is_some() => Kind::Map,
            Kind::Bar if spec.color.is_some() => Kind::StackedBar,
            kind => kind,
        };
        if let Some(sort) = get("sort").and_then(sort)
            && let Some(category) = spec.category_mut()
        {
            category.sort = Some(sort);
        }
        Ok(Some(spec))
    }

    /// The pairs of an address that say the same, as far as they can.
    pub fn to_pairs(&self) -> Vec<(String, String)> {
        let mut pairs = vec![("mark".to_owned(), self.kind.name().to_owned())];
        for (name, channel) in self.channels() {
            if let Some(channel) = channel {
                pairs.push((name.to_owned(), channel.to_short()));
            }
        }
        if self.stack == Stack::Normalize {
            pairs.push(("stack".into(), "normalize".into()));
        }
        let sort = self.channels().iter().find_map(|(_, channel)| channel.and_then(|channel| channel.sort));
        if let Some(sort) = sort {
            pairs.push(("sort".into(), sort.word().into()));
        }
        for (name, text) in [("title", &self.title), ("description", &self.description)] {
            if let Some(text) = text {
                pairs.push((name.into(), text.clone()));
            }
        }
        pairs.extend(self.filters.iter().cloned());
        pairs
    }

    /// The channel of the categories, which the order is about.
    fn category_mut(&mut self) -> Option<&mut Channel> {
        let is_measure = |channel: &Option<Channel>| channel.as_ref().is_none_or(|c| c.aggregate.is_some());
        let name = match self.kind {
            Kind::Pie => "color",
            _ if is_measure(&self.x) => "y",
            _ => "x",
        };
        self.channel_mut(name)?.as_mut()
    }
}

impl Channel {
    /// The channel in one word, such as `sum(amount)`.
    pub fn to_short(&self) -> String {
        let field = self.field.as_deref().unwrap_or_default();
        if let Some(aggregate) = self.aggregate {
            return format!("{}({field})", aggregate.name());
        }
        if let Some(unit) = self.time_unit {
            return format!("{}({field})", unit.name());
        }
        match self.bin {
            Some(BINS) => format!("bin({field})"),
            Some(bins) => format!("bin({field},{bins})"),
            None => field.to_owned(),
        }
    }
}

impl Sort {
    /// The word in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
            Self::Measure => "smallest",
            Self::MeasureDescending => "largest",
        }
    }
}

fn sort(word: &str) -> Option<Sort> {
    [Sort::Ascending, Sort::Descending, Sort::Measure, Sort::MeasureDescending]
        .into_iter()
        .find(|sort| sort.word() == word)
}

/// Reads `column`, `sum(column)`, `count()`, `year(column)`, `bin(column)` or `bin(column,10)`.
pub(crate) fn channel(text: &str) -> Channel {
    let text = text.trim();
    let plain = || Channel::field(text);
    let Some((word, inner)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) else {
        return plain();
    };
    let field = |inner: &str| (!inner.is_empty()).then(|| inner.to_owned());
    if word == "bin" {
        let parted = inner.rsplit_once(',');
        let counted = parted.and_then(|(name, bins)| Some((name, bins.trim().parse::<u64>().ok()?)));
        let (name, wanted) = counted.unwrap_or((inner, u64::from(BINS)));
        return Channel { bin: Some(bins(wanted)), field: field(name), ..Channel::default() };
    }
    // `day(x)` is a unit of time, never a number of a group: the two lists share no word.
    if let Some(aggregate) = Aggregate::by_name(word) {
        return Channel { aggregate: Some(aggregate), field: field(inner), ..Channel::default() };
    }
    match TimeUnit::by_name(word) {
        Some(unit) => Channel { time_unit: Some(unit), field: field(inner), ..Channel::default() },
        None => plain(),
    }
}
