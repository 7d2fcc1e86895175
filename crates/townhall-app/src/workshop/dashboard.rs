//! The answers of the Project Open Data Dashboard, for scripts that still ask its questions.

use serde_json::Value;
use townhall_metadata::{DASHBOARD_SCHEMAS, dashboard_answer, dashboard_schema};

use super::{Material, Workshop};
use crate::Error;

/// The profile that the dashboard called by this name, by our own name.
///
/// # Errors
///
/// Invalid for a name that the dashboard did not know.
pub fn dashboard_profile(schema: &str) -> Result<&'static str, Error> {
    dashboard_schema(schema).map(|profile| profile.id()).ok_or_else(|| {
        let known: Vec<&str> = DASHBOARD_SCHEMAS.iter().map(|(name, _)| *name).collect();
        Error::invalid(format!("`{schema}` is no schema of the dashboard"))
            .with_hint(format!("use {}", known.join(", ")))
    })
}

impl Workshop {
    /// Judges a catalog by a schema of the dashboard and answers with the dashboard's fields; with its counts, if they are
    /// wanted.
    pub async fn dashboard_answer(
        &self,
        input: &Material,
        schema: &str,
        with_qa: bool,
    ) -> Result<Value, Error> {
        let (input, schema) = (input.clone(), schema.to_owned());
        self.work(move || {
            let profile = dashboard_schema(&schema)
                .ok_or_else(|| Error::invalid(format!("`{schema}` is no schema of the dashboard")))?;
            let mut answer = dashboard_answer(&input, &schema, profile, with_qa)?;
            answer["download_content_length"] = input.bytes()?.into();
            Ok(answer)
        })
        .await
    }
}
