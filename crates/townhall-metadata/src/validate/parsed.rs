//! Records between their bytes and their judgement.

use std::borrow::Cow;
use std::ops::ControlFlow;

use townhall_model::{Finding, Position};

use super::collect::Collector;
use super::engine::{Check, Subject};
use super::place::Places;
use super::profile::Profile;
use super::run::Scope;
use super::shape::object;
use super::tree::{Tree, Value};
use crate::reader::{RawItem, RawSink, decoded_text, walk_catalog};
use crate::{ReadError, ReadOptions};

/// A record in a tree.
pub struct Parsed<'r> {
    /// The text as it was parsed, if it is not what the bytes say.
    text: Cow<'r, str>,
    /// Where its bytes lie.
    pub places: Places<'r>,
    /// What was repaired.
    pub findings: Vec<Finding>,
}

impl<'r> Parsed<'r> {
    /// A sound text that is in the tree.
    pub fn as_is(text: &'r str, start: Position) -> Self {
        Self { text: text.into(), places: Places::plain(text.as_bytes(), start), findings: Vec::new() }
    }

    pub fn read(bytes: &'r [u8], start: Position, tree: &mut Tree) -> Result<Self, Box<Finding>> {
        let (text, findings) = decoded_text(bytes, start, &mut |text| tree.parse(text))?;
        let places = match &text {
            Cow::Borrowed(_) => Places::plain(bytes, start),
            Cow::Owned(_) => Places::mended(bytes, start),
        };
        Ok(Self { text, places, findings })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn root<'t>(&'t self, tree: &'t Tree) -> Value<'t> {
        tree.root(&self.text)
    }
}

/// Records that are parsed already, for those who measure the judging alone as other validators are measured.
#[doc(hidden)]
pub struct ParsedDatasets {
    records: Vec<(String, Tree)>,
}

impl ParsedDatasets {
    /// Reads the datasets of a catalogue and keeps them.
    ///
    /// # Errors
    ///
    /// As [`validate`].
    pub fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        struct Keep(Vec<(String, Tree)>);
        impl RawSink for Keep {
            fn measure(&mut self, _bytes: &[u8]) -> Option<usize> {
                None
            }

            fn take(&mut self, item: RawItem<'_>) -> Result<ControlFlow<()>, Box<Finding>> {
                if let RawItem::Record { place, bytes } = item {
                    let mut tree = Tree::default();
                    let parsed = Parsed::read(bytes, place.start, &mut tree)?;
                    self.0.push((parsed.text().to_owned(), tree));
                }
                Ok(ControlFlow::Continue(()))
            }
        }
        let mut keep = Keep(Vec::new());
        walk_catalog(bytes, &ReadOptions::default(), &mut keep)?;
        Ok(Self { records: keep.0 })
    }

    /// How many datasets there are.
    pub fn len(&self) -> u64 {
        self.records.len() as u64
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Compares every dataset with the shapes of a profile; gives how many are invalid, and every finding.
    pub fn judge(&self, profile: Profile) -> (u64, Vec<Finding>) {
        let mut collector = Collector::new(usize::MAX, None);
        let mut invalid = 0;
        let start = Position { line: 1, column: 1 };
        for (index, (text, tree)) in self.records.iter().enumerate() {
            let subject = Subject::new(
                "/dataset",
                Some(index as u64),
                Places::plain(text.as_bytes(), start),
                tree.root(text),
            );
            let mut check = Check::new(profile, &subject, &mut collector, true);
            check.scope = Scope::Official;
            check.slot(&object(profile.roots().dataset), "", subject.root);
            invalid += u64::from(check.refusals > 0);
        }
        (invalid, collector.finish().1)
    }
}
