//! The catalogue: records as doors read them.

mod detail;
mod files;
pub(crate) use files::media_type;

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde_json::{Value, json};
use townhall_model::record::{Body, RecordKind, View};
use townhall_model::table::TableManifest;
use townhall_model::{ErrorKind, RecordId};
use townhall_search::{Facet, FacetValue};
use townhall_store::{Actor, RecordFilter, RecordStatus, StoredRecord};

pub use detail::{DatasetDetail, HostedFile, OrganizationName};
pub(crate) use detail::{plain_summary, plain_text};

use crate::imports::suggestion_from_profile;
use crate::search::{DatasetCard, SearchRequest};
use crate::{App, Audience, Error};

/// The catalogue use case.
pub struct Catalog<'a> {
    pub(crate) app: &'a App,
}

/// How much there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Datasets, services and series.
    pub datasets: u64,
    /// Tables.
    pub tables: u64,
    /// Rows of all tables.
    pub rows: u64,
    /// Organizations that publish something.
    pub organizations: u64,
    /// When the catalogue last changed.
    pub changed_at: Option<Timestamp>,
}

/// An organization in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationSummary {
    /// The name in URLs.
    pub slug: String,
    /// The name for people.
    pub name: String,
    /// The slug of the organization it is a part of.
    pub parent: Option<String>,
    /// Published datasets, those of its parts included.
    pub datasets: u64,
    /// How deep it stands below the top, from 0.
    pub depth: u32,
}

/// A revision of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct RevisionSummary {
    /// Its number.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// The fields that changed.
    pub fields: Vec<String>,
    /// The document as it was, where it was asked for.
    pub document: Value,
    /// The publisher's bytes as they were, where they were asked for.
    pub original: String,
}

/// Kinds of records that have a page.
pub(crate) const LISTED: [&str; 3] = ["dataset", "data-service", "dataset-series"];

/// How many revisions a page lists.
const REVISIONS_MAX: u32 = 200;

/// A change of a record, with what it is called now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordChange {
    /// The number of the change.
    pub seq: i64,
    /// When, RFC 3339.
    pub at: String,
    /// What was done: `added`, `changed`, `retired`, `restored` and so on.
    pub action: String,
    /// The record.
    pub id: RecordId,
    /// Its name in addresses.
    pub slug: String,
    /// The publisher's identifier.
    pub identifier: Option<String>,
    /// Its title.
    pub title: String,
    /// Where it came from.
    pub source: String,
    /// Why it was withdrawn, if it is.
    pub reason: Option<String>,
}

