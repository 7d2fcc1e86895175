//! Where a dataset's data is (`dataset_map.html`).

use serde::Serialize;

use super::{DatasetHead, Fact, Place};

/// Where the data is.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct MapView {
    /// The top.
    pub head: DatasetHead,
    /// The places.
    pub place: Place,
    /// West, south, east, north and the like.
    pub facts: Vec<Fact>,
}
