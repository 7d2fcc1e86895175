//! The seven principles of open government data (Open Data Policy M-13-13, Project Open Data "Principles").

use jiff::civil::Date;
use townhall_model::record::AccessLevel;

use super::check::{Answer, Criterion, Scheme};
use super::formats::Quality;
use super::rhythm::{Promise, promise};
use super::subject::{Subject, counted, has, is_placeholder, quote};
use crate::license::Openness;

/// Seven ticks, each with its reasons.
pub static PRINCIPLES: Scheme = Scheme {
    id: "principles",
    name: "Open data principles",
    description: "Whether the data is public, accessible, described, reusable, complete, timely, and looked after.",
    source: "OMB M-13-13, attachment part I; Project Open Data, Principles",
    criteria: CRITERIA,
};

const fn ask(
    group: &'static str,
    id: &'static str,
    weight: u32,
    title: &'static str,
    source: &'static str,
    advice: &'static str,
    judge: fn(&Subject<'_>) -> Answer,
) -> Criterion {
    Criterion { id, group, title, weight, source, advice, unknown: None, judge }
}

const PUBLIC: &str = "Public";
const ACCESSIBLE: &str = "Accessible";
const DESCRIBED: &str = "Described";
const REUSABLE: &str = "Reusable";
const COMPLETE: &str = "Complete";
const TIMELY: &str = "Timely";
const MANAGED: &str = "Managed post-release";

const CRITERIA: &[Criterion] = &[
    ask(
        PUBLIC,
        "public-level",
        3,
        "Anybody may have the data",
        "M-13-13, principle Public; DCAT-US 1.1, accessLevel",
        "If nothing forbids it, write `public` into `accessLevel`.",
        public_level,
    ),
    ask(
        PUBLIC,
        "restriction-explained",
        2,
        "What is withheld is explained",
        "DCAT-US 1.1, rights; implementation guide II.D",
        "Say in `rights` why the data is withheld and how to ask for it, such as: Contains trade secrets (FOIA exemption 4); ask the contact for a summary.",
        restriction_explained,
    ),
    ask(
        PUBLIC,
        "no-login",
        2,
        "No login, key or registration is needed",
        "M-13-13, principle Public: no discrimination",
        "Offer the files at an address that opens without a login, and put it into `downloadURL`.",
        no_login,
    ),
    ask(
        ACCESSIBLE,
        "download",
        3,
        "There is a file to download, or an API",
        "M-13-13, principle Accessible; DCAT-US 1.1, distribution",
        "Add a distribution whose `downloadURL` is the address of the file itself, such as https://agency.gov/data/wells.csv.",
        download,
    ),
    ask(
        ACCESSIBLE,
        "links-work",
        3,
        "The addresses work",
        "Project Open Data Dashboard, links",
        "Correct or remove the addresses that don't work in `downloadURL` and `accessURL`.",
        links_work,
    ),
    ask(
        ACCESSIBLE,
        "open-format",
        3,
        "The data is in an open format that programs can read",
        "M-13-13, III.1.a; Open, Public, Electronic and Necessary Government Data Act, 44 U.S.C. 3502(20)",
        "Offer the data as CSV, JSON or XML too, with `mediaType` such as text/csv.",
        open_format,
    ),
    ask(
        ACCESSIBLE,
        "several-ways",
        1,
        "There is more than one format, or an API",
        "M-13-13, principle Accessible: multiple formats",
        "Add a second distribution in another format, such as JSON beside CSV, or one for an API with `format` API.",
        several_ways,
    ),
    ask(
        ACCESSIBLE,
        "utf-8",
        1,
        "Texts are in UTF-8",
        "Project Open Data, principle Accessible",
        "Save the files with the encoding UTF-8 (in Excel: CSV UTF-8).",
        utf_8,
    ),
    ask(
        ACCESSIBLE,
        "other-sites",
        1,
        "Pages of other sites may read the data",
        "Project Open Data, implementation guide: CORS",
        "Ask whoever runs the web server to send the header `Access-Control-Allow-Origin: *` with the files.",
        other_sites,
    ),
    ask(
        DESCRIBED,
        "required-fields",
        3,
        "All required fields are filled",
        "DCAT-US 1.1, required fields",
        "Fill the fields that are missing.",
        required_fields,
    ),
    ask(
        DESCRIBED,
        "description-length",
        2,
        "The description says enough",
        "M-13-13, principle Described",
        "Write two or three sentences into `description`: what is counted or measured, where, when, and for whom it was collected.",
        description_length,
    ),
    ask(
        DESCRIBED,
        "plain-language",
        1,
        "The description is in plain language",
        "Plain Writing Act of 2010; plainlanguage.gov, short sentences",
        "Split long sentences of `description`: about 20 words each are easy to read.",
        plain_language,
    ),
    ask(
        DESCRIBED,
        "dictionary",
        2,
        "The columns are explained",
        "M-13-13, principle Described: data elements; DCAT-US 1.1, describedBy",
        "Put the address of a data dictionary into `describedBy`, such as https://agency.gov/data/wells-columns.csv.",
        dictionary,
    ),
    ask(
        DESCRIBED,
        "coverage",
        1,
        "The place and the time that the data covers are said",
        "DCAT-US 1.1, spatial and temporal",
        "Write the area into `spatial`, such as -77.1,38.8,-76.9,39.0, and the time into `temporal`, such as 2019-01-01/2019-12-31.",
        coverage,
    ),
    ask(
        DESCRIBED,
        "method",
        1,
        "Why and how the data was collected is said, and what its limits are",
        "M-13-13, principle Described: strengths, weaknesses, analytical limitations",
        "Link the documentation in `references`, such as https://agency.gov/data/wells-method.html; in version 3 also write `purpose` and `provenance`.",
        method,
    ),
    ask(
        REUSABLE,
        "open-license",
        3,
        "The license is open",
        "M-13-13, III.1.c; Project Open Data, open licenses",
        "Write the address of an open license into `license`: https://www.usa.gov/government-works for what federal employees made, else https://creativecommons.org/publicdomain/zero/1.0/.",
        open_license,
    ),
    ask(
        REUSABLE,
        "rights-explained",
        1,
        "Where the data is not in the public domain, the rights are explained",
        "OMB Integrated Data Collection, August 2015",
        "Say in `rights` what the license asks for, such as: Name the Water Office as the source.",
        rights_explained,
    ),
    ask(
        COMPLETE,
        "bulk",
        2,
        "The whole of the data can be had at once",
        "M-13-13, principle Complete",
        "Add a distribution with the `downloadURL` of a file that has all of the data.",
        bulk,
    ),
    ask(
        COMPLETE,
        "all-rows",
        2,
        "The file has the rows that it should have",
        "M-13-13, principle Complete",
        "Check the export: publish the file with all of its rows.",
        all_rows,
    ),
    ask(
        COMPLETE,
        "granularity",
        1,
        "How fine the data is, is said",
        "M-13-13, principle Complete: finest possible level of granularity; DCAT-US 3.0",
        "Write the smallest step into `temporalResolution`, such as P1D for days, or `spatialResolutionInMeters`, such as 30.",
        granularity,
    ),
    ask(
        COMPLETE,
        "source",
        1,
        "Where the data comes from is said",
        "M-13-13, principle Complete: primary data; DCAT-US 3.0, source and provenance",
        "Say in `provenance` how the data came about, or link what it was made from in `source`.",
        source,
    ),
    ask(
        TIMELY,
        "rhythm",
        1,
        "How often the data is renewed is said",
        "DCAT-US 1.1, accrualPeriodicity",
        "Write how often the data is renewed into `accrualPeriodicity`, such as R/P1Y for every year.",
        rhythm,
    ),
    ask(
        TIMELY,
        "up-to-date",
        3,
        "The data is as new as was promised",
        "M-13-13, principle Timely",
        "Publish the new data and set `modified`; if it comes at no fixed time, write `irregular` into `accrualPeriodicity`.",
        up_to_date,
    ),
    ask(
        TIMELY,
        "release-lag",
        1,
        "The data came out soon after the time that it covers",
        "M-13-13, principle Timely",
        "Publish preliminary data earlier, and say in `description` that it is preliminary.",
        release_lag,
    ),
    ask(
        MANAGED,
        "contact",
        2,
        "There is somebody to ask",
        "M-13-13, principle Managed Post-Release; DCAT-US 1.1, contactPoint",
        "Give an office and its mail address in `contactPoint`, such as Water Data Team, mailto:waterdata@agency.gov.",
        contact,
    ),
    ask(
        MANAGED,
        "contact-answers",
        2,
        "The contact answers",
        "M-13-13, principle Managed Post-Release",
        "Write a mail address that somebody reads into `contactPoint`.",
        contact_answers,
    ),
    ask(
        MANAGED,
        "feedback",
        2,
        "Questions are answered in time",
        "OMB Integrated Data Collection, May 2016: two-way feedback",
        "Answer the open questions about the dataset.",
        feedback,
    ),
    ask(
        MANAGED,
        "archive",
        1,
        "Earlier versions are kept",
        "M-13-13, III.1; 44 U.S.C. 31",
        "Keep each version that was published, and link it.",
        archive,
    ),
];

fn public_level(s: &Subject<'_>) -> Answer {
    let reason = s.level_seen();
    match s.level() {
        Some(AccessLevel::Public) => Answer::met(reason),
        Some(AccessLevel::RestrictedPublic) => {
            Answer::partly(format!("{reason}, so some people or parts are left out"))
                .improve("Publish what can be: a version without the protected columns can be `public` as a dataset of its own.")
        }
        Some(AccessLevel::NonPublic) => Answer::not_met(format!("{reason}, so nobody outside may have it"))
            .improve("If a version without the protected parts can be published, add it as a dataset of its own with `accessLevel` public."),
        None => Answer::not_met(format!("{reason}, so nobody can tell whether the data is public"))
            .improve("Write `public`, `restricted public` or `non-public` into `accessLevel`."),
    }
}

fn restriction_explained(s: &Subject<'_>) -> Answer {
    if !s.is_withheld() {
        return Answer::not_applicable("nothing is withheld");
    }
    match s.view.rights.iter().find(|text| !is_placeholder(text)) {
        Some(rights) => Answer::met(format!("`rights` says {}", quote(rights))),
        None if has(&s.dataset.access_restriction) || s.dataset.cui_restriction.is_some() => {
            Answer::partly("a restriction is named, but no note says why")
        }
        None => Answer::not_met(match s.view.rights.first() {
            Some(rights) => format!("`rights` is {}, which explains nothing", quote(rights)),
            None => "`rights` is missing".to_owned(),
        }),
    }
}

fn no_login(s: &Subject<'_>) -> Answer {
    match s.facts.needs_login {
        _ if s.is_withheld() => Answer::not_applicable("the data is not for everybody"),
        Some(true) => Answer::not_met("the data is behind a login, a key or a registration"),
        Some(false) => Answer::met("the data opens without a login"),
        None => Answer::not_judged("nobody has tried whether the data opens without a login"),
    }
}

fn download(s: &Subject<'_>) -> Answer {
    if s.is_non_public() {
        return Answer::not_applicable("the data is not public");
    }
    let views = &s.view.distributions;
    if let Some(url) = views.iter().find_map(|view| view.download_url.as_deref()) {
        return Answer::met(format!("`downloadURL` is {}", quote(url)));
    }
    if let Some(api) = views.iter().find(|view| view.is_api) {
        return Answer::met(format!("there is an API at {}", quote(api.url().unwrap_or_default())));
    }
    let page = views.iter().find_map(|view| view.access_url.as_deref()).or(s.view.landing_page.as_deref());
    match page {
        Some(page) => Answer::partly(format!("there is only a page, {}, and no `downloadURL`", quote(page))),
        None => Answer::not_met("no distribution has an address"),
    }
}

fn links_work(s: &Subject<'_>) -> Answer {
    let Some(links) = &s.facts.links else {
        return match s.has_url() {
            true => Answer::not_judged("nobody has tried the addresses"),
            false => Answer::not_applicable("there is no address to try"),
        };
    };
    let seen = format!("{} of {} addresses work", links.working, links.tried);
    let broken = links.broken.as_deref().map(|url| format!("; {} does not", quote(url))).unwrap_or_default();
    match (links.working, links.tried) {
        (_, 0) => Answer::not_judged("no address was tried"),
        (working, tried) if working >= tried => Answer::met(seen),
        (0, _) => Answer::not_met(format!("{seen}{broken}")),
        _ => Answer::partly(format!("{seen}{broken}")),
    }
}

fn open_format(s: &Subject<'_>) -> Answer {
    if s.is_non_public() {
        return Answer::not_applicable("the data is not public");
    }
    let found = if s.facts.formats.is_some() { "found" } else { "said" };
    match s.best_format() {
        None if !s.has_url() => Answer::not_met("there is no file"),
        None => Answer::not_met("no distribution says its `mediaType` or `format`")
            .improve("Write the type of each file into `mediaType`, such as text/csv."),
        Some((label, Quality::Open)) => Answer::met(format!("{label} is {found}, which is open")),
        Some((label, Quality::Proprietary)) => Answer::partly(format!(
            "{label} is the best format {found}: programs can read it, but it is one maker's"
        )),
        Some((label, Quality::Unknown)) => {
            Answer::partly(format!("{} is {found}, which does not say what is inside", quote(label)))
        }
        Some((label, Quality::ForPeople)) => {
            Answer::not_met(format!("{label} is the best format {found}, which is for reading only"))
        }
    }
}

fn several_ways(s: &Subject<'_>) -> Answer {
    if s.is_withheld() {
        return Answer::not_applicable("the data is not for everybody");
    }
    let formats = &s.formats;
    match formats.as_slice() {
        _ if s.view.has_api() => Answer::met("there is an API"),
        [] => Answer::not_met("no format is said"),
        [only] => Answer::not_met(format!("{} is the only format", quote(only))),
        [one, two, ..] => Answer::met(format!(
            "there are {}, such as {} and {}",
            counted(formats.len(), "format"),
            quote(one),
            quote(two)
        )),
    }
}

fn utf_8(s: &Subject<'_>) -> Answer {
    match s.facts.is_utf8 {
        Some(true) => Answer::met("the texts are in UTF-8"),
        Some(false) => Answer::not_met("the texts are not in UTF-8"),
        None => Answer::not_judged("the files have not been read"),
    }
}

fn other_sites(s: &Subject<'_>) -> Answer {
    match s.facts.allows_other_sites {
        Some(true) => Answer::met("the server lets pages of other sites read the data"),
        Some(false) => Answer::not_met("the server does not let pages of other sites read the data"),
        None => Answer::not_judged("nobody has asked the server"),
    }
}

fn required_fields(s: &Subject<'_>) -> Answer {
    let missing = missing_fields(s);
    match missing.len() {
        0 => Answer::met("all required fields are filled"),
        few => {
            let list = missing.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ");
            let verdict = if few <= 2 { Answer::partly } else { Answer::not_met };
            verdict(format!("{} missing: {list}", if few == 1 { "one is" } else { "some are" }))
                .improve(format!("Fill {list}."))
        }
    }
}

/// The fields that DCAT-US asks of every dataset and this one has not.
pub(super) fn missing_fields(s: &Subject<'_>) -> Vec<&'static str> {
    let modern = s.is_modern();
    // Version 3 only recommends the second half.
    let rows = [
        ("title", s.view.title.is_some(), true),
        ("description", s.view.description.is_some(), true),
        ("identifier", s.view.identifier.is_some(), true),
        ("contactPoint", !s.view.contacts.is_empty(), true),
        ("keyword", !s.view.keywords.is_empty(), !modern),
        ("modified", s.view.modified.is_some(), !modern),
        ("publisher", s.view.publisher().is_some(), !modern),
        ("accessLevel", s.level().is_some(), !modern),
    ];
    rows.into_iter().filter(|(_, is_there, asked)| *asked && !is_there).map(|(field, ..)| field).collect()
}

fn description_length(s: &Subject<'_>) -> Answer {
    let Some(text) = s.view.description.as_deref() else {
        return Answer::not_met("`description` is missing");
    };
    let characters = text.chars().count();
    if s.view.title.as_deref() == Some(text) {
        return Answer::not_met("`description` only repeats the title");
    }
    let seen = format!("`description` has {}", counted(characters, "character"));
    match characters {
        150.. => Answer::met(seen),
        50.. => Answer::partly(format!("{seen}; 150 say more")),
        _ => Answer::not_met(format!("{seen}: {}", quote(text))),
    }
}

fn plain_language(s: &Subject<'_>) -> Answer {
    let text = s.view.description.as_deref().unwrap_or_default();
    let text = &text[..text.floor_char_boundary(DESCRIPTION_BYTES_MAX)];
    let words = text.split_whitespace().count();
    if words < 8 {
        return Answer::not_applicable("`description` is too short to tell");
    }
    let ends = text.split_whitespace().filter(|word| {
        let word = word.trim_end_matches(['"', ')', '\u{201d}', '\'']);
        // Initials and the like end no sentence.
        word.ends_with(['.', '!', '?', ':', ';']) && word.chars().count() > 2
    });
    let sentences = ends.count().max(1);
    let mean = words / sentences;
    let seen = format!("sentences of `description` have {mean} words on average");
    match mean {
        0..=25 => Answer::met(seen),
        26..=35 => Answer::partly(seen),
        _ => Answer::not_met(seen),
    }
}

/// How much of a description is looked at.
const DESCRIPTION_BYTES_MAX: usize = 16 << 10;

fn dictionary(s: &Subject<'_>) -> Answer {
    if let Some(url) = s.dictionary() {
        return Answer::met(format!("`describedBy` is {}", quote(url)));
    }
    match s.facts.table {
        Some(table) if table.columns > 0 => {
            let seen = format!("{} of {} columns are described", table.described_columns, table.columns);
            match table.described_columns {
                all if all >= table.columns => Answer::met(seen),
                0 => Answer::not_met(seen),
                _ => Answer::partly(seen),
            }
        }
        _ => Answer::not_met("`describedBy` is missing"),
    }
}

fn coverage(s: &Subject<'_>) -> Answer {
    let has_place = s.view.bounding_box.is_some() || !s.view.places.is_empty() || has(&s.dataset.spatial);
    let has_time = s.view.temporal.is_some() || !s.view.temporal_texts.is_empty();
    match (has_place, has_time) {
        (true, true) => Answer::met("`spatial` and `temporal` are there"),
        (true, false) => Answer::partly("`temporal` is missing")
            .improve("Write the time that the data covers into `temporal`, such as 2019-01-01/2019-12-31."),
        (false, true) => Answer::partly("`spatial` is missing")
            .improve("Write the area that the data covers into `spatial`, such as -77.1,38.8,-76.9,39.0."),
        (false, false) => Answer::not_met("`spatial` and `temporal` are missing"),
    }
}

fn method(s: &Subject<'_>) -> Answer {
    let d = s.dataset;
    let rows = [
        ("purpose", d.purpose.is_some()),
        ("provenance", has(&d.provenance)),
        ("wasGeneratedBy", has(&d.was_generated_by)),
        ("scopeNote", d.scope_note.is_some()),
        ("liabilityStatement", d.liability_statement.is_some()),
        ("hasQualityMeasurement", has(&d.has_quality_measurement)),
        ("references", has(&d.references)),
        ("page", has(&d.page)),
        ("systemOfRecords", d.system_of_records.is_some()),
    ];
    let there = rows.iter().filter(|(_, is_there)| *is_there).map(|(field, _)| format!("`{field}`"));
    match there.collect::<Vec<_>>().as_slice() {
        [] => Answer::not_met("no field tells how the data was collected, and no documentation is linked"),
        // Version 1.1 has no more than a link.
        [only] if s.is_modern() => Answer::partly(format!("{only} is all there is")),
        all => Answer::met(format!("there {} {}", if all.len() == 1 { "is" } else { "are" }, all.join(", "))),
    }
}

fn open_license(s: &Subject<'_>) -> Answer {
    if s.is_non_public() {
        return Answer::not_applicable("the data is not public");
    }
    let (Some(said), Some(text)) = (&s.license, &s.view.license) else {
        return Answer::not_met("`license` is missing");
    };
    let seen = format!("`license` is {}", quote(text));
    let Some(license) = said.license else {
        let note = said.note.as_deref().unwrap_or("it is not known");
        return Answer::partly(format!("{seen}; {note}"));
    };
    match license.openness {
        Openness::Open if said.certain().is_some() => Answer::met(format!("{seen}: {}", license.name)),
        Openness::Open => Answer::partly(format!("{seen}; {}", said.note.as_deref().unwrap_or_default())),
        Openness::Closed => Answer::not_met(format!("{seen}: {}", license.name)),
        Openness::Unclear => Answer::not_met(format!("{seen}, which says that nobody knows")),
    }
}

fn rights_explained(s: &Subject<'_>) -> Answer {
    match s.known_license() {
        _ if s.is_withheld() => Answer::not_applicable("the data is not for everybody"),
        None if s.license.is_none() => Answer::not_applicable("there is no license to explain"),
        Some(license) if license.is_waiver => Answer::not_applicable("the data is in the public domain"),
        _ => match s.view.rights.iter().find(|text| !is_placeholder(text)) {
            Some(rights) => Answer::met(format!("`rights` says {}", quote(rights))),
            None => Answer::not_met("`rights` is missing, and the license is not one of the public domain"),
        },
    }
}

fn bulk(s: &Subject<'_>) -> Answer {
    match () {
        () if s.is_non_public() => Answer::not_applicable("the data is not public"),
        () if s.view.has_download() => Answer::met("there is a file to download"),
        () if s.view.has_api() => Answer::partly("there is only an API, which gives the data piece by piece"),
        () => Answer::not_met("there is no file to download"),
    }
}

fn all_rows(s: &Subject<'_>) -> Answer {
    let Some(table) = s.facts.table else {
        return Answer::not_judged("the data has not been read as a table");
    };
    match table.stated_rows {
        _ if table.rows == 0 => Answer::not_met("the table has no rows"),
        Some(stated) if stated != table.rows => {
            Answer::not_met(format!("the table has {} rows, and should have {stated}", table.rows))
        }
        Some(_) => Answer::met(format!("the table has {} rows, as it should", table.rows)),
        None => Answer::met(format!("the table has {} rows", table.rows)),
    }
}

fn granularity(s: &Subject<'_>) -> Answer {
    let d = s.dataset;
    let distributions = super::subject::items(d.distribution.as_ref());
    let of_files = distributions.filter_map(|item| item.inline());
    let mut of_files = of_files
        .filter(|file| file.temporal_resolution.is_some() || file.spatial_resolution_in_meters.is_some());
    match (&d.temporal_resolution, &d.spatial_resolution_in_meters) {
        (Some(step), _) => Answer::met(format!("`temporalResolution` is {}", quote(step))),
        (None, Some(_)) => Answer::met("`spatialResolutionInMeters` is there"),
        (None, None) if of_files.next().is_some() => Answer::met("a distribution says how fine it is"),
        (None, None) if s.is_modern() => {
            Answer::not_met("`temporalResolution` and `spatialResolutionInMeters` are missing")
        }
        (None, None) => Answer::not_applicable("version 1.1 has no field for it"),
    }
}

fn source(s: &Subject<'_>) -> Answer {
    let d = s.dataset;
    match () {
        () if has(&d.provenance) => Answer::met("`provenance` is there"),
        () if has(&d.source) => Answer::met("`source` is there"),
        () if has(&d.was_generated_by) => Answer::met("`wasGeneratedBy` is there"),
        () if s.is_modern() => Answer::not_met("`provenance`, `source` and `wasGeneratedBy` are missing"),
        () => Answer::not_applicable("version 1.1 has no field for it"),
    }
}

fn rhythm(s: &Subject<'_>) -> Answer {
    let said = s.dataset.accrual_periodicity.as_deref();
    match (promise(said), said) {
        (Promise::Nothing, None) => Answer::not_met("`accrualPeriodicity` is missing"),
        (Promise::Nothing, Some(text)) => Answer::not_met(format!("`accrualPeriodicity` is {}", quote(text))),
        (_, text) => Answer::met(format!("`accrualPeriodicity` is {}", quote(text.unwrap_or_default()))),
    }
}

/// The day of the last change, and where it is from.
pub(super) fn last_change(s: &Subject<'_>) -> Option<(Date, &'static str)> {
    let said = s.view.modified.as_ref().and_then(|when| when.last.or(when.date));
    s.facts.last_change.map(|day| (day, "the data changed")).or(said.map(|day| (day, "`modified` is")))
}

fn up_to_date(s: &Subject<'_>) -> Answer {
    let said = s.dataset.accrual_periodicity.as_deref();
    let days = match promise(said) {
        Promise::Every(days) => days,
        Promise::Open => return Answer::not_applicable("new data is promised at no fixed time"),
        Promise::Nothing => return Answer::not_applicable("no new data is promised"),
    };
    let Some((changed, seen)) = last_change(s) else {
        return Answer::not_judged("`modified` has no date");
    };
    let Some(today) = s.facts.today else { return Answer::not_judged("the day of today is not known") };
    let age = f64::from((today - changed).get_days());
    let seen = format!("{seen} {changed}, and `accrualPeriodicity` is {}", quote(said.unwrap_or_default()));
    // A quarter of the time, and at least a day, is granted for the work and for the harvest.
    let grace = (days / 4.0).max(1.0);
    match () {
        () if age <= days + grace => Answer::met(seen),
        () if age <= 2.0 * days + grace => Answer::partly(format!("{seen}: one edition is late")),
        () => Answer::not_met(format!("{seen}: {} days have gone by", age)),
    }
}

fn release_lag(s: &Subject<'_>) -> Answer {
    let ends = s.view.temporal.and_then(|extent| extent.end);
    let out = s.view.issued.as_ref().and_then(|when| when.date);
    let (Some(ends), Some(out)) = (ends, out) else {
        return Answer::not_applicable("`temporal` and `issued` are not both there");
    };
    let days = (out - ends).get_days().max(0);
    let seen = format!("the data covers the time until {ends} and came out on {out}");
    match days {
        0..=365 => Answer::met(seen),
        366..=730 => Answer::partly(seen),
        _ => Answer::not_met(format!("{seen}, {days} days later")),
    }
}

fn contact(s: &Subject<'_>) -> Answer {
    let best = s.view.contacts.iter().max_by_key(|contact| {
        u8::from(contact.email.is_some() || contact.telephone.is_some()) * 2
            + u8::from(contact.name.is_some())
    });
    let Some(contact) = best else { return Answer::not_met("`contactPoint` is missing") };
    let way = contact.email.as_deref().or(contact.telephone.as_deref());
    let is_mail = contact.email.as_deref().is_none_or(|mail| mail.contains('@'));
    match (&contact.name, way) {
        (Some(name), Some(way)) if is_mail => {
            Answer::met(format!("`contactPoint` is {}, {}", quote(name), quote(way)))
        }
        (_, Some(way)) if !is_mail => {
            Answer::partly(format!("`hasEmail` is {}, which is no mail address", quote(way)))
        }
        (None, Some(way)) => Answer::partly(format!("`contactPoint` has no name, only {}", quote(way))),
        (Some(name), _) => {
            Answer::partly(format!("`contactPoint` is {}, without a mail address", quote(name)))
        }
        (None, _) => Answer::not_met("`contactPoint` is empty"),
    }
}

fn contact_answers(s: &Subject<'_>) -> Answer {
    match s.facts.contact_answers {
        Some(true) => Answer::met("the contact answered when it was tried last"),
        Some(false) => Answer::not_met("the contact did not answer when it was tried last"),
        None => Answer::not_judged("nobody has tried the contact"),
    }
}

fn feedback(s: &Subject<'_>) -> Answer {
    let Some(feedback) = s.facts.feedback else { return Answer::not_judged("questions are not kept here") };
    let seen =
        format!("{} of {} questions were answered in time", feedback.answered_in_time, feedback.received);
    match (feedback.answered_in_time, feedback.received) {
        (_, 0) => Answer::not_applicable("nobody has asked anything"),
        (answered, received) if answered >= received => Answer::met(seen),
        (0, _) => Answer::not_met(seen),
        _ => Answer::partly(seen),
    }
}

fn archive(s: &Subject<'_>) -> Answer {
    match s.facts.is_archived {
        Some(true) => Answer::met("earlier versions are kept"),
        Some(false) => Answer::not_met("earlier versions are not kept"),
        None if has(&s.dataset.has_version) || s.dataset.previous_version.is_some() => {
            Answer::met("earlier versions are linked")
        }
        None => Answer::not_judged("it is not known whether earlier versions are kept"),
    }
}
