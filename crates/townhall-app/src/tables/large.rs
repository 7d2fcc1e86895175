//! Large queries, which other machines answer when there are some.

use std::sync::Arc;

use townhall_query::distant::Distant;
use townhall_query::{Class, Granted, Planned, QueryError, RowStream, SchemaRef, Sql};

use super::Tables;
use crate::Error;

/// Which queries go to other machines, and what becomes of them when those are away.
#[derive(Debug, Clone)]
pub struct LargeQueries {
    /// The other machines.
    pub engine: Arc<dyn Distant>,
    /// Bytes of files that a query has to read to be large.
    pub bytes_min: u64,
    /// What becomes of a large query when they can't be reached.
    pub when_away: WhenAway,
}

/// What becomes of a large query when the other machines can't be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenAway {
    /// It is refused, for the time being.
    Refuse,
    /// It is answered here, within the limits that there are here.
    AnswerHere,
}

impl Tables<'_> {
    /// The rows that answer a query, if it is so large that other machines answer it.
    pub(super) async fn large(
        &self,
        class: Class,
        sql: &Sql,
        granted: &[Granted],
        rows_max: usize,
    ) -> Result<Option<(SchemaRef, RowStream)>, Error> {
        let Some(large) = &self.app.settings().large_queries else { return Ok(None) };
        let Some(planned) = self.planned_large(class, sql, granted, rows_max).await? else { return Ok(None) };
        match large.engine.rows(planned).await {
            Ok(answer) => Ok(Some(answer)),
            Err(error @ QueryError::Away { .. }) if large.when_away == WhenAway::AnswerHere => {
                tracing::warn!("{error}; a large query is answered here");
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The plan of a query that other machines would answer.
    pub(super) async fn planned_large(
        &self,
        class: Class,
        sql: &Sql,
        granted: &[Granted],
        rows_max: usize,
    ) -> Result<Option<Planned>, Error> {
        let Some(large) = &self.app.settings().large_queries else { return Ok(None) };
        // Most queries are known to be small without a plan: by their files. One that is read twice counts once here, which
        // keeps a few queries that are just about large.
        let mut most = 0_u64;
        for grant in granted {
            most = most.saturating_add(self.app.blobs().size(&grant.source.blob).await?.unwrap_or(0));
        }
        if granted.is_empty() || most < large.bytes_min {
            return Ok(None);
        }
        let (planned, bytes) = self.app.engine().of(class).planned(sql, granted, rows_max).await?;
        Ok((bytes >= large.bytes_min).then_some(planned))
    }
}
