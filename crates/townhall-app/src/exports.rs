//! Catalogue files: streamed from the store, record by record, in the order in which records came.

use serde_json::Value;
use townhall_metadata::{CatalogLink, Dialect, SelfRecord};
use townhall_model::ErrorKind;
use townhall_model::record::{Body, Catalog, RecordKind, Version};
use townhall_store::{RecordFilter, RecordStatus, StoredRecord};

use crate::catalog::{DatasetDetail, body_of};
use crate::limits::EXPORT_PAGE_RECORDS;
use crate::stream::ByteStream;
use crate::{App, Error};

/// A form in which the catalogue is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatalogueForm {
    /// DCAT-US 1.1.
    DcatUs11,
    /// DCAT-US 3.0.
    DcatUs30,
    /// JSON-LD.
    JsonLd,
    /// Turtle.
    Turtle,
}

impl CatalogueForm {
    const ALL: [Self; 4] = [Self::DcatUs11, Self::DcatUs30, Self::JsonLd, Self::Turtle];

    /// The id of its dialect.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DcatUs11 => "dcat-us-1.1",
            Self::DcatUs30 => "dcat-us-3.0",
            Self::JsonLd => "json-ld",
            Self::Turtle => "turtle",
        }
    }

    /// The form of that name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }

    /// The names of all forms.
    pub fn names() -> Vec<&'static str> {
        Self::ALL.map(Self::name).into()
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::DcatUs11 | Self::DcatUs30 => "application/json",
            Self::JsonLd => "application/ld+json",
            Self::Turtle => "text/turtle; charset=utf-8",
        }
    }

    fn dialect(self) -> Result<&'static dyn Dialect, Error> {
        townhall_metadata::dialect(self.name())
            .ok_or_else(|| Error::new(ErrorKind::Internal, format!("there is no dialect `{}`", self.name())))
    }
}

/// The export use cases.
pub struct Exports<'a> {
    pub(crate) app: &'a App,
}

/// The kinds of records in a catalogue file, in the order in which they are written.
const WRITTEN: [RecordKind; 4] =
    [RecordKind::Dataset, RecordKind::DataService, RecordKind::DatasetSeries, RecordKind::CatalogRecord];

