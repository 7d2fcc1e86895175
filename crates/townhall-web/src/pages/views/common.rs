//! Pieces that several pages share.

use serde::Serialize;

/// A link with its words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The words.
    pub label: String,
    /// Where it leads.
    pub url: String,
}

impl Link {
    /// A link from its words and its address.
    pub fn new(label: impl Into<String>, url: impl Into<String>) -> Self {
        Self { label: label.into(), url: url.into() }
    }
}

/// A stretch of text that did or did not match the query.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Segment {
    /// The text.
    pub text: String,
    /// Whether it matched and is marked.
    pub hit: bool,
}

impl Segment {
    /// Text without any mark.
    pub fn plain(text: impl Into<String>) -> Vec<Self> {
        vec![Self { text: text.into(), hit: false }]
    }
}

/// An option of a choice: a radio button, a menu entry or a tab of links.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The words.
    pub label: String,
    /// The value in forms.
    pub value: String,
    /// The address of this page with the option chosen.
    pub url: String,
    /// Whether it is chosen now.
    pub selected: bool,
}

/// A parameter that a form carries along unseen, so that a filter doesn't lose the others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HiddenField {
    /// The parameter.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A fact in a list of terms: the term, its value, perhaps a link and an explanation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// The term.
    pub term: String,
    /// The value, as text.
    pub value: String,
    /// Where the value leads.
    pub url: Option<String>,
    /// One sentence that explains it.
    pub note: Option<String>,
    /// The value is an ISO 8601 date and is shown in words.
    pub is_date: bool,
}

/// A field of the complete metadata: a value, or fields in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Field {
    /// The name as the standard has it, such as `contactPoint`; empty for an item of a list.
    pub name: String,
    /// What the name means, for people.
    pub label: Option<String>,
    /// The value, when it is a single one. Addresses become links.
    pub value: Option<String>,
    /// The fields in it.
    pub children: Vec<Field>,
}

/// A file that can be downloaded: a format of the results, of a view, of a record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Download {
    /// The format, such as `CSV`.
    pub label: String,
    /// Its address.
    pub url: String,
    /// The size, when it is known.
    pub bytes: Option<u64>,
    /// What it is good for, in a few words.
    pub note: Option<String>,
}

/// A dataset in a short list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DatasetCard {
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: String,
    /// The beginning of its description, as plain text.
    pub summary: Option<String>,
    /// Who publishes it.
    pub organization: Option<Link>,
    /// Its formats, such as `CSV`.
    pub formats: Vec<String>,
    /// When the data last changed.
    pub modified: Option<String>,
    /// How many rows its tables have, when it has any.
    pub rows: Option<u64>,
    /// It isn't published yet.
    pub is_draft: bool,
}

/// An organization in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct OrganizationCard {
    /// Its name.
    pub name: String,
    /// Its page.
    pub url: String,
    /// What it does, as plain text.
    pub description: Option<String>,
    /// How many datasets it publishes, those of its parts included.
    pub datasets: u64,
    /// How deep it stands below the top, from 0.
    pub depth: u32,
}

/// A topic in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TopicCard {
    /// Its name.
    pub name: String,
    /// Its page.
    pub url: String,
    /// How many datasets it has.
    pub datasets: u64,
    /// An icon of the sprite, such as `topic`; none draws the plain one.
    pub icon: Option<String>,
}

impl TopicCard {
    /// A topic with an icon that its name suggests.
    pub fn new(name: impl Into<String>, url: impl Into<String>, datasets: u64) -> Self {
        let name: String = name.into();
        let words = name.to_lowercase();
        let found = TOPIC_ICONS.iter().find(|(marks, _)| marks.iter().any(|mark| words.contains(mark)));
        Self { icon: found.map(|(_, icon)| (*icon).to_owned()), name, url: url.into(), datasets }
    }
}

/// Beginnings of words in topics, and the icon for each; the first that fits is taken.
const TOPIC_ICONS: &[(&[&str], &str)] = &[
    (&["weather", "ocean", "water", "hydro"], "topic_weather"),
    (&["climat", "environ", "emission", "sustainab"], "topic_climate"),
    (&["transp", "traffic", "aviation", "flight", "mobility"], "topic_transport"),
    (&["budget", "financ", "money", "spending", "tax"], "topic_finance"),
    (&["labor", "labour", "employ", "jobs", "workforce"], "topic_work"),
    (&["econom", "business", "industr", "trade", "commerce"], "topic_economy"),
    (&["health", "medic", "disease"], "topic_health"),
    (&["educat", "school"], "topic_education"),
    (&["energ", "electric", "fuel"], "topic_energy"),
    (&["agricult", "food", "farm"], "topic_food"),
    (&["housing", "building", "zoning"], "topic_housing"),
    (&["safety", "crime", "police", "justice", "defense", "disaster", "hazard"], "topic_safety"),
    (&["animal", "nature", "wildlife", "biota", "forest", "park", "ecosystem"], "topic_nature"),
    (&["demograph", "population", "people", "society", "households", "communit"], "topic_people"),
    (&["geograph", "geospatial", "boundar", "location", "maps", "places"], "topic_geography"),
    (&["governm", "election", "politic", "public admin"], "topic_government"),
    (&["science", "research", "physic", "geolog", "earth"], "topic_science"),
];

/// Where one is in a long list. A link that is absent is not offered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Pager {
    /// The first item shown, counted from 1, when it is known.
    pub from: Option<u64>,
    /// The last item shown.
    pub to: Option<u64>,
    /// How many there are, when that is known exactly.
    pub total: Option<u64>,
    /// The first page.
    pub first_url: Option<String>,
    /// The page before.
    pub previous_url: Option<String>,
    /// The page after.
    pub next_url: Option<String>,
}

/// How serious a notice is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NoticeKind {
    /// Good to know.
    #[default]
    Info,
    /// Something is not as one expects.
    Warning,
    /// Something did not work.
    Error,
    /// Something worked.
    Success,
}

/// A message at the top of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// How serious it is.
    pub kind: NoticeKind,
    /// A few words.
    pub title: Option<String>,
    /// One or two sentences.
    pub text: String,
    /// Where to read more.
    pub link: Option<Link>,
}

/// Whom to ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// The person or office.
    pub name: Option<String>,
    /// The address, without `mailto:`.
    pub email: Option<String>,
    /// The telephone number.
    pub telephone: Option<String>,
    /// A page with a form or an address.
    pub url: Option<String>,
}
