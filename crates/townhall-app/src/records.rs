//! From what a dialect read to what the store keeps.

use serde_json::{Map, Value};
use townhall_metadata::ReadRecord;
use townhall_model::BlobId;
use townhall_model::record::Body;
use townhall_store::NewRecord;

use crate::imports::{ImportOptions, InputFile};

/// A record that was read, as the store keeps it.
pub(crate) fn new_record(read: &ReadRecord, file: &InputFile) -> NewRecord {
    let body = &read.record.body;
    new_record_of(body, read, &body.to_json(), &file.source)
}

/// The same of a record that was read and changed since; `document` is what the body writes.
pub(crate) fn new_record_of(
    body: &Body,
    read: &ReadRecord,
    document: &Map<String, Value>,
    source: &str,
) -> NewRecord {
    let hash = hex(&townhall_metadata::canonical_hash(document));
    let view = crate::catalog::view_of(body);
    let identifier = view.identifier.clone().filter(|identifier| !identifier.trim().is_empty());
    let key = match (body, &identifier) {
        // A catalogue's header is known by the file it heads.
        (Body::Catalog(_), _) => format!("{source}#{}", read.index),
        (_, Some(identifier)) => identifier.clone(),
        // Without an identifier, a record is known by its content: changed content is another record.
        (_, None) => format!("urn:sha256:{hash}"),
    };
    NewRecord {
        kind: body.kind().name().to_owned(),
        key,
        title: view.title.clone().or_else(|| identifier.clone()).unwrap_or_else(|| "Untitled".to_owned()),
        identifier,
        organization: view.publishers.clone(),
        access_level: view.access_level.map(|level| level.name().to_owned()),
        dialect: read.record.version.id().to_owned(),
        document: serde_json::to_string(document).unwrap_or_default(),
        original: read.record.original.clone(),
        content_hash: hash,
        source: source.to_owned(),
        ..NewRecord::default()
    }
}

/// What makes a data file the same: its name, its bytes, and how it is read.
pub(crate) fn content_hash_of_file(name: &str, blob: BlobId, options: &ImportOptions) -> String {
    let options = serde_json::json!([name, blob, options.read, options.organization]);
    BlobId::of(options.to_string().as_bytes()).to_string()
}

fn hex(digest: &[u8; 32]) -> String {
    BlobId::from_digest(*digest).to_string()
}