impl Catalog<'_> {
    /// The dataset of a slug, id or identifier.
    pub async fn dataset(&self, audience: Audience, name: &str) -> Result<DatasetDetail, Error> {
        let missing = || Error::not_found("dataset", name);
        let store = self.app.store();
        let mut found = match name.parse::<RecordId>() {
            Ok(id) => store.record(id).await?,
            Err(_) => store.record_by_slug(name).await?,
        };
        if found.is_none() {
            found = store.record_by_identifier(name).await?;
        }
        let record = found.filter(|record| LISTED.contains(&record.kind.as_str())).ok_or_else(missing)?;
        if record.status == RecordStatus::Draft && audience == Audience::Public {
            return Err(missing());
        }
        self.detail(record).await
    }

    /// The id of the dataset with a key.
    pub(crate) async fn id_of_key(&self, key: &str) -> Result<Option<RecordId>, Error> {
        Ok(self.app.store().record_id_of_key(RecordKind::Dataset.name(), key).await?)
    }

    /// A record with all that doors show of it.
    async fn detail(&self, record: StoredRecord) -> Result<DatasetDetail, Error> {
        let tables = self.app.tables().of(&[record.id]).await?.remove(&record.id).unwrap_or_default();
        let files = self.app.store().files(&[record.id]).await?.remove(&record.id).unwrap_or_default();
        let harvested = self.app.harvests().of_record(record.id).await?;
        Ok(DatasetDetail { harvested, ..DatasetDetail::new(record, tables, files)? })
    }

    /// Datasets that share topics, keywords or the organization.
    pub async fn related(
        &self,
        audience: Audience,
        dataset: &DatasetDetail,
    ) -> Result<Vec<DatasetCard>, Error> {
        const RELATED: usize = 4;
        let mut filters = Vec::new();
        if let Some(topic) = dataset.topics.first() {
            filters.push((Facet::Topic, vec![topic.value.clone()]));
        } else if !dataset.view.keywords.is_empty() {
            filters.push((Facet::Keyword, dataset.view.keywords.iter().take(5).cloned().collect()));
        } else if let Some(organization) = &dataset.organization {
            filters.push((Facet::Organization, vec![organization.slug.clone()]));
        } else {
            return Ok(Vec::new());
        }
        let request = SearchRequest { filters, limit: RELATED + 1, ..SearchRequest::new(audience) };
        let found = self.app.search().run(&request).await?;
        Ok(found.hits().filter(|(hit, _)| hit.id != dataset.id).map(|(_, card)| card).take(RELATED).collect())
    }

    /// How much there is.
    pub async fn numbers(&self, audience: Audience) -> Result<Numbers, Error> {
        let store = self.app.store();
        let statuses = statuses(audience);
        let datasets =
            store.count_records(&RecordFilter { kinds: LISTED.to_vec(), statuses: statuses.clone() }).await?;
        let (tables, rows) = store.count_tables(&statuses).await?;
        let organizations =
            store.organizations().await?.iter().filter(|known| known.datasets > 0).count() as u64;
        let head = store.head().await?;
        let last = store.changes_since(head - 1, 1).await?;
        let changed_at = last.first().and_then(|change| change.at.parse().ok());
        Ok(Numbers { datasets, tables, rows, organizations, changed_at })
    }

    /// The addresses of records that this audience may see.
    pub async fn slugs(
        &self,
        audience: Audience,
        ids: &[RecordId],
    ) -> Result<HashMap<RecordId, String>, Error> {
        let records = self.app.store().records(ids).await?;
        let is_seen = |record: &StoredRecord| {
            let is_hidden = record.status == RecordStatus::Draft && audience == Audience::Public;
            LISTED.contains(&record.kind.as_str()) && !is_hidden
        };
        Ok(records.into_iter().filter(is_seen).map(|record| (record.id, record.slug)).collect())
    }

    /// What changed after a number of the change log, oldest first: with what each record is called now, and why it went. Returns
    /// also the number to go on from.
    pub async fn changes(
        &self,
        audience: Audience,
        since: i64,
        limit: u32,
    ) -> Result<(Vec<RecordChange>, i64), Error> {
        let changes = self.app.store().changes_since(since, limit).await?;
        let last = changes.last().map_or(since, |change| change.seq);
        let ids: Vec<RecordId> = changes.iter().filter_map(|change| change.record.parse().ok()).collect();
        let records = self.app.store().records(&ids).await?;
        let records: HashMap<RecordId, StoredRecord> =
            records.into_iter().map(|record| (record.id, record)).collect();
        let told = changes.into_iter().filter_map(|change| {
            let record = records.get(&change.record.parse().ok()?)?;
            let is_hidden = record.status == RecordStatus::Draft && audience == Audience::Public;
            if is_hidden || !LISTED.contains(&record.kind.as_str()) {
                return None;
            }
            Some(RecordChange {
                seq: change.seq,
                at: change.at,
                action: change.action,
                id: record.id,
                slug: record.slug.clone(),
                identifier: record.identifier.clone(),
                title: record.title.clone(),
                source: record.source.clone(),
                reason: record.note.clone().filter(|_| record.status == RecordStatus::Retired),
            })
        });
        Ok((told.collect(), last))
    }

    /// A number that grows with every change: the version of catalogue files.
    pub async fn generation(&self) -> Result<i64, Error> {
        Ok(self.app.store().head().await?)
    }

    /// The topics with their numbers of datasets, largest first.
    pub async fn topics(&self, audience: Audience) -> Result<Vec<FacetValue>, Error> {
        const TOPICS: usize = 200;
        let request = SearchRequest { limit: 1, facet_size: TOPICS, ..SearchRequest::new(audience) };
        Ok(self.app.search().run(&request).await?.answer.facet(Facet::Topic).to_vec())
    }

    /// Every organization that publishes something or has a part that does, parts after the whole.
    pub async fn organizations(&self) -> Result<Vec<OrganizationSummary>, Error> {
        let all = self.app.store().organizations().await?;
        let mut children: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        for (index, organization) in all.iter().enumerate() {
            children.entry(organization.parent.as_deref()).or_default().push(index);
        }
        let mut listed = Vec::with_capacity(all.len());
        // A parent that is its own part would never be reached from the top; depth bounds the rest.
        let mut stack: Vec<(usize, u32)> =
            children.get(&None).into_iter().flatten().rev().map(|index| (*index, 0)).collect();
        while let Some((index, depth)) = stack.pop() {
            let organization = &all[index];
            listed.push(OrganizationSummary {
                slug: organization.slug.clone(),
                name: organization.name.clone(),
                parent: organization.parent.clone(),
                datasets: organization.datasets,
                depth,
            });
            if depth < 16 {
                let parts = children.get(&Some(organization.slug.as_str()));
                stack.extend(parts.into_iter().flatten().rev().map(|index| (*index, depth + 1)));
            }
        }
        Ok(listed)
    }

    /// Slug and last change of published datasets, for sitemaps.
    pub async fn addresses(&self, offset: u32, limit: u32) -> Result<Vec<(String, Timestamp)>, Error> {
        Ok(self.app.store().addresses(offset, limit).await?)
    }

    /// What happened to a dataset's record, newest first.
    pub async fn revisions(
        &self,
        _: Audience,
        dataset: &DatasetDetail,
    ) -> Result<Vec<RevisionSummary>, Error> {
        let headers = self.app.store().revisions(dataset.id, REVISIONS_MAX).await?;
        Ok(headers.into_iter().map(|header| summary_of(header, Value::Null, String::new())).collect())
    }

    /// The record as it was at a revision.
    pub async fn revision(
        &self,
        _: Audience,
        dataset: &DatasetDetail,
        number: u64,
    ) -> Result<RevisionSummary, Error> {
        let revision = self
            .app
            .store()
            .revision(dataset.id, number)
            .await?
            .ok_or_else(|| Error::not_found("revision", &number.to_string()))?;
        let document = serde_json::from_str(&revision.document).unwrap_or(Value::Null);
        Ok(summary_of(revision.header, document, String::from_utf8_lossy(&revision.original).into_owned()))
    }

    /// Writes what the rows tell into the suggested fields of a draft. Does nothing once a person has edited it.
    pub(crate) async fn describe_draft(
        &self,
        actor: &Actor,
        id: RecordId,
        manifest: &TableManifest,
    ) -> Result<(), Error> {
        let Some(record) = self.app.store().record(id).await? else { return Ok(()) };
        let Ok(Value::Object(mut document)) = serde_json::from_str(&record.document) else { return Ok(()) };
        let before = document.clone();
        let suggestion = suggestion_from_profile(&manifest.columns, manifest.rows);
        document.insert("description".into(), json!(suggestion.description));
        if !suggestion.keywords.is_empty() {
            document.insert("keyword".into(), json!(suggestion.keywords));
        }
        if let Some((start, end)) = suggestion.temporal {
            document.insert("temporal".into(), json!(format!("{start}/{end}")));
        }
        if let Some(bbox) = suggestion.bbox {
            document.insert("spatial".into(), json!(bbox.map(|edge| edge.to_string()).join(",")));
        }
        if document == before {
            return Ok(());
        }
        let text = Value::Object(document).to_string();
        match self.app.store().update_document(actor, id, record.revision, &record.title, &text).await {
            // Somebody was faster; their word counts.
            Err(townhall_store::StoreError::Conflict { .. }) => Ok(()),
            outcome => Ok(outcome?),
        }
    }
}

