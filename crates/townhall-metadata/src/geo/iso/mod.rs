//! ISO 19139 and ISO 19115-3, which name the same things alike: one reading does for both.
//!
//! Which element becomes which field follows the official crosswalk of DCAT-US; where that is silent, the standard.

mod constraints;
mod extent;
mod online;
mod related;

pub use constraints::{put_access, put_license_of};

use serde_json::{Value, json};
use townhall_model::record::RecordKind;

use super::codes::{language, rhythm};
use super::draft::{Draft, unique};
use super::element::{Element, codes_at, line_at, lines_at};
use super::links::{distributions, document};
use super::people::{Party, iso_parties, put_contact, put_others, put_publisher};

/// Whether a record may begin with an element of this name.
pub fn may_begin(name: &str) -> bool {
    matches!(name, "MD_Metadata" | "MI_Metadata" | "CHE_MD_Metadata")
}

/// The record that the element is.
pub fn record(element: &Element) -> Option<&Element> {
    Some(element)
}

/// What is told of the thing itself. Records of services with data have it twice; that of the data goes first.
fn identifications(record: &Element) -> Vec<&Element> {
    let mut found = record.all("identificationInfo/*");
    found.sort_by_key(|it| is_service(it));
    found
}

fn is_service(identification: &Element) -> bool {
    identification.name.ends_with("ServiceIdentification")
}

/// The record in DCAT-US 3.0.
pub fn describe(record: &Element) -> Draft {
    let nothing = Element::default();
    let identifications = identifications(record);
    let main = identifications.first().copied().unwrap_or(&nothing);
    let endpoints = if is_service(main) { online::endpoints(record, main) } else { Vec::new() };
    // A data service without an address is none in DCAT-US.
    let kind = if endpoints.is_empty() { RecordKind::Dataset } else { RecordKind::DataService };
    let mut draft = Draft::new(kind);
    texts(&mut draft, main);
    keywords(&mut draft, &identifications);
    dates(&mut draft, record, main);
    parties(&mut draft, record, main);
    identifiers(&mut draft, record, main);
    constraints::put(&mut draft, &identifications);
    extent::put(&mut draft, &identifications);
    languages(&mut draft, record, main);
    if kind == RecordKind::DataService {
        online::put_service(&mut draft, record, main, &endpoints);
    } else {
        dataset(&mut draft, record, main);
        related::put(&mut draft, record, main);
        let links = online::links(&mut draft, record, &identifications);
        pages(&mut draft, main, &links);
        draft.put_all("distribution", distributions(&links));
    }
    constraints::put_license(&mut draft, &identifications);
    kept(&mut draft, record, main);
    draft
}

fn texts(draft: &mut Draft, main: &Element) {
    match line_at(main, "citation/*/title") {
        Some(title) => draft.put("title", Some(title)),
        None => draft.miss("title", "give the citation a title"),
    }
    match main.all("abstract").into_iter().find_map(Element::prose) {
        Some(text) => draft.put("description", Some(text)),
        None => draft.miss("description", "say in the abstract what the data is"),
    }
}

/// Fields that datasets have and services have not.
fn dataset(draft: &mut Draft, record: &Element, main: &Element) {
    draft.put("purpose", main.all("purpose").into_iter().find_map(Element::prose));
    draft.put("version", line_at(main, "citation/*/edition"));
    let status = main.all("status").into_iter().find_map(Element::code);
    draft.put("status", status.map(|code| json!({"@type": "Concept", "prefLabel": code})));
    rhythm_of_change(draft, main);
    draft.put("spatialResolutionInMeters", extent::resolution(main));
    let images = main.all("graphicOverview/*/fileName|linkage").into_iter();
    let images = images.chain(main.all("graphicOverview/*/linkage/*/linkage"));
    draft.put("image", images.filter_map(Element::line).find(|url| url.starts_with("http")));
    let level = record.all("hierarchyLevel").into_iter().chain(record.all("metadataScope/*/resourceScope"));
    let level = level.filter_map(Element::code).find(|code| code != "dataset");
    draft.put_all(
        "category",
        level.map(|code| json!({"@type": "Concept", "prefLabel": code})).into_iter().collect(),
    );
}

fn rhythm_of_change(draft: &mut Draft, main: &Element) {
    let codes = codes_at(main, "resourceMaintenance/*/maintenanceAndUpdateFrequency");
    let own = lines_at(main, "resourceMaintenance/*/userDefinedMaintenanceFrequency");
    let Some(first) = own.iter().chain(&codes).next() else { return };
    match own.iter().chain(&codes).find_map(|text| rhythm(text)) {
        Some(found) => draft.put("accrualPeriodicity", Some(found)),
        None => {
            let message = "how often the data changes is said in words that are not known";
            let fix = "use a code of MD_MaintenanceFrequencyCode or a duration such as P1Y";
            draft.warn("READ-XML-FREQUENCY", "accrualPeriodicity", message, first, fix);
        }
    }
}

