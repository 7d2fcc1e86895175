//! The metadata quality score of data.gouv.fr, as its software udata computes it.
//!
//! Nine points, one each; the score is their share. Same facts, same score: `SchemeScore::score / 100` is its 0 to 1.

use super::check::{Answer, Criterion, Scheme};
use super::principles::last_change;
use super::rhythm::{Promise, promise};
use super::subject::{Subject, counted, has, items, quote};

/// The nine checks.
pub static QUALITY: Scheme = Scheme {
    id: "data-gouv-fr",
    name: "Metadata quality as on data.gouv.fr",
    description: "The nine points of the French national portal, to compare with datasets there.",
    source: "udata, Dataset.compute_quality_score",
    criteria: CRITERIA,
};

const fn ask(
    id: &'static str,
    group: &'static str,
    title: &'static str,
    advice: &'static str,
    unknown: Option<f64>,
    judge: fn(&Subject<'_>) -> Answer,
) -> Criterion {
    let source = "udata, Dataset.compute_quality";
    Criterion { id, group, title, weight: 1, source, advice, unknown, judge }
}

const DESCRIPTION: &str = "Description";
const FILES: &str = "Files";

const CRITERIA: &[Criterion] = &[
    ask(
        "license",
        DESCRIPTION,
        "There is a license",
        "Write the address of the license into `license`, such as https://www.usa.gov/government-works.",
        None,
        license,
    ),
    ask(
        "temporal_coverage",
        DESCRIPTION,
        "The time covered is said",
        "Write the time that the data covers into `temporal`, such as 2019-01-01/2019-12-31.",
        None,
        temporal_coverage,
    ),
    ask(
        "spatial",
        DESCRIPTION,
        "The area covered is said",
        "Write the area that the data covers into `spatial`, such as -77.1,38.8,-76.9,39.0.",
        None,
        spatial,
    ),
    ask(
        "update_frequency",
        DESCRIPTION,
        "How often the data is renewed is said",
        "Write how often the data is renewed into `accrualPeriodicity`, such as R/P1Y for every year.",
        None,
        update_frequency,
    ),
    ask(
        "update_fulfilled_in_time",
        DESCRIPTION,
        "The promised renewal was kept, to the day",
        "Publish the new data and set `modified`.",
        None,
        update_fulfilled_in_time,
    ),
    ask(
        "dataset_description_quality",
        DESCRIPTION,
        "The description has more than 100 characters",
        "Write two or three sentences into `description`: what is counted or measured, where, when, and for whom.",
        None,
        description_quality,
    ),
    ask(
        "has_open_format",
        FILES,
        "A file is in an open format",
        "Offer the data as CSV or JSON too, and say so in `mediaType`, such as text/csv.",
        None,
        has_open_format,
    ),
    // What nobody has tried counts as available there.
    ask(
        "all_resources_available",
        FILES,
        "All files can be had",
        "Correct or remove the addresses that don't work in `downloadURL` and `accessURL`.",
        Some(1.0),
        all_available,
    ),
    ask(
        "resources_documentation",
        FILES,
        "Files are documented",
        "Say in the `description` of each distribution what the file has, or link a data dictionary in `describedBy`.",
        None,
        documentation,
    ),
];

fn license(s: &Subject<'_>) -> Answer {
    match &s.view.license {
        Some(license) => Answer::met(format!("`license` is {}", quote(license))),
        None => Answer::not_met("`license` is missing"),
    }
}

fn temporal_coverage(s: &Subject<'_>) -> Answer {
    match s.view.temporal_texts.first() {
        Some(text) => Answer::met(format!("`temporal` is {}", quote(text))),
        None if s.view.temporal.is_some() => Answer::met("`temporal` is there"),
        None => Answer::not_met("`temporal` is missing"),
    }
}

fn spatial(s: &Subject<'_>) -> Answer {
    match s.view.places.first() {
        Some(place) => Answer::met(format!("`spatial` is {}", quote(place))),
        None if s.view.bounding_box.is_some() => Answer::met("`spatial` is a box"),
        None if has(&s.dataset.spatial) => Answer::met("`spatial` is there"),
        None => Answer::not_met("`spatial` is missing"),
    }
}

fn update_frequency(s: &Subject<'_>) -> Answer {
    let said = s.dataset.accrual_periodicity.as_deref();
    match (promise(said), said) {
        (Promise::Nothing, None) => Answer::not_met("`accrualPeriodicity` is missing"),
        (Promise::Nothing, Some(text)) => Answer::not_met(format!("`accrualPeriodicity` is {}", quote(text))),
        (_, text) => Answer::met(format!("`accrualPeriodicity` is {}", quote(text.unwrap_or_default()))),
    }
}

fn update_fulfilled_in_time(s: &Subject<'_>) -> Answer {
    let days = match promise(s.dataset.accrual_periodicity.as_deref()) {
        Promise::Every(days) => days,
        Promise::Open => return Answer::met("renewal at no fixed time counts as kept"),
        Promise::Nothing => return Answer::not_met("nothing is promised, so nothing can be kept"),
    };
    let (Some((changed, seen)), Some(today)) = (last_change(s), s.facts.today) else {
        return Answer::not_judged("the day of the last change, or of today, is not known");
    };
    let age = f64::from((today - changed).get_days());
    let seen = format!("{seen} {changed}");
    // One day late is allowed, since harvesting takes its time.
    match age <= days + 1.0 {
        true => Answer::met(seen),
        false => Answer::not_met(format!("{seen}, {age} days ago")),
    }
}

fn description_quality(s: &Subject<'_>) -> Answer {
    let characters = s.dataset.description.as_deref().unwrap_or_default().chars().count();
    let seen = format!("`description` has {}", counted(characters, "character"));
    match characters > DESCRIPTION_CHARACTERS {
        true => Answer::met(seen),
        false => Answer::not_met(seen),
    }
}

/// `QUALITY_DESCRIPTION_LENGTH` as udata comes.
const DESCRIPTION_CHARACTERS: usize = 100;

fn has_open_format(s: &Subject<'_>) -> Answer {
    if s.view.distributions.is_empty() {
        return Answer::not_met("there is no distribution");
    }
    let formats = &s.formats;
    match formats.iter().find(|label| !CLOSED.contains(&label.to_ascii_lowercase().as_str())) {
        Some(open) => Answer::met(format!("{} counts as open", quote(open))),
        None if formats.is_empty() => Answer::not_met("no distribution says its format"),
        None => Answer::not_met(format!("{} counts as closed", quote(&formats[0]))),
    }
}

/// `CLOSED_FORMATS`.
const CLOSED: [&str; 7] = ["pdf", "doc", "docx", "word", "xls", "excel", "xlsx"];

fn all_available(s: &Subject<'_>) -> Answer {
    if s.view.distributions.is_empty() {
        return Answer::not_met("there is no distribution");
    }
    let Some(links) = s.facts.links.as_ref().filter(|links| links.tried > 0) else {
        return Answer::not_judged("nobody has tried the addresses; data.gouv.fr counts that as available");
    };
    let seen = format!("{} of {} addresses work", links.working, links.tried);
    if links.working >= links.tried { Answer::met(seen) } else { Answer::not_met(seen) }
}

fn documentation(s: &Subject<'_>) -> Answer {
    let described = s.view.distributions.iter().find_map(|distribution| distribution.description.as_deref());
    let pages = items(s.dataset.page.as_ref()).count();
    match (described, s.dictionary()) {
        _ if s.view.distributions.is_empty() => Answer::not_met("there is no distribution"),
        (Some(text), _) => Answer::met(format!("a distribution says {}", quote(text))),
        (None, Some(url)) => Answer::met(format!("`describedBy` is {}", quote(url))),
        (None, None) if pages > 0 => Answer::met("`page` links documentation"),
        (None, None) => {
            Answer::not_met("no distribution has a `description`, and no documentation is linked")
        }
    }
}
