//! The links of a catalog file, without a portal.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use futures::stream;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;
use townhall_fetch::{FetchSettings, Fetcher, Look};
use townhall_harvest::links::{Checked, Checker, Link, Rounds, lanes_of, run_rounds};
use townhall_harvest::sniff::sniff;
use townhall_metadata::{Item, ReadOptions, read_any};
use townhall_model::ErrorKind;

use super::LinkSettings;
use super::collect::uses_of;
use crate::catalog::view_of;
use crate::limits::{FILE_LINKS_MAX, LINK_HEAD_BYTES};
use crate::{Error, Material};

/// A link with the places of a file that name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedLink {
    /// What was found.
    pub checked: Checked,
    /// The titles and identifiers of the datasets that name it.
    pub datasets: Vec<(String, Option<String>)>,
}

impl CheckedLink {
    /// As an answer for programs.
    pub fn as_json(&self) -> Value {
        let datasets = self.datasets.iter();
        let datasets: Vec<Value> =
            datasets.map(|(title, identifier)| json!({"title": title, "identifier": identifier})).collect();
        let mut map: Map<String, Value> = match serde_json::to_value(&self.checked) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        };
        map.insert("broken".to_owned(), self.checked.is_broken().into());
        map.insert("datasets".to_owned(), datasets.into());
        map.into()
    }
}

/// The links that are to be checked, each once, with who names them.
#[derive(Debug, Clone, Default)]
pub struct FileLinks {
    links: Vec<Link>,
    index: HashMap<String, usize>,
    datasets: Vec<Vec<(String, Option<String>)>>,
}

impl FileLinks {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.links.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// Adds a link by itself.
    pub fn add_url(&mut self, url: &str) -> Result<(), Error> {
        self.add(url, None, None)
    }

    /// Adds the links of a catalog in any dialect. Returns how many records it has.
    pub fn add_catalog(&mut self, input: &Material) -> Result<u64, Error> {
        let mut trouble = None;
        let mut records = 0;
        let mut file = input.open()?;
        read_any(&mut file, &ReadOptions::default(), &mut |item| {
            let Item::Record(read) = item else { return ControlFlow::Continue(()) };
            records += 1;
            let view = view_of(&read.record.body);
            let title = view.title.clone().or_else(|| view.identifier.clone()).unwrap_or_default();
            for used in uses_of(&view) {
                // What is said of a distribution holds for its file, not for a page that leads to it.
                let declared = used.format.or(used.media_type).filter(|_| used.role == "download");
                let dataset = Some((title.clone(), view.identifier.clone()));
                if let Err(error) = self.add(&used.url, declared, dataset) {
                    trouble = Some(error);
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        })?;
        trouble.map_or(Ok(records), Err)
    }

    fn add(
        &mut self,
        url: &str,
        declared: Option<String>,
        dataset: Option<(String, Option<String>)>,
    ) -> Result<(), Error> {
        let at = match self.index.get(url) {
            Some(at) => *at,
            None if self.links.len() >= FILE_LINKS_MAX => {
                let why = format!("more than {FILE_LINKS_MAX} links are too many at once");
                return Err(Error::new(ErrorKind::TooLarge, why)
                    .with_hint("import the catalog, and check the links of the portal with --store"));
            }
            None => {
                self.index.insert(url.to_owned(), self.links.len());
                self.links.push(Link { url: url.to_owned(), ..Link::default() });
                self.datasets.push(Vec::new());
                self.links.len() - 1
            }
        };
        let link = &mut self.links[at];
        if let Some(declared) = declared.filter(|declared| !link.declared.contains(declared)) {
            link.declared.push(declared);
        }
        let datasets = &mut self.datasets[at];
        if let Some(dataset) = dataset.filter(|dataset| !datasets.contains(dataset)) {
            datasets.push(dataset);
        }
        Ok(())
    }
}

/// Whether what stands at an address could be a catalog: it is read as one then, and is a link to check otherwise.
pub async fn could_be_catalog(fetch: &FetchSettings, url: &str) -> Result<bool, Error> {
    let Ok(address) = url.parse() else { return Ok(false) };
    let look = Look::First { bytes: LINK_HEAD_BYTES };
    let timeout = std::time::Duration::from_secs(30);
    let Ok(seen) = Fetcher::new(fetch.clone())?.look(&address, look, timeout).await else { return Ok(false) };
    let head = String::from_utf8_lossy(&seen.body).into_owned();
    let is_notation =
        sniff(&seen.body).is_some_and(|found| matches!(found.label, "JSON" | "RDF" | "XML" | "TXT"));
    let says = ["\"dataset\"", "dcat", "\"conformsTo\"", "Dataset"].iter().any(|word| head.contains(word));
    Ok(seen.status < 300 && is_notation && says)
}

/// Checks links and hands each over as it is known.
pub async fn check_file_links(
    links: FileLinks,
    fetch: &FetchSettings,
    settings: &LinkSettings,
    mut told: impl FnMut(CheckedLink),
) -> Result<(), Error> {
    let fetcher = settings.fetcher(&Fetcher::new(fetch.clone())?);
    let checker = Arc::new(Checker::new(fetcher, settings.check));
    let FileLinks { links, index, mut datasets } = links;
    let rounds = Rounds { hosts: settings.hosts, batch: 1, ..Rounds::default() };
    let (out, mut found) = mpsc::channel(16);
    let asking = run_rounds(checker, stream::iter(lanes_of(links)), rounds, Timestamp::now, out);
    let taking = async {
        while let Some(batch) = found.recv().await {
            for checked in batch {
                let datasets = index.get(&checked.url).map(|at| std::mem::take(&mut datasets[*at]));
                told(CheckedLink { checked, datasets: datasets.unwrap_or_default() });
            }
        }
    };
    tokio::join!(asking, taking);
    Ok(())
}
