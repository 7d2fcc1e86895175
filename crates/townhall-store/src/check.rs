//! What a doctor looks for in the store: each finding is something that must never be.

use std::collections::BTreeSet;

use sqlx::Row;
use townhall_model::{BlobId, Finding, Severity};

use crate::blobs::Blobs;
use crate::error::StoreError;
use crate::limits::BLOBS_PER_PAGE;
use crate::store::Store;

/// A question whose answer should be no rows, and what it means when there are some.
const QUESTIONS: &[(&str, &str, &str)] = &[
    (
        "STORE-CHANGE-GAP",
        "the change log has gaps",
        "select name from counters
         where name = 'changes'
           and (value <> (select count(*) from changes) or value <> (select coalesce(max(seq), 0) from changes))",
    ),
    (
        "STORE-AUDIT-GAP",
        "the audit log has gaps",
        "select name from counters
         where name = 'audit'
           and (value <> (select count(*) from audit) or value <> (select coalesce(max(seq), 0) from audit))",
    ),
    (
        "STORE-CHANGE-WITHOUT-AUDIT",
        "changes have no line in the audit log",
        "select subject_id from changes c
         where not exists (
             select 1 from audit a where a.subject = c.subject and a.subject_id = c.subject_id and a.action = c.action
         )",
    ),
    (
        "STORE-NO-REVISION",
        "records have no revision of their current number",
        "select id from records r
         where not exists (select 1 from revisions v where v.record_id = r.id and v.number = r.revision)",
    ),
    (
        "STORE-REVISION-CHAIN",
        "chains of revisions have holes",
        "select id from records r
         where r.revision <> (select count(*) from revisions v where v.record_id = r.id)",
    ),
    (
        "STORE-REVISION-HASH",
        "records and their current revisions have different content",
        "select r.id from records r
         join revisions v on v.record_id = r.id and v.number = r.revision
         where v.content_hash <> r.content_hash",
    ),
    (
        "STORE-REVISION-WITHOUT-CHANGE",
        "revisions have no line in the change log",
        "select r.id from records r
         left join (
             select subject_id, count(*) as total from changes where subject = 'record' group by subject_id
         ) c on c.subject_id = r.id
         where r.revision <> coalesce(c.total, 0)",
    ),
    (
        "STORE-NO-VERSION",
        "tables have no version of their current number",
        "select id from tables t
         where not exists (select 1 from table_versions v where v.table_id = t.id and v.number = t.version)",
    ),
    (
        "STORE-VERSION-CHAIN",
        "chains of table versions have holes",
        "select id from tables t
         where t.version <> (select count(*) from table_versions v where v.table_id = t.id)",
    ),
    (
        "STORE-VERSION-WITHOUT-BLOBS",
        "table versions do not hold on to their blobs",
        "select table_id from table_versions v
         where not exists (
             select 1 from blob_references b
             where b.owner = 'table:' || v.table_id || ':' || cast(v.number as text)
         )",
    ),
    (
        "STORE-MIRROR-WITHOUT-BLOB",
        "copies of files do not hold on to their blobs",
        "select link_id from mirrors m
         where m.blob_id is not null and not exists (
             select 1 from blob_references b
             where b.owner = 'mirror:' || m.link_id and b.blob_id = m.blob_id
         )",
    ),
    (
        "STORE-DOCUMENT-CHAIN",
        "chains of revisions of documents have holes",
        "select d.name from documents d
         where d.revision <> (
             select count(*) from document_revisions v where v.kind = d.kind and v.name = d.name
         )",
    ),
    (
        "STORE-NO-SLUG",
        "records have a slug that leads nowhere",
        "select id from records r
         where not exists (select 1 from slugs s where s.slug = r.slug and s.record_id = r.id)",
    ),
    (
        "STORE-JOB-STATE",
        "jobs are in a state that can't be",
        "select id from jobs
         where state not in ('queued', 'running', 'done', 'parked', 'cancelled')
            or (state = 'running' and (lease_until is null or worker is null))
            or (state <> 'running' and (lease_until is not null or worker is not null))
            or (state = 'parked' and reason is null)",
    ),
];

impl Store {
    /// Looks for anything that must never be; `deep` reads every blob that something refers to and compares its hash.
    pub async fn check(&self, blobs: &Blobs, deep: bool) -> Result<Vec<Finding>, StoreError> {
        let mut findings = self.check_database().await?;
        findings.extend(self.check_manifests().await?);
        for id in self.referenced_blobs().await? {
            findings.extend(check_blob(blobs, &id, deep).await?);
        }
        Ok(findings)
    }

    async fn check_database(&self) -> Result<Vec<Finding>, StoreError> {
        let doing = StoreError::db("be examined");
        let mut findings = Vec::new();
        for question in self.inner.dialect.health() {
            for row in sqlx::query(*question).fetch_all(self.readers()).await.map_err(&doing)? {
                let text: String = row.try_get(0).map_err(&doing)?;
                if text != "ok" {
                    let finding = finding("STORE-DAMAGED", format!("the database reports: {text}"));
                    findings.push(finding.with_fix("restore the database from a backup"));
                }
            }
        }
        for (code, meaning, question) in QUESTIONS {
            let rows = sqlx::query(*question).fetch_all(self.readers()).await.map_err(&doing)?;
            if let Some(first) = rows.first() {
                let id: String = first.try_get(0).map_err(&doing)?;
                findings.push(finding(code, format!("{meaning}: {} of them, such as `{id}`", rows.len())));
            }
        }
        Ok(findings)
    }

    /// Every blob that a manifest names must be one that its version holds on to.
    async fn check_manifests(&self) -> Result<Vec<Finding>, StoreError> {
        let held: BTreeSet<BlobId> = self.referenced_blobs().await?.into_iter().collect();
        let mut findings = Vec::new();
        let mut after = None;
        loop {
            let tables = self.all_tables_after(after, BLOBS_PER_PAGE).await?;
            let Some(last) = tables.last() else { return Ok(findings) };
            after = Some(*last);
            for table in tables {
                for version in self.table_versions(table).await? {
                    let manifest = &version.manifest;
                    let named = [Some(manifest.parquet), Some(manifest.source), manifest.rejects_blob];
                    if let Some(blob) = named.into_iter().flatten().find(|blob| !held.contains(blob)) {
                        let number = version.number;
                        findings.push(finding(
                            "STORE-BLOB-NOT-HELD",
                            format!("version {number} of table `{table}` names blob `{blob}`, which a sweep may take"),
                        ));
                    }
                }
            }
        }
    }
}

async fn check_blob(blobs: &Blobs, id: &BlobId, deep: bool) -> Result<Option<Finding>, StoreError> {
    if !deep {
        return Ok(blobs.size(id).await?.is_none().then(|| missing(id)));
    }
    match blobs.verify(id).await {
        Ok(()) => Ok(None),
        Err(StoreError::NotFound { .. }) => Ok(Some(missing(id))),
        Err(StoreError::DamagedBlob { .. }) => {
            let message = format!("blob `{id}` has other bytes than its name says");
            Ok(Some(finding("STORE-BLOB-DAMAGED", message).with_fix(RESTORE)))
        }
        Err(error) => Err(error),
    }
}

const RESTORE: &str = "restore the blob folder from a backup, or import the data file again";

fn missing(id: &BlobId) -> Finding {
    finding("STORE-BLOB-MISSING", format!("blob `{id}` is referred to and not there")).with_fix(RESTORE)
}

fn finding(code: &str, message: String) -> Finding {
    Finding::new(code, Severity::Error, message)
}
