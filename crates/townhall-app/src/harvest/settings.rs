//! What is set for a source: where it is, how often it is harvested, and what is done to its records on the way in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use townhall_harvest::Address;

use super::require::Require;
use crate::Error;
use crate::schedules::Every;

/// A source as staff write it down, in the page, by the command or in the file of sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSettings {
    /// What it is called in addresses and commands: small letters, digits and hyphens.
    pub name: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Where it is: an address, or a file or folder of this machine.
    pub address: String,
    /// Its kind, such as `ckan`; found out when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// When it is harvested, such as `daily 04:00` or `cron 0 4 * * 1`; by hand alone when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<String>,
    /// Whether its schedule rests.
    #[serde(default, skip_serializing_if = "is_false")]
    pub paused: bool,
    /// What its kind understands besides.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// The organization that its records belong to: the name, and those above it after ` < `.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// Whether that is so for every record, or for those that name no publisher.
    #[serde(default, skip_serializing_if = "Assign::is_missing")]
    pub assign: Assign,
    /// Whether new records are drafts, which staff publish.
    #[serde(default, skip_serializing_if = "is_false")]
    pub drafts: bool,
    /// Fields that are filled in where a record lacks them.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub defaults: Map<String, Value>,
    /// What a record must be like to be taken; all must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// Fields that are renamed, whose values are replaced, or that are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mappings: Vec<Mapping>,
    /// What a record must have; one that lacks it fails, and what is kept of it stays.
    #[serde(default, skip_serializing_if = "Require::is_usual")]
    pub require: Require,
    /// Fields whose changes alone do not make a record a changed one, such as `modified`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub volatile: Vec<String>,
    /// Whether lists that are sets (keywords, codes, languages) are the same in any order.
    #[serde(default, skip_serializing_if = "is_false")]
    pub any_order: bool,
    /// When more than this share of its records vanishes at once, in percent, a person decides.
    #[serde(default = "brake", skip_serializing_if = "is_brake")]
    pub brake_percent: u8,
    /// How many complete listings in a row must not name a record before it counts as gone.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub absences: u32,
    /// Of two sources that list the same record, the one with the higher rank keeps it; of equals, the one that came first.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rank: i32,
    /// The least time between two requests to its host, in milliseconds.
    #[serde(default, skip_serializing_if = "no_delay")]
    pub delay_ms: u64,
    /// Whether the host's robots.txt is obeyed. Turn it off only where its owner has agreed to the harvest.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub robots: bool,
    /// Who is told when.
    #[serde(default, skip_serializing_if = "Notify::is_nobody")]
    pub notify: Notify,
}

/// For which records the organization of a source is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Assign {
    /// For those that name no publisher.
    #[default]
    Missing,
    /// For all.
    Always,
}

impl Assign {
    fn is_missing(&self) -> bool {
        *self == Self::Missing
    }
}

/// A condition on a field. Of a list, one element that holds is enough.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// The field, with dots for fields within fields, such as `publisher.name`.
    pub field: String,
    /// It is one of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub is: Vec<String>,
    /// It is none of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub is_not: Vec<String>,
    /// It contains this, in whatever case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
}

/// What is done to a field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The field, at the top of the record.
    pub field: String,
    /// What it is called here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Values, or elements of a list, with what they are here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// Whether it is left out.
    #[serde(default, skip_serializing_if = "is_false")]
    pub remove: bool,
}

/// Who is told of what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    /// By e-mail.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    /// By a message to an address.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub webhooks: Vec<String>,
    /// Of what; of everything that went wrong when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<Occasion>,
}

impl Notify {
    fn is_nobody(&self) -> bool {
        *self == Self::default()
    }

    /// Whether anybody wants to hear of this.
    pub fn wants(&self, occasion: Occasion) -> bool {
        let listens = !self.emails.is_empty() || !self.webhooks.is_empty();
        let usual = self.on.is_empty() && occasion != Occasion::Change;
        listens && (usual || self.on.contains(&occasion))
    }
}

/// What somebody may be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Occasion {
    /// A harvest failed.
    Failure,
    /// What vanished waits for a person.
    Quarantine,
    /// More records fail than before.
    Regression,
    /// A source that had failed works again.
    Recovery,
    /// Something was added, changed or withdrawn.
    Change,
}

impl Occasion {
    /// All of them, with what they mean.
    pub const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Failure, "failure", "a harvest failed"),
        (Self::Quarantine, "quarantine", "what vanished waits for a decision"),
        (Self::Regression, "regression", "more records fail than before"),
        (Self::Recovery, "recovery", "a source that had failed works again"),
        (Self::Change, "change", "something was added, changed or withdrawn"),
    ];

    /// The word in settings and messages.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(one, ..)| *one == self).map_or("", |(_, name, _)| name)
    }
}

