//! Drafts of records for files that no catalog lists: a beginning for whoever describes them, not a description.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use townhall_model::record::media_type_of;
use url::Url;

use super::found::FoundFile;
use super::series::series_of;

/// Words that say nothing of a file.
const IDLE_WORDS: [&str; 22] = [
    "download",
    "here",
    "click here",
    "csv",
    "xls",
    "xlsx",
    "excel",
    "json",
    "xml",
    "zip",
    "pdf",
    "data",
    "file",
    "link",
    "more",
    "view",
    "open",
    "kml",
    "geojson",
    "shapefile",
    "download csv",
    "download data",
];

/// A catalog in DCAT-US 1.1 with a draft for each of these files; files of a series, and files of one name in several formats, are
/// one dataset.
pub fn draft_catalog(files: &[FoundFile], publisher: &str) -> Value {
    let files: Vec<&FoundFile> = files.iter().filter(|file| file.is_data()).collect();
    let own: Vec<FoundFile> = files.iter().map(|file| (*file).clone()).collect();
    let mut series: BTreeMap<usize, String> = BTreeMap::new();
    for one in series_of(&own) {
        for file in one.files {
            series.insert(file, without_ending(&one.pattern));
        }
    }
    let mut groups: BTreeMap<String, Vec<&FoundFile>> = BTreeMap::new();
    for (at, file) in files.into_iter().enumerate() {
        let key = series.remove(&at).unwrap_or_else(|| without_ending(&file.url));
        groups.entry(key).or_default().push(file);
    }
    let datasets: Vec<Value> = groups.values().map(|files| dataset(files, publisher)).collect();
    json!({
        "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
        "@type": "dcat:Catalog",
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "describedBy": "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
        "dataset": datasets,
    })
}

fn dataset(files: &[&FoundFile], publisher: &str) -> Value {
    let Some(first) = files.first() else { return Value::Null };
    let title = title(files);
    let described = files.iter().map(|file| file.page_description.trim()).find(|text| !text.is_empty());
    let place = match (first.page_title.trim(), first.page.as_str()) {
        (_, "") => String::new(),
        ("", page) => format!("Found on {page}."),
        (title, page) => format!("Found on the page “{title}” ({page})."),
    };
    let description = match described {
        Some(text) => format!("{text} {place}"),
        None if place.is_empty() => format!("{title}. Found at {}.", first.url),
        None => format!("{title}. {place}"),
    };
    let modified = files.iter().filter_map(|file| file.modified.clone()).max();
    let distributions: Vec<Value> = files.iter().map(|file| distribution(file)).collect();
    let mut dataset = json!({
        "@type": "dcat:Dataset",
        "title": title,
        "description": description.trim(),
        "identifier": first.url,
        "accessLevel": "public",
        "keyword": keywords(&title, &first.page_title),
        "publisher": {"@type": "org:Organization", "name": publisher},
        "distribution": distributions,
    });
    if let Some(modified) = modified {
        dataset["modified"] = modified.into();
    }
    if !first.page.is_empty() {
        dataset["landingPage"] = first.page.clone().into();
    }
    dataset
}

fn distribution(file: &FoundFile) -> Value {
    let mut distribution = json!({
        "@type": "dcat:Distribution",
        "downloadURL": file.url,
        "format": file.format,
        "title": if is_telling(&file.text) { file.text.clone() } else { name_of(&file.url) },
    });
    let media_type =
        media_type_of(&file.format).or(file.content_type.as_deref()).unwrap_or("application/octet-stream");
    distribution["mediaType"] = media_type.split(';').next().unwrap_or(media_type).trim().into();
    distribution
}

/// The words that led there, when they say something; else the name of the file, with the title of the page.
fn title(files: &[&FoundFile]) -> String {
    let telling = files.iter().map(|file| file.text.trim()).find(|text| is_telling(text));
    if files.len() == 1
        && let Some(text) = telling
    {
        return text.to_owned();
    }
    let Some(first) = files.first() else { return String::new() };
    // The parts of a series have words of their own; the page tells of all.
    if files.len() > 2 && is_telling(&first.page_title) {
        return first.page_title.trim().to_owned();
    }
    match telling {
        Some(text) => text.to_owned(),
        None => name_of(&first.url),
    }
}

