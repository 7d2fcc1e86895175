//! The items A to Q that OMB M-25-05 asks of every data asset in a comprehensive data inventory.
//!
//! Where an item is found in a record follows the crosswalk from the statutory metadata to DCAT-US 3.0; for records of
//! 1.1 the fields of 1.1 that mean the same are looked at. The determinations D to I are sentences: the crosswalk gives
//! their words, and these are looked for.

use serde_json::Value;
use townhall_model::record::{AccessLevel, DistributionView, Reference, When};

use super::check::{Answer, Criterion, Scheme, Verdict};
use super::formats::{Quality, quality};
use super::subject::{Subject, counted, has, is_placeholder, items, quote};
use crate::license::Openness;
use crate::validate::list::is_media_type;

/// The seventeen items.
pub static M_25_05: Scheme = Scheme {
    id: "m-25-05",
    name: "M-25-05 inventory items A to Q",
    description: "Whether the record has the metadata that the OPEN Government Data Act asks of every data asset.",
    source: "OMB M-25-05, section 4.a; DCAT-US 3.0 crosswalk",
    criteria: CRITERIA,
};

const fn item(
    id: &'static str,
    group: &'static str,
    title: &'static str,
    source: &'static str,
    advice: &'static str,
    judge: fn(&Subject<'_>) -> Answer,
) -> Criterion {
    Criterion { id, group, title, weight: 1, source, advice, unknown: None, judge }
}

const WHAT: &str = "What it is";
const DETERMINED: &str = "Determinations";
const WHEN: &str = "When";
const WHERE: &str = "Access and location";
const WHO: &str = "Who";

const CRITERIA: &[Criterion] = &[
    item(
        "A",
        WHAT,
        "A description of the data asset",
        "M-25-05, item A: description",
        "Write into `description` what the data is about and what it is for, in two or three sentences.",
        description,
    ),
    item(
        "B",
        WHAT,
        "The names and definitions of all variables",
        "M-25-05, item B: describedBy",
        "Link a data dictionary in `describedBy`, such as https://agency.gov/data/wells-columns.csv.",
        variables,
    ),
    item(
        "C",
        WHAT,
        "The name or title of the data asset",
        "M-25-05, item C: title",
        "Write a name that people understand into `title`, such as Groundwater Levels of Adams County.",
        title,
    ),
    item(
        "D",
        DETERMINED,
        "It is said whether it is an open Government data asset",
        "M-25-05, item D: accessRights, rights, accessRestriction",
        "Add to `rights` what was determined, such as: This data asset is an open Government data asset.",
        open_data,
    ),
    item(
        "E",
        DETERMINED,
        "It is said whether it is exempt from disclosure under FOIA",
        "M-25-05, item E: accessRights, rights, accessRestriction",
        "Add to `rights` what was determined, such as: This data asset is not exempt from disclosure under FOIA.",
        foia,
    ),
    item(
        "F",
        DETERMINED,
        "It is said whether it is eligible for the Federal Data Catalog",
        "M-25-05, item F: accessRights, rights",
        "Add to `rights` what was determined, such as: This dataset is eligible for disclosure in the Federal Data Catalog.",
        federal_catalog,
    ),
    item(
        "G",
        DETERMINED,
        "It is available in an open format, or it is said why not",
        "M-25-05, item G: mediaType, format, rights of the distribution",
        "Offer an open format and say so in `mediaType`, such as text/csv; if that can't be, say why in `rights` of the distribution.",
        open_format,
    ),
    item(
        "H",
        DETERMINED,
        "It is said under which license it is available",
        "M-25-05, item H: license",
        "Write the address of the license into `license`, such as https://creativecommons.org/publicdomain/zero/1.0/.",
        license,
    ),
    item(
        "I",
        DETERMINED,
        "Determinations under Title 44, chapter 35, are told",
        "M-25-05, item I: rights",
        "Say in `rights` what was determined about security and privacy, such as: No determination under 44 U.S.C. chapter 35 limits the use of this data.",
        title_44,
    ),
    item(
        "J",
        WHEN,
        "The date it was added to the inventory",
        "M-25-05, item J: inventoried",
        "Write the day on which the record was added to your inventory into `inventoried`, such as 2026-01-15.",
        inventoried,
    ),
    item(
        "K",
        WHEN,
        "The date of the most recent update",
        "M-25-05, item K: modified",
        "Write the day of the last change into `modified`, such as 2026-01-15, of the dataset and in version 3 of each distribution.",
        updated,
    ),
    item(
        "L",
        WHERE,
        "How the public may access it, or request access",
        "M-25-05, item L: accessURL, downloadURL, identifier, accessRights",
        "Add a distribution with the address of the file in `downloadURL`, or of a form to ask for the data in `accessURL`.",
        access,
    ),
    item(
        "M",
        WHERE,
        "Restrictions on use and access, and CUI",
        "M-25-05, item M: useRestriction, cuiRestriction, accessRestriction",
        "Add `accessRestriction` with `restrictionStatus` from the list of the National Archives, such as Unrestricted or Restricted - Fully.",
        restrictions,
    ),
    item(
        "N",
        WHERE,
        "The location of the data asset",
        "M-25-05, item N: accessURL or downloadURL; spatial where it is withheld",
        "Add the address of the data in `downloadURL` or `accessURL`; for data that is withheld, write the city and state where it is kept into `spatial`.",
        location,
    ),
    item(
        "O",
        WHO,
        "The agency that maintains and updates it",
        "M-25-05, item O: publisher, contributor",
        "Write the name of the agency into `publisher`, such as Water Office.",
        maintainer,
    ),
    item(
        "P",
        WHO,
        "The owner of the data asset",
        "M-25-05, item P: rightsHolder, contactPoint, publisher",
        "Name the owner in `rightsHolder`, or, if that is the agency itself, in `publisher`.",
        owner,
    ),
    item(
        "Q",
        WHO,
        "A contact and keywords, as OMB suggests",
        "M-25-05, item Q: contactPoint, keyword",
        "Give a mail address in `contactPoint` and words that people search for in `keyword`, such as groundwater, wells.",
        contact_and_keywords,
    ),
];

fn description(s: &Subject<'_>) -> Answer {
    match s.view.description.as_deref() {
        None => Answer::not_met("`description` is missing"),
        Some(text) if s.view.title.as_deref() == Some(text) => {
            Answer::partly("`description` only repeats the title")
        }
        Some(text) if text.chars().count() < 30 => {
            Answer::partly(format!("`description` is only {}", quote(text)))
        }
        Some(text) => Answer::met(format!("`description` begins with {}", quote(text))),
    }
}

fn variables(s: &Subject<'_>) -> Answer {
    if let Some(url) = s.dictionary() {
        return Answer::met(format!("`describedBy` is {}", quote(url)));
    }
    match s.facts.table {
        Some(table) if table.columns > 0 && table.described_columns >= table.columns => {
            Answer::met(format!("all {} columns are described in the portal", table.columns))
        }
        Some(table) if table.described_columns > 0 => {
            Answer::partly(format!("{} of {} columns are described", table.described_columns, table.columns))
        }
        // The crosswalk lets what is not public go without, if it is explained.
        _ if s.is_non_public() && is_explained(s) => {
            Answer::met("the data is not public, and the restriction is explained")
        }
        _ => Answer::not_met("`describedBy` is missing"),
    }
}

fn is_explained(s: &Subject<'_>) -> bool {
    s.view.rights.iter().any(|text| !is_placeholder(text)) || s.dataset.cui_restriction.is_some()
}

fn title(s: &Subject<'_>) -> Answer {
    match &s.view.title {
        Some(title) => Answer::met(format!("`title` is {}", quote(title))),
        None => Answer::not_met("`title` is missing"),
    }
}

/// What an agency says that it has determined.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Determined {
    Yes,
    No,
    /// It was not able to, or has not yet. To say so is what the item asks for, too.
    Open,
}

