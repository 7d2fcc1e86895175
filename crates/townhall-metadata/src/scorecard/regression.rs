//! What got worse between two looks at an office.

use super::facts::LookFacts;
use super::rubric::Standing;

/// Something got worse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regression {
    /// What sort of thing: `listing-gone`, `fell-from-green`, `fewer-datasets`, `more-errors`, `more-broken-links`.
    pub kind: &'static str,
    /// What happened, in one sentence.
    pub message: String,
}

/// What got worse from one look to the next, the worst first.
pub fn regressions(
    name: &str,
    (before, stood): (&LookFacts, Standing),
    (after, stands): (&LookFacts, Standing),
) -> Vec<Regression> {
    let mut worse = Vec::new();
    let mut tell = |kind, message| worse.push(Regression { kind, message });
    let (old, new) = (&before.listing, &after.listing);
    let is_gone = old.address.is_there() && !new.address.is_there();
    if is_gone {
        let why = match (&new.address.trouble, new.address.http_code) {
            (Some(trouble), _) => trouble.clone(),
            (None, code) => format!("the server answers {code}"),
        };
        tell("listing-gone", format!("The listing of {name} is gone: {why}."));
    }
    if stood == Standing::Green && matches!(stands, Standing::Yellow | Standing::Red) {
        tell("fell-from-green", format!("{name} fell from green to {}.", stands.name()));
    }
    if is_gone || !old.address.is_there() {
        return worse;
    }
    if new.total_records < old.total_records {
        tell(
            "fewer-datasets",
            format!("{name} lists {} datasets, after {}.", new.total_records, old.total_records),
        );
    }
    if new.error_count > old.error_count {
        tell(
            "more-errors",
            format!("{} datasets of {name} have errors, after {}.", new.error_count, old.error_count),
        );
    }
    if let (Some(old), Some(new)) = (&old.links, &new.links)
        && new.broken() > old.broken()
    {
        tell(
            "more-broken-links",
            format!("{} links of {name} are broken, after {}.", new.broken(), old.broken()),
        );
    }
    worse
}