fn is_telling(text: &str) -> bool {
    let plain: String = text
        .to_lowercase()
        .chars()
        .filter(|character| character.is_alphanumeric() || *character == ' ')
        .collect();
    let plain = plain.trim();
    let is_size = plain.chars().all(|character| character.is_ascii_digit() || character == ' ');
    plain.chars().count() > 3 && !is_size && !IDLE_WORDS.contains(&plain)
}

/// The name of a file in words.
fn name_of(url: &str) -> String {
    let path = Url::parse(url).map_or_else(|_| url.to_owned(), |url| url.path().to_owned());
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy().into_owned();
    let stem = name.split('.').next().unwrap_or(&name);
    let words: Vec<&str> =
        stem.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let words = words.join(" ");
    let mut characters = words.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => "Data".to_owned(),
    }
}

fn without_ending(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    match path.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/{}", name.split('.').next().unwrap_or(name)),
        None => path.to_owned(),
    }
}

fn keywords(title: &str, page: &str) -> Vec<String> {
    const COMMON: [&str; 14] = [
        "data",
        "from",
        "with",
        "this",
        "that",
        "file",
        "page",
        "home",
        "download",
        "about",
        "downloads",
        "files",
        "index",
        "open",
    ];
    let mut known = BTreeSet::new();
    let words = title
        .split(|character: char| !character.is_alphanumeric())
        .chain(page.split(|character: char| !character.is_alphanumeric()));
    let mut keywords: Vec<String> = words
        .map(str::to_lowercase)
        .filter(|word| {
            word.chars().count() > 3
                && !COMMON.contains(&word.as_str())
                && !word.chars().any(|c| c.is_ascii_digit())
        })
        .filter(|word| known.insert(word.clone()))
        .take(6)
        .collect();
    if keywords.is_empty() {
        keywords.push("data".to_owned());
    }
    keywords
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(url: &str, text: &str) -> FoundFile {
        FoundFile {
            url: url.to_owned(),
            format: "CSV".to_owned(),
            text: text.to_owned(),
            page: "https://a.gov/permits".to_owned(),
            page_title: "Building permits".to_owned(),
            page_description: "All permits of the city.".to_owned(),
            modified: Some("2024-02-03".to_owned()),
            ..FoundFile::default()
        }
    }

    #[test]
    fn a_draft_says_what_the_page_said() {
        let catalog =
            draft_catalog(&[file("https://a.gov/x/open_permits.csv", "Open permits since 2010")], "a.gov");
        let dataset = &catalog["dataset"][0];
        assert_eq!(dataset["title"], "Open permits since 2010");
        assert_eq!(
            dataset["description"],
            "All permits of the city. Found on the page “Building permits” (https://a.gov/permits)."
        );
        assert_eq!(dataset["modified"], "2024-02-03");
        assert_eq!(dataset["distribution"][0]["mediaType"], "text/csv");
        assert_eq!(dataset["keyword"], json!(["permits", "since", "building"]));
        let catalog = draft_catalog(&[file("https://a.gov/x/open_permits.csv", "Download CSV")], "a.gov");
        assert_eq!(catalog["dataset"][0]["title"], "Open permits");
    }

    #[test]
    fn forms_of_one_file_and_parts_of_a_series_are_one_dataset() {
        let mut json = file("https://a.gov/x/open.json", "JSON");
        json.format = "JSON".to_owned();
        let mut pdf = file("https://a.gov/x/report.pdf", "Report");
        pdf.format = "PDF".to_owned();
        let files = [
            file("https://a.gov/x/open.csv", "CSV"),
            json,
            file("https://a.gov/y/p2019.csv", "2019"),
            file("https://a.gov/y/p2020.csv", "2020"),
            file("https://a.gov/y/p2021.csv", "2021"),
            pdf,
        ];
        let catalog = draft_catalog(&files, "a.gov");
        let told: Vec<_> = catalog["dataset"]
            .as_array()
            .unwrap()
            .iter()
            .map(|dataset| {
                (dataset["title"].as_str().unwrap(), dataset["distribution"].as_array().unwrap().len())
            })
            .collect();
        assert_eq!(told, [("Open", 2), ("Building permits", 3)]);
    }
}