fn summary_of(header: townhall_store::RevisionHeader, document: Value, original: String) -> RevisionSummary {
    RevisionSummary {
        number: header.number,
        at: header.at,
        actor: header.actor,
        action: header.action,
        fields: header.fields,
        document,
        original,
    }
}

/// The states that an audience sees in lists.
pub(crate) fn statuses(audience: Audience) -> Vec<RecordStatus> {
    match audience {
        Audience::Public => vec![RecordStatus::Published],
        Audience::Staff => vec![RecordStatus::Published, RecordStatus::Draft],
    }
}

/// The typed side of a stored record.
pub(crate) fn body_of(record: &StoredRecord) -> Result<Body, Error> {
    let broken = || {
        Error::new(
            ErrorKind::Internal,
            format!("the record `{}` can't be read; run `townhall doctor`", record.slug),
        )
    };
    let kind: RecordKind = record.kind.parse().map_err(|_| broken())?;
    match serde_json::from_str(&record.document) {
        Ok(Value::Object(map)) => Ok(Body::from_json(kind, map, &mut Vec::new())),
        _ => Err(broken()),
    }
}

/// What pages and search need to know of it.
pub(crate) fn view_of(body: &Body) -> View {
    match body {
        Body::Catalog(catalog) => catalog.view(),
        Body::Dataset(dataset) => dataset.view(),
        Body::DataService(service) => service.view(),
        Body::DatasetSeries(series) => series.view(),
        Body::CatalogRecord(record) => record.view(),
    }
}
