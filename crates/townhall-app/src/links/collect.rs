//! Which links the records name: follows the change log, so that what did not change costs nothing.

use std::collections::{BTreeMap, BTreeSet};

use townhall_harvest::links::host_of;
use townhall_model::RecordId;
use townhall_model::record::View;
use townhall_store::{LinkUse, RecordStatus};

use super::Links;
use crate::Error;
use crate::catalog::{LISTED, body_of, view_of};
use crate::limits::{LINK_BATCH_CHANGES, LINK_BATCH_CHANGES_FIRST, LINK_BATCH_USES, LINKS_OF_A_RECORD_MAX};

impl Links<'_> {
    /// Takes every change that was not seen yet into the list of links. Returns how many records were looked at.
    pub async fn collect(&self) -> Result<u64, Error> {
        let store = self.app.store();
        let mut seen = store.links_seen().await?;
        let mut looked_at = 0;
        // Records may name ten links or ten thousand: batches grow as long as theirs are few.
        let mut batch = LINK_BATCH_CHANGES_FIRST;
        loop {
            let changes = store.changes_since(seen, batch).await?;
            let Some(last) = changes.last() else { break };
            seen = last.seq;
            let ids: BTreeSet<RecordId> =
                changes.iter().filter_map(|change| change.record.parse().ok()).collect();
            let ids: Vec<RecordId> = ids.into_iter().collect();
            let records = store.records(&ids).await?;
            looked_at += records.len() as u64;
            let uses = self
                .app
                .compute(move || {
                    let mut uses: BTreeMap<RecordId, Vec<LinkUse>> =
                        records.iter().map(|record| (record.id, Vec::new())).collect();
                    for record in &records {
                        let is_shown = record.status == RecordStatus::Published;
                        if is_shown
                            && LISTED.contains(&record.kind.as_str())
                            && let Ok(body) = body_of(record)
                        {
                            uses.insert(record.id, uses_of(&view_of(&body)));
                        }
                    }
                    uses.into_iter().collect::<Vec<_>>()
                })
                .await?;
            store.put_link_uses(&uses, seen).await?;
            let count: usize = uses.iter().map(|(_, uses)| uses.len()).sum();
            batch = match count > LINK_BATCH_USES {
                true => (batch / 2).max(1),
                false if count * 2 <= LINK_BATCH_USES => (batch * 2).min(LINK_BATCH_CHANGES),
                false => batch,
            };
        }
        if looked_at > 0 {
            store.forget_unnamed_links().await?;
        }
        Ok(looked_at)
    }
}

/// The links that a record names, each with what it is to it. Names of files that we host are no links.
pub(crate) fn uses_of(view: &View) -> Vec<LinkUse> {
    let mut uses = Vec::new();
    let mut add = |url: &Option<String>, known: LinkUse| {
        let Some(url) = url.as_deref().map(str::trim).filter(|url| url.contains("://")) else { return };
        if uses.len() < LINKS_OF_A_RECORD_MAX {
            uses.push(LinkUse { url: url.to_owned(), host: host_of(url), ..known });
        }
    };
    for distribution in &view.distributions {
        let known = |role| LinkUse {
            role,
            distribution: u32::try_from(distribution.index).ok(),
            title: distribution.title.clone(),
            ..LinkUse::default()
        };
        let (format, media_type) = (distribution.format.clone(), distribution.media_type.clone());
        add(&distribution.download_url, LinkUse { format, media_type, ..known("download") });
        // Where there is a file besides, the other address is a page or a service, whatever the file is in.
        let is_file = distribution.download_url.is_none();
        let format = distribution.format.clone().filter(|_| is_file);
        let media_type = distribution.media_type.clone().filter(|_| is_file);
        add(&distribution.access_url, LinkUse { format, media_type, ..known("access") });
        add(&distribution.described_by, known("dictionary"));
    }
    let known = |role| LinkUse { role, ..LinkUse::default() };
    add(&view.landing_page, known("landing"));
    add(&view.described_by, known("dictionary"));
    uses
}
