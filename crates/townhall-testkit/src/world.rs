//! What a portal holds, so that a test can tell what a request has changed.

use futures::TryStreamExt;
use serde_json::Value;
use townhall_app::{App, Audience, CatalogueForm};

/// What a portal holds.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// The number of the last change in the store's log.
    pub head: i64,
    /// Records, tables, rows, as the portal counts them for staff.
    pub numbers: String,
    /// The catalogue file as it would be published.
    pub catalogue: Value,
}

impl World {
    /// Looks at everything; a finding of the doctor's fails the test.
    pub async fn of(app: &App) -> Self {
        let findings = app.doctor().examine(true).await.expect("the doctor answers");
        assert!(findings.is_empty(), "the doctor finds {findings:#?}");
        let numbers = app.catalog().numbers(Audience::Staff).await.expect("the store answers");
        let stream =
            app.exports().catalogue(CatalogueForm::DcatUs11).await.expect("the catalogue can be written");
        let catalogue: Vec<_> = stream.try_collect().await.expect("the catalogue comes whole");
        Self {
            head: app.catalog().generation().await.expect("the store answers"),
            numbers: format!("{numbers:?}"),
            catalogue: serde_json::from_slice(&catalogue.concat()).expect("the catalogue is JSON"),
        }
    }
}
