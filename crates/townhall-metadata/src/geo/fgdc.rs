//! The Content Standard for Digital Geospatial Metadata (CSDGM) of the FGDC, which agencies wrote from 1994 on and many
//! still keep. Which element becomes which field follows the table of Project Open Data.

use serde_json::{Value, json};
use townhall_model::record::{RecordKind, format_label};

use super::codes::{access, language, rhythm};
use super::draft::{Draft, date, unique};
use super::element::{Element, line_at, lines_at};
use super::iso::{doi, put_access, put_license_of};
use super::links::{Link, address, distributions, document};
use super::people::{Party, email, put_contact, put_others, put_publisher};
use super::places::{End, bounds, degrees, outline, period};

/// Whether a record may begin with an element of this name.
pub fn may_begin(name: &str) -> bool {
    name == "metadata"
}

/// The record that the element is, or holds: catalogues wrap one `metadata` in another.
pub fn record(element: &Element) -> Option<&Element> {
    if element.first("idinfo").is_some() {
        return Some(element);
    }
    element.below("metadata").into_iter().find(|inner| inner.first("idinfo").is_some())
}

const CITATION: &str = "idinfo/citation/citeinfo";

fn under(path: &str) -> String {
    format!("{CITATION}/{path}")
}

/// The record in DCAT-US 3.0.
pub fn describe(record: &Element) -> Draft {
    let mut draft = Draft::new(RecordKind::Dataset);
    texts(&mut draft, record);
    keywords(&mut draft, record);
    dates(&mut draft, record);
    parties(&mut draft, record);
    identifiers(&mut draft, record);
    places(&mut draft, record);
    times(&mut draft, record);
    related(&mut draft, record);
    ways(&mut draft, record);
    constraints(&mut draft, record);
    draft
}

fn prose_at(record: &Element, path: &str) -> Option<String> {
    record.all(path).into_iter().find_map(Element::prose).filter(|text| !is_nothing(text))
}

/// Whether the words stand for nothing, where the standard asks for some.
fn is_nothing(text: &str) -> bool {
    let words = ["none", "n/a", "na", "unknown", "not applicable", "none."];
    words.iter().any(|word| word.eq_ignore_ascii_case(text.trim()))
}

fn texts(draft: &mut Draft, record: &Element) {
    match line_at(record, &under("title")) {
        Some(title) => draft.put("title", Some(title)),
        None => draft.miss("title", "give the citation a title"),
    }
    match prose_at(record, "idinfo/descript/abstract") {
        Some(text) => draft.put("description", Some(text)),
        None => draft.miss("description", "say in the abstract what the data is"),
    }
    draft.put("purpose", prose_at(record, "idinfo/descript/purpose"));
    draft.put("version", line_at(record, &under("edition")).filter(|text| !is_nothing(text)));
    let progress = line_at(record, "idinfo/status/progress");
    draft.put("status", progress.map(|word| json!({"@type": "Concept", "prefLabel": word})));
    draft.keep("supplementalInformation", prose_at(record, "idinfo/descript/supplinf"));
    if let Some(said) = line_at(record, "idinfo/status/update") {
        match rhythm(&said) {
            Some(found) => draft.put("accrualPeriodicity", Some(found)),
            None => {
                let message = "how often the data changes is said in words that are not known";
                let fix = "use a word of the standard, such as Annually, or a duration such as P1Y";
                draft.warn("READ-XML-FREQUENCY", "accrualPeriodicity", message, &said, fix);
            }
        }
    }
    let said = lines_at(record, "idinfo/descript/langdata");
    draft.put_all("language", unique(said.iter().filter_map(|text| language(text))));
    let form = line_at(record, &under("geoform")).filter(|text| !is_nothing(text));
    draft.put_all(
        "category",
        form.map(|word| json!({"@type": "Concept", "prefLabel": word})).into_iter().collect(),
    );
}

fn keywords(draft: &mut Draft, record: &Element) {
    let (mut words, mut programs, mut topics, mut groups) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for group in record.all("idinfo/keywords/*") {
        let thesaurus = line_at(group, "themekt|placekt|stratkt|tempkt");
        let own: Vec<String> = lines_at(group, "themekey|placekey|stratkey|tempkey");
        let own: Vec<String> = own.into_iter().filter(|word| !is_nothing(word)).collect();
        let lower = thesaurus.as_deref().unwrap_or_default().to_lowercase();
        if lower.contains("federal program inventory") {
            programs.extend(own);
            continue;
        }
        if lower.contains("iso") && lower.contains("topic") {
            topics.extend(own.clone());
        }
        if let Some(thesaurus) = thesaurus.filter(|it| !is_nothing(it) && !own.is_empty()) {
            groups.push(json!({"thesaurus": thesaurus, "type": &*group.name, "keyword": own}));
        }
        words.extend(own);
    }
    // The profile for biology has groups of living things beside the other keywords.
    words.extend(
        lines_at(record, "idinfo/taxonomy/keywtax/taxonkey").into_iter().filter(|word| !is_nothing(word)),
    );
    if words.is_empty() {
        draft.miss("keyword", "give the record keywords");
    }
    draft.put_all("keyword", unique(words));
    draft.put_all("programCode", unique(programs));
    if !groups.is_empty() {
        draft.keep("keywords", Some(groups));
    }
    // The table of Project Open Data gives all of these records this theme.
    let themes = unique(topics.into_iter().chain([String::from("geospatial")]));
    let concepts = themes.into_iter().map(|label| json!({"@type": "Concept", "prefLabel": label}));
    draft.put_all("theme", concepts.collect());
}

