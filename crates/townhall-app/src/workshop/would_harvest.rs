//! Would data.gov harvest this? A dry run.

use serde::{Deserialize, Serialize};
use townhall_metadata::validate::{Harvest, harvested_state, profile_or_auto, would_harvest};

use super::{Material, Workshop};
use crate::Error;

/// How the harvester would judge.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HarvestRequest {
    /// The profile; none for the harvester's own that suits the file.
    pub profile: Option<String>,
}

impl Workshop {
    /// What would become of each record of a catalogue, given the edition that was harvested before, if there is one.
    pub async fn would_harvest(
        &self,
        now: &Material,
        known: Option<&Material>,
        request: &HarvestRequest,
    ) -> Result<Harvest, Error> {
        let profile = profile_or_auto(request.profile.as_deref().unwrap_or("auto"))
            .map_err(|error| Error::of(townhall_model::ErrorKind::Invalid, error))?;
        let now = self.plain(now).await?;
        let known = match known {
            Some(known) => Some(self.plain(known).await?),
            None => None,
        };
        self.work(move || {
            let previous = match &known {
                Some(known) => Some(harvested_state(known, profile)?),
                None => None,
            };
            Ok(would_harvest(&now, profile, previous.as_ref())?)
        })
        .await
    }
}
