//! Writes SVG. Every mark has a class, which a page's style sheet paints, and the same paint as attributes, for files that
//! stand alone; nothing is styled inline. Text is escaped by the XML writer and can't be otherwise.

use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};

/// The colours of names, told apart by people of every kind of sight as far as eight colours can be. The last stands for
/// what has none of its own.
const COLORS: [&str; 8] =
    ["#005ea2", "#c05600", "#00766c", "#a23b8c", "#7a6500", "#5c4db1", "#2f8fd0", "#5f6a78"];

/// The colours of numbers, from the least to the largest.
const RAMP: [&str; 5] = ["#cfe2f3", "#9cc7ea", "#5fa1d6", "#1f74b8", "#0b3f73"];

/// The classes of names.
pub(crate) const FILLS: [&str; 8] = ["th-c0", "th-c1", "th-c2", "th-c3", "th-c4", "th-c5", "th-c6", "th-c7"];
pub(crate) const STROKES: [&str; 8] =
    ["th-l0", "th-l1", "th-l2", "th-l3", "th-l4", "th-l5", "th-l6", "th-l7"];

/// The classes of numbers.
pub(crate) const RAMP_FILLS: [&str; 5] = ["th-s0", "th-s1", "th-s2", "th-s3", "th-s4"];
pub(crate) const RAMP_STROKES: [&str; 5] = ["th-r0", "th-r1", "th-r2", "th-r3", "th-r4"];

/// The class of what has no colour of its own.
pub(crate) const REST: usize = 7;

/// How lines of a class are broken, so that colour is not all that tells them apart.
pub(crate) const DASHES: [&str; 8] = ["", "7 4", "2 4", "10 4 2 4", "4 3", "12 5", "2 2", "1 5"];

/// The paint of a class, for files that stand alone.
fn paint(class: &str) -> Vec<(&'static str, &'static str)> {
    let index = || class.as_bytes().last().map_or(0, |digit| usize::from(digit.saturating_sub(b'0')));
    let fill = |colors: &[&'static str]| vec![("fill", colors.get(index()).copied().unwrap_or("#005ea2"))];
    let stroke = |colors: &[&'static str]| {
        vec![("fill", "none"), ("stroke", colors.get(index()).copied().unwrap_or("#005ea2"))]
    };
    match class.get(..4) {
        Some("th-c") => fill(&COLORS),
        Some("th-l") => match class {
            "th-land" => vec![("fill", "#d5dbe2")],
            "th-label" => vec![("fill", "#1a1f27")],
            "th-line" => vec![("stroke", "#dde1e7")],
            _ => stroke(&COLORS),
        },
        Some("th-s") => match class {
            "th-soft" => vec![("fill", "#48525f")],
            _ => fill(&RAMP),
        },
        Some("th-r") => stroke(&RAMP),
        _ => match class {
            "th-zero" => vec![("stroke", "#858e9b")],
            "th-water" => vec![("fill", "#f3f6f9")],
            "th-page" => vec![("fill", "#ffffff")],
            "th-gap" => vec![("stroke", "#ffffff")],
            "th-on-dark" => vec![("fill", "#ffffff")],
            _ => Vec::new(),
        },
    }
}

/// A number as short as it can be without being seen.
pub(crate) fn n(value: f64) -> String {
    let value = if value.is_finite() { value.clamp(-1e6, 1e6) } else { 0.0 };
    let rounded = (value * 10.0).round() / 10.0 + 0.0;
    format!("{rounded}")
}

/// Characters that XML can't hold are dropped.
fn clean(text: &str) -> String {
    text.chars()
        .filter(
            |c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..),
        )
        .collect()
}

/// Attributes of an element.
pub(crate) type Attributes<'a> = &'a [(&'a str, String)];

/// Writes elements one after another.
pub(crate) struct Pen {
    writer: Writer<Vec<u8>>,
}

impl Pen {
    pub fn new() -> Self {
        Self { writer: Writer::new(Vec::new()) }
    }

    fn event(&mut self, event: Event<'_>) {
        // A vector takes whatever is written to it.
        let _ = self.writer.write_event(event);
    }

    fn start<'a>(name: &'a str, class: &str, attributes: Attributes<'_>) -> BytesStart<'a> {
        let mut start = BytesStart::new(name);
        if !class.is_empty() {
            start.push_attribute(("class", class));
            for (attribute, value) in paint(class) {
                if !attributes.iter().any(|(known, _)| *known == attribute) {
                    start.push_attribute((attribute, value));
                }
            }
        }
        for (attribute, value) in attributes {
            start.push_attribute((*attribute, clean(value).as_str()));
        }
        start
    }

    /// Opens an element.
    pub fn open(&mut self, name: &str, class: &str, attributes: Attributes<'_>) {
        self.event(Event::Start(Self::start(name, class, attributes)));
    }

    /// Closes it.
    pub fn close(&mut self, name: &str) {
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// An element without content.
    pub fn empty(&mut self, name: &str, class: &str, attributes: Attributes<'_>) {
        self.event(Event::Empty(Self::start(name, class, attributes)));
    }

    /// An element with text.
    pub fn said(&mut self, name: &str, class: &str, attributes: Attributes<'_>, text: &str) {
        self.open(name, class, attributes);
        self.event(Event::Text(BytesText::new(&clean(text))));
        self.close(name);
    }

    /// A shape that tells what it is when one points at it.
    pub fn told(&mut self, name: &str, class: &str, attributes: Attributes<'_>, tip: &str) {
        self.open(name, class, attributes);
        self.said("title", "", &[], tip);
        self.close(name);
    }

    /// What another pen has written.
    pub fn take(&mut self, other: Self) {
        self.writer.get_mut().extend(other.writer.into_inner());
    }

    pub fn finish(self) -> String {
        String::from_utf8_lossy(&self.writer.into_inner()).into_owned()
    }
}
