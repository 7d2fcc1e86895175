//! What a doctor looks for in the store: each finding is something that must never be.

use sqlx::Row;
use townhall_model::{Finding, Severity};

use crate::blobs::Blobs;
use crate::dialect::Dialect;
use crate::error::StoreError;
use crate::store::Store;

/// A question whose answer should be no rows, and what it means when there are some.
const QUESTIONS: &[(&str, &str, &str)] = &[
    (
        "STORE-CHANGE-GAP",
        "the change log has gaps",
        "select cast(value as text) from counters
         where name = 'changes' and value <> (select count(*) from changes)",
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
        "STORE-NO-VERSION",
        "tables have no version of their current number",
        "select id from tables t
         where not exists (select 1 from table_versions v where v.table_id = t.id and v.number = t.version)",
    ),
    (
        "STORE-NO-SLUG",
        "records have a slug that leads nowhere",
        "select id from records r
         where not exists (select 1 from slugs s where s.slug = r.slug and s.record_id = r.id)",
    ),
    (
        "STORE-JOB-WITHOUT-LEASE",
        "jobs run without a lease",
        "select id from jobs where state = 'running' and (lease_until is null or worker is null)",
    ),
];

impl Store {
    /// Looks for anything that must never be; `deep` reads every blob and compares its hash.
    pub async fn check(&self, blobs: &Blobs, deep: bool) -> Result<Vec<Finding>, StoreError> {
        let doing = StoreError::db("be examined");
        let mut findings = Vec::new();
        if self.inner.dialect == Dialect::Sqlite {
            for row in
                sqlx::query("pragma integrity_check").fetch_all(self.readers()).await.map_err(&doing)?
            {
                let text: String = row.try_get(0).map_err(&doing)?;
                if text != "ok" {
                    findings.push(finding("STORE-DAMAGED", format!("SQLite reports: {text}")));
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
        for id in self.referenced_blobs().await? {
            if deep {
                match blobs.verify(&id).await {
                    Ok(()) => {}
                    Err(StoreError::NotFound { .. }) => findings.push(missing(&id)),
                    Err(StoreError::DamagedBlob { .. }) => {
                        findings.push(finding(
                            "STORE-BLOB-DAMAGED",
                            format!("blob `{id}` has other bytes than its name says"),
                        ));
                    }
                    Err(error) => return Err(error),
                }
            } else if blobs.size(&id).await?.is_none() {
                findings.push(missing(&id));
            }
        }
        Ok(findings)
    }
}

fn missing(id: &townhall_model::BlobId) -> Finding {
    finding("STORE-BLOB-MISSING", format!("blob `{id}` is referred to and not there"))
        .with_fix("restore the blob folder from a backup, or import the data file again")
}

fn finding(code: &str, message: String) -> Finding {
    Finding::new(code, Severity::Error, message)
}
