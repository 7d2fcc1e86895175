//! Two days of an office side by side: which datasets came, which went, and which broke.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use townhall_metadata::scorecard::Office;
use townhall_metadata::{CompareOptions, Comparison, compare};
use townhall_model::{BlobId, ErrorKind, Finding};
use townhall_store::StoredLook;

use super::Scorecard;
use crate::limits::{SCORECARD_COMPARE_BYTES_MAX, SCORECARD_ERRORS_COMPARED_MAX};
use crate::workshop::Material;
use crate::{Entry, Error};

/// What changed in a listing from one day to another.
#[derive(Debug, Clone)]
pub struct OfficeChanges {
    /// The office.
    pub office: Office,
    /// The days that were asked for.
    pub days: (Date, Date),
    /// When the two listings were first seen.
    pub seen: (Timestamp, Timestamp),
    /// Whether it is the same listing, byte for byte.
    pub is_same: bool,
    /// Datasets that came, that went and that changed.
    pub comparison: Comparison,
    /// Datasets that had no error and have one now, each with the first error.
    pub broke: Vec<Finding>,
    /// Datasets that had errors and have none now.
    pub mended: Vec<Entry>,
}

impl Scorecard<'_> {
    /// What changed in the listing of an office from one day to another.
    pub async fn changes(&self, name: &str, from: Date, to: Date) -> Result<OfficeChanges, Error> {
        let office = self.office(name).await?;
        if from > to {
            return Err(
                Error::invalid(format!("{from} is after {to}")).with_hint("give the earlier day as `from`")
            );
        }
        let (old, new) = (self.listing_on(&office, from).await?, self.listing_on(&office, to).await?);
        let seen = (old.0.at, new.0.at);
        let (old_errors, new_errors) = (self.errors_of(&old.0).await?, self.errors_of(&new.0).await?);
        let is_same = old.1 == new.1;
        let comparison = match is_same {
            true => Comparison::default(),
            false => self.compared(&old.1, &new.1).await?,
        };
        let labels = |errors: &[Finding]| errors.iter().filter_map(label).collect::<HashSet<String>>();
        let (had, have) = (labels(&old_errors), labels(&new_errors));
        let added: HashSet<&str> = comparison.added.iter().map(Entry::label).collect();
        let mut told = HashSet::new();
        let broke = new_errors.into_iter().filter(|finding| {
            label(finding).is_some_and(|label| {
                !had.contains(&label) && !added.contains(label.as_str()) && told.insert(label)
            })
        });
        let mended = comparison.changed.iter().map(|changed| &changed.entry);
        let mended = mended.filter(|entry| had.contains(entry.label()) && !have.contains(entry.label()));
        Ok(OfficeChanges {
            broke: broke.collect(),
            mended: mended.cloned().collect(),
            office,
            days: (from, to),
            seen,
            is_same,
            comparison,
        })
    }

    /// The listing that is kept of an office as it was at the end of a day, with the office's id.
    pub async fn kept_listing(&self, name: &str, day: Date) -> Result<(String, BlobId), Error> {
        let office = self.office(name).await?;
        let (_, blob) = self.listing_on(&office, day).await?;
        Ok((office.id, blob))
    }

    /// Every error that was found in that listing, with the office's id.
    pub async fn errors_on(&self, name: &str, day: Date) -> Result<(String, Vec<Finding>), Error> {
        let office = self.office(name).await?;
        let (look, _) = self.listing_on(&office, day).await?;
        Ok((office.id, self.errors_of(&look).await?))
    }

    /// The listing of an office as it was at the end of a day.
    async fn listing_on(&self, office: &Office, day: Date) -> Result<(StoredLook, BlobId), Error> {
        let end = day.tomorrow().unwrap_or(day).to_zoned(TimeZone::UTC);
        let end = end.map_or(Timestamp::MAX, |end| end.timestamp());
        let mut before = end;
        // Days on which the listing could not be had are passed over.
        for _ in 0..TRIES_MAX {
            let Some(look) = self.app.store().look_before(&office.id, before).await? else { break };
            if let Some(blob) = look.listing {
                return Ok((look, blob));
            }
            before = look.at;
        }
        Err(Error::new(
            ErrorKind::NotFound,
            format!("no listing of `{}` is kept from {day} or before", office.id),
        ))
    }

    async fn errors_of(&self, look: &StoredLook) -> Result<Vec<Finding>, Error> {
        match &look.errors {
            Some(blob) => self.errors(blob, SCORECARD_ERRORS_COMPARED_MAX).await,
            None => Ok(Vec::new()),
        }
    }

    async fn compared(&self, old: &BlobId, new: &BlobId) -> Result<Comparison, Error> {
        let blobs = self.app.blobs();
        for blob in [old, new] {
            if blobs.size(blob).await?.is_some_and(|size| size > SCORECARD_COMPARE_BYTES_MAX) {
                return Err(Error::new(
                    ErrorKind::TooLarge,
                    format!("listings of more than {SCORECARD_COMPARE_BYTES_MAX} bytes are not compared on the page"),
                )
                .with_hint("get both and use `townhall diff`"));
            }
        }
        let (old, new) = (blobs.open_file(old).await?, blobs.open_file(new).await?);
        self.app
            .workshop()
            .work(move || {
                let (older, newer) = (Material::of_file(old.path()), Material::of_file(new.path()));
                Ok(compare(&older, &newer, &CompareOptions::default())?)
            })
            .await
    }
}

/// How many looks without a listing are passed over.
const TRIES_MAX: u32 = 400;

fn label(finding: &Finding) -> Option<String> {
    finding.dataset_index?;
    finding.identifier.clone().or_else(|| finding.title.clone())
}