fn keywords(draft: &mut Draft, identifications: &[&Element]) {
    let (mut words, mut programs, mut bureaus, mut groups) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for group in identifications.iter().flat_map(|it| it.all("descriptiveKeywords/*")) {
        let thesaurus = line_at(group, "thesaurusName/*/title");
        let own = lines_at(group, "keyword");
        let lower = thesaurus.as_deref().unwrap_or_default().to_lowercase();
        // Codes of programs and bureaus travel as keywords, having no other place.
        if lower.contains("federal program inventory") {
            programs.extend(own);
            continue;
        }
        if lower.contains("bureau code") {
            bureaus.extend(own);
            continue;
        }
        if let Some(thesaurus) = thesaurus.filter(|_| !own.is_empty()) {
            let kind = group.all("type").into_iter().find_map(Element::code);
            groups.push(json!({"thesaurus": thesaurus, "type": kind, "keyword": own}));
        }
        words.extend(own);
    }
    if words.is_empty() && draft.kind == RecordKind::Dataset {
        draft.miss("keyword", "give the record keywords");
    }
    draft.put_all("keyword", unique(words));
    draft.put_all("programCode", unique(programs));
    draft.put_all("bureauCode", unique(bureaus));
    if !groups.is_empty() {
        draft.keep("keywords", Some(groups));
    }
    let topics = unique(identifications.iter().flat_map(|it| codes_at(it, "topicCategory")));
    let concept = |label: String| json!({"@type": "Concept", "prefLabel": label});
    // The official crosswalk gives whatever comes from these standards the theme by which geodata is found.
    let themes = topics.into_iter().chain([String::from("geospatial")]);
    draft.put_all("theme", unique(themes).into_iter().map(concept).collect());
}

/// Dates with their types, as the citation and the record itself have them.
fn dated(holder: &Element, path: &str) -> Vec<(String, String)> {
    let dates = holder.all(path).into_iter().filter_map(|date| {
        let text = line_at(date, "date")?;
        let kind = date.all("dateType").into_iter().find_map(Element::code).unwrap_or_default();
        Some((kind.to_ascii_lowercase(), text))
    });
    dates.collect()
}

fn dates(draft: &mut Draft, record: &Element, main: &Element) {
    let said = dated(main, "citation/*/date/*");
    let of_record = dated(record, "dateInfo/*");
    let mut read = |said: &[(String, String)], kinds: &[&str]| -> Vec<String> {
        let texts = said.iter().filter(|(kind, _)| kinds.contains(&kind.as_str()));
        let mut dates: Vec<String> = texts.filter_map(|(_, text)| draft.date("modified", text)).collect();
        dates.sort();
        dates
    };
    let revised = read(&said, &["revision", "lastupdate", "lastrevision"]);
    let published = read(&said, &["publication", "released", "distribution", "available"]);
    let created = read(&said, &["creation"]);
    let others = read(&said, &[""]);
    let recorded = read(&of_record, &["revision", "publication", "creation", ""]);
    let issued = published.first().cloned();
    let modified =
        [&revised, &published, &created, &others].into_iter().find_map(|dates| dates.last().cloned());
    let stamp = record.all("dateStamp").into_iter().find_map(Element::line);
    let stamp = stamp.and_then(|text| draft.date("modified", &text)).or(recorded.last().cloned());
    match modified.or(stamp) {
        Some(date) => draft.put("modified", Some(date)),
        None => draft.miss("modified", "give the citation a date of revision or publication"),
    }
    draft.put("created", created.first().cloned());
    if draft.kind == RecordKind::Dataset {
        draft.put("issued", issued);
    }
}

/// Everybody who has a part, by where they are named.
fn parties(draft: &mut Draft, record: &Element, main: &Element) {
    let cited = iso_parties(main.all("citation/*/citedResponsibleParty"));
    let asked = iso_parties(main.all("pointOfContact"));
    let keepers = iso_parties(record.all("contact"));
    let distributors = iso_parties(record.all("distributionInfo/*/distributor/*/distributorContact"));
    let with = |parties: &'_ [Party], roles: &[&str]| -> Vec<Party> {
        let of_role =
            |role: &&str| parties.iter().filter(|party| party.is(role)).cloned().collect::<Vec<_>>();
        roles.iter().flat_map(of_role).collect()
    };
    let publishers = [&["publisher"][..]];
    let publishers = publishers.iter().flat_map(|role| [&cited, &asked, &keepers].map(|it| with(it, role)));
    let publishers: Vec<Party> = publishers.flatten().chain(distributors.clone()).collect();
    let owners = ["owner", "custodian", "resourceProvider", "originator", "author"];
    let owners: Vec<Party> = [&cited, &asked].into_iter().flat_map(|it| with(it, &owners)).collect();
    put_publisher(draft, publishers.iter().chain(&owners).chain(&asked).chain(&keepers).chain(&cited));

    let first = |parties: &[Party]| with(parties, &["pointOfContact"]);
    let contacts =
        [first(&asked), asked.clone(), first(&cited), keepers.clone(), distributors, cited.clone()];
    let contacts: Vec<Party> = contacts.into_iter().flatten().collect();
    put_contact(draft, &contacts);
    if draft.kind == RecordKind::Dataset {
        let all: Vec<Party> = cited.into_iter().chain(asked).collect();
        put_others(draft, &all);
    }
}

