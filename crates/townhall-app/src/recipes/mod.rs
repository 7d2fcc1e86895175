//! Recipes: tables that are made of others, kept up to date as those get new versions.

mod cook;
mod resolve;

use std::collections::HashMap;
use std::sync::Arc;

use futures::StreamExt;
use jiff::Timestamp;
use townhall_model::table::RejectedCell;
use townhall_query::recipe::Recipe;
use townhall_query::{Class, TableSource};
use townhall_store::{Actor, Document, NewDocument};

pub(crate) use cook::Cooking;
pub(crate) use resolve::{distribution_of, recipe_of};

use crate::jobs::CookRecipe;
use crate::schedules::Every;
use crate::tables::TableSummary;
use crate::{App, Audience, Error};

/// The word for recipes among documents.
pub(crate) const RECIPE: &str = "recipe";

/// How many recipes there are at most: each new version of a table looks through them.
pub(crate) const RECIPES_MAX: u32 = 1_000;

/// Rows of a preview.
pub const PREVIEW_ROWS_MAX: usize = 100;

/// The recipe use cases.
pub struct Recipes<'a> {
    pub(crate) app: &'a App,
}

/// A recipe as it stands.
#[derive(Debug, Clone)]
pub struct RecipeDetail {
    /// What it says.
    pub recipe: Recipe,
    /// The YAML as it was written.
    pub text: String,
    /// The number of the revision.
    pub revision: u32,
    /// When that was written.
    pub at: Timestamp,
    /// The tables that it reads, the first first, with the names that it calls them.
    pub reads: Vec<(String, TableSummary)>,
    /// The table that it makes, when it was made already.
    pub table: Option<TableSummary>,
}

/// What a recipe would make.
#[derive(Debug, Clone)]
pub struct RecipePreview {
    /// What it is called.
    pub name: String,
    /// The columns: name and type.
    pub columns: Vec<(String, townhall_model::table::ColumnType)>,
    /// The first rows as the API prints them.
    pub rows: Vec<Vec<Option<String>>>,
    /// Whether there are more.
    pub has_more: bool,
    /// Cells of these rows that did not fit.
    pub rejects: Vec<RejectedCell>,
}

