//! Two editions of a catalogue side by side.

use std::io::{self, Read};

use serde::{Deserialize, Serialize};
use townhall_metadata::{CompareOptions, Comparison, ListOrder, Rereadable, compare};

use super::{Material, Workshop};
use crate::Error;

impl Rereadable for Material {
    fn name(&self) -> &str {
        Self::name(self)
    }

    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.read()?))
    }
}

/// What counts as a difference.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffRequest {
    /// Fields whose changes mean nothing, such as `modified` or `distribution/modified`.
    pub ignore: Vec<String>,
    /// Whether the order of lists means nothing.
    pub any_order: bool,
}

impl Workshop {
    /// What changed from one edition to the next.
    pub async fn compare(
        &self,
        old: &Material,
        new: &Material,
        request: &DiffRequest,
    ) -> Result<Comparison, Error> {
        let (old, new) = (self.plain(old).await?, self.plain(new).await?);
        let options = CompareOptions {
            ignore: request.ignore.clone(),
            order: if request.any_order { ListOrder::IsNothing } else { ListOrder::Counts },
            ..CompareOptions::default()
        };
        self.work(move || Ok(compare(&old, &new, &options)?)).await
    }
}
