//! Job `cook-recipe`: a recipe is carried out over the current versions of the tables that it reads.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use townhall_model::TableId;

use super::{Job, JobContext};
use crate::Error;
use crate::recipes::Cooking;

/// Carries out a recipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CookRecipe {
    /// The recipe.
    pub recipe: String,
    /// The table whose new version asks for it, so that a job for an older one does not stand for this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because_of: Option<(TableId, u32)>,
}

impl Job for CookRecipe {
    const KIND: &'static str = "cook-recipe";
    const TITLE: &'static str = "Make a table by a recipe";

    async fn run(self, ctx: &JobContext) -> Result<Value, Error> {
        Ok(match ctx.app.recipes().cook(ctx, &self.recipe).await? {
            Cooking::Gone => json!({"recipe": self.recipe, "outcome": "gone"}),
            Cooking::Overtaken => json!({"recipe": self.recipe, "outcome": "overtaken"}),
            Cooking::Unchanged(made) => made.as_json("unchanged"),
            Cooking::Published(made) => made.as_json("published"),
        })
    }
}
