//! Licenses within longer texts: their addresses, their names, and words that only they have.

use memchr::memmem;

use super::address::by_address;
use super::name::{normal, spelled};
use super::recognize::{Certainty, Evidence};
use super::{License, license};

/// How much of a text is read. The longest license here has about 40 KiB.
const TEXT_BYTES_MAX: usize = 64 << 10;

/// Longer texts are no notices. In them, a few words prove nothing.
const NOTICE_BYTES_MAX: usize = 2000;

/// Longer texts say more than their general words.
const SHORT_BYTES_MAX: usize = 300;

/// Where the title of a license ends at the latest.
const TITLE_BYTES_MAX: usize = 200;

/// Most addresses of one text that are looked up.
const ADDRESSES_MAX: usize = 200;

const OWN_WORDS: &str = " text of the creative commons public licenses is dedicated to the public domain ";

/// A license that a text names.
pub(super) struct Mention {
    pub license: &'static License,
    pub certainty: Certainty,
    pub evidence: Evidence,
    /// About where; only for the order.
    pub at: usize,
    pub words: String,
}

/// Every license that the text names, in no order, each kind of evidence by itself.
pub(super) fn mentions(text: &str) -> Vec<Mention> {
    let text = &text[..text.floor_char_boundary(TEXT_BYTES_MAX)];
    let mut found = Vec::new();
    addresses(text, &mut found);
    let words = format!(" {} ", normal(text));
    // At their ends the licenses of Creative Commons say under which license their own words are.
    let words = words.find(OWN_WORDS).map_or(words.as_str(), |end| &words[..=end]);
    phrases(words, &mut found);
    names(words, &mut found);
    let is_notice = words.len() <= NOTICE_BYTES_MAX;
    if !is_notice {
        settle_long(&mut found);
    }
    let is_short = words.len() <= SHORT_BYTES_MAX;
    // Better than nothing, though it does not say by what.
    if found.is_empty()
        && let Some(license) = license("CC0-1.0").filter(|_| is_short && words.contains(" public domain "))
    {
        let (certainty, evidence) = (Certainty::Likely, Evidence::Mention);
        found.push(Mention { license, certainty, evidence, at: 0, words: "public domain".to_owned() });
    }
    // Notices begin with it even where they then give rights.
    if !is_short || found.iter().any(|mention| !mention.license.conditions.reserved) {
        found.retain(|mention| !mention.license.conditions.reserved);
    }
    found
}

/// In a long text, what is named at the beginning is its title; what is named further on may be anything, such as a
/// license that this one is compatible with.
fn settle_long(found: &mut Vec<Mention>) {
    let titles = found.iter().filter(|mention| mention.at <= TITLE_BYTES_MAX);
    let title = titles.min_by_key(|mention| {
        (std::cmp::Reverse(mention.certainty), mention.at, std::cmp::Reverse(mention.words.len()))
    });
    match title.map(|mention| mention.license) {
        Some(license) => found.retain(|mention| mention.license == license),
        None => found.iter_mut().for_each(|mention| {
            if mention.evidence != Evidence::Text {
                mention.certainty = Certainty::Likely;
            }
        }),
    }
}

/// Addresses, with or without scheme, within words or in the quotes of HTML.
fn addresses(text: &str, found: &mut Vec<Mention>) {
    let is_end = |character: char| character.is_whitespace() || "'\"<>()[]{}|,;\\`".contains(character);
    let mut looked = 0;
    for part in text.split(is_end).filter(|part| part.contains('/') && part.contains('.')) {
        looked += 1;
        if looked > ADDRESSES_MAX {
            return;
        }
        let part = part.trim_end_matches(['.', ':', '!', '?']);
        let url = part.find("http").map_or(part, |start| &part[start..]);
        if let Some((license, certainty)) = by_address(url) {
            let at = url.as_ptr() as usize - text.as_ptr() as usize;
            found.push(Mention {
                license,
                certainty,
                evidence: Evidence::Mention,
                at,
                words: url.to_owned(),
            });
        }
    }
}

/// Words that stand in one license or its usual notice only.
fn phrases(words: &str, found: &mut Vec<Mention>) {
    for (phrase, id, evidence) in PHRASES {
        let Some(at) = memmem::find(words.as_bytes(), phrase.as_bytes()) else { continue };
        let is_whole = words.as_bytes().get(at.wrapping_sub(1)) == Some(&b' ')
            && words.as_bytes().get(at + phrase.len()) == Some(&b' ');
        let body_bytes = words.len() - at;
        let (id, is_as_is) = match *id {
            // The three-clause license has all of the two-clause one. Names stand in both.
            "BSD-2-Clause" if words.contains(" to endorse or promote products ") => {
                ("BSD-3-Clause", body_bytes.abs_diff(BSD_3_BYTES) <= 60)
            }
            "BSD-2-Clause" => ("BSD-2-Clause", body_bytes.abs_diff(BSD_2_BYTES) <= 60),
            "MIT" if !words.contains(" subject to the following conditions ") => {
                ("MIT-0", body_bytes.abs_diff(MIT_0_BYTES) <= 20)
            }
            "MIT" => ("MIT", body_bytes.abs_diff(MIT_BYTES) <= 20),
            "GFDL-1.3" => ("GFDL-1.3", phrase.ends_with("1.3")),
            id => (id, true),
        };
        // Many have changed these texts a little, and the licenses with them.
        let certainty = if is_as_is { Certainty::Certain } else { Certainty::Likely };
        if is_whole && let Some(license) = license(id) {
            let mention =
                Mention { license, certainty, evidence: *evidence, at, words: (*phrase).to_owned() };
            found.push(mention);
        }
    }
}