impl Determined {
    fn read(sentence: &str) -> Self {
        let sentence = sentence.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| sentence.contains(word));
        match () {
            () if has(&["not yet", "unable", "cannot", "can not", "can't", "undetermined"]) => Self::Open,
            () if has(&["part of", "partially", "partly"]) => Self::Open,
            () if has(&["not ", "ineligible", "non-"]) => Self::No,
            () => Self::Yes,
        }
    }
}

/// Looks for the sentence of a determination. What contradicts the access level is only part of one: `fits` says which
/// answers go with data that is public, and with data that is not.
fn determination(s: &Subject<'_>, words: &[&str], subject: &str, fits: [Determined; 2]) -> Answer {
    let Some(sentence) = s.sentence(words) else {
        return Answer::not_met(match s.view.rights.iter().find(|text| !is_placeholder(text)) {
            Some(text) => format!("`rights` says {}, and nothing about {subject}", quote(text)),
            None => format!("`rights` says nothing about {subject}"),
        });
    };
    let determined = Determined::read(sentence);
    let fitting = match s.level() {
        Some(AccessLevel::Public) => Some(fits[0]),
        Some(AccessLevel::NonPublic) => Some(fits[1]),
        Some(AccessLevel::RestrictedPublic) | None => None,
    };
    match fitting {
        Some(fitting) if determined != Determined::Open && determined != fitting => Answer::partly(format!(
            "`rights` or a restriction says {}, but {}",
            quote(sentence),
            s.level_seen()
        ))
        .improve("Correct the one that is wrong: the sentence in `rights`, or the access level."),
        _ => Answer::met(format!("`rights` or a restriction says {}", quote(sentence))),
    }
}