fn dates(draft: &mut Draft, record: &Element) {
    let published = line_at(record, &under("pubdate"));
    let issued = published.as_deref().and_then(date);
    let stamp = line_at(record, "metainfo/metd");
    let modified = issued.clone().or_else(|| stamp.as_deref().and_then(date));
    draft.put("issued", issued);
    match (modified, published.or(stamp)) {
        (Some(date), _) => draft.put("modified", Some(date)),
        (None, Some(text)) => drop(draft.date("modified", &text)),
        (None, None) => draft.miss("modified", "give the citation a date of publication"),
    }
}

/// Those that contact information names.
fn contacts(record: &Element, path: &str) -> Vec<Party> {
    let contacts = record.all(path).into_iter().map(|info| Party {
        organization: line_at(info, "cntorgp|cntperp/cntorg"),
        person: line_at(info, "cntperp|cntorgp/cntper"),
        position: line_at(info, "cntpos"),
        email: email(lines_at(info, "cntemail")),
        telephone: line_at(info, "cntvoice"),
        roles: Vec::new(),
    });
    contacts.collect()
}

fn parties(draft: &mut Draft, record: &Element) {
    let named = |path: &str, role: &str| -> Vec<Party> {
        let names = lines_at(record, &under(path)).into_iter().filter(|name| !is_nothing(name));
        names
            .map(|name| Party { organization: Some(name), roles: vec![role.to_owned()], ..Party::default() })
            .collect()
    };
    let publishers = named("pubinfo/publish", "publisher");
    let origins = named("origin", "originator");
    let distributors = contacts(record, "distinfo/distrib/cntinfo");
    let asked = contacts(record, "idinfo/ptcontac/cntinfo");
    let keepers = contacts(record, "metainfo/metc/cntinfo");
    put_publisher(draft, publishers.iter().chain(&distributors).chain(&origins).chain(&asked));
    put_contact(draft, asked.iter().chain(&keepers).chain(&distributors));
    put_others(draft, &origins);
}

/// The standard has no identifier of a record; tools gave it some.
fn identifiers(draft: &mut Draft, record: &Element) {
    let own = line_at(record, "Esri|esri/PublishedDocID|MetaID");
    let given = line_at(record, "idinfo/datsetid|docid").or_else(|| line_at(record, "mdFileID"));
    let links = lines_at(record, &under("onlink"));
    let doi = links.iter().find_map(|link| doi(link));
    let identifier = own.or(given).or_else(|| doi.clone());
    let title = draft.map.get("title").and_then(Value::as_str).unwrap_or("Landing page").to_owned();
    draft.put("landingPage", doi.clone().map(|url| document(&title, &url)));
    let other = doi.filter(|doi| Some(doi) != identifier.as_ref());
    draft.put_all(
        "otherIdentifier",
        other.map(|doi| json!({"@type": "Identifier", "notation": doi})).into_iter().collect(),
    );
    match identifier {
        Some(identifier) => draft.put("identifier", Some(identifier)),
        None => {
            draft.miss("identifier", "the standard has none; the address of the document can stand for it")
        }
    }
}

fn places(draft: &mut Draft, record: &Element) {
    let mut places = Vec::new();
    for domain in record.all("idinfo/spdom") {
        let texts = ["westbc", "southbc", "eastbc", "northbc"]
            .map(|side| line_at(domain, &format!("bounding/{side}")));
        if texts.iter().any(Option::is_some) {
            let said = texts.each_ref().map(|text| text.as_deref().unwrap_or("?")).join(", ");
            places.extend(bounds(draft, texts.map(degrees), &said));
        }
        for polygon in domain.all("dsgpoly/dsgpolyo") {
            let points = polygon.all("grngpoin").into_iter().map(|point| {
                Some((degrees(line_at(point, "gringlon"))?, degrees(line_at(point, "gringlat"))?))
            });
            let wkt = points.collect::<Option<Vec<_>>>().and_then(outline);
            places.extend(wkt.map(|wkt| json!({"@type": "Location", "geometry": wkt})));
        }
        if let Some(name) = line_at(domain, "descgeog") {
            match places.first_mut() {
                Some(place) => place["prefLabel"] = json!(name),
                None => places.push(json!({"@type": "Location", "prefLabel": name})),
            }
        }
    }
    draft.put_all("spatial", places);
    let system = record.first("spref/horizsys/planar/planci");
    let unit = system.and_then(|it| line_at(it, "plandu")).unwrap_or_default().to_lowercase();
    let finest =
        system.and_then(|it| line_at(it, "coordrep/absres")).and_then(|text| text.parse::<f64>().ok());
    // Whoever wrote a tiny number there meant the digits of the coordinates, not the data.
    let finest = finest.filter(|number| unit.starts_with("met") && *number >= 0.01);
    draft.put("spatialResolutionInMeters", finest.map(|number| number.to_string()));
}

