//! A small catalogue, and helpers that say what was found.

use tempfile::TempDir;
use townhall_model::RecordId;
use townhall_search::{IndexDocument, Named, SearchAnswer, SearchIndex, SearchQuery, Segment};
use uuid::Uuid;

/// The id of the n-th record.
pub fn id(number: u128) -> RecordId {
    RecordId::from_uuid(Uuid::from_u128(number))
}

/// A record with a title and nothing else.
pub fn titled(number: u128, title: &str) -> IndexDocument {
    IndexDocument { slug: format!("r{number}"), title: title.to_owned(), ..IndexDocument::new(id(number)) }
}

/// The small catalogue most tests ask.
pub fn catalogue() -> Vec<IndexDocument> {
    let epa = Some(Named::new("epa", "Environmental Protection Agency"));
    let ed = Some(Named::new("ed", "Department of Education"));
    let day = |year: i32| (year - 1970) * 365 + (year - 1969) / 4;
    vec![
        IndexDocument {
            description: "Measurements of nitrates and lead in drinking water, by county. Wells are sampled twice a year."
                .into(),
            keywords: vec!["Water".into(), "water quality".into(), "lead".into()],
            publisher: "US EPA".into(),
            organization: epa.clone(),
            topics: vec![Named::new("environment", "Environment")],
            columns: vec!["CountyName".into(), "nitrate_mg_l".into()],
            identifier: "EPA-WATER-001".into(),
            formats: vec!["CSV".into(), "JSON".into()],
            license: Some(Named::new("cc0", "Public domain")),
            access_level: "public".into(),
            kind: "dataset".into(),
            has_download: true,
            has_table: true,
            bbox: Some([-125.0, 24.0, -66.0, 49.0]),
            places: vec!["United States".into()],
            temporal: Some((day(2015), day(2020))),
            issued: Some(100),
            modified: Some(300),
            changed: Some(1_000),
            years: vec![2015, 2016, 2017, 2018, 2019, 2020],
            display: serde_json::json!({ "stars": 3 }),
            ..titled(1, "Drinking Water Quality")
        },
        IndexDocument {
            description: "Where the wells are.".into(),
            keywords: vec!["water".into(), "WELLS".into()],
            publisher: "US EPA".into(),
            organization: epa,
            topics: vec![Named::new("environment", "Environment")],
            formats: vec!["csv".into()],
            access_level: "public".into(),
            kind: "dataset".into(),
            has_download: true,
            has_map: true,
            bbox: Some([176.0, -20.0, -178.0, -16.0]),
            temporal: Some((day(2019), day(2022))),
            issued: Some(300),
            modified: Some(100),
            changed: Some(3_000),
            years: vec![2019, 2020, 2021, 2022],
            ..titled(2, "Monitoring wells in the Pacific")
        },
        IndexDocument {
            description: "Number of schools in each district; the water supply of every school is listed too.".into(),
            keywords: vec!["education".into(), "schools".into()],
            publisher: "National Center for Education Statistics".into(),
            organization: ed.clone(),
            topics: vec![Named::new("education", "Education")],
            columns: vec!["district_id".into(), "enrollment".into()],
            formats: vec!["XLSX".into()],
            license: Some(Named::new("cc-by", "CC BY")),
            access_level: "public".into(),
            kind: "dataset".into(),
            has_download: true,
            bbox: Some([-80.0, 37.0, -75.0, 40.0]),
            issued: Some(200),
            changed: Some(2_000),
            years: vec![2021],
            ..titled(3, "Écoles and Schools")
        },
        IndexDocument {
            description: "An interface to everything we know about colleges.".into(),
            keywords: vec!["education".into(), "colleges".into()],
            publisher: "Department of Education".into(),
            organization: ed,
            topics: vec![Named::new("education", "Education"), Named::new("finance", "Finance")],
            access_level: "restricted public".into(),
            kind: "service".into(),
            has_api: true,
            temporal: Some((day(2000), day(2001))),
            modified: Some(200),
            years: vec![2000, 2001],
            ..titled(4, "College Scorecard API")
        },
    ]
}

/// An index in a directory that goes when it is dropped.
pub struct Fixture {
    pub index: SearchIndex,
    _dir: TempDir,
}

/// An index with these documents.
pub fn index(documents: Vec<IndexDocument>) -> Fixture {
    let dir = TempDir::new().unwrap();
    let index = SearchIndex::open(dir.path()).unwrap();
    index.apply(documents, [], 1).unwrap();
    Fixture { index, _dir: dir }
}

impl Fixture {
    pub fn ask(&self, query: &SearchQuery) -> SearchAnswer {
        self.index.search(query).unwrap()
    }

    /// The slugs found for a text, in order.
    pub fn found(&self, text: &str) -> String {
        slugs(&self.ask(&SearchQuery::text(text)))
    }
}

/// The slugs of the hits, in order; the total must fit.
pub fn slugs(answer: &SearchAnswer) -> String {
    let slugs: Vec<&str> = answer.hits.iter().map(|hit| hit.slug.as_str()).collect();
    assert_eq!(answer.total as usize, slugs.len(), "all hits fit on the first page");
    slugs.join(" ")
}

/// Marked text, with matches in brackets.
pub fn draw(segments: &[Segment]) -> String {
    segments
        .iter()
        .map(|segment| if segment.is_match { format!("[{}]", segment.text) } else { segment.text.clone() })
        .collect()
}