/// An identifier of the thing: its code, as an address where it is an anchor, and who gave it.
fn cited_identifiers(holder: &Element, path: &str) -> Vec<(String, Option<String>)> {
    let found = holder.all(path).into_iter().filter_map(|identifier| {
        let code = identifier.first("code")?;
        let href = code.href().filter(|href| href.starts_with("http")).map(str::to_owned);
        let text = href.or_else(|| code.line())?;
        let space = line_at(identifier, "codeSpace").or_else(|| line_at(identifier, "authority/*/title"));
        Some((text, space))
    });
    found.collect()
}

fn identifiers(draft: &mut Draft, record: &Element, main: &Element) {
    let of_record =
        line_at(record, "fileIdentifier").or_else(|| line_at(record, "metadataIdentifier/*/code"));
    let cited = cited_identifiers(main, "citation/*/identifier/*");
    let identifier = of_record.or_else(|| cited.first().map(|(code, _)| code.clone()));
    let others = cited.into_iter().filter(|(code, _)| Some(code) != identifier.as_ref());
    let others = others.map(|(code, space)| {
        let mut other = json!({"@type": "Identifier", "notation": code});
        if let Some(space) = space {
            other["schemaAgency"] = json!(space);
        }
        other
    });
    draft.put_all("otherIdentifier", others.collect());
    match identifier {
        Some(identifier) => draft.put("identifier", Some(identifier)),
        None => draft.miss("identifier", "give the record an identifier that stays"),
    }
}

fn languages(draft: &mut Draft, record: &Element, main: &Element) {
    let own = codes_at(main, "language").into_iter().chain(locales(main));
    let own: Vec<String> = own.collect();
    let said = if own.is_empty() {
        codes_at(record, "language").into_iter().chain(locales(record)).collect()
    } else {
        own
    };
    let mut found = Vec::new();
    for text in said {
        match language(&text) {
            Some(tag) => found.push(tag),
            None => {
                let message = "a language is not known and was left out";
                draft.warn(
                    "READ-XML-LANGUAGE",
                    "language",
                    message,
                    &text,
                    "use a code of ISO 639-2 such as eng",
                );
            }
        }
    }
    draft.put_all("language", unique(found));
}

fn locales(holder: &Element) -> Vec<String> {
    codes_at(holder, "defaultLocale/*/language|languageCode")
}

/// The page of the data: its DOI, else a page that says it is for information, else a page of the citation.
fn pages(draft: &mut Draft, main: &Element, links: &[super::links::Link]) {
    let dois =
        cited_identifiers(main, "citation/*/identifier/*").into_iter().filter_map(|(code, _)| doi(&code));
    let cited = lines_at(main, "citation/*/onlineResource/*/linkage");
    let cited = cited.into_iter().filter(|url| url.starts_with("http"));
    let informing = links.iter().filter(|link| link.is_for("information")).map(|link| link.url.clone());
    let url = dois.chain(informing).chain(cited).next();
    let title = draft.map.get("title").and_then(Value::as_str).unwrap_or("Landing page").to_owned();
    draft.put("landingPage", url.map(|url| document(&title, &url)));
}

/// The address of a DOI.
pub fn doi(code: &str) -> Option<String> {
    let lower = code.to_ascii_lowercase();
    let starts = ["https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:"];
    let bare = starts.iter().find(|start| lower.starts_with(**start)).map(|start| code[start.len()..].trim());
    let bare = bare.or(Some(code)).filter(|bare| bare.starts_with("10.") && bare.contains('/'))?;
    (!bare.contains(char::is_whitespace)).then(|| format!("https://doi.org/{bare}"))
}

/// What DCAT-US has no place for.
fn kept(draft: &mut Draft, record: &Element, main: &Element) {
    draft.keep("alternateTitle", Some(lines_at(main, "citation/*/alternateTitle")));
    draft.keep(
        "supplementalInformation",
        main.all("supplementalInformation").into_iter().find_map(Element::prose),
    );
    let systems = "referenceSystemInfo/*/referenceSystemIdentifier/*/code";
    draft.keep("referenceSystem", Some(unique(lines_at(record, systems))));
    let standard =
        line_at(record, "metadataStandardName").or_else(|| line_at(record, "metadataStandard/*/title"));
    draft.keep("metadataStandard", standard);
}
