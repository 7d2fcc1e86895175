//! Things to keep.

use serde_json::json;
use townhall_model::BlobId;
use townhall_model::table::{Column, ColumnType, TableManifest};
use townhall_store::{NewJob, NewRecord, RecordStatus};

/// A published dataset with this key and title.
pub fn dataset(key: &str, title: &str) -> NewRecord {
    with_document(
        NewRecord {
            kind: "dataset".to_owned(),
            key: key.to_owned(),
            identifier: Some(key.to_owned()),
            title: title.to_owned(),
            organization: vec!["Parks".to_owned(), "City of Springfield".to_owned()],
            status: RecordStatus::Published,
            access_level: Some("public".to_owned()),
            dialect: "dcat-us-1.1".to_owned(),
            source: "data.json".to_owned(),
            ..NewRecord::default()
        },
        json!({"identifier": key, "title": title, "keyword": ["trees"]}),
    )
}

/// The same record with another document.
pub fn with_document(record: NewRecord, document: serde_json::Value) -> NewRecord {
    let document = document.to_string();
    NewRecord {
        original: format!(" {document}\n").into_bytes(),
        content_hash: BlobId::of(document.as_bytes()).to_string(),
        document,
        ..record
    }
}

/// Many datasets.
pub fn datasets(range: std::ops::Range<usize>) -> Vec<NewRecord> {
    range.map(|n| dataset(&format!("id-{n}"), &format!("Street trees {n}"))).collect()
}

/// A manifest over these blobs.
pub fn manifest(parquet: BlobId, source: BlobId, rows: u64) -> TableManifest {
    TableManifest {
        v: TableManifest::FORMAT,
        parquet,
        parquet_bytes: 7,
        source,
        source_bytes: 6,
        source_name: "trees.csv".to_owned(),
        format: "csv".to_owned(),
        read_as: serde_json::Map::new(),
        database: None,
        rows,
        columns: vec![Column {
            name: "height".to_owned(),
            label: None,
            kind: ColumnType::Number,
            type_reason: None,
            values: rows,
            nulls: 0,
            rejects: 0,
            distinct: 1,
            distinct_exact: true,
            min: None,
            max: None,
            mean: Some(1.5),
            top: Vec::new(),
            spread: None,
        }],
        rejects: Vec::new(),
        rejects_total: 0,
        rejects_blob: None,
    }
}

/// A job with this key.
pub fn job(dedupe: &str) -> NewJob {
    NewJob {
        kind: "ingest-table".to_owned(),
        payload: json!({"of": dedupe}).to_string(),
        dedupe: dedupe.to_owned(),
        ..NewJob::default()
    }
}