/// Names of licenses of Creative Commons, whose parts may be written in many ways.
fn names(words: &str, found: &mut Vec<Mention>) {
    let words = words.split_whitespace().collect::<Vec<_>>();
    let (mut next, mut at, mut seen) = (0, 1, 0);
    while next < words.len() && seen < ADDRESSES_MAX {
        let (stated, used) = spelled(&words[next..]).map_or((None, 1), |(stated, used)| (Some(stated), used));
        let said = words[next..next + used].join(" ");
        let length = said.len() + 1;
        if let Some((license, certainty)) = stated.and_then(|stated| stated.license()) {
            seen += 1;
            found.push(Mention { license, certainty, evidence: Evidence::Mention, at, words: said });
        }
        next += used;
        at += length;
    }
}

/// How long these texts are from their phrase on, as they are mostly found.
const MIT_BYTES: usize = 960;
const MIT_0_BYTES: usize = 798;
const BSD_2_BYTES: usize = 1198;
const BSD_3_BYTES: usize = 1387;

/// Phrases in their normal form, the licenses they mean, and whether they are of the license itself.
const PHRASES: &[(&str, &str, Evidence)] = &[
    (
        "affirmer hereby overtly fully permanently irrevocably and unconditionally waives",
        "CC0-1.0",
        Evidence::Text,
    ),
    (
        "has dedicated the work to the public domain by waiving all of his or her rights",
        "CC0-1.0",
        Evidence::Text,
    ),
    ("waived all copyright and related or neighboring rights", "CC0-1.0", Evidence::Mention),
    ("public domain dedication and license pddl", "PDDL-1.0", Evidence::Mention),
    ("public domain dedication license pddl", "PDDL-1.0", Evidence::Mention),
    ("open database license", "ODbL-1.0", Evidence::Mention),
    ("odbl", "ODbL-1.0", Evidence::Mention),
    ("open data commons attribution license", "ODC-By-1.0", Evidence::Mention),
    ("odc by", "ODC-By-1.0", Evidence::Mention),
    ("free of known restrictions under copyright law", "CC-PDM-1.0", Evidence::Text),
    ("public domain mark", "CC-PDM-1.0", Evidence::Mention),
    ("no known copyright restrictions", "CC-PDM-1.0", Evidence::Mention),
    ("not subject to copyright protection in the united states", "us-government-work", Evidence::Mention),
    ("not subject to copyright protection within the united states", "us-government-work", Evidence::Mention),
    ("not subject to domestic copyright protection", "us-government-work", Evidence::Mention),
    ("work of the united states government", "us-government-work", Evidence::Mention),
    ("work of the u.s government", "us-government-work", Evidence::Mention),
    ("work of the us government", "us-government-work", Evidence::Mention),
    ("works of the united states government", "us-government-work", Evidence::Mention),
    ("u.s government work", "us-government-work", Evidence::Mention),
    ("u.s government works", "us-government-work", Evidence::Mention),
    ("us government work", "us-government-work", Evidence::Mention),
    ("us government works", "us-government-work", Evidence::Mention),
    ("17 u.s.c 105", "us-government-work", Evidence::Mention),
    ("17 usc 105", "us-government-work", Evidence::Mention),
    ("title 17 section 105", "us-government-work", Evidence::Mention),
    ("public domain in the united states", "us-government-work", Evidence::Mention),
    ("public domain within the united states", "us-government-work", Evidence::Mention),
    ("open government license canada", "OGL-Canada-2.0", Evidence::Mention),
    ("open government license v3.0", "OGL-UK-3.0", Evidence::Mention),
    ("open government license v2.0", "OGL-UK-2.0", Evidence::Mention),
    ("open government license v1.0", "OGL-UK-1.0", Evidence::Mention),
    ("licence ouverte", "etalab-2.0", Evidence::Mention),
    ("license ouverte", "etalab-2.0", Evidence::Mention),
    (
        "free of charge to any person obtaining a copy of this software and associated documentation files",
        "MIT",
        Evidence::Text,
    ),
    (
        "redistribution and use in source and binary forms with or without modification",
        "BSD-2-Clause",
        Evidence::Text,
    ),
    ("apache license version 2.0", "Apache-2.0", Evidence::Mention),
    ("apache license 2.0", "Apache-2.0", Evidence::Mention),
    ("gnu free documentation license", "GFDL-1.3", Evidence::Mention),
    ("this is free and unencumbered software released into the public domain", "Unlicense", Evidence::Text),
    ("community data license agreement permissive version 2.0", "CDLA-Permissive-2.0", Evidence::Mention),
    ("community data license agreement sharing", "CDLA-Sharing-1.0", Evidence::Mention),
    ("community data license agreement permissive version 1.0", "CDLA-Permissive-1.0", Evidence::Mention),
    ("computational use of data agreement", "C-UDA-1.0", Evidence::Mention),
    ("open use of data agreement", "O-UDA-1.0", Evidence::Mention),
    ("gnu free documentation license version 1.3", "GFDL-1.3", Evidence::Mention),
    ("gnu free documentation license version 1.2", "GFDL-1.2", Evidence::Mention),
    ("gnu general public license version 3", "GPL-3.0-or-later", Evidence::Mention),
    ("odc attribution license", "ODC-By-1.0", Evidence::Mention),
    ("license art libre 1.3", "LAL-1.3", Evidence::Mention),
    ("free art license 1.3", "LAL-1.3", Evidence::Mention),
    ("norwegian license for open government data nlod 2.0", "NLOD-2.0", Evidence::Mention),
    ("datenlizenz deutschland namensnennung version 2.0", "DL-DE-BY-2.0", Evidence::Mention),
    ("datenlizenz deutschland zero version 2.0", "DL-DE-ZERO-2.0", Evidence::Mention),
    ("all rights reserved", "all-rights-reserved", Evidence::Mention),
];
