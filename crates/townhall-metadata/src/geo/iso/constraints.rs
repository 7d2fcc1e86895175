//! What may be done with the data, and by whom.

use serde_json::{Value, json};

use crate::convert::{access_words, is_iri};
use crate::geo::codes::access;
use crate::geo::draft::{Draft, unique};
use crate::geo::element::{Element, codes_at};
use crate::license::recognize_license;
use townhall_model::record::{AccessLevel, RecordKind};

/// Puts down how far the data is open, and what is said about that.
pub fn put(draft: &mut Draft, identifications: &[&Element]) {
    let all: Vec<&Element> = identifications.iter().flat_map(|it| it.all("resourceConstraints/*")).collect();
    let codes: Vec<String> = all
        .iter()
        .flat_map(|it| codes_at(it, "accessConstraints").into_iter().chain(codes_at(it, "classification")))
        .collect();
    put_access(draft, &codes);
    // These two say only that a text follows, or that there is nothing to say.
    let is_empty =
        |code: &String| ["otherRestrictions", "unclassified", "unrestricted"].contains(&code.as_str());
    let words = codes.iter().filter(|code| !is_empty(code)).cloned();
    let texts = all.iter().flat_map(|it| texts(it));
    draft.put_all("rights", unique(words.chain(texts)));
}

/// Puts down the level of access that codes come to.
pub fn put_access(draft: &mut Draft, codes: &[String]) {
    let level = AccessLevel::read(access(codes));
    draft.put("accessRights", level.map(access_words));
}

/// The texts of one constraint, with the addresses of anchors.
fn texts(constraint: &Element) -> Vec<String> {
    let mut found = Vec::new();
    for element in constraint.all("otherConstraints|useLimitation|reference|statement") {
        let title = element.first("CI_Citation/title").and_then(Element::line);
        found.extend(
            title
                .or_else(|| element.prose())
                .filter(|_| !element.children.is_empty() || !element.text.trim().is_empty()),
        );
        found.extend(element.href().filter(|href| is_iri(href)).map(str::to_owned));
        found.extend(element.below("linkage").into_iter().filter_map(Element::line));
    }
    found
}

/// Puts down the license that the texts name beyond doubt, for the data as a whole and each way to it.
pub fn put_license(draft: &mut Draft, identifications: &[&Element]) {
    let all: Vec<&Element> = identifications.iter().flat_map(|it| it.all("resourceConstraints/*")).collect();
    let said: Vec<(bool, String)> = all
        .iter()
        .flat_map(|it| {
            let is_license = codes_at(it, "useConstraints").iter().any(|code| code.starts_with("license"));
            texts(it).into_iter().map(move |text| (is_license, text))
        })
        .collect();
    put_license_of(draft, &said);
}

/// Puts down the license that one of these texts names beyond doubt; of a text that is said to be the license, also an
/// address that is not known.
pub fn put_license_of(draft: &mut Draft, said: &[(bool, String)]) {
    let known = said.iter().find_map(|(_, text)| recognize_license(text).certain()?.url.map(str::to_owned));
    let own =
        || said.iter().find(|(is_license, text)| *is_license && text.starts_with("http") && is_iri(text));
    let license = known.or_else(|| own().map(|(_, text)| text.clone()));
    let Some(license) = license else {
        if let Some((_, first)) = said.first() {
            let message = "what is said about the use of the data names no license that is known";
            let fix =
                "name the license by its address, such as https://creativecommons.org/publicdomain/zero/1.0/";
            draft.warn("READ-XML-LICENSE", "license", message, first, fix);
        }
        return;
    };
    if draft.kind == RecordKind::Dataset {
        for distribution in
            draft.map.get_mut("distribution").and_then(Value::as_array_mut).into_iter().flatten()
        {
            distribution["license"] = json!(license);
        }
    }
    draft.put("license", Some(license));
}