fn open_data(s: &Subject<'_>) -> Answer {
    let words = ["open government data asset"];
    let fits = [Determined::Yes, Determined::No];
    let answer = determination(s, &words, "whether it is an open Government data asset", fits);
    let seen = format!("{}, but no sentence says what was determined", s.level_seen());
    match (answer.verdict, s.level()) {
        (Verdict::NotMet, Some(AccessLevel::Public)) => Answer::partly(seen),
        (Verdict::NotMet, Some(_)) => Answer::partly(seen).improve(
            "Add to `rights` what was determined, such as: This asset is not an open Government data asset. Or: The agency has not yet determined if the data asset is an open Government data asset.",
        ),
        _ => answer,
    }
}

fn foia(s: &Subject<'_>) -> Answer {
    let words = ["exempt from disclosure", "foia", "freedom of information", "5 u.s.c. 552(b)", "552(b)("];
    let answer = determination(s, &words, "FOIA", [Determined::No, Determined::Yes]);
    match s.is_withheld() {
        true if answer.verdict == Verdict::NotMet => answer.improve(
            "Add to `rights` what was determined, such as: This data asset is exempt from disclosure under FOIA. Cite the exemption in `specificRestriction`.",
        ),
        _ => answer,
    }
}

fn federal_catalog(s: &Subject<'_>) -> Answer {
    let words = ["federal data catalog"];
    let answer = determination(s, &words, "the Federal Data Catalog", [Determined::Yes, Determined::No]);
    match s.is_withheld() {
        true if answer.verdict == Verdict::NotMet => answer.improve(
            "Add to `rights` what was determined, such as: This dataset is not eligible for disclosure in the Federal Data Catalog.",
        ),
        _ => answer,
    }
}