fn times(draft: &mut Draft, record: &Element) {
    let end = |text: Option<String>| End { text, indeterminate: None };
    let mut periods = Vec::new();
    for info in record.all("idinfo/timeperd/timeinfo") {
        for range in info.all("rngdates") {
            periods.extend(period(draft, &end(line_at(range, "begdate")), &end(line_at(range, "enddate"))));
        }
        let mut singles: Vec<String> = lines_at(info, "sngdate/caldate");
        singles.extend(lines_at(info, "mdattim/sngdate/caldate"));
        // Many dates are one stretch, from the first to the last.
        singles.sort_by_key(|text| date(text));
        if let (Some(first), Some(last)) = (singles.first().cloned(), singles.last().cloned()) {
            let first = singles.iter().find(|text| date(text).is_some()).cloned().unwrap_or(first);
            periods.extend(period(draft, &end(Some(first)), &end(Some(last))));
        }
    }
    draft.put_all("temporal", periods);
}

fn related(draft: &mut Draft, record: &Element) {
    let mut pages = Vec::new();
    for cited in record.all("idinfo/crossref/citeinfo") {
        let links = lines_at(cited, "onlink").into_iter().filter(|url| url.starts_with("http"));
        let title = line_at(cited, "title");
        pages.extend(links.map(|url| document(title.as_deref().unwrap_or(&url), &url)));
    }
    draft.put_all("page", pages);
    draft.put("isPartOf", line_at(record, &under("lworkcit/citeinfo/title")).filter(|it| !is_nothing(it)));
    let steps = record.all("dataqual/lineage/procstep/procdesc").into_iter().filter_map(Element::prose);
    draft.put_all("provenance", unique(steps.filter(|text| !is_nothing(text))));
    let dictionary =
        lines_at(record, "eainfo/overview/eadetcit").into_iter().find(|it| it.starts_with("http"));
    let dictionary = dictionary.filter(|it| !it.contains(' '));
    draft.put("describedBy", dictionary.map(|url| json!({"@type": "Distribution", "accessURL": url})));
    let image = lines_at(record, "idinfo/browse/browsen").into_iter().find(|it| it.starts_with("http"));
    draft.put("image", image);
}

fn ways(draft: &mut Draft, record: &Element) {
    let mut links = Vec::new();
    for form in record.all("distinfo/stdorder/digform") {
        let format = line_at(form, "digtinfo/formname").filter(|text| !is_nothing(text));
        let addresses = lines_at(form, "digtopt/onlinopt/computer/networka/networkr");
        let megabytes: Option<f64> = line_at(form, "digtinfo/transize").and_then(|text| text.parse().ok());
        let bytes = megabytes.filter(|size| addresses.len() == 1 && *size > 0.0 && *size < 1e9);
        for text in addresses.into_iter().filter(|text| !is_nothing(text)) {
            let Some(url) = address(draft, &text) else { continue };
            let bytes = bytes.map(|size| (size * 1e6) as u64);
            let description = line_at(form, "digtinfo/formcont");
            // What is ordered in the form of some file is fetched there, however its address looks.
            let is_file = format_label(format.as_deref(), None, None).is_some_and(|label| label != "HTML");
            let is_page = format_label(None, None, Some(&url)).is_some_and(|label| label == "HTML");
            let function = Some("download".to_owned()).filter(|_| is_file && !is_page);
            links.push(Link { url, format: format.clone(), description, bytes, function, ..Link::default() });
        }
    }
    for text in lines_at(record, &under("onlink")).into_iter().filter(|text| !is_nothing(text)) {
        if let Some(url) = address(draft, &text) {
            links.push(Link { url, ..Link::default() });
        }
    }
    draft.put_all("distribution", distributions(&links));
}

fn constraints(draft: &mut Draft, record: &Element) {
    let class = line_at(record, "idinfo/secinfo/secclass");
    let codes: Vec<String> = class.into_iter().collect();
    put_access(draft, &codes);
    let classified = codes.into_iter().filter(|code| access(std::slice::from_ref(code)) != "public");
    let said = ["idinfo/accconst", "idinfo/useconst"].map(|path| prose_at(record, path));
    let said: Vec<String> = said.into_iter().flatten().collect();
    draft.put_all("rights", unique(classified.chain(said.clone())));
    draft.put("liabilityStatement", prose_at(record, "distinfo/distliab"));
    let said: Vec<(bool, String)> = said.into_iter().map(|text| (false, text)).collect();
    put_license_of(draft, &said);
}