impl Exports<'_> {
    /// The catalogue in a form, for the address of the settings.
    pub async fn catalogue(&self, form: CatalogueForm) -> Result<ByteStream, Error> {
        let base_url = self.app.settings().catalogue.base_url.clone();
        self.catalogue_for(form, &base_url).await
    }

    /// The catalogue in a form, for a site at an address. Every published record is in it; one that can't be written
    /// ends the stream with an error rather than going missing.
    pub async fn catalogue_for(&self, form: CatalogueForm, base_url: &str) -> Result<ByteStream, Error> {
        let header = self.header(base_url);
        let own = self.own_record(base_url).await?;
        let app = self.app.clone();
        let dialect = form.dialect()?;
        let base_url = base_url.to_owned();
        // The store is read on the reactor, the catalogue written on a thread; records go between them in pages.
        let (pages, mut received) = tokio::sync::mpsc::channel(2);
        let reader = tokio::spawn(async move {
            for kind in WRITTEN {
                let filter =
                    RecordFilter { kinds: vec![kind.name()], statuses: vec![RecordStatus::Published] };
                let mut position = 0;
                loop {
                    let page = app.store().records_after(&filter, position, EXPORT_PAGE_RECORDS).await;
                    let page = match page {
                        Ok(page) if page.is_empty() => break,
                        Ok(page) => page,
                        Err(error) => {
                            // When nobody listens any more, nobody needs to know.
                            let _ = pages.send(Err(Error::from(error))).await;
                            return;
                        }
                    };
                    position = page.last().map_or(position, |record| record.position);
                    let ids: Vec<_> = page.iter().map(|record| record.id).collect();
                    let hosted = app.store().files(&ids).await.map(|mut files| {
                        let of = |record: StoredRecord| {
                            let files = files.remove(&record.id).unwrap_or_default();
                            (record, files)
                        };
                        page.into_iter().map(of).collect::<Vec<_>>()
                    });
                    let failed = hosted.is_err();
                    if pages.send(hosted.map_err(Error::from)).await.is_err() || failed {
                        return;
                    }
                }
            }
        });
        drop(reader);
        Ok(crate::stream::written_by(move |out| {
            let mut writer = dialect.catalog_writer(Box::new(out))?;
            writer.begin(&header)?;
            if let Some(own) = own {
                writer.record(&own, Version::DcatUs11)?;
            }
            while let Some(page) = received.blocking_recv() {
                for (record, files) in page? {
                    let version: Version = record.dialect.parse().unwrap_or(Version::DcatUs11);
                    let mut body = body_of(&record)?;
                    resolve(&mut body, &record.slug, &files, &base_url);
                    writer.record(&body, version)?;
                }
            }
            writer.end()?;
            Ok(())
        }))
    }

    /// One record in a form.
    pub fn record(
        &self,
        dataset: &DatasetDetail,
        form: CatalogueForm,
        base_url: &str,
    ) -> Result<Vec<u8>, Error> {
        let version: Version = dataset.dialect.parse().unwrap_or(Version::DcatUs11);
        let mut body = Body::from_json(dataset.view.kind, dataset.document.clone(), &mut Vec::new());
        let files: Vec<_> = dataset
            .files
            .iter()
            .map(|file| townhall_store::StoredFile {
                distribution: file.distribution.clone(),
                name: file.name.clone(),
                media_type: file.media_type.clone(),
                blob: file.blob,
                bytes: file.bytes,
            })
            .collect();
        resolve(&mut body, &dataset.slug, &files, base_url);
        let mut bytes = Vec::new();
        form.dialect()?.write_record(&body, version, &mut bytes)?;
        Ok(bytes)
    }

    /// The record as search engines want it in its page.
    pub fn schema_org(&self, dataset: &DatasetDetail, base_url: &str) -> Value {
        let url = format!("{base_url}/data/{}", dataset.slug);
        let link = CatalogLink { name: &self.app.settings().catalogue.title, url: base_url };
        townhall_metadata::schema_org(&dataset.view, Some(&url), Some(link))
    }

    /// What stands around the records.
    fn header(&self, base_url: &str) -> Catalog {
        let settings = &self.app.settings().catalogue;
        let value = serde_json::json!({
            "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
            "@id": format!("{base_url}/data.json"),
            "@type": "dcat:Catalog",
            "conformsTo": townhall_metadata::SCHEMA_1_1,
            "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
            "title": settings.title,
            "description": settings.description,
        });
        match value {
            Value::Object(map) => Catalog::from_json(map, &mut Vec::new()),
            _ => Catalog::default(),
        }
    }

    /// The listing's record for itself; it needs somebody to write to.
    async fn own_record(&self, base_url: &str) -> Result<Option<Body>, Error> {
        let settings = &self.app.settings().catalogue;
        let Some(email) = &settings.contact_email else { return Ok(None) };
        let numbers = self.app.catalog().numbers(crate::Audience::Public).await?;
        let modified = numbers.changed_at.unwrap_or_else(jiff::Timestamp::now).to_string();
        let about = SelfRecord {
            title: settings.title.clone(),
            description: settings.description.clone(),
            publisher: settings.publisher.clone(),
            contact_name: settings.publisher.clone(),
            contact_email: email.clone(),
            url: format!("{base_url}/data.json"),
            landing_page: Some(format!("{base_url}/data")),
            modified: modified.chars().take(10).collect(),
            bureau_codes: Vec::new(),
            program_codes: Vec::new(),
        };
        let mut dataset = townhall_metadata::self_record(&about);
        dataset.access_level = dataset.access_level.or_else(|| Some("public".to_owned()));
        Ok(Some(Body::Dataset(Box::new(dataset))))
    }
}

/// A relative address means a file that we host: outside, it needs the whole address. Nothing else is touched.
fn resolve(body: &mut Body, slug: &str, files: &[townhall_store::StoredFile], base_url: &str) {
    if files.is_empty() {
        return;
    }
    let Body::Dataset(dataset) = body else { return };
    let Some(distributions) = &mut dataset.distribution else { return };
    for distribution in distributions.as_mut_slice() {
        let townhall_model::record::Reference::Inline(distribution) = distribution else { continue };
        let Some(address) = &mut distribution.download_url else { continue };
        if address.contains("://") {
            continue;
        }
        if let Some(file) = files.iter().find(|file| file.distribution == *address) {
            *address = hosted_url(base_url, slug, &file.name);
        }
    }
}

/// Where a hosted file is.
fn hosted_url(base_url: &str, slug: &str, name: &str) -> String {
    const SEGMENT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    format!("{base_url}/data/{slug}/files/{}", percent_encoding::utf8_percent_encode(name, SEGMENT))
}
