//! The license service: which license a text means, what it lets people do, and what becomes of several together.

use std::io::Read;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use townhall_metadata::license::{
    Certainty, Combination, Evidence, Explanation, Fitness, LICENSES, License, Openness, Outcome,
    Recognition, Suitability, combine, recognize_license,
};

use super::{Material, Workshop};
use crate::Error;

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LicenseRequest {
    /// Names, addresses, notices or whole texts of licenses, one each.
    pub texts: Vec<String>,
}

/// Texts that are taken at once.
const TEXTS_MAX: usize = 50;

/// What the texts mean, what each license says, and what becomes of all together.
///
/// # Errors
///
/// Invalid when nothing, or too much, is asked.
pub fn licenses(request: &LicenseRequest) -> Result<Value, Error> {
    let texts: Vec<&str> =
        request.texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
    if texts.is_empty() {
        return Err(Error::invalid("no license was named").with_hint(
            "give a name, an address, a notice or the text of a license; several to combine them",
        ));
    }
    if texts.len() > TEXTS_MAX {
        return Err(Error::invalid(format!(
            "{} licenses are more than the {TEXTS_MAX} that are compared at once",
            texts.len()
        )));
    }
    let found: Vec<Recognition> = texts.iter().map(|text| recognize_license(text)).collect();
    let known: Vec<&'static License> = found.iter().filter_map(Recognition::certain).collect();
    let combined = (known.len() > 1).then(|| combination_json(&combine(&known)));
    let answers = texts.iter().zip(&found).map(|(text, found)| recognition_json(text, found));
    Ok(json!({"licenses": answers.collect::<Vec<_>>(), "combination": combined}))
}

/// Every license that is known.
pub fn known_licenses() -> Value {
    LICENSES.iter().map(license_json).collect()
}

/// The texts in a file or a field: the lines of a list, or the whole of one license.
pub fn listed_texts(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let is_list =
        lines.len() <= TEXTS_MAX && lines.iter().all(|line| line.chars().count() <= LINE_CHARACTERS_MAX);
    // A license of few short lines is told from a list by its sentences.
    let has_sentences =
        lines.iter().filter(|line| line.contains(' ') && line.ends_with(['.', ','])).count() > 1;
    match is_list && !has_sentences {
        true => lines.into_iter().map(str::to_owned).collect(),
        false => vec![text.to_owned()],
    }
}

/// Longest line of a list: addresses are that long, sentences longer.
const LINE_CHARACTERS_MAX: usize = 200;

fn recognition_json(text: &str, found: &Recognition) -> Value {
    let shown: String = text.chars().take(LINE_CHARACTERS_MAX).collect();
    json!({
        "text": shown,
        "certainty": match found.certainty {
            Certainty::Certain => "certain",
            Certainty::Likely => "likely",
            Certainty::Unknown => "unknown",
        },
        "recognized_by": match found.evidence {
            Evidence::None => None,
            Evidence::Address => Some("address"),
            Evidence::Name => Some("name"),
            Evidence::Text => Some("text"),
            Evidence::Mention => Some("mention"),
        },
        "words": found.words,
        "note": found.note,
        "license": found.license.map(license_json),
        "others": found.others.iter().map(|other| json!({"id": other.id, "name": other.name})).collect::<Vec<_>>(),
    })
}

/// A license with what it means.
pub fn license_json(license: &License) -> Value {
    let Explanation { summary, may, must, must_not, openness, notes } = license.explain();
    json!({
        "id": license.id,
        "name": license.name,
        "url": license.url,
        "spdx": license.is_spdx.then_some(license.id),
        "ckan": license.ckan_id,
        "eu": license.eu_code,
        "open": match license.openness {
            Openness::Open => Some(true),
            Openness::Closed => Some(false),
            Openness::Unclear => None,
        },
        "openness": openness,
        "summary": summary,
        "may": may,
        "must": must,
        "must_not": must_not,
        "notes": notes,
        "for_federal_works": suitability_json(license.for_federal_works()),
        "for_contractor_works": suitability_json(license.for_contractor_works()),
    })
}

fn suitability_json(suits: Suitability) -> Value {
    let fitness = match suits.fitness {
        Fitness::Good => "good",
        Fitness::Possible => "possible",
        Fitness::Poor => "poor",
    };
    json!({"fitness": fitness, "reason": suits.reason})
}

fn combination_json(combined: &Combination) -> Value {
    let ids = |licenses: &[&'static License]| licenses.iter().map(|license| license.id).collect::<Vec<_>>();
    let obligations =
        combined.obligations.iter().map(|it| json!({"text": it.text, "licenses": ids(&it.licenses)}));
    let conflicts = combined.conflicts.iter().map(
        |it| json!({"one": it.one.id, "other": it.other.id, "certain": it.is_certain, "reason": it.reason}),
    );
    json!({
        "outcome": match combined.outcome {
            Outcome::Free => "free",
            Outcome::WithObligations => "with-obligations",
            Outcome::Unclear => "unclear",
            Outcome::Conflict => "conflict",
        },
        "obligations": obligations.collect::<Vec<_>>(),
        "conflicts": conflicts.collect::<Vec<_>>(),
        "notes": combined.notes,
        "publish_under": combined.publish_under.map(|license| json!({"id": license.id, "name": license.name, "url": license.url})),
    })
}

impl Workshop {
    /// What the licenses that are named, and those in the files, mean.
    pub async fn licenses(&self, inputs: &[Material], request: &LicenseRequest) -> Result<Value, Error> {
        let (inputs, mut request) = (inputs.to_vec(), request.clone());
        self.work(move || {
            for input in &inputs {
                let mut bytes = Vec::new();
                input.read()?.take(TEXT_BYTES_MAX).read_to_end(&mut bytes)?;
                request.texts.extend(listed_texts(&String::from_utf8_lossy(&bytes)));
            }
            licenses(&request)
        })
        .await
    }
}

/// How much of a file is looked at: the longest license has 90 kB.
const TEXT_BYTES_MAX: u64 = 256 * 1024;