const BRAKE_PERCENT: u8 = 10;

fn brake() -> u8 {
    BRAKE_PERCENT
}

fn is_brake(percent: &u8) -> bool {
    *percent == BRAKE_PERCENT
}

fn one() -> u32 {
    1
}

fn is_one(count: &u32) -> bool {
    *count == 1
}

fn is_zero(rank: &i32) -> bool {
    *rank == 0
}

fn no_delay(delay: &u64) -> bool {
    *delay == 0
}

fn yes() -> bool {
    true
}

fn is_true(value: &bool) -> bool {
    *value
}

fn is_false(value: &bool) -> bool {
    !*value
}

impl SourceSettings {
    /// The usual settings for an address, under a name that is made of it.
    ///
    /// # Errors
    ///
    /// When it is no address.
    pub fn of_address(text: &str) -> Result<Self, Error> {
        let address = Address::read(text).map_err(Error::invalid)?;
        let words = match &address {
            Address::Web(url) => format!(
                "{} {} {}",
                url.host_str().unwrap_or_default(),
                url.port().map(|port| port.to_string()).unwrap_or_default(),
                url.path().trim_end_matches("data.json")
            ),
            Address::Bucket(url) => url.as_str().to_owned(),
            Address::Local(path) => path.display().to_string(),
        };
        let name = townhall_store::slug_of(&words);
        let name: String = name.chars().take(NAME_CHARACTERS_MAX).collect();
        let mut settings = Self::new(name.trim_end_matches('-'), text.trim());
        if let Address::Web(url) = &address {
            let authority = &url[url::Position::BeforeHost..url::Position::AfterPort];
            let path = url.path().trim_end_matches("data.json").trim_end_matches('/');
            settings.title = format!("{authority}{path}");
        }
        Ok(settings)
    }

    /// The usual settings.
    pub fn new(name: &str, address: &str) -> Self {
        Self {
            name: name.to_owned(),
            title: String::new(),
            address: address.to_owned(),
            kind: None,
            every: None,
            paused: false,
            options: BTreeMap::new(),
            organization: None,
            assign: Assign::Missing,
            drafts: false,
            defaults: Map::new(),
            filters: Vec::new(),
            mappings: Vec::new(),
            require: Require::default(),
            volatile: Vec::new(),
            any_order: false,
            brake_percent: BRAKE_PERCENT,
            absences: 1,
            rank: 0,
            delay_ms: 0,
            robots: true,
            notify: Notify::default(),
        }
    }

    /// What people call it.
    pub fn title(&self) -> &str {
        if self.title.trim().is_empty() { &self.name } else { &self.title }
    }

    /// Where it is.
    ///
    /// # Errors
    ///
    /// When it is no address.
    pub fn address(&self) -> Result<Address, Error> {
        Address::read(&self.address).map_err(Error::invalid)
    }

    /// Whether it is a file or folder of this machine.
    ///
    /// # Errors
    ///
    /// When it is no address.
    pub fn is_local(&self) -> Result<bool, Error> {
        Ok(matches!(self.address()?, Address::Local(_)))
    }

    /// When it is harvested, unless its schedule rests.
    ///
    /// # Errors
    ///
    /// When it can't be read.
    pub fn schedule(&self) -> Result<Option<Every>, Error> {
        let every = self.every.as_deref().map(str::trim).filter(|text| !text.is_empty() && !self.paused);
        every.map(Every::read).transpose()
    }

    /// The organization, and those above it.
    pub fn organization(&self) -> Vec<String> {
        let names = self.organization.as_deref().unwrap_or_default().split('<');
        names.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
    }

