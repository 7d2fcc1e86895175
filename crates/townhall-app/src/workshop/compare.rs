//! Two editions of a catalogue side by side.

use std::io::{self, Read};

use serde::{Deserialize, Serialize};
use townhall_metadata::{
    AtomFeed, CompareOptions, Comparison, ListOrder, Rereadable, compare, comparison_as_atom,
    comparison_as_html, comparison_as_text,
};

use super::{Material, Workshop};
use crate::Error;

impl Rereadable for Material {
    fn name(&self) -> &str {
        Self::name(self)
    }

    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.read()?))
    }
}

/// What counts as a difference.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffRequest {
    /// Fields whose changes mean nothing, such as `modified` or `distribution/modified`.
    pub ignore: Vec<String>,
    /// Whether the order of lists means nothing.
    pub any_order: bool,
}

/// A form of a comparison other than JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ComparisonForm {
    /// A page that stands alone.
    Html,
    /// For people at a terminal.
    Text,
    /// A feed with an entry for each record.
    Atom,
}

impl ComparisonForm {
    /// Every form.
    pub const ALL: [Self; 3] = [Self::Html, Self::Text, Self::Atom];

    /// The word in URLs and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Text => "text",
            Self::Atom => "atom",
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
            Self::Atom => "application/atom+xml",
        }
    }

    /// The form of that name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }
}

/// The comparison in a form.
pub fn comparison_report(comparison: &Comparison, form: ComparisonForm) -> Result<Vec<u8>, Error> {
    let (old, new) = (&comparison.old.name, &comparison.new.name);
    Ok(match form {
        ComparisonForm::Html => {
            let mut out = Vec::new();
            comparison_as_html(comparison, &mut out)?;
            out
        }
        ComparisonForm::Text => comparison_as_text(comparison).into_bytes(),
        ComparisonForm::Atom => {
            let title = format!("Changes from {old} to {new}");
            let id = format!("urn:townhall:diff:{old}:{new}");
            let updated = jiff::Timestamp::now().to_string();
            let feed = AtomFeed { id: &id, title: &title, author: "Townhall", updated: &updated, link: None };
            comparison_as_atom(comparison, &feed).into_bytes()
        }
    })
}

impl Workshop {
    /// What changed from one edition to the next.
    pub async fn compare(
        &self,
        old: &Material,
        new: &Material,
        request: &DiffRequest,
    ) -> Result<Comparison, Error> {
        let (old, new) = (self.plain(old).await?, self.plain(new).await?);
        let options = CompareOptions {
            ignore: request.ignore.clone(),
            order: if request.any_order { ListOrder::IsNothing } else { ListOrder::Counts },
            ..CompareOptions::default()
        };
        self.work(move || Ok(compare(&old, &new, &options)?)).await
    }
}