impl Recipes<'_> {
    /// Writes a recipe, when it can be carried out. Returns its name and the number of the revision.
    pub async fn put(&self, actor: &Actor, text: &str) -> Result<(String, u32), Error> {
        let recipe = Recipe::read(text)?;
        let every = match &recipe.refresh {
            Some(text) => Some((Every::read(text)?, text.clone())),
            None => None,
        };
        let reads = self.reads(Audience::Staff, &recipe).await?;
        self.refuse_cycle(&recipe.name, &reads).await?;
        let known = self.app.store().documents(RECIPE, None, None, RECIPES_MAX).await?;
        if known.len() >= RECIPES_MAX as usize && known.iter().all(|known| known.name != recipe.name) {
            return Err(Error::invalid(format!("there are {RECIPES_MAX} recipes already"))
                .with_hint("retire one that is no longer needed"));
        }
        // A recipe that can't be carried out is not kept.
        let sources = self.sources(&reads).await?;
        drop(self.app.engine().of(Class::Staff).cook(&recipe, &sources).await?);
        let document = NewDocument {
            kind: RECIPE.to_owned(),
            name: recipe.name.clone(),
            subject: reads.first().map(|(_, table)| table.id.to_string()),
            title: recipe.title.clone().unwrap_or_else(|| recipe.name.clone()),
            text: text.to_owned(),
        };
        let revision = self.app.store().put_document(actor, &document).await?;
        self.app.schedules().of_recipe(actor, &recipe.name, document.subject, every).await?;
        Ok((recipe.name, revision))
    }

    /// Asks for a recipe to be carried out.
    pub async fn ask(&self, actor: &Actor, name: &str) -> Result<(), Error> {
        let job = CookRecipe { recipe: name.to_owned(), because_of: None };
        self.app.jobs().enqueue(actor, &job).await
    }

    /// The recipes whose tables an audience may see, by name.
    pub async fn list(&self, audience: Audience) -> Result<Vec<RecipeDetail>, Error> {
        let mut found = Vec::new();
        for document in self.app.store().documents(RECIPE, None, None, RECIPES_MAX).await? {
            if let Ok(detail) = self.detail(audience, document).await {
                found.push(detail);
            }
        }
        Ok(found)
    }

    /// A recipe, when its tables may be seen.
    pub async fn show(&self, audience: Audience, name: &str) -> Result<RecipeDetail, Error> {
        let missing = || Error::not_found("recipe", name);
        let document = self.app.store().document(RECIPE, name).await?.ok_or_else(missing)?;
        match audience {
            Audience::Public => self.detail(audience, document).await.map_err(|_| missing()),
            _ => self.detail(audience, document).await,
        }
    }

    /// The revisions of a recipe, newest first: number, time, by whom, what it said.
    pub async fn revisions(&self, name: &str, limit: u32) -> Result<Vec<Document>, Error> {
        Ok(self.app.store().document_revisions(RECIPE, name, limit).await?)
    }

    /// Takes a recipe away; the table that it made stays as it is. Returns whether there was one.
    pub async fn retire(&self, actor: &Actor, name: &str) -> Result<bool, Error> {
        self.app.schedules().of_recipe(actor, name, None, None).await?;
        Ok(self.app.store().retire_document(actor, RECIPE, name).await?)
    }

    /// Carries out a recipe now.
    pub async fn run(&self, actor: &Actor, name: &str) -> Result<serde_json::Value, Error> {
        if self.app.store().document(RECIPE, name).await?.is_none() {
            return Err(Error::not_found("recipe", name));
        }
        self.app.jobs().run_here(actor, CookRecipe { recipe: name.to_owned(), because_of: None }).await
    }

    /// What a recipe would make, without keeping anything.
    pub async fn preview(&self, text: &str, rows_max: usize) -> Result<RecipePreview, Error> {
        let recipe = Recipe::read(text)?;
        recipe.refresh.as_deref().map(Every::read).transpose()?;
        let reads = self.reads(Audience::Staff, &recipe).await?;
        self.refuse_cycle(&recipe.name, &reads).await?;
        let sources = self.sources(&reads).await?;
        let mut cooked = self.app.engine().of(Class::Staff).cook(&recipe, &sources).await?;
        let columns = cooked.schema.fields().iter();
        let columns =
            columns.map(|field| (field.name().clone(), townhall_formats::column_type(field.data_type())));
        let mut preview = RecipePreview {
            name: recipe.name,
            columns: columns.collect(),
            rows: Vec::new(),
            has_more: false,
            rejects: cooked.lost,
        };
        while let Some(made) = cooked.rows.next().await {
            let made = made?;
            for row in 0..made.rows.num_rows() {
                if preview.rows.len() == rows_max.min(PREVIEW_ROWS_MAX) {
                    preview.has_more = true;
                    preview.rejects.retain(|cell| cell.row <= rows_max as u64 || cell.reason.contains(';'));
                    return Ok(preview);
                }
                let cells = made.rows.columns().iter();
                preview.rows.push(cells.map(|column| townhall_formats::value_text(column, row)).collect());
            }
            preview.rejects.extend(made.lost);
        }
        Ok(preview)
    }

    async fn detail(&self, audience: Audience, document: Document) -> Result<RecipeDetail, Error> {
        let recipe = Recipe::read(&document.text)?;
        let reads = self.reads(audience, &recipe).await?;
        let table = self.made_by(&recipe.name, &reads).await?;
        Ok(RecipeDetail {
            recipe,
            text: document.text,
            revision: document.revision,
            at: document.at,
            reads,
            table,
        })
    }

    /// The current versions of tables, by the names that a recipe calls them.
    async fn sources(
        &self,
        reads: &[(String, TableSummary)],
    ) -> Result<HashMap<String, Arc<TableSource>>, Error> {
        let mut sources = HashMap::new();
        for (name, table) in reads {
            let known = self.app.tables().known(Audience::Staff, table.id, None).await?;
            sources.insert(name.clone(), known.source);
        }
        Ok(sources)
    }
}
