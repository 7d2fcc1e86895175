//! Whole tables as files, made once a version and format: with a length, and parts of them for whoever resumes.
//!
//! The first who asks gets a stream; meanwhile a job makes the file, which is there for all who come after. Files that were
//! used longest ago go when there are too many.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use townhall_formats::WriteOptions;
use townhall_model::{BlobId, TableId};
use townhall_query::{Class, RowsQuery};
use townhall_store::{Actor, ActorKind};

use super::{Export, Known, Packing, Tables};
use crate::jobs::{Job, JobContext, QUIET_QUEUE};
use crate::limits::{ANSWERS_WAITING_MAX, USED_AGAIN_MINUTES};
use crate::{Audience, Error};

/// The beginning of the names that prepared files are kept under.
const PREPARED: &str = "prepared:";

/// A whole table as a file.
pub struct WholeFile {
    /// Its file name.
    pub name: String,
    /// Its media type.
    pub content_type: String,
    /// The version it is of.
    pub version: u32,
    /// What changes when its bytes would.
    pub etag: Option<String>,
    /// The file and its size, when it was made already.
    pub made: Option<(BlobId, u64)>,
}

/// Makes a file of a whole table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrepareFile {
    /// The table.
    pub table: TableId,
    /// Its version.
    pub version: u32,
    /// The format by its name.
    pub format: String,
    /// How it is packed.
    pub packing: Packing,
}

impl PrepareFile {
    fn name(&self) -> String {
        format!("{PREPARED}{}:{}:{}{}", self.table, self.version, self.format, self.packing.ending())
    }
}

impl Job for PrepareFile {
    const KIND: &'static str = "prepare-file";
    const TITLE: &'static str = "Make a file of a whole table";
    const QUEUE: &'static str = QUIET_QUEUE;

    async fn run(self, ctx: &JobContext) -> Result<Value, Error> {
        let app = &ctx.app;
        let limit = app.settings().prepared_bytes;
        if app.store().derived(&self.name()).await?.is_some() || limit == 0 {
            return Ok(json!({"kept": true}));
        }
        ctx.progress.set(0, 0, "writing");
        let tables = app.tables();
        let known = tables.known(Audience::Staff, self.table, Some(&self.version.to_string())).await?;
        let make = async {
            let file = tables.whole_now(Class::Job, &known, &self.format, self.packing, None).await?;
            // One file must not drive out all others.
            Ok::<_, Error>(app.blobs().put_stream(file.bytes, limit / 2).await?)
        };
        let blob = tokio::select! {
            made = make => made?,
            () = ctx.cancelled.wait() => return Err(Error::invalid("it was cancelled")),
        };
        app.store().keep_derived(&self.name(), &blob).await?;
        tables.forget_prepared(limit).await?;
        Ok(json!({"kept": true, "bytes": app.blob_size(&blob).await?}))
    }
}

impl Tables<'_> {
    /// A whole table as a file of a format: what is known of it before it is sent.
    pub async fn whole(
        &self,
        audience: Audience,
        id: TableId,
        as_of: Option<&str>,
        format: &str,
        packing: Packing,
    ) -> Result<WholeFile, Error> {
        let known = self.known(audience, id, as_of).await?;
        let info = super::writable_for(format, &known)?.info();
        let asked =
            PrepareFile { table: id, version: known.source.version, format: info.name.to_owned(), packing };
        let made = match known.source.live.is_some() {
            true => None,
            false => self.app.store().derived(&asked.name()).await?,
        };
        let made = match made {
            Some(made) if self.app.blob_size(&made.blob).await? == Some(made.bytes) => {
                let age = jiff::Timestamp::now().duration_since(made.used_at);
                if age > jiff::SignedDuration::from_mins(USED_AGAIN_MINUTES) {
                    self.app.store().use_derived(&made.blob).await?;
                }
                Some((made.blob, made.bytes))
            }
            _ => None,
        };
        let etag = match &made {
            Some((blob, _)) => Some(format!("\"{blob}\"")),
            None => {
                let form = format!("{}{}", info.name, packing.ending());
                self.etag(audience, id, &[], &format!("{form}@{}", known.source.version)).await?
            }
        };
        Ok(WholeFile {
            name: super::file_name(&known.detail, info, packing),
            content_type: packing.content_type(info),
            version: known.source.version,
            etag,
            made,
        })
    }

    /// A whole table as a file of a format, made as it is sent; and asks for it to be made once for all.
    pub async fn whole_stream(
        &self,
        audience: Audience,
        id: TableId,
        as_of: Option<&str>,
        format: &str,
        packing: Packing,
    ) -> Result<Export, Error> {
        let known = self.known(audience, id, as_of).await?;
        self.prepare(&known, format, packing).await?;
        let class = super::class_of(audience);
        let allowance = townhall_query::Allowance::new(self.app.engine().of(class).limits());
        self.whole_now(class, &known, format, packing, Some(allowance)).await
    }

    /// Asks for a file to be made, unless so much is waiting that it can't come soon anyway.
    async fn prepare(&self, known: &Known, format: &str, packing: Packing) -> Result<(), Error> {
        let format = super::writable_for(format, known)?.info().name.to_owned();
        let store = self.app.store();
        if self.app.settings().prepared_bytes == 0
            || known.source.live.is_some()
            || store.count_waiting(QUIET_QUEUE).await? >= ANSWERS_WAITING_MAX / 2
        {
            return Ok(());
        }
        let asked = PrepareFile { table: known.source.id, version: known.source.version, format, packing };
        store.enqueue(&Actor::new(ActorKind::System, "downloads"), &asked.asked()?).await?;
        self.app.jobs().wake();
        Ok(())
    }

    async fn whole_now(
        &self,
        class: Class,
        known: &Known,
        format: &str,
        packing: Packing,
        allowance: Option<townhall_query::Allowance>,
    ) -> Result<Export, Error> {
        let query = RowsQuery::default();
        let made = self.file_now(class, known, &query, format, WriteOptions::default(), None, allowance);
        super::packed(made.await?, packing)
    }

    /// Lets go of the files that were used longest ago until all others have room. Returns how many went.
    pub(crate) async fn forget_prepared(&self, limit: u64) -> Result<u64, Error> {
        let kept = self.app.store().derived_of(PREPARED).await?;
        let mut bytes: u64 = kept.iter().map(|kept| kept.bytes).sum();
        let mut gone = 0;
        for old in kept {
            if bytes <= limit {
                break;
            }
            self.app.store().forget_derived(&old.name).await?;
            self.app.blobs().discard(&old.blob).await?;
            bytes -= old.bytes;
            gone += 1;
        }
        Ok(gone)
    }
}