    /// Refuses what can't be meant, with a reason.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), Error> {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.name.is_empty() || self.name.len() > NAME_CHARACTERS_MAX || !self.name.chars().all(is_name) {
            return Err(Error::invalid(format!(
                "the name of a source has small letters, digits and hyphens, {NAME_CHARACTERS_MAX} at most"
            )));
        }
        self.address()?;
        if let Some(kind) = self.kind.as_deref()
            && townhall_harvest::source(kind).is_none()
        {
            let known: Vec<&str> = townhall_harvest::SOURCES.iter().map(|source| source.info().id).collect();
            return Err(Error::invalid(format!("there is no kind of source `{kind}`"))
                .with_hint(format!("the kinds are {}", known.join(", "))));
        }
        if let Some(every) = self.every.as_deref().filter(|text| !text.trim().is_empty()) {
            Every::read(every)?;
        }
        if self.brake_percent > 100 {
            return Err(Error::invalid("the brake is a share of the records: 0 to 100 percent"));
        }
        for email in &self.notify.emails {
            if !email.contains('@') || email.contains(char::is_whitespace) {
                return Err(Error::invalid(format!("`{email}` is no e-mail address")));
            }
        }
        for webhook in &self.notify.webhooks {
            if !matches!(Address::read(webhook), Ok(Address::Web(_))) {
                return Err(Error::invalid(format!("`{webhook}` is no address of the web")));
            }
        }
        for mapping in &self.mappings {
            if mapping.to.is_none() && mapping.values.is_empty() && !mapping.remove {
                return Err(Error::invalid(format!("the mapping of `{}` does nothing", mapping.field))
                    .with_hint("give it `to`, `values` or `remove`"));
            }
        }
        Ok(())
    }

    /// The settings as they may be shown: without keys and passwords, and without who is told.
    pub fn shown(&self) -> Value {
        let mut shown = self.clone();
        shown.notify = Notify::default();
        for (name, value) in &mut shown.options {
            let kind = self.kind.as_deref().and_then(townhall_harvest::source);
            let is_told = kind.is_some_and(|kind| {
                kind.info().options.iter().any(|option| option.name == name && option.is_secret)
            });
            if is_told || is_secret(name) {
                *value = "…".to_owned();
            }
        }
        serde_json::to_value(shown).unwrap_or_default()
    }

    /// What is set besides, with values that stand in the environment (`env:NAME`) looked up. Only variables that are there for
    /// sources are: whoever writes a source must not be able to send any other secret of the process somewhere.
    pub(super) fn options(&self) -> BTreeMap<String, String> {
        let look_up = |value: &String| match value.strip_prefix("env:") {
            Some(name) if name.starts_with(VARIABLES) => std::env::var(name).unwrap_or_default(),
            Some(_) => String::new(),
            None => value.clone(),
        };
        self.options.iter().map(|(name, value)| (name.clone(), look_up(value))).collect()
    }

    /// What makes records look different though the source has not changed: when it changes, everything is read anew.
    pub(crate) fn digest(&self) -> String {
        let shaping = serde_json::json!([
            self.address,
            self.kind,
            self.options,
            self.organization,
            self.assign,
            self.drafts,
            self.defaults,
            self.filters,
            self.mappings,
            self.volatile,
            self.any_order,
            self.rank,
            self.require
        ]);
        townhall_model::BlobId::of(shaping.to_string().as_bytes()).to_string()
    }
}

/// Whether an option by this name is for the source alone.
pub(super) fn is_secret(name: &str) -> bool {
    ["key", "secret", "token", "password"].iter().any(|word| name.to_lowercase().contains(word))
}

/// Reads sources: a file of sources in TOML, or one source in JSON.
///
/// # Errors
///
/// When it is neither, or says what can't be meant.
pub fn read_sources(text: &str) -> Result<Vec<SourceSettings>, Error> {
    let sources = match text.trim_start().starts_with('{') {
        true => {
            vec![serde_json::from_str(text).map_err(|error| Error::invalid(format!("the source: {error}")))?]
        }
        false => {
            let file: SourcesFile = toml::from_str(text)
                .map_err(|error| Error::invalid(format!("the file of sources: {error}")))?;
            file.source
        }
    };
    for source in &sources {
        source.check().map_err(|error| Error::invalid(format!("the source `{}`: {error}", source.name)))?;
    }
    Ok(sources)
}

/// How variables of the environment begin that options of sources may name.
const VARIABLES: &str = "TOWNHALL_SOURCE_";

/// How long the name of a source may be.
const NAME_CHARACTERS_MAX: usize = 60;

/// Sources as a file holds them.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourcesFile {
    /// The sources.
    #[serde(default)]
    pub source: Vec<SourceSettings>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_name_no_variable_that_is_not_there_for_sources() {
        let mut settings = SourceSettings::new("x", "https://example.gov/data.json");
        settings.options.insert("secret_key".to_owned(), "env:PATH".to_owned());
        settings.options.insert("rows".to_owned(), "100".to_owned());
        assert!(std::env::var("PATH").is_ok_and(|path| !path.is_empty()));
        let options = settings.options();
        assert_eq!((options["secret_key"].as_str(), options["rows"].as_str()), ("", "100"));
        assert_eq!(settings.shown()["options"]["secret_key"], "…");
    }
}
