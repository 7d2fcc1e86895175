//! A record: what we read, and the publisher's bytes beside it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Catalog, CatalogRecord, DataService, Dataset, DatasetSeries};
use crate::Finding;

/// Which sort of thing a record describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordKind {
    /// What stands around the records of a catalogue file.
    Catalog,
    /// A dataset.
    Dataset,
    /// An API.
    DataService,
    /// A series of datasets.
    DatasetSeries,
    /// What a catalogue says of its own entry for something.
    CatalogRecord,
}

impl RecordKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Catalog, Self::Dataset, Self::DataService, Self::DatasetSeries, Self::CatalogRecord];

    /// The word in databases, APIs and URLs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Catalog => "catalog",
            Self::Dataset => "dataset",
            Self::DataService => "data-service",
            Self::DatasetSeries => "dataset-series",
            Self::CatalogRecord => "catalog-record",
        }
    }

    /// The key of a catalogue under which records of this kind stand.
    pub const fn catalog_key(self) -> &'static str {
        match self {
            Self::Catalog => "catalog",
            Self::Dataset => "dataset",
            Self::DataService => "service",
            Self::DatasetSeries => "datasetSeries",
            Self::CatalogRecord => "record",
        }
    }
}

impl fmt::Display for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for RecordKind {
    type Err = crate::IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| crate::IdError { given: text.chars().take(80).collect(), kind: "record kind" })
    }
}

/// The schema that a record was written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Version {
    /// Project Open Data 1.0: a bare list of datasets.
    #[serde(rename = "pod-1.0")]
    Pod10,
    /// Project Open Data 1.1, now called DCAT-US 1.1.
    #[serde(rename = "dcat-us-1.1")]
    DcatUs11,
    /// DCAT-US 3.0.
    #[serde(rename = "dcat-us-3.0")]
    DcatUs30,
}

impl Version {
    /// Every version, oldest first.
    pub const ALL: [Self; 3] = [Self::Pod10, Self::DcatUs11, Self::DcatUs30];

    /// The id of its dialect.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Pod10 => "pod-1.0",
            Self::DcatUs11 => "dcat-us-1.1",
            Self::DcatUs30 => "dcat-us-3.0",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for Version {
    type Err = crate::IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|version| version.id() == text)
            .ok_or_else(|| crate::IdError { given: text.chars().take(80).collect(), kind: "version" })
    }
}

/// The typed side of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// A catalogue; when it comes from the streaming reader, without its entries.
    Catalog(Box<Catalog>),
    /// A dataset.
    Dataset(Box<Dataset>),
    /// An API.
    DataService(Box<DataService>),
    /// A series of datasets.
    DatasetSeries(Box<DatasetSeries>),
    /// What a catalogue says of its own entry for something.
    CatalogRecord(Box<CatalogRecord>),
}

impl Body {
    /// Reads a JSON object as a record of this kind.
    pub fn from_json(kind: RecordKind, map: Map<String, Value>, findings: &mut Vec<Finding>) -> Self {
        match kind {
            RecordKind::Catalog => Self::Catalog(Box::new(Catalog::from_json(map, findings))),
            RecordKind::Dataset => Self::Dataset(Box::new(Dataset::from_json(map, findings))),
            RecordKind::DataService => Self::DataService(Box::new(DataService::from_json(map, findings))),
            RecordKind::DatasetSeries => {
                Self::DatasetSeries(Box::new(DatasetSeries::from_json(map, findings)))
            }
            RecordKind::CatalogRecord => {
                Self::CatalogRecord(Box::new(CatalogRecord::from_json(map, findings)))
            }
        }
    }

    /// Writes the JSON object that was read.
    pub fn to_json(&self) -> Map<String, Value> {
        match self {
            Self::Catalog(catalog) => catalog.to_json(),
            Self::Dataset(dataset) => dataset.to_json(),
            Self::DataService(service) => service.to_json(),
            Self::DatasetSeries(series) => series.to_json(),
            Self::CatalogRecord(record) => record.to_json(),
        }
    }

    /// Which sort of thing it describes.
    pub const fn kind(&self) -> RecordKind {
        match self {
            Self::Catalog(_) => RecordKind::Catalog,
            Self::Dataset(_) => RecordKind::Dataset,
            Self::DataService(_) => RecordKind::DataService,
            Self::DatasetSeries(_) => RecordKind::DatasetSeries,
            Self::CatalogRecord(_) => RecordKind::CatalogRecord,
        }
    }

    /// The dataset, if it is one.
    pub fn as_dataset(&self) -> Option<&Dataset> {
        match self {
            Self::Dataset(dataset) => Some(dataset),
            _ => None,
        }
    }
}

impl Serialize for Body {
    /// Writes the JSON object without building it in memory first.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Catalog(catalog) => catalog.serialize(serializer),
            Self::Dataset(dataset) => dataset.serialize(serializer),
            Self::DataService(service) => service.serialize(serializer),
            Self::DatasetSeries(series) => series.serialize(serializer),
            Self::CatalogRecord(record) => record.serialize(serializer),
        }
    }
}

/// A piece of metadata: what we read, and the bytes it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The schema it was written for, as far as its catalogue or its shape tells.
    pub version: Version,
    /// What we read.
    pub body: Body,
    /// The publisher's bytes, exactly as they stood in the file.
    pub original: Vec<u8>,
}

impl Record {
    /// Which sort of thing it describes.
    pub const fn kind(&self) -> RecordKind {
        self.body.kind()
    }
}
