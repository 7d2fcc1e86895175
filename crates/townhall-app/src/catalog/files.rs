//! Files of distributions that we host.

use townhall_model::BlobId;
use townhall_model::record::{DistributionView, RecordKind};
use townhall_store::{Actor, StoredFile};

use super::{Catalog, HostedFile};
use crate::Error;

impl From<StoredFile> for HostedFile {
    fn from(file: StoredFile) -> Self {
        Self {
            distribution: file.distribution,
            name: file.name,
            media_type: file.media_type,
            blob: file.blob,
            bytes: file.bytes,
        }
    }
}

impl Catalog<'_> {
    /// Says that these bytes stand behind a distribution of the dataset with this key.
    pub(crate) async fn attach_file(
        &self,
        actor: &Actor,
        dataset_key: &str,
        distribution: &str,
        name: &str,
        view: Option<&DistributionView>,
        blob: BlobId,
    ) -> Result<(), Error> {
        let store = self.app.store();
        let Some(record) = store.record_id_of_key(RecordKind::Dataset.name(), dataset_key).await? else {
            return Ok(());
        };
        let bytes = store.blob_bytes(&blob).await?.unwrap_or(0);
        let file = StoredFile {
            distribution: distribution.to_owned(),
            name: name.to_owned(),
            media_type: media_type(name, view),
            blob,
            bytes,
        };
        Ok(store.put_file(actor, record, &file).await?)
    }
}

/// As the record says it; else as the extension suggests.
pub(crate) fn media_type(name: &str, view: Option<&DistributionView>) -> String {
    let stated =
        view.and_then(|view| view.media_type.clone()).filter(|text| text.is_ascii() && text.contains('/'));
    stated.unwrap_or_else(|| {
        let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        match extension.as_str() {
            "geojson" => "application/geo+json",
            "pdf" => "application/pdf",
            "zip" => "application/zip",
            "gz" => "application/gzip",
            "zst" => "application/zstd",
            "bz2" => "application/x-bzip2",
            "txt" | "dat" => "text/plain",
            other => townhall_formats::by_extension(other)
                .map_or("application/octet-stream", |format| format.info().media_types[0]),
        }
        .to_owned()
    })
}
