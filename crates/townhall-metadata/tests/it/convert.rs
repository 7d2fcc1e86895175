//! Between the versions and back.

use serde_json::Value;
use townhall_metadata::convert;
use townhall_model::record::{Body, Version};

use crate::fixtures::{read, shared_files};

const FOLDERS: [&str; 8] = [
    "real/snapshots",
    "v1.0/real",
    "v1.0/pod-examples",
    "v1.1/ckanext-datajson",
    "v1.1/harvester",
    "v1.1/pod-examples",
    "v1.1/redaction",
    "v3.0/harvester",
];

#[test]
fn every_sample_goes_to_the_other_version_and_comes_back_as_it_was() {
    for folder in FOLDERS {
        for file in shared_files(folder) {
            let bytes = std::fs::read(&file).expect("a file");
            if serde_json::from_slice::<Value>(&bytes).is_err() {
                continue;
            }
            for read in read(&bytes).records {
                let Body::Dataset(dataset) = &read.record.body else { continue };
                for (from, to) in
                    [(Version::DcatUs11, Version::DcatUs30), (Version::DcatUs30, Version::DcatUs11)]
                {
                    let (there, _) = convert(dataset, from, to);
                    let (back, _) = convert(&there, to, from);
                    assert_eq!(back.to_json(), dataset.to_json(), "{} {}", file.display(), read.pointer);
                }
            }
        }
    }
}
