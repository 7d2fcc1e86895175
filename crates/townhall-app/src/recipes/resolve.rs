//! Which tables a recipe means, and which recipes read a table.

use std::collections::HashSet;

use townhall_model::{ErrorKind, RecordId, TableId};
use townhall_query::TableName;
use townhall_query::recipe::Recipe;

use super::{RECIPE, RECIPES_MAX, Recipes};
use crate::tables::TableSummary;
use crate::{Audience, Error};

/// What stands before the name of a recipe in the distribution of the table that it makes, and in recipes that read that.
const PREFIX: &str = "recipe:";

/// The distribution of the table that a recipe makes.
pub(crate) fn distribution_of(name: &str) -> String {
    format!("{PREFIX}{name}")
}

/// The recipe that makes the table of a distribution.
pub(crate) fn recipe_of(distribution: &str) -> Option<&str> {
    distribution.strip_prefix(PREFIX)
}

impl Recipes<'_> {
    /// The tables that a recipe reads, with the names that it calls them.
    pub(super) async fn reads(
        &self,
        audience: Audience,
        recipe: &Recipe,
    ) -> Result<Vec<(String, TableSummary)>, Error> {
        let mut found = Vec::new();
        for name in recipe.tables() {
            found.push((name.to_owned(), self.table(audience, name).await?));
        }
        Ok(found)
    }

    /// The table of a name: of the recipe that makes it, its id, its dataset, or its dataset and its own title or number.
    async fn table(&self, audience: Audience, name: &str) -> Result<TableSummary, Error> {
        let Some(recipe) = recipe_of(name) else {
            let (dataset, table) = match name.split_once('.') {
                Some((dataset, table)) => (Some(dataset.to_owned()), table.to_owned()),
                None => (None, name.to_owned()),
            };
            return self.app.tables().sql_table(audience, &TableName { dataset, table }).await;
        };
        let missing = || Error::not_found("recipe", recipe);
        let document = self.app.store().document(RECIPE, recipe).await?.ok_or_else(missing)?;
        let first =
            document.subject.and_then(|subject| subject.parse::<TableId>().ok()).ok_or_else(missing)?;
        let first = self.app.tables().named(audience, &first.to_string()).await?;
        self.in_dataset(first.dataset, recipe).await?.ok_or_else(|| {
            Error::new(ErrorKind::NotFound, format!("the recipe `{recipe}` has not made its table yet"))
                .with_hint(format!("run it first: townhall recipe run {recipe}"))
        })
    }

    /// The table that a recipe makes, when it is there.
    pub(super) async fn made_by(
        &self,
        name: &str,
        reads: &[(String, TableSummary)],
    ) -> Result<Option<TableSummary>, Error> {
        match reads.first() {
            Some((_, first)) => self.in_dataset(first.dataset, name).await,
            None => Ok(None),
        }
    }

    async fn in_dataset(&self, dataset: RecordId, recipe: &str) -> Result<Option<TableSummary>, Error> {
        let distribution = distribution_of(recipe);
        let tables = self.app.tables().of(&[dataset]).await?.remove(&dataset).unwrap_or_default();
        Ok(tables.into_iter().find(|table| table.distribution == distribution))
    }

    /// Refuses a recipe that would read, at whatever distance, what it makes.
    pub(super) async fn refuse_cycle(
        &self,
        name: &str,
        reads: &[(String, TableSummary)],
    ) -> Result<(), Error> {
        let mut seen = HashSet::new();
        let mut ahead: Vec<(String, Vec<String>)> = Vec::new();
        let made = |reads: &[(String, TableSummary)]| -> Vec<String> {
            reads.iter().filter_map(|(_, table)| recipe_of(&table.distribution).map(str::to_owned)).collect()
        };
        ahead.extend(made(reads).into_iter().map(|recipe| (recipe, vec![name.to_owned()])));
        while let Some((recipe, mut way)) = ahead.pop() {
            way.push(recipe.clone());
            if recipe == name {
                return Err(Error::invalid(format!("it would read its own table: {}", way.join(" reads ")))
                    .with_hint("let one of them begin with another table"));
            }
            if !seen.insert(recipe.clone()) {
                continue;
            }
            // One that is gone, or reads what is gone, makes nothing any more.
            let Some(document) = self.app.store().document(RECIPE, &recipe).await? else { continue };
            let Ok(parsed) = Recipe::read(&document.text) else { continue };
            for called in parsed.tables() {
                if let Ok(table) = self.table(Audience::Staff, called).await
                    && let Some(next) = recipe_of(&table.distribution)
                {
                    ahead.push((next.to_owned(), way.clone()));
                }
            }
        }
        Ok(())
    }

    /// The recipes that read the table of a distribution, by name.
    pub(crate) async fn reading(&self, dataset: RecordId, distribution: &str) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        for document in self.app.store().documents(RECIPE, None, None, RECIPES_MAX).await? {
            let Ok(recipe) = Recipe::read(&document.text) else { continue };
            for called in recipe.tables() {
                if let Ok(table) = self.table(Audience::Staff, called).await
                    && table.dataset == dataset
                    && table.distribution == distribution
                {
                    names.push(document.name.clone());
                    break;
                }
            }
        }
        Ok(names)
    }
}
