//! What a question would take, told without asking it.

use townhall_model::TableId;
use townhall_query::{Class, ClassLimits, Cost, Granted, Sql, SqlCost, Whole};

use super::{SQL_ROWS_MAX, TableSummary, Tables, class_of};
use crate::{Audience, Error};

/// What a question about rows would take.
#[derive(Debug, Clone)]
pub struct RowsExplanation {
    /// The table.
    pub table: TableSummary,
    /// The version it is about.
    pub version: u32,
    /// The rows of that version.
    pub rows: u64,
    /// What it would take.
    pub cost: Cost,
    /// Whose limits hold.
    pub class: Class,
    /// The limits.
    pub limits: ClassLimits,
    /// Whether a job would answer it.
    pub becomes_job: bool,
}

/// What an SQL query would take.
#[derive(Debug, Clone)]
pub struct SqlExplanation {
    /// The tables that it names, each with the version served now and the rows of that.
    pub tables: Vec<(TableSummary, u32, u64)>,
    /// What it would take; its tables are those.
    pub cost: SqlCost,
    /// Whether other machines would answer it.
    pub is_large: bool,
    /// Whose limits hold.
    pub class: Class,
    /// The limits.
    pub limits: ClassLimits,
    /// Whether a job would answer it.
    pub becomes_job: bool,
}

impl Tables<'_> {
    /// What a question in our own words would take: of a page of its rows, or of all of them as a file.
    pub async fn explain(
        &self,
        audience: Audience,
        id: TableId,
        pairs: &[(String, String)],
        whole: Whole,
    ) -> Result<RowsExplanation, Error> {
        let (known, query) = self.asked(audience, id, pairs).await?;
        if known.source.live.is_some() {
            return Err(Error::invalid(
                "the rows of this table stay in a database, which does not say what it takes",
            )
            .with_hint("leave out `_explain`"));
        }
        let engine = self.app.engine().of(class_of(audience));
        let cost = engine.cost(&known.source, &query, whole).await?;
        Ok(RowsExplanation {
            table: known.detail.table.clone(),
            version: known.source.version,
            rows: known.source.rows,
            class: engine.class(),
            limits: engine.limits().clone(),
            becomes_job: cost.is_heavy(engine.limits()),
            cost,
        })
    }

    /// What an SQL query would take.
    pub async fn explain_sql(&self, audience: Audience, sql: &Sql) -> Result<SqlExplanation, Error> {
        let (tables, granted): (_, Vec<Granted>) = self.granted(audience, sql).await?;
        let engine = self.app.engine().of(class_of(audience));
        let cost = engine.sql_cost(sql, &granted).await?;
        let is_large = self.planned_large(engine.class(), sql, &granted, SQL_ROWS_MAX).await?.is_some();
        let tables = tables.into_iter().zip(&granted);
        Ok(SqlExplanation {
            tables: tables.map(|(table, grant)| (table, grant.source.version, grant.source.rows)).collect(),
            class: engine.class(),
            limits: engine.limits().clone(),
            becomes_job: !is_large && cost.is_heavy(engine.limits()),
            cost,
            is_large,
        })
    }
}
