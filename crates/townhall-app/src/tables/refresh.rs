//! Files of tables fetched anew from where they came.

use townhall_model::RecordId;
use townhall_store::Actor;
use url::Url;

use super::{TableSummary, Tables};
use crate::jobs::{CookRecipe, FetchTable, options_of};
use crate::{Audience, Error};

/// What came of a refresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refreshed {
    /// The version before.
    pub before: u32,
    /// The version now; the same when the file was.
    pub now: u32,
    /// Its rows.
    pub rows: u64,
}

impl Tables<'_> {
    /// Where the file of a table comes from.
    pub async fn address(&self, table: &TableSummary) -> Result<Url, Error> {
        let is_web = |url: &Url| matches!(url.scheme(), "http" | "https");
        if let Some(url) = Url::parse(&table.distribution).ok().filter(is_web) {
            return Ok(url);
        }
        let source = self.source_of_record(table.dataset).await?;
        let base = source.and_then(|source| Url::parse(&source).ok()).filter(is_web);
        let url = base.and_then(|base| base.join(&table.distribution).ok()).filter(is_web);
        url.ok_or_else(|| {
            Error::invalid(format!("the file of “{}” did not come from an address", table.title))
                .with_hint("import it again with `townhall import`, or name its address in the catalog")
        })
    }

    async fn source_of_record(&self, dataset: RecordId) -> Result<Option<String>, Error> {
        Ok(self.app.store().record(dataset).await?.map(|record| record.source))
    }

    async fn fetching(&self, table: &TableSummary) -> Result<FetchTable, Error> {
        let url = self.address(table).await?;
        let known = self.known(Audience::Staff, table.id, None).await?;
        Ok(FetchTable {
            dataset: table.dataset,
            distribution: table.distribution.clone(),
            file_name: known.detail.manifest.source_name.clone(),
            title: table.title.clone(),
            url,
            read: options_of(&known.detail.manifest),
        })
    }

    /// Asks for a table's file to be fetched anew; a table made by a recipe is made anew.
    pub(crate) async fn ask_refresh(&self, actor: &Actor, table: &TableSummary) -> Result<(), Error> {
        if let Some(recipe) = crate::recipes::recipe_of(&table.distribution) {
            let job = CookRecipe { recipe: recipe.to_owned(), because_of: None };
            return self.app.jobs().enqueue(actor, &job).await;
        }
        let job = self.fetching(table).await?;
        self.app.jobs().enqueue(actor, &job).await
    }

    /// Fetches a table's file now, makes a version of it when it has changed, and does what follows from that.
    pub async fn refresh(&self, actor: &Actor, table: &TableSummary) -> Result<Refreshed, Error> {
        let jobs = self.app.jobs();
        match crate::recipes::recipe_of(&table.distribution) {
            Some(recipe) => {
                let job = CookRecipe { recipe: recipe.to_owned(), because_of: None };
                jobs.run_here(actor, job).await?;
            }
            None => {
                jobs.run_here(actor, self.fetching(table).await?).await?;
            }
        }
        jobs.run_until_idle().await?;
        let now = self.known(Audience::Staff, table.id, None).await?;
        Ok(Refreshed { before: table.version, now: now.detail.number, rows: now.detail.manifest.rows })
    }
}