fn open_format(s: &Subject<'_>) -> Answer {
    if let Some(sentence) = s.sentence(&["open format"]) {
        return Answer::met(format!("`rights` or a restriction says {}", quote(sentence)));
    }
    let views = s.view.distributions.iter().filter(|view| view.url().is_some()).collect::<Vec<_>>();
    if views.is_empty() {
        return Answer::not_met("there is no distribution, and nothing is said about open formats");
    }
    let is_open = |view: &&&DistributionView| {
        let label_is_open = view.format.as_deref().is_some_and(|label| quality(label) == Quality::Open);
        let kept = view.media_type.as_deref().is_none_or(is_media_type);
        label_is_open && (kept || view.is_api)
    };
    let open = views.iter().filter(is_open).count();
    match open {
        0 => Answer::not_met("no distribution has an open format"),
        // One open form of the data is what the act asks for.
        _ => Answer::met(format!("{open} of {} in an open format", counted(views.len(), "distribution"))),
    }
}

fn license(s: &Subject<'_>) -> Answer {
    if let Some(sentence) = s.sentence(&["open license requirement", "open licence requirement"]) {
        return Answer::met(format!("`rights` or a restriction says {}", quote(sentence)));
    }
    let (Some(said), Some(text)) = (&s.license, &s.view.license) else {
        return Answer::not_met("`license` is missing");
    };
    let seen = format!("`license` is {}", quote(text));
    match said.license {
        Some(license) if license.openness == Openness::Unclear => {
            Answer::not_met(format!("{seen}, which says that nobody knows"))
        }
        Some(license) if said.certain().is_some() => Answer::met(format!("{seen}: {}", license.name)),
        Some(_) => Answer::partly(format!("{seen}; {}", said.note.as_deref().unwrap_or_default())),
        None if text.contains("cannot determine") || text.contains("not yet determined") => Answer::met(seen),
        None if text.contains("://") => Answer::met(format!("{seen}, terms of its own")),
        None => Answer::partly(format!("{seen}, which is no address")),
    }
}

fn title_44(s: &Subject<'_>) -> Answer {
    let words = [
        "title 44",
        "44 u.s.c",
        "chapter 35",
        "cipsea",
        "fisma",
        "statistical purposes",
        "privacy act",
        "system of records",
    ];
    if let Some(sentence) = s.sentence(&words) {
        return Answer::met(format!("`rights` or a restriction says {}", quote(sentence)));
    }
    match &s.dataset.system_of_records {
        Some(notice) => Answer::met(format!("`systemOfRecords` is {}", quote(notice))),
        None if s.is_withheld() => Answer::not_met(
            "the data is withheld, and `rights` tells no determination about security or privacy",
        ),
        None => Answer::not_judged(
            "`rights` tells no determination; it can't be seen from here whether there was one",
        ),
    }
}

fn inventoried(s: &Subject<'_>) -> Answer {
    match s.dataset.extra.get("inventoried") {
        Some(Value::String(day)) if !day.trim().is_empty() => match When::read(day).date {
            Some(_) => Answer::met(format!("`inventoried` is {}", quote(day))),
            None => Answer::partly(format!("`inventoried` is {}, which is no date", quote(day))),
        },
        _ => Answer::not_met("`inventoried` is missing"),
    }
}

fn updated(s: &Subject<'_>) -> Answer {
    let Some(modified) = &s.view.modified else { return Answer::not_met("`modified` is missing") };
    let seen = format!("`modified` is {}", quote(&modified.text));
    if modified.date.is_none() {
        return Answer::partly(format!("{seen}, which is no date"));
    }
    let files = items(s.dataset.distribution.as_ref()).filter_map(Reference::inline);
    let without = files.filter(|file| file.modified.is_none()).count();
    match without {
        0 => Answer::met(seen),
        _ if !s.is_modern() => Answer::met(seen),
        _ => Answer::partly(format!(
            "{seen}, but {} without `modified`",
            match without {
                1 => "one distribution is".to_owned(),
                many => format!("{many} distributions are"),
            }
        )),
    }
}

