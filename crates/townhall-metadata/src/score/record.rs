//! The scores of one dataset.

use townhall_model::record::{Body, Version};

use super::check::{Scheme, SchemeScore};
use super::facts::Facts;
use super::subject::Subject;

/// What the schemes say of one dataset.
#[derive(Debug, Clone)]
pub struct RecordScore {
    /// Which dataset of its file it is, counted from 0.
    pub index: Option<u64>,
    /// The identifier within its catalog.
    pub identifier: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The name of the publisher, then the organizations above it, the highest last.
    pub publishers: Vec<String>,
    /// What each scheme says, in the order in which they were asked.
    pub schemes: Vec<SchemeScore>,
}

impl RecordScore {
    /// What the scheme with this id says.
    pub fn scheme(&self, id: &str) -> Option<&SchemeScore> {
        self.schemes.iter().find(|score| score.scheme.id == id)
    }
}

/// Asks the schemes about a dataset; nothing for records of other kinds.
///
/// ```
/// use townhall_metadata::score::{Facts, SCHEMES, score_record};
/// use townhall_model::record::{Body, RecordKind, Version};
///
/// let json = serde_json::json!({"title": "Wells", "accessLevel": "public", "license": "http://www.usa.gov/government-works"});
/// let body = Body::from_json(RecordKind::Dataset, json.as_object().cloned().unwrap(), &mut Vec::new());
/// let score = score_record(&body, Version::DcatUs11, &Facts::default(), SCHEMES).expect("it is a dataset");
/// let license = score.scheme("principles").and_then(|score| score.check("open-license")).expect("it is asked");
/// assert_eq!(license.verdict.words(), "met");
/// ```
pub fn score_record(
    body: &Body,
    version: Version,
    facts: &Facts,
    schemes: &[&'static Scheme],
) -> Option<RecordScore> {
    let subject = Subject::new(body, version, facts)?;
    let schemes = schemes.iter().map(|scheme| scheme.judge(&subject)).collect();
    let view = subject.view;
    Some(RecordScore {
        index: None,
        identifier: view.identifier,
        title: view.title,
        publishers: view.publishers,
        schemes,
    })
}
