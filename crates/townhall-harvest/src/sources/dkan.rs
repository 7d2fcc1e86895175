//! Portals of DKAN 2, whose store of metadata holds datasets as DCAT-US has them.
//!
//! See <https://dkan.readthedocs.io/>.

use async_trait::async_trait;
use townhall_fetch::FetchError;

use super::portal::{answer, begins_html, cut_at, is_file, with_query};
use super::whole::take_whole;
use crate::asking::Asking;
use crate::error::HarvestError;
use crate::source::{Address, Listing, Source, SourceInfo};

/// A portal of DKAN.
pub struct Dkan;

const INFO: SourceInfo = SourceInfo {
    id: "dkan",
    name: "DKAN portal",
    description: "The datasets of a DKAN portal, by its metastore API, or by its data.json where it has none.",
    example: "https://data.example.gov/",
    options: &[],
};

const PAGES: [&str; 5] = ["/api", "/dataset", "/search", "/publishers", "/data.json"];

#[async_trait]
impl Source for Dkan {
    fn info(&self) -> &'static SourceInfo {
        &INFO
    }

    async fn finds(&self, asking: &Asking<'_>, head: &str) -> Option<Address> {
        let url = asking.address.web()?;
        let base = cut_at(url, &PAGES);
        if url.path().contains("/api/1/metastore") {
            return Some(Address::Web(base));
        }
        let is_drupal =
            ["dkan", "DKAN", "/sites/default/files", "Drupal"].iter().any(|mark| head.contains(mark));
        if is_file(url) || !begins_html(head) || !is_drupal {
            return None;
        }
        let schemas = answer(asking, &with_query(&base, "api/1/metastore/schemas", &[])).await?;
        schemas.get("dataset").is_some().then_some(Address::Web(base))
    }

    async fn harvest(&self, asking: &Asking<'_>) -> Result<Listing, HarvestError> {
        let base = cut_at(asking.url(INFO.name)?, &PAGES);
        let items = with_query(&base, "api/1/metastore/schemas/dataset/items", &[]);
        match take_whole(asking, &items).await {
            // Older ones have only the file.
            Err(HarvestError::Fetch(FetchError::Status { status: 403..=405 | 410 | 501, .. })) => {
                take_whole(asking, &with_query(&base, "data.json", &[])).await
            }
            taken => taken,
        }
    }
}