fn access(s: &Subject<'_>) -> Answer {
    if let Some(url) = s.urls().next() {
        return Answer::met(format!("a distribution leads to {}", quote(url)));
    }
    let instructions = s.view.access_rights.as_deref().filter(|text| text.split_whitespace().count() > 3);
    let rights = s.view.rights.iter().map(String::as_str).find(|text| !is_placeholder(text));
    match (&s.view.landing_page, instructions.or(rights.filter(|_| s.is_withheld()))) {
        (_, Some(text)) if s.is_withheld() => Answer::met(format!("how to ask is said: {}", quote(text))),
        (Some(page), _) => Answer::partly(format!("there is only `landingPage`, {}", quote(page))),
        (None, Some(text)) => Answer::partly(format!("there is no address, only {}", quote(text))),
        (None, None) => Answer::not_met("no distribution has an address, and nothing says how to ask"),
    }
}

fn restrictions(s: &Subject<'_>) -> Answer {
    let d = s.dataset;
    let files = || items(d.distribution.as_ref()).filter_map(Reference::inline);
    let rows = [
        (
            "accessRestriction",
            has(&d.access_restriction) || files().any(|file| has(&file.access_restriction)),
        ),
        ("useRestriction", has(&d.use_restriction) || files().any(|file| has(&file.use_restriction))),
        ("cuiRestriction", d.cui_restriction.is_some() || files().any(|file| file.cui_restriction.is_some())),
    ];
    if let Some((field, _)) = rows.iter().find(|(_, is_there)| *is_there) {
        return Answer::met(format!("`{field}` is there"));
    }
    let rights = s.view.rights.iter().find(|text| !is_placeholder(text));
    match (s.level(), rights) {
        (Some(_), Some(text)) => {
            Answer::partly(format!("`rights` says {}, but no restriction is named", quote(text)))
        }
        (Some(AccessLevel::Public), None) => {
            Answer::partly("the data is public, but no field says that nothing is restricted")
        }
        _ => Answer::not_met("no field tells of restrictions"),
    }
}

fn location(s: &Subject<'_>) -> Answer {
    if s.is_withheld() {
        return match s.view.places.first() {
            Some(place) => Answer::met(format!("`spatial` is {}", quote(place))),
            None => match s.urls().next() {
                Some(url) => Answer::partly(format!(
                    "there is the address {}, but `spatial` names no place where the data is kept",
                    quote(url)
                )),
                None => Answer::not_met("`spatial` names no place where the data is kept"),
            },
        };
    }
    match (s.urls().next(), &s.view.landing_page) {
        (Some(url), _) => Answer::met(format!("a distribution leads to {}", quote(url))),
        (None, Some(page)) => Answer::partly(format!("there is only `landingPage`, {}", quote(page))),
        (None, None) => Answer::not_met("no distribution has an address"),
    }
}

fn maintainer(s: &Subject<'_>) -> Answer {
    match s.view.publisher() {
        Some(name) => Answer::met(format!("`publisher` is {}", quote(name))),
        None if has(&s.dataset.contributor) => Answer::partly("there is only `contributor`"),
        None => Answer::not_met("`publisher` is missing"),
    }
}

fn owner(s: &Subject<'_>) -> Answer {
    match (s.view.publisher(), s.view.contacts.first()) {
        _ if has(&s.dataset.rights_holder) => Answer::met("`rightsHolder` is there"),
        (Some(name), _) => Answer::met(format!("`publisher` is {}", quote(name))),
        (None, Some(_)) => Answer::met("`contactPoint` is there"),
        (None, None) => Answer::not_met("`rightsHolder`, `publisher` and `contactPoint` are missing"),
    }
}

fn contact_and_keywords(s: &Subject<'_>) -> Answer {
    let has_contact =
        s.view.contacts.iter().any(|contact| contact.email.is_some() || contact.telephone.is_some());
    match (has_contact, s.view.keywords.len()) {
        (true, 0) => Answer::partly("`keyword` is missing"),
        (true, count) => Answer::met(format!("there is a contact, and {}", counted(count, "keyword"))),
        (false, 0) => Answer::not_met("`contactPoint` has no address, and `keyword` is missing"),
        (false, _) => Answer::partly("`contactPoint` has no address"),
    }
}
