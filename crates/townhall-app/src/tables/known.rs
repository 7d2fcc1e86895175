//! What is known of tables, kept as long as nothing changes: each question about rows begins with it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use townhall_model::TableId;
use townhall_model::dictionary::Dictionary;
use townhall_query::TableSource;
use townhall_store::RecordStatus;

use super::{TableDetail, Tables, source_of, summary};
use crate::{Audience, Error};

/// Tables beyond which none is kept before all are forgotten: a bound on memory, not a choice among them.
const KNOWN_MAX: usize = 2_000;

/// A table, the version served of it now, and how questions see that.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    status: RecordStatus,
    pub(crate) detail: Arc<TableDetail>,
    pub(crate) source: Arc<TableSource>,
    pub(crate) dictionary: Arc<Dictionary>,
    /// The revision of the dictionary; 0 when there is none.
    pub(super) revision: u32,
}

/// The tables that were asked for since the last change.
#[derive(Debug, Default)]
pub(crate) struct KnownTables(Mutex<(i64, HashMap<TableId, Known>)>);

impl KnownTables {
    fn get(&self, generation: i64, id: TableId) -> Option<Known> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 != generation {
            *kept = (generation, HashMap::new());
        }
        kept.1.get(&id).cloned()
    }

    fn keep(&self, generation: i64, id: TableId, known: &Known) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 == generation && kept.1.len() < KNOWN_MAX {
            kept.1.insert(id, known.clone());
        }
    }
}

impl Tables<'_> {
    /// A version of a table: the current one, or the one of a number or a time.
    pub(crate) async fn known(
        &self,
        audience: Audience,
        id: TableId,
        as_of: Option<&str>,
    ) -> Result<Known, Error> {
        // Whatever is read now is at least as new as this number, so keeping it under the number is safe.
        let generation = self.app.store().head().await?;
        let kept = if as_of.is_none() { self.app.known_tables().get(generation, id) } else { None };
        if let Some(known) = kept
            && (audience != Audience::Public
                || !matches!(known.status, RecordStatus::Draft | RecordStatus::Retired))
        {
            return Ok(known);
        }
        let table = self.find(audience, id).await?;
        let version = self.version(id, as_of).await?;
        let status = table.status;
        let manifest = self.app.databases().permitted(version.manifest).await?;
        let detail = TableDetail { table: summary(table), number: version.number, manifest };
        let stored = self.app.store().dictionary(id).await?;
        let revision = stored.as_ref().map_or(0, |stored| stored.revision);
        let dictionary = Arc::new(stored.map(|stored| stored.dictionary).unwrap_or_default());
        let source = Arc::new(source_of(&detail, &dictionary));
        let known = Known { status, detail: Arc::new(detail), source, dictionary, revision };
        if as_of.is_none() {
            self.app.known_tables().keep(generation, id, &known);
        }
        Ok(known)
    }
}
