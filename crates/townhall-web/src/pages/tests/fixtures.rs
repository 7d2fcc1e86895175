//! Pages filled with good, empty and hostile content.

use super::super::charts::{self, Extent};
use super::super::views::*;
use jiff::Timestamp;

/// A page to render: its file name in the gallery, its template, what it says of itself, and its content.
pub struct Sample {
    pub file: &'static str,
    pub template: &'static str,
    pub page: PageMeta,
    pub view: serde_json::Value,
}

pub const LONG: &str = "Quarterly Report of Intergovernmental Wastewater-Treatment-and-Stormwater-Management Capital \
    Improvement Expenditures by Watershed, Fiscal Years 1987 through 2025 (Revised, with Supplementary Appendix Tables)";

pub fn site() -> SiteView {
    let mut site = SiteView::new("Riverton Open Data", "https://data.riverton.example");
    site.tagline = Some("The city’s data, for everyone: from air quality to zoning".into());
    site.banner = Some(Banner::Demonstration);
    site.contact_email = Some("opendata@riverton.example".into());
    site.contact_phone = Some("+1 555 0100".into());
    site.identifier = Some(Identifier {
        domain: "data.riverton.example".into(),
        agency: Link::new("City of Riverton", "https://riverton.example/"),
        parent: None,
        links: vec![
            Link::new("Privacy policy", "https://riverton.example/privacy"),
            Link::new("Freedom of information", "https://riverton.example/foia"),
        ],
    });
    site
}

pub fn page(title: &str, path: &str, section: Section) -> PageMeta {
    let mut page = PageMeta::new(title, path, section);
    page.now = "2026-11-23T12:00:00Z".parse::<Timestamp>().unwrap();
    page.description = Some(format!("{title} on the portal."));
    page.open_graph = Some(OpenGraph { kind: "website".into(), modified: Some("2026-11-20".into()) });
    page.alternates = vec![Alternate {
        media_type: "application/atom+xml".into(),
        url: "/feeds/new.atom".into(),
        title: "New data".into(),
    }];
    page
}

fn strings(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| (*s).to_owned()).collect()
}

fn card(
    title: &str,
    summary: &str,
    organization: &str,
    formats: &[&str],
    modified: &str,
    rows: Option<u64>,
) -> DatasetCard {
    DatasetCard {
        title: title.into(),
        url: format!("/data/{}", title.to_lowercase().replace(' ', "-")),
        summary: Some(summary.into()),
        organization: Some(Link::new(organization, "/orgs/some")),
        formats: strings(formats),
        modified: Some(modified.into()),
        rows,
        is_draft: false,
    }
}

fn cards() -> Vec<DatasetCard> {
    vec![
        card(
            "Carbon dioxide at Mauna Loa",
            "Monthly mean concentration of carbon dioxide in the air at the observatory on Mauna Loa, Hawaii, since March 1958, the longest record of its kind.",
            "Scripps Institution of Oceanography",
            &["CSV", "JSON"],
            "2026-11-20",
            Some(741),
        ),
        card(
            "Flight departures and delays",
            "A sample of departures of United States airlines with their delays.",
            "Bureau of Transportation Statistics",
            &["CSV"],
            "2026-10-02",
            Some(250_000),
        ),
        card(
            "Earthquakes of one week",
            "Where the ground shook, how strongly and how deep.",
            "U.S. Geological Survey",
            &["CSV", "GeoJSON", "API"],
            "2025-02-09",
            Some(1707),
        ),
    ]
}

fn topics() -> Vec<TopicCard> {
    [
        ("Climate", 6),
        ("Transportation", 5),
        ("Economy", 7),
        ("Health", 1),
        ("Nature", 3),
        ("Geography", 8),
        ("Energy", 1),
    ]
    .map(|(name, datasets)| TopicCard::new(name, format!("/topics/{}", name.to_lowercase()), datasets))
    .into()
}

fn organizations() -> Vec<OrganizationCard> {
    [
        (
            "Bureau of Transportation Statistics",
            "Collects and publishes statistics on how people and goods move.",
            4,
        ),
        ("National Oceanic and Atmospheric Administration", "", 3),
        (LONG, "An office with a name that goes on for longer than one would wish, as offices do.", 12_345),
    ]
    .map(|(name, description, datasets)| OrganizationCard {
        name: name.into(),
        url: "/orgs/some".into(),
        description: (!description.is_empty()).then(|| description.into()),
        datasets,
        depth: 0,
    })
    .into()
}

fn numbers() -> Vec<NumberFact> {
    [
        ("datasets", 2343, Some("/data")),
        ("tables", 1210, None),
        ("rows", 48_210_114, None),
        ("organizations", 57, Some("/orgs")),
    ]
    .map(|(label, value, url)| NumberFact { value, label: label.into(), url: url.map(Into::into) })
    .into()
}

fn head(title: &str, current: &str) -> DatasetHead {
    DatasetHead {
        title: title.into(),
        slug: "co2".into(),
        url: "/data/co2".into(),
        organization: Some(Link::new("Scripps Institution of Oceanography", "/orgs/scripps")),
        tabs: Tab::all("/data/co2", current, true, true),
        access_level: Some("public".into()),
        is_draft: false,
        return_url: Some("/data?q=carbon".into()),
        modified: Some("2026-11-20".into()),
        notices: vec![],
    }
}

fn download(label: &str, bytes: Option<u64>) -> Download {
    Download { label: label.into(), url: format!("/data/co2.{}", label.to_lowercase()), bytes, note: None }
}

fn field(name: &str, label: &str, value: &str) -> Field {
    Field { name: name.into(), label: Some(label.into()), value: Some(value.into()), children: vec![] }
}

pub fn dataset() -> DatasetView {
    DatasetView {
        head: head("Carbon dioxide at Mauna Loa", ""),
        description: Some(
            "Monthly mean concentration of **carbon dioxide** in the air at the observatory on Mauna Loa, Hawaii, since \
             March 1958: the longest record of its kind, known as the Keeling curve.\n\n# How it was measured\n\nA gas \
             analyzer compares the air with [reference gases](https://scrippsco2.ucsd.edu/) every hour.\n\n- Months with \
             too few good days are interpolated.\n- Values are in parts per million (ppm)."
                .into(),
        ),
        suggested: vec![],
        keywords: ["climate", "carbon dioxide", "atmosphere", "greenhouse gases"].map(|k| Link::new(k, "/data?keyword=x")).into(),
        topics: vec![Link::new("Climate", "/topics/climate"), Link::new("Nature", "/topics/nature")],
        data_updated: Some("2026-11-20".into()),
        metadata_checked: Some("2026-11-23T06:00:00Z".into()),
        issued: Some("1974".into()),
        frequency: Some("every month".into()),
        access: Some("Open to everyone.".into()),
        rights: None,
        license: Some(License {
            label: "Creative Commons Attribution 4.0".into(),
            plain: Some("You may use it for anything, if you name the publisher.".into()),
            url: Some("https://creativecommons.org/licenses/by/4.0/".into()),
            is_open: Some(true),
        }),
        temporal: Some(TimeSpan { start: Some("1958-03".into()), end: None, text: None }),
        place: Some(Place {
            names: strings(&["Mauna Loa, Hawaii"]),
            locator: charts::locator(&[Extent { west: -155.58, south: 19.54, east: -155.58, north: 19.54 }]),
            search_url: Some("/data?bbox=-156,19,-155,20".into()),
        }),
        contacts: vec![Contact {
            name: Some("Data desk".into()),
            email: Some("data@scripps.example".into()),
            telephone: Some("+1 555 0199".into()),
            url: None,
        }],
        facts: vec![Fact { term: "Identifier".into(), value: "riverton-co2".into(), ..Fact::default() }],
        distributions: vec![
            Distribution {
                title: "co2-concentration.csv".into(),
                description: Some("All months, with the value adjusted for the season.".into()),
                format: Some("CSV".into()),
                url: Some("/files/co2-concentration.csv".into()),
                bytes: Some(18_547),
                checksum: Some("SHA-256 b2a1f4c6d8e0a9b3c5d7e9f1a3b5c7d9e1f3a5b7c9d1e3f5a7b9c1d3e5f7a9b1".into()),
                conversions: ["JSON", "JSON lines", "Parquet", "XLSX"].map(|f| download(f, None)).into(),
                table_url: Some("/data/co2/table".into()),
                ..Distribution::default()
            },
            Distribution {
                title: "Station pages at Scripps".into(),
                url: Some("https://scrippsco2.ucsd.edu/".into()),
                host: Some("scrippsco2.ucsd.edu".into()),
                is_page: true,
                pdf_tables: Some("/tools/pdf-tables?url=x".into()),
                link: Some(link_badge()),
                copy: Some(KeptCopy { url: "/mirror/0a1b".into(), bytes: 2_048, at: "2026-05-03T04:05:06Z".into() }),
                ..Distribution::default()
            },
        ],
        tables: vec![TableCard {
            title: "CO2 concentration".into(),
            url: "/data/co2/table".into(),
            rows: 741,
            column_count: 3,
            columns: strings(&["Date", "CO2", "adjusted CO2"]),
            numeric: vec![false, true, true],
            preview: (1..=5)
                .map(|m| vec![Some(format!("1958-0{}-01", m + 2)), Some(format!("31{m}.7")), (m != 2).then(|| format!("31{m}.44"))])
                .collect(),
            problems: 3,
            problems_url: Some("/data/co2/problems".into()),
        }],
        references: vec![Link::new("The Keeling curve", "https://keelingcurve.ucsd.edu/")],
        related: cards(),
        metadata: vec![
            field("title", "Title", "Carbon dioxide at Mauna Loa"),
            Field {
                name: "contactPoint".into(),
                label: Some("Contact".into()),
                value: None,
                children: vec![field("fn", "Name", "Data desk"), field("hasEmail", "Email", "mailto:data@scripps.example")],
            },
            Field {
                name: "distribution".into(),
                label: Some("Distributions".into()),
                value: None,
                children: vec![Field {
                    name: String::new(),
                    label: None,
                    value: None,
                    children: vec![field("downloadURL", "Download", "https://scrippsco2.ucsd.edu/data/atmospheric_co2/a/very/long/path/that/goes/on/and/on/monthly_in_situ_co2_mlo.csv")],
                }],
            },
        ],
        quality: Some(QualitySummary {
            met: 5,
            ticks: [("Public", "met"), ("Timely", "partly"), ("Described", "not-met"), ("Reusable", "not-judged")]
                .map(|(label, verdict)| Tick { label: label.into(), verdict: verdict.into() })
                .into(),
            url: "/data/co2/quality".into(),
        }),
        provenance: Some("Imported from catalog.json on 23 November 2026, revision 3.".into()),
        other_formats: ["JSON", "JSON-LD", "Turtle"].map(|f| download(f, None)).into(),
        json_ld: Some(serde_json::json!({"@context": "https://schema.org/", "@type": "Dataset", "name": "Carbon dioxide"})),
    }
}

fn console_operation() -> ConsoleOperation {
    let field = |id: &str, name: &str| ConsoleField {
        id: id.into(),
        name: name.into(),
        label: name.into(),
        kind: "text".into(),
        place: "in the path".into(),
        about: "The `<b>` table".into(),
        hint: "<b>".into(),
        value: "\"><b>".into(),
        ..ConsoleField::default()
    };
    ConsoleOperation {
        method: "POST".into(),
        path: "/api/{id}".into(),
        base: "https://example.gov".into(),
        about: "Reads **rows**".into(),
        group: "Tables".into(),
        deprecated: true,
        is_allowed: true,
        posts: true,
        action: "/developers/console/portal/getRows".into(),
        clear_url: "/developers/console/portal/getRows".into(),
        fields: vec![
            ConsoleField { required: true, ..field("field-0", "path.id") },
            ConsoleField {
                choices: vec![Choice {
                    label: "CSV".into(),
                    value: "csv".into(),
                    selected: true,
                    ..Choice::default()
                }],
                ..field("field-1", "_format")
            },
        ],
        more_fields: vec![ConsoleField { is_long: true, ..field("field-2", "text") }],
        pairs_about: "Filters: `column=value`".into(),
        pairs: vec![ConsolePair {
            name_field: "console.name.0".into(),
            value_field: "console.value.0".into(),
            name: "<b>".into(),
            value: "\"><b>".into(),
        }],
        body: Some(ConsoleBody {
            name: "body".into(),
            media_type: "application/json".into(),
            about: "The question".into(),
            value: "{\"a\": \"</textarea><script>\"}".into(),
        }),
        key: Some(ConsoleKey { label: "X-Api-Key".into(), name: "console.key".into() }),
        notices: vec![],
        request: "POST https://example.gov/api/1".into(),
        reply: Some(ConsoleReply {
            status: 200,
            reason: "OK".into(),
            is_good: true,
            took: "12 ms".into(),
            bytes: 12_345,
            is_cut: true,
            is_shortened: true,
            is_text: true,
            media_type: "application/json".into(),
            headers: vec![("content-type".into(), "application/json".into()), ("x".into(), "<b>".into())],
            body: "{\n  \"a\": \"<script>alert(1)</script>\"\n}".into(),
        }),
        snippets: snippets(),
        link: "https://example.gov/developers/console/portal/getRows?console.send=1".into(),
        siblings: vec![Link::new("List <b>", "/developers/console/portal/listTables")],
    }
}

fn table() -> TableView {
    let columns = ["Date", "CO2", "adjusted CO2", "Station code", "Remark that has quite a long heading"];
    TableView {
        head: head("Carbon dioxide at Mauna Loa", "table"),
        title: "CO2 concentration".into(),
        action: "/data/co2/table".into(),
        tables: vec![
            Choice { label: "CO2 concentration".into(), value: "a".into(), url: "/data/co2/table?table=a".into(), selected: true },
            Choice { label: "Stations".into(), value: "b".into(), url: "/data/co2/table?table=b".into(), selected: false },
        ],
        columns: columns
            .iter()
            .enumerate()
            .map(|(i, name)| ColumnHead {
                name: (*name).into(),
                label: (*name).into(),
                kind: ["date", "number", "number", "text", "text"][i].into(),
                is_numeric: i == 1 || i == 2,
                sort: if i == 0 { "descending".into() } else { String::new() },
                sort_url: format!("/data/co2/table?_sort={i}"),
                description: None,
                spread: (i == 1).then(|| SpreadView {
                    words: "313 to 427, half up to 352".into(),
                    bars: vec![
                        SpreadBar { x: 0, y: 0, height: 20 },
                        SpreadBar { x: 4, y: 12, height: 8 },
                    ],
                    width: 8,
                    url: "/api/tables/a/columns/co2".into(),
                }),
            })
            .collect(),
        rows: (1..=12)
            .map(|n| RowView {
                number: n,
                url: Some(format!("/data/co2/table?_row={n}")),
                cells: vec![
                    CellView::text(format!("1958-{n:02}-01")),
                    CellView::text(format!("{}.71", 310 + n)),
                    if n % 4 == 0 { CellView::empty() } else { CellView::text("314.42") },
                    CellView { text: Some("007".into()), url: None, filter_url: Some("/data/co2/table?code=007".into()) },
                    CellView::text(if n == 3 { "A remark that is a good deal longer than the others, to see what the cell does with it" } else { "" }),
                ],
            })
            .collect(),
        rows_total: 741,
        rows_matching: Some(120),
        pager: Pager {
            from: Some(1),
            to: Some(12),
            total: Some(120),
            first_url: None,
            previous_url: None,
            next_url: Some("/data/co2/table?_cursor=abc".into()),
        },
        filters: columns
            .iter()
            .enumerate()
            .map(|(i, name)| ColumnFilter {
                column: (*name).into(),
                label: (*name).into(),
                kind: ["date", "number", "number", "text", "text"][i].into(),
                ops: [("is", ""), ("is at least", "__gte"), ("is at most", "__lte")]
                    .map(|(label, op)| Choice { label: label.into(), value: format!("{name}{op}"), url: String::new(), selected: op == "__gte" })
                    .into(),
                value: if i == 1 { "310".into() } else { String::new() },
                values: if i == 3 { strings(&["007", "008"]) } else { vec![] },
            })
            .collect(),
        chips: vec![FilterChip { label: "CO2".into(), value: "at least 310".into(), remove_url: "/data/co2/table".into() }],
        clear_url: Some("/data/co2/table".into()),
        chooser: columns.iter().map(|name| ColumnChoice { name: (*name).into(), label: (*name).into(), shown: true }).collect(),
        chooser_keep: vec![HiddenField { name: "CO2__gte".into(), value: "310".into() }],
        search: String::new(),
        filter_keep: vec![HiddenField { name: "_sort".into(), value: "-Date".into() }],
        sizes: ["25", "50", "100"].map(|n| Choice { label: n.into(), value: n.into(), url: format!("?_limit={n}"), selected: n == "25" }).into(),
        downloads: [("CSV", "for any program"), ("XLSX", "spreadsheet"), ("JSON", ""), ("JSON lines", ""), ("Parquet", "for large data")]
            .map(|(label, note)| Download { label: label.into(), url: "/api/tables/co2/rows.csv".into(), bytes: None, note: (!note.is_empty()).then(|| note.into()) })
            .into(),
        console_url: "/developers/console/co2/getRows?console.send=1".into(), api_url: "https://data.riverton.example/api/tables/co2/rows?CO2__gte=310&_sort=-Date&_limit=25".into(),
        version: Some("2, of 20 November 2026".into()),
        problems: 3,
        problems_url: Some("/data/co2/problems".into()),
        notices: vec![],
    }
}

fn facet(name: &str, label: &str, values: &[(&str, u64, bool)], more: u64, open: bool) -> Facet {
    Facet {
        name: name.into(),
        label: label.into(),
        values: values
            .iter()
            .map(|(value, count, selected)| FacetValue {
                label: (*value).into(),
                value: (*value).into(),
                count: *count,
                url: format!("/data?{name}={}", value.len()),
                selected: *selected,
            })
            .collect(),
        more,
        more_url: (more > 0).then(|| format!("/data?_facet={name}")),
        open,
    }
}

fn search() -> SearchView {
    let hit = |title: Vec<Segment>, snippet: &str| Hit {
        title,
        url: "/data/co2?from=q".into(),
        snippet: vec![
            Segment { text: "Monthly mean concentration of ".into(), hit: false },
            Segment { text: "carbon".into(), hit: true },
            Segment { text: snippet.into(), hit: false },
        ],
        organization: Some(Link::new("Scripps Institution of Oceanography", "/orgs/scripps")),
        formats: strings(&["CSV", "JSON", "API"]),
        modified: Some("2026-11-20".into()),
        access: None,
        columns: vec![],
        rows: Some(741),
        is_draft: false,
    };
    let mut hits = vec![
        hit(
            vec![
                Segment { text: "Carbon".into(), hit: true },
                Segment { text: " dioxide at Mauna Loa".into(), hit: false },
            ],
            " dioxide in the air at the observatory on Mauna Loa, Hawaii, since March 1958, the longest record of its kind, known as the Keeling curve and quoted everywhere.",
        ),
        hit(Segment::plain(LONG), " in places."),
        hit(Segment::plain("بيانات جودة الهواء في المدينة"), " كما نشرتها البلدية"),
    ];
    hits[0].columns =
        vec![vec![Segment { text: "carbon".into(), hit: true }, Segment { text: "_ppm".into(), hit: false }]];
    hits[1].access = Some("Restricted public".into());
    hits[1].is_draft = true;
    SearchView {
        query: "carbon".into(),
        relaxed: false,
        did_you_mean: Some(Link::new("carbon monoxide", "/data?q=carbon+monoxide")),
        total: 1234,
        hits,
        facets: vec![
            facet(
                "organization",
                "Organization",
                &[
                    ("Scripps Institution of Oceanography", 210, true),
                    ("Department of Energy", 98, false),
                    (LONG, 7, false),
                ],
                41,
                true,
            ),
            facet(
                "format",
                "Format",
                &[("CSV", 900, false), ("JSON", 400, false), ("API", 30, false)],
                0,
                true,
            ),
            facet("topic", "Topic", &[("Climate", 20, false)], 0, false),
        ],
        chips: vec![FilterChip {
            label: "Organization".into(),
            value: "Scripps Institution of Oceanography".into(),
            remove_url: "/data?q=carbon".into(),
        }],
        clear_url: Some("/data?q=carbon".into()),
        sorts: [("Relevance", true), ("Title", false), ("Updated", false), ("Released", false)]
            .map(|(label, selected)| Choice {
                label: label.into(),
                value: label.to_lowercase(),
                url: format!("/data?q=carbon&sort={label}"),
                selected,
            })
            .into(),
        keep: vec![HiddenField { name: "organization".into(), value: "scripps".into() }],
        place_time: PlaceTimeForm {
            keep: vec![HiddenField { name: "q".into(), value: "carbon".into() }],
            ..PlaceTimeForm::default()
        },
        pager: Pager {
            from: Some(21),
            to: Some(40),
            total: Some(1234),
            first_url: Some("/data".into()),
            previous_url: Some("/data?a".into()),
            next_url: Some("/data?b".into()),
        },
        downloads: ["JSON", "CSV", "Atom"].map(|f| download(f, None)).into(),
        zero: None,
        notices: vec![Notice {
            kind: NoticeKind::Warning,
            title: None,
            text: "The filter `formt` is not known and was left out.".into(),
            link: None,
        }],
        took_ms: Some(4),
    }
}

fn zero() -> SearchView {
    SearchView {
        query: "qwertz".into(),
        place_time: PlaceTimeForm {
            place: "Atlantis".into(),
            place_error: Some("No place is known by that name.".into()),
            bbox: "1,2".into(),
            bbox_error: Some("Four numbers are needed.".into()),
            from: "x".into(),
            dates_error: Some("`x` is not a date.".into()),
            open: true,
            ..PlaceTimeForm::default()
        },
        zero: Some(ZeroHelp {
            broader: vec![Link::new("Without the filter Format: PDF (12 datasets)", "/data?q=a")],
            topics: vec![Link::new("Climate", "/topics/climate")],
            contact_url: Some("/contact".into()),
        }),
        ..SearchView::default()
    }
}

fn dictionary() -> DictionaryView {
    let counts: Vec<(String, u64)> =
        [3, 9, 27, 60, 88, 61, 20, 8, 1, 0].iter().enumerate().map(|(i, n)| (format!("{i}0"), *n)).collect();
    DictionaryView {
        head: head("Carbon dioxide at Mauna Loa", "dictionary"),
        tables: vec![DictionaryTable {
            title: "CO2 concentration".into(),
            url: "/data/co2/table".into(),
            rows: 741,
            described: 1,
            columns: vec![
                ColumnRow {
                    name: "date".into(),
                    label: Some("Date".into()),
                    kind: "date".into(),
                    values: 741,
                    distinct: Some(741),
                    distinct_exact: true,
                    min: Some("1958-03-01".into()),
                    max: Some("2019-11-01".into()),
                    ..ColumnRow::default()
                },
                ColumnRow {
                    name: "co2".into(),
                    label: Some("CO2".into()),
                    kind: "number".into(),
                    description: Some("Monthly mean, *not* adjusted.".into()),
                    unit: Some("parts per million".into()),
                    sensitivity: Some("public".into()),
                    codes: vec![CodeRow {
                        value: "-99.99".into(),
                        label: "no measurement".into(),
                        is_sentinel: true,
                        url: "/data/co2/table?co2=-99.99".into(),
                    }],
                    codes_more: 2,
                    values: 734,
                    nulls: 7,
                    rejects: 3,
                    distinct: Some(650),
                    min: Some("313.2".into()),
                    max: Some("414.66".into()),
                    mean: Some(355.31),
                    spread: charts::spread(&counts),
                    ..ColumnRow::default()
                },
                ColumnRow {
                    name: "station_code_as_the_agency_writes_it".into(),
                    kind: "text".into(),
                    kind_reason: Some("leading zeros".into()),
                    values: 741,
                    distinct: Some(2),
                    distinct_exact: true,
                    top: vec![
                        ValueCount {
                            value: "007".into(),
                            count: 700,
                            url: Some("/data/co2/table?code=007".into()),
                        },
                        ValueCount { value: "008".into(), count: 41, url: None },
                    ],
                    ..ColumnRow::default()
                },
            ],
        }],
        downloads: vec![download("CSV", None)],
        publishers: Some(Link::new("Notes on the record", "https://scrippsco2.ucsd.edu/")),
    }
}

/// A chart of a table with one number for each name.
fn chart(address: &str, id: &str) -> ChartFigure {
    use townhall_app::charts::{Chart, Field, Look, Plan, Rows, Spec};
    use townhall_model::table::ColumnType;
    let pairs: Vec<(String, String)> = address
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(k, v)| (k.into(), v.into()))
        .collect();
    let spec = Spec::from_pairs(&pairs).unwrap().unwrap();
    let field = |name: &str, kind, label: &str| Field {
        name: name.into(),
        label: label.into(),
        kind,
        unit: None,
        min: Some(1958.0),
        max: Some(2018.0),
        distinct: 61,
        is_currency: false,
    };
    let fields = [
        field("year", ColumnType::Integer, "year"),
        field("airport", ColumnType::Text, "airport"),
        field("co2", ColumnType::Number, "CO2"),
    ];
    let plan = Plan::new(&spec, &fields).unwrap();
    let names = ["Seattle-Tacoma International", LONG, "New York", "<script>alert(1)</script>"];
    let cells = (0..61).map(|i: usize| {
        plan.outputs
            .iter()
            .map(|output| match output.name.as_str() {
                "airport" => Some(names[i % 4].to_owned()),
                "year" => Some((1958 + i).to_string()),
                _ => Some((315.0 + (i * i) as f64 / 36.0).to_string()),
            })
            .collect()
    });
    let cells: Vec<Vec<Option<String>>> = cells.collect();
    let chart = Chart::new(plan, Rows { cells, ..Rows::default() });
    let look = |width, end: &str| chart.svg(&Look { width, id: &format!("{id}-{end}"), source: None });
    let table = chart.table();
    ChartFigure {
        id: id.into(),
        title: chart.title(),
        description: chart.description(),
        notes: strings(&["The first 5,000 of 9,000 rows are drawn."]),
        wide: look(760.0, "wide"),
        narrow: look(360.0, "narrow"),
        figure: chart.figure(),
        headings: table.headings,
        rows: table.rows,
        omitted: 3,
        downloads: vec![download("SVG", None)],
        explore_url: Some("/data/co2/charts/explore?mark=bar".into()),
        chart_url: Some("/data/co2/charts?mark=bar".into()),
    }
}

fn choices(list: &[(&str, &str)]) -> Vec<Choice> {
    list.iter()
        .map(|(label, value)| Choice { label: (*label).into(), value: (*value).into(), ..Choice::default() })
        .collect()
}

fn charts_view(address: &str) -> ChartsView {
    ChartsView {
        head: head("Carbon dioxide at Mauna Loa", "charts"),
        action: "/data/co2/charts".into(),
        form: ChartForm {
            kinds: choices(&[("Bar chart", "bar"), ("Line chart", "line")]),
            by: choices(&[("Nothing", ""), ("CO2 by year", "co2")]),
            ..ChartForm::default()
        },
        chart: Some(chart(address, "chart")),
        suggestions: vec![Choice {
            label: LONG.into(),
            value: "key-figure".into(),
            url: "/data/co2/charts?mark=line".into(),
            selected: true,
        }],
        embeds: vec![("A picture".into(), "<img src=\"https://data.example/chart.svg\">".into())],
        page_url: Some("/data/co2/view".into()),
        build_url: Some("/data/co2/build".into()),
        ..ChartsView::default()
    }
}

fn data_page() -> DataPageView {
    let rows = table();
    DataPageView {
        head: head("Carbon dioxide at Mauna Loa", "view"),
        title: "Carbon dioxide, year by year".into(),
        description: Some("What *one station* has measured.".into()),
        action: "/data/co2/view".into(),
        filters: vec![
            PageFilterView {
                name: "station".into(),
                label: "Station".into(),
                value: String::new(),
                values: choices(&[("Mauna Loa", "mlo")]),
            },
            PageFilterView {
                name: "note__icontains".into(),
                label: "Note".into(),
                value: "\"><script>".into(),
                values: vec![],
            },
        ],
        panes: vec![
            PagePane { chart: Some(chart("mark=line&x=year&y=mean(co2)", "pane-1")), ..PagePane::default() },
            PagePane {
                title: Some("About".into()),
                markdown: Some("Text with **weight**.".into()),
                ..PagePane::default()
            },
            PagePane { problem: Some("there is no column `x`".into()), ..PagePane::default() },
        ],
        has_rows: true,
        columns: rows.columns,
        rows: rows.rows,
        pager: rows.pager,
        downloads: vec![download("CSV", None)],
        build_url: Some("/data/co2/build".into()),
        ..DataPageView::default()
    }
}

fn data_build() -> BuildView {
    BuildView {
        head: head("Carbon dioxide at Mauna Loa", "build"),
        action: "/data/co2/build".into(),
        view_url: Some("/data/co2/view".into()),
        title: "Carbon dioxide".into(),
        roles: vec![("role.title".into(), "Names a row".into(), choices(&[("No column", "")]))],
        lists: vec![("role.currency".into(), "Columns of money".into(), "a, b".into())],
        panes: vec![
            BuildPane {
                number: 1,
                on: true,
                label: "Text".into(),
                markdown: Some("x".into()),
                can_sink: true,
                ..BuildPane::default()
            },
            BuildPane {
                number: 2,
                label: "Bar chart".into(),
                chart: Some("{}".into()),
                can_rise: true,
                ..BuildPane::default()
            },
        ],
        addable: choices(&[("Bar chart: rows", "1")]),
        filters: vec![("filter.station".into(), choices(&[("No filter", ""), ("A list", "list")]))],
        downloads: choices(&[("CSV", "csv")]),
        columns: strings(&["station", "co2"]),
        revisions: vec![
            RevisionChoice {
                number: 2,
                at: "2026-11-20T09:00:00Z".into(),
                by: "staff".into(),
                current: true,
            },
            RevisionChoice {
                number: 1,
                at: "2026-11-20T08:00:00Z".into(),
                by: "staff".into(),
                current: false,
            },
        ],
        text: "title: Carbon dioxide\n".into(),
        ..BuildView::default()
    }
}

fn snippets() -> Vec<Snippet> {
    let url = "https://data.riverton.example/api/tables/co2/rows";
    [
        ("curl", format!("curl '{url}.csv?_limit=10'")),
        ("Python", format!("import pandas as pd\n\nrows = pd.read_csv(\"{url}.csv\")\nprint(rows.head())")),
        ("R", format!("rows <- read.csv(\"{url}.csv\")\nhead(rows)")),
        ("JavaScript", format!("const answer = await fetch(\"{url}?_limit=10\");\nconst {{ data, meta }} = await answer.json();")),
    ]
    .map(|(language, code)| Snippet { language: language.into(), code })
    .into()
}

fn endpoints() -> Vec<EndpointRow> {
    [
        ("/api/datasets", "Search, as a list of datasets"),
        ("/api/tables/co2/rows", "Rows, filtered and sorted"),
        ("/api/tables/co2/rows.csv", "All rows as CSV"),
    ]
    .map(|(path, text)| EndpointRow {
        method: "GET".into(),
        url: format!("https://data.riverton.example{path}"),
        description: text.into(),
    })
    .into()
}

fn link_badge() -> LinkBadge {
    LinkBadge {
        label: "Broken <b>".into(),
        is_bad: true,
        since: Some("2026-11-20T03:00:00Z".into()),
        checked_at: Some("2026-11-27T03:00:00Z".into()),
        reason: Some("the server says that <b>nothing</b> is there (404)".into()),
        ..LinkBadge::default()
    }
}

fn sample(file: &'static str, template: &'static str, page: PageMeta, view: impl serde::Serialize) -> Sample {
    Sample { file, template, page, view: serde_json::to_value(view).unwrap() }
}

fn dataset_page(title: &str, tab: &str) -> PageMeta {
    page(
        &format!("{title}{}", if tab.is_empty() { String::new() } else { format!(": {tab}") }),
        &format!("/data/co2/{tab}"),
        Section::Data,
    )
}

/// A dataset whose every field was written by someone who means harm.
pub fn hostile(text: &str) -> DatasetView {
    let mut view = dataset();
    let t = || text.to_owned();
    view.head.title = t();
    view.head.organization = Some(Link::new(t(), t()));
    view.head.access_level = Some(t());
    view.head.modified = Some(t());
    view.description = Some(t());
    view.keywords = vec![Link::new(t(), t())];
    view.topics = vec![Link::new(t(), t())];
    view.data_updated = Some(t());
    view.metadata_checked = Some(t());
    view.frequency = Some(t());
    view.access = Some(t());
    view.rights = Some(t());
    view.license = Some(License { label: t(), plain: Some(t()), url: Some(t()), is_open: None });
    view.temporal = Some(TimeSpan { start: Some(t()), end: Some(t()), text: Some(t()) });
    view.place = Some(Place { names: vec![t()], locator: None, search_url: Some(t()) });
    view.contacts = vec![Contact { name: Some(t()), email: Some(t()), telephone: Some(t()), url: Some(t()) }];
    view.facts = vec![Fact { term: t(), value: t(), url: Some(t()), note: Some(t()), is_date: false }];
    view.distributions = vec![Distribution {
        title: t(),
        description: Some(t()),
        format: Some(t()),
        url: Some(t()),
        checksum: Some(t()),
        host: Some(t()),
        table_url: Some(t()),
        notes: vec![t()],
        ..Distribution::default()
    }];
    view.tables[0].title = t();
    view.tables[0].columns = vec![t()];
    view.tables[0].preview = vec![vec![Some(t())]];
    view.references = vec![Link::new(t(), t())];
    view.metadata =
        vec![Field { name: t(), label: Some(t()), value: Some(t()), children: vec![field("x", text, text)] }];
    view.provenance = Some(t());
    view.json_ld = Some(serde_json::json!({"name": text, "</script><script>alert(1)</script>": text}));
    view
}

/// What a scheme says of a dataset.
pub fn schemes(text: &str) -> serde_json::Value {
    let check = |verdict: &str, improve: Option<&str>| {
        serde_json::json!({"id": "a", "group": "Public", "title": format!("`title` is {text}"), "verdict": verdict, "reason": text,
            "improve": improve, "gain": 12.5, "weight": 1, "source": "M-13-13"})
    };
    serde_json::json!([
        {"id": "principles", "name": "Open-data principles", "score": 62.5,
         "groups": [{"name": "Public", "verdict": "met", "met": 1, "counted": 1}, {"name": "Timely", "verdict": "not-judged", "met": 0, "counted": 0}],
         "checks": [check("met", None), check("partly", Some(text)), check("not-met", Some("add `license`")), check("not-applicable", None), check("not-judged", None)]},
        {"id": "fair", "name": "FAIR", "score": null, "groups": [], "checks": [check("not-judged", None)]},
    ])
}

/// Scores added up.
fn sums() -> serde_json::Value {
    serde_json::json!({"datasets": 12, "schemes": [
        {"id": "principles", "name": "Open-data principles", "scored": 12, "mean": 61.25, "lowest": 20, "highest": 100, "bins": [],
         "first": [{"id": "a", "title": "It has a license", "improve": "Add `license`.", "datasets": 3, "gain": 4.5}],
         "checks": [{"id": "a", "title": "It has a license", "met": 9, "partly": 0, "not-met": 3, "not-applicable": 0, "not-judged": 0, "share_met": 75}]},
        {"id": "fair", "name": "FAIR", "scored": 0, "mean": null, "lowest": null, "highest": null, "bins": [], "first": [], "checks": []},
    ], "organizations": [], "refused": 1, "records": [
        {"index": 0, "title": "A <b>", "identifier": null, "organization": [], "schemes": schemes("x")},
        {"index": 1, "title": null, "identifier": null, "organization": [], "schemes": schemes("x")},
    ]})
}

/// What licenses mean.
fn licenses() -> serde_json::Value {
    let license = serde_json::json!({"id": "CC-BY-4.0", "name": "Creative Commons Attribution 4.0", "url": "https://creativecommons.org/licenses/by/4.0/",
        "spdx": "CC-BY-4.0", "ckan": "cc-by", "eu": null, "open": true, "openness": "It is open.", "summary": "Name the source.",
        "may": ["Use it"], "must": ["Name the source"], "must_not": [], "notes": ["Of <2013>"],
        "for_federal_works": {"fitness": "poor", "reason": "They have no copyright."}, "for_contractor_works": {"fitness": "good", "reason": "It fits."}});
    serde_json::json!({"licenses": [
        {"text": "CC <BY>", "certainty": "likely", "recognized_by": "name", "words": "CC BY", "note": "the version is left open", "license": license, "others": [{"id": "ODbL-1.0", "name": "ODbL"}]},
        {"text": "free", "certainty": "unknown", "recognized_by": null, "words": null, "note": "nothing was recognized", "license": null, "others": []},
    ], "combination": {"outcome": "conflict", "obligations": [{"text": "Name the source", "licenses": ["CC-BY-4.0"]}],
        "conflicts": [{"one": "CC-BY-NC-4.0", "other": "ODbL-1.0", "certain": false, "reason": "One forbids what the other asks."}],
        "notes": ["Ask."], "publish_under": {"id": "ODbL-1.0", "name": "ODbL", "url": "https://opendatacommons.org/licenses/odbl/1-0/"}}})
}

fn tool(result: Option<serde_json::Value>) -> ToolView {
    ToolView {
        lead: "See what changed.".into(),
        form: ToolForm {
            action: "/tools/diff".into(),
            held: None,
            sources: vec![
                SourceField { label: "The older edition".into(), text: "{}".into(), is_binary: false },
                SourceField { label: "The newer edition".into(), ..SourceField::default() },
            ],
            selects: vec![SelectField {
                name: "profile".into(),
                label: "Profile".into(),
                choices: vec![Choice {
                    label: "Guess".into(),
                    value: "auto".into(),
                    url: String::new(),
                    selected: true,
                }],
            }],
            texts: vec![TextField {
                name: "ignore".into(),
                label: "Ignore".into(),
                hint: "names".into(),
                value: "modified".into(),
            }],
            checks: vec![CheckField {
                name: "keep".into(),
                label: "Keep".into(),
                hint: "for a week".into(),
                checked: true,
            }],
            submit: "Compare".into(),
            submit_file: Some("Make a file".into()),
            bytes_max: 67_108_864,
            command: "townhall diff old.json new.json".into(),
            api: "curl -F file=@old.json https://data.example.gov/api/diff".into(),
        },
        notices: Vec::new(),
        about: result.as_ref().map(|_| "3 differences".into()),
        named: result.as_ref().map(|_| "old.json, new.json".into()),
        actions: result
            .iter()
            .flat_map(|_| {
                let mend = Action {
                    label: "Mend what can be mended".into(),
                    action: "/tools/fix".into(),
                    fields: vec![("report".into(), "1".into())],
                    is_link: false,
                };
                let convert = Action {
                    label: "Convert it".into(),
                    action: "/tools/convert?report=1".into(),
                    ..Action::link()
                };
                [mend, convert]
            })
            .collect(),
        working: None,
        kept: result.as_ref().map(|_| KeptView {
            url: "https://data.example.gov/tools/reports/1".into(),
            until: "2026-11-30T00:00:00Z".into(),
            downloads: vec![Link::new("as JSON", "/tools/reports/1.json")],
            forget: "/tools/reports/1/forget".into(),
        }),
        pdf: None,
        pdf_fill: None,
        result,
    }
}

/// A tool that goes on with a file.
fn held_tool() -> ToolView {
    let mut view = tool(None);
    view.form.held = Some(HeldView {
        label: "data.json".into(),
        field: "report".into(),
        id: "1".into(),
        until: "2026-11-30T00:00:00Z".into(),
    });
    view
}

/// A tool that is at work.
fn working_tool() -> ToolView {
    ToolView {
        named: Some("data.json".into()),
        working: Some(WorkingView {
            done: 3_000_000,
            total: 9_000_000,
            counts_pages: false,
            stop: "/tools/reports/1/stop".into(),
            status: "/tools/reports/1.json".into(),
        }),
        ..tool(None)
    }
}

/// Every page, some of them several times.
pub fn all() -> Vec<Sample> {
    let co2 = "Carbon dioxide at Mauna Loa";
    let mut draft = dataset();
    draft.head.title = LONG.into();
    draft.head.is_draft = true;
    draft.head.return_url = None;
    draft.head.tabs = Tab::all("/data/co2", "", false, false);
    draft.head.access_level = Some("restricted public".into());
    draft.suggested = strings(&["title", "description", "temporal", "spatial", "keyword"]);
    draft.license = None;
    draft.head.notices = vec![Notice {
        kind: NoticeKind::Info,
        title: Some("This is a draft.".into()),
        text: "What is marked was worked out from the file. Check it before you publish.".into(),
        link: Some(Link::new("How to publish", "/help")),
    }];
    let bare = DatasetView {
        head: DatasetHead {
            title: "A record with a title alone".into(),
            url: "/data/bare".into(),
            tabs: Tab::all("/data/bare", "", false, false),
            ..DatasetHead::default()
        },
        ..DatasetView::default()
    };
    let mut with_trail = page("Scripps Institution of Oceanography", "/orgs/scripps", Section::Organizations);
    with_trail.breadcrumbs = vec![Link::new("Organizations", "/orgs")];
    let mut lost = page("Not found", "/nowhere", Section::Other);
    lost.request_id = Some("01930b1e-7c4f-7d2a".into());
    lost.noindex = true;
    let error = |status, file| {
        sample(
            file,
            "error.html",
            PageMeta { title: format!("Error {status}"), ..lost.clone() },
            ErrorView {
                detail: Some("The filter `year__gte` needs a number, not `x`.".into()),
                retry_after_s: (status == 503).then_some(30),
                ..ErrorView::new(status)
            },
        )
    };
    vec![
        sample("home", "home.html", page("Riverton Open Data", "/", Section::Home), HomeView { examples: ["bus stops", "air quality", "budget 2026"].map(|q| Link::new(q, "/data?q=x")).into(), numbers: numbers(), topics: topics(), newest: cards(), changed: cards(), organizations: organizations() }),
        sample("home-empty", "home.html", page("Riverton Open Data", "/", Section::Home), HomeView::default()),
        sample("search", "search.html", page("Results for carbon", "/data?q=carbon", Section::Data), search()),
        sample("search-all", "search.html", page("Data", "/data", Section::Data), SearchView { query: String::new(), chips: vec![], clear_url: None, did_you_mean: None, notices: vec![], ..search() }),
        sample("search-zero", "search.html", page("No results", "/data?q=qwertz", Section::Data), zero()),
        sample("dataset", "dataset.html", dataset_page(co2, ""), dataset()),
        sample("dataset-draft", "dataset.html", dataset_page(LONG, ""), draft),
        sample("dataset-bare", "dataset.html", dataset_page("A record with a title alone", ""), bare),
        sample("dataset-hostile", "dataset.html", dataset_page("<script>alert(1)</script>", ""), hostile("\"'><script>alert(1)</script><img src=x onerror=alert(1)>")),
        sample("table", "dataset_table.html", dataset_page(co2, "table"), table()),
        sample("table-empty", "dataset_table.html", dataset_page(co2, "table"), TableView { rows: vec![], ..table() }),
        sample("dictionary", "dataset_dictionary.html", dataset_page(co2, "dictionary"), dictionary()),
        sample("dictionary-empty", "dataset_dictionary.html", dataset_page(co2, "dictionary"), DictionaryView { head: head(co2, "dictionary"), ..DictionaryView::default() }),
        sample("charts-line", "dataset_charts.html", dataset_page(co2, "charts"), charts_view("mark=line&x=year&y=mean(co2)")),
        sample("charts-bars", "dataset_charts.html", dataset_page(co2, "charts"), charts_view("mark=bar&y=airport&x=count()")),
        sample("charts-none", "dataset_charts.html", dataset_page(co2, "charts"), ChartsView { head: head(co2, "charts"), action: "/data/co2/charts".into(), ..ChartsView::default() }),
        sample("chart-embed", "chart_embed.html", dataset_page(co2, "charts"), EmbedView { chart: chart("mark=pie&color=airport", "chart"), dataset: Link::new(co2, "/data/co2"), url: "/data/co2/charts".into() }),
        sample("chart-explore", "chart_explore.html", dataset_page(co2, "charts"), ExploreView { head: head(co2, "charts"), chart: chart("mark=scatter&x=year&y=co2", "chart"), spec: "{}".into(), back_url: "/data/co2/charts".into(), note: Some("It is large.".into()) }),
        sample("data-page", "data_page.html", dataset_page(co2, "view"), data_page()),
        sample("data-row", "data_row.html", dataset_page(co2, "view"), DataRowView { head: head(co2, "view"), title: "Row 1".into(), back: Link::new(co2, "/data/co2/view"), facts: vec![RowFact { label: "Station".into(), value: Some(LONG.into()), is_wide: true }, RowFact { label: "Note".into(), value: None, is_wide: false }], map: None, previous_url: None, next_url: Some("/data/co2/view/2".into()) }),
        sample("data-build", "data_build.html", dataset_page(co2, "build"), data_build()),
        sample("map", "dataset_map.html", dataset_page(co2, "map"), MapView { head: head(co2, "map"), place: Place { names: strings(&["Contiguous United States"]), locator: charts::locator(&[Extent { west: -125.0, south: 24.0, east: -66.0, north: 50.0 }]), search_url: Some("/data?bbox=1".into()) }, facts: vec![Fact { term: "West".into(), value: "125° west".into(), ..Fact::default() }] }),
        sample("versions", "dataset_versions.html", dataset_page(co2, "versions"), VersionsView {
            head: head(co2, "versions"),
            versions: vec![
                VersionRow { table: "CO2 concentration".into(), number: 2, at: "2026-11-20T09:00:00Z".into(), rows: 741, sha256: Some("b2a1f4c6d8e0a9b3c5d7e9f1a3b5c7d9e1f3a5b7c9d1e3f5a7b9c1d3e5f7a9b1".into()), current: true, url: Some("/data/co2/table".into()), downloads: vec![download("CSV", None)], changes_url: Some("/data/co2/versions?from=1&to=2#changes".into()), rejects: 3, rejects_url: Some("/data/co2/rejects?_as_of=2".into()), ..VersionRow::default() },
                VersionRow { table: "CO2 concentration".into(), number: 1, at: "2025-01-20T09:00:00Z".into(), rows: 729, sha256: None, current: false, ..VersionRow::default() },
            ],
            changes: Some(ChangesView { table: "CO2 concentration".into(), from: 1, to: 2, added: 12, removed: 1, changed: Some(1), unchanged: 727, columns_added: strings(&["flag"]), columns_removed: vec![], columns: strings(&["date", "ppm"]), rows: vec![ChangeRow { change: "changed".into(), copies: 1, row: 729, cells: vec![Some("2024-12".into()), None], before: vec![None, Some("<b>425.4</b>".into())] }, ChangeRow { change: "added".into(), copies: 2, row: 730, cells: vec![Some("2025-01".into()), Some("426.65".into())], before: vec![None, None] }], has_more: true, action: "/data/co2/versions#changes".into(), keep: vec![HiddenField { name: "from".into(), value: "1".into() }], key: "date".into(), notices: vec![], downloads: vec![download("CSV", None)] }),
            revisions: vec![
                RevisionRow { number: 3, at: "2026-11-20T09:00:00Z".into(), by: "townhall import".into(), action: "changed".into(), fields: strings(&["description", "modified"]), link: Some(Link::new("The record as it was", "/data/co2.json?revision=2")) },
                RevisionRow { number: 1, at: "2025-01-20T09:00:00Z".into(), by: "townhall import".into(), action: "imported".into(), fields: vec![], link: None },
            ],
            feed_url: Some("/feeds/co2.atom".into()),
        }),
        sample("api", "dataset_api.html", dataset_page(co2, "api"), ApiView { head: head(co2, "api"), endpoints: endpoints(), snippets: snippets(), examples: vec![Link::new("Rows since 2000", "/api/tables/co2/rows?date__gte=2000-01-01")], consoles: vec![Link::new("Try “<b>”", "/developers/console/co2/getRows")], notes: strings(&["At most 10,000 rows an answer; follow the cursor for more."]) }),
        sample("rejects", "dataset_rejects.html", dataset_page(co2, "table"), RejectsView { head: head(co2, "table"), title: "CO2 concentration".into(), version: 2, table_url: "/data/co2/table?_as_of=2".into(), total: 240, pager: Pager { from: Some(1), to: Some(2), total: Some(240), next_url: Some("/data/co2/rejects?_cursor=100".into()), ..Pager::default() }, rows: vec![RejectRow { row: 17, url: Some("/data/co2/table/17".into()), line: Some(18), column: Some("ppm".into()), value: "<i>n. a.</i>".into(), reason: "not a number".into() }, RejectRow { row: 20, url: None, line: None, column: None, value: "a,b,c".into(), reason: "the row has 3 cells, the table 2 columns".into() }], downloads: vec![download("CSV", None)] }),
        sample("rejects-none", "dataset_rejects.html", dataset_page(co2, "table"), RejectsView { head: head(co2, "table"), ..RejectsView::default() }),
        sample("cite", "dataset_cite.html", dataset_page(co2, "cite"), CiteView { head: head(co2, "cite"), text: "Scripps Institution of Oceanography. (2026). Carbon dioxide at Mauna Loa (Version 2) [Data set]. Riverton Open Data. https://data.riverton.example/data/co2".into(), bibtex: "@misc{riverton-co2,\n  title = {Carbon dioxide at Mauna Loa},\n  author = {{Scripps Institution of Oceanography}},\n  year = {2026}\n}".into(), ris: "TY  - DATA\nTI  - Carbon dioxide at Mauna Loa\nER  - ".into(), downloads: vec![download("BibTeX", None), download("RIS", None)], permalink: "https://data.riverton.example/data/co2".into(), version: Some("2".into()) }),
        sample("feedback", "dataset_feedback.html", dataset_page(co2, "feedback"), FeedbackView { head: head(co2, "feedback"), contacts: dataset().contacts, subject: "Carbon dioxide at Mauna Loa".into() }),
        sample("feedback-none", "dataset_feedback.html", dataset_page(co2, "feedback"), FeedbackView { head: head(co2, "feedback"), contacts: vec![], subject: "Carbon & dioxide".into() }),
        sample("organizations", "organizations.html", page("Organizations", "/orgs", Section::Organizations), OrganizationsView { organizations: organizations(), total: 57, query: String::new() }),
        sample("organization", "organization.html", with_trail, OrganizationView { name: "Scripps Institution of Oceanography".into(), description: Some("Studies the **ocean** and the air.".into()), homepage: Some("https://scripps.ucsd.edu/".into()), parent: Some(Link::new("University of California San Diego", "/orgs/ucsd")), children: organizations(), numbers: numbers(), datasets: cards(), total: 12, search_url: "/data?organization=scripps".into(), topics: vec![Link::new("Climate", "/topics/climate")], facts: vec![Fact { term: "Last change".into(), value: "2026-11-20".into(), is_date: true, ..Fact::default() }], scores: Some(serde_json::json!({"sums": sums(), "badge": "/orgs/scripps/badge.svg"})), contacts: dataset().contacts, downloads: vec![download("CSV", None)], pager: Pager { from: Some(1), to: Some(3), total: Some(12), next_url: Some("/orgs/scripps?page=2".into()), ..Pager::default() } }),
        sample("scorecard", "scorecard.html", page("Scorecard", "/scorecard", Section::Other), scorecard()),
        sample("scorecard-empty", "scorecard.html", page("Scorecard", "/scorecard", Section::Other), ScorecardView::default()),
        sample("scorecard-office", "scorecard_office.html", page("Rivers", "/scorecard/rivers", Section::Other), office()),
        sample("scorecard-office-new", "scorecard_office.html", page("Rivers", "/scorecard/rivers", Section::Other), OfficeView { name: "Rivers".into(), date: "2026-11-30".into(), ..OfficeView::default() }),
        sample("scorecard-compare", "scorecard_compare.html", page("Rivers: two days", "/scorecard/rivers/compare", Section::Other), OfficeCompareView { office: Link::new("Rivers <b>", "/scorecard/rivers"), action: "/scorecard/rivers/compare".into(), from: "2026-08-31".into(), to: "2026-11-30".into(), summary: "1 datasets appeared.".into(), groups: vec![CompareGroup { id: "broke".into(), title: "Broke".into(), total: 2, rows: vec![("Levels <b>".into(), "levels".into(), "`modified` is <i>".into())] }], downloads: vec![download("CSV", None)], notices: vec![] }),
        sample("crawls", "crawls.html", page("Crawls", "/admin/crawls", Section::Other), CrawlsView { rows: vec![CrawlRow { link: Link::new("a.gov <b>", "/admin/crawls/a.gov"), at: Some("2026-11-20T03:00:00Z".into()), ..CrawlRow::default() }, CrawlRow { link: Link::new("b.gov", "/admin/crawls/b.gov"), progress: "5 of 7 pages".into(), job_url: Some("/api/jobs/x".into()), ..CrawlRow::default() }] }),
        sample("crawls-none", "crawls.html", page("Crawls", "/admin/crawls", Section::Other), CrawlsView::default()),
        sample("crawl", "crawl.html", page("a.gov", "/admin/crawls/a.gov", Section::Other), CrawlView { host: "a.gov <b>".into(), numbers: numbers(), facts: vec![Fact { term: "Series".into(), value: "3 files: <b>".into(), ..Fact::default() }], files: vec![CrawlFileRow { url: "https://a.gov/x.csv".into(), format: "PDF".into(), tables: Some("/tools/pdf-tables?url=x".into()), bytes: Some(7), modified: Some("2024-02-03".into()), text: "<b>All</b>".into(), page: Link::new("<i>Page</i>", "https://a.gov/"), is_listed: Some(false) }, CrawlFileRow { url: "vbscript:alert(1)".into(), ..CrawlFileRow::default() }], total: 7, has_catalog: true, dead: vec![("https://a.gov/gone.csv".into(), "<b>".into(), "missing".into())], drafts: 2, action: "/admin/crawls/a.gov".into(), downloads: vec![download("CSV", None)] }),
        sample("crawl-none", "crawl.html", page("a.gov", "/admin/crawls/a.gov", Section::Other), CrawlView { host: "a.gov".into(), action: "/admin/crawls/a.gov".into(), ..CrawlView::default() }),
        sample("links", "links.html", page("Links that don’t work", "/links", Section::Data), LinksView { numbers: numbers(), states: vec![Choice { label: "Broken <b>".into(), value: "broken".into(), selected: true, ..Choice::default() }], organizations: vec![Choice { label: "All".into(), ..Choice::default() }], host: "\"><b>".into(), by_organization: vec![LinkOrganization { link: Link::new("Scripps <b>", "/links?organization=scripps"), links: 12, works: 9, doubtful: 1, broken: 2 }], rows: vec![LinkRow { url: "https://a.gov/<b>.csv".into(), dataset: Link::new("CO2 <b>", "/data/co2"), organization: Some(Link::new("Scripps", "/orgs/scripps")), title: Some("<i>All</i>".into()), format: Some("CSV".into()), badge: link_badge(), reason: "it says <b>404</b>".into(), suggestions: vec![("An archive may have it".into(), "https://web.archive.org/web/2/https://a.gov/".into())] }, LinkRow { url: "vbscript:alert(1)".into(), dataset: Link::new("CO2", "/data/co2"), ..LinkRow::default() }], downloads: vec![download("CSV", None)], pager: Pager { next_url: Some("/links?cursor=1-2".into()), ..Pager::default() } }),
        sample("links-none", "links.html", page("Links that don’t work", "/links", Section::Data), LinksView::default()),
        sample("sources", "sources.html", page("Harvest sources", "/sources", Section::Other), SourcesView { sources: vec![SourceRow { title: "Water <b>".into(), url: "/sources/water".into(), kind: "Catalog file".into(), records: 1204, held: 3, state: StateTag { label: "done <i>".into(), tone: "good" }, at: Some("2026-11-20T03:00:00Z".into()), next: Some("2026-11-21T03:00:00Z".into()) }, SourceRow { title: "New".into(), url: "/sources/new".into(), ..SourceRow::default() }], can_edit: true, kinds: vec![Choice { label: "CKAN <b>".into(), value: "ckan".into(), ..Choice::default() }], address: "\"><b>".into(), downloads: vec![download("JSON", None)], notices: vec![] }),
        sample("sources-none", "sources.html", page("Harvest sources", "/sources", Section::Other), SourcesView::default()),
        sample("source", "source.html", page("Water", "/sources/water", Section::Other), SourceView { title: "Water <b>".into(), action: "/sources/water".into(), facts: vec![Fact { term: "Address".into(), value: "https://a.gov/<b>".into(), url: Some("vbscript:alert(1)".into()), ..Fact::default() }], held: 3, held_records: vec![("Wells <b>".into(), "dataset/<i>".into())], runs: vec![RunRow { number: 7, url: "/sources/water/runs/7".into(), state: StateTag { label: "done".into(), tone: "good" }, at: "2026-11-20T03:00:00Z".into(), took: "1.2 s".into(), summary: "3 added <b>".into() }], can_edit: true, settings: "</textarea><b>".into(), options: vec![("rows".into(), "<b>".into())], revisions: vec![(1, "2026-11-20T03:00:00Z".into(), "user:<b>".into())], downloads: vec![download("JSON", None)], ..SourceView::default() }),
        sample("source-new", "source.html", page("New", "/sources/new", Section::Other), SourceView { title: "New".into(), action: "/sources/new".into(), can_edit: true, is_in_file: true, is_running: true, ..SourceView::default() }),
        sample("source-run", "source_run.html", page("Harvest 7 of Water", "/sources/water/runs/7", Section::Other), HarvestRunView { number: 7, state: StateTag { label: "failed".into(), tone: "strong" }, facts: vec![Fact { term: "Added".into(), value: "<b>".into(), ..Fact::default() }], actions: vec![Link::new("added (1)", "/sources/water/runs/7?action=added")], records: vec![RunRecordRow { action: StateTag { label: "added".into(), tone: "good" }, record: Link::new("Wells <b>", "/data/wells/versions"), revisions: "1 → 2".into(), note: Some("title <b>".into()) }, RunRecordRow { record: Link::new("Gone", ""), ..RunRecordRow::default() }], records_next: Some("/sources/water/runs/7?after=x".into()), codes: vec![("SOURCE-DUPLICATE".into(), 2)], findings: vec![RunFindingRow { code: "SOURCE-DUPLICATE".into(), message: "twice <b>".into(), record: "Wells <i>".into(), place: "/dataset/3 line 4, column 1".into(), value: Some("<b>".into()), fix: Some("mend <b>".into()) }], findings_next: None, downloads: vec![download("CSV", None)], notices: vec![] }),
        sample("source-run-none", "source_run.html", page("Harvest 8 of Water", "/sources/water/runs/8", Section::Other), HarvestRunView::default()),
        sample("topics", "topics.html", page("Topics", "/topics", Section::Topics), TopicsView { topics: topics() }),
        sample("topic", "topic.html", page("Climate", "/topics/climate", Section::Topics), TopicView { name: "Climate".into(), description: None, datasets: cards(), total: 6, search_url: "/data?topic=climate".into(), organizations: organizations(), downloads: vec![download("CSV", None)], pager: Pager::default() }),
        sample("developers", "developers.html", page("Developers", "/developers", Section::Developers), DevelopersView { endpoints: endpoints(), snippets: snippets(), operators: [("gte", "is at least this"), ("contains", "has this in it")].map(|(term, value)| Fact { term: term.into(), value: value.into(), ..Fact::default() }).into(), limits: strings(&["At most 10,000 rows an answer."]), openapi_url: "/api/openapi.json".into(), example: Some(Link::new(co2, "/data/co2")) }),
        sample("sql", "sql.html", page("Ask in SQL", "/sql", Section::Developers), SqlView { sql: "select '<b>'".into(), answered: true, columns: vec![ColumnHead { label: "a".into(), kind: "integer".into(), is_numeric: true, ..ColumnHead::default() }, ColumnHead { label: "<b>".into(), kind: "text".into(), ..ColumnHead::default() }], rows: vec![vec![Some("1".into()), None], vec![None, Some("<script>alert(1)</script>".into())]], truncated: true, downloads: vec![Download { label: "CSV".into(), url: "/api/sql?sql=x&_format=csv".into(), ..Download::default() }], api_url: "http://localhost/api/sql?sql=x".into(), notices: vec![], action: "/sql".into(), took: "3 ms".into(), share_url: "http://localhost/sql?sql=x".into(), console_url: "/developers/console/portal/runSql?sql=x".into(), save_command: "townhall saved-query put NAME --sql 'x'".into(), plan_url: "/sql?sql=x&explain=1".into(), chart_labels: vec![Choice { label: "<b>".into(), value: "<b>".into(), ..Choice::default() }], chart_values: vec![Choice { label: "a".into(), value: "a".into(), selected: true, ..Choice::default() }], chart_marks: vec![Choice { label: "Bars".into(), value: "bars".into(), ..Choice::default() }], chart: Some(ChartFigure { id: "answer-chart".into(), title: "a for each <b>".into(), description: "Bars".into(), headings: vec![("<b>".into(), false), ("a".into(), true)], rows: vec![vec!["<i>".into(), "1".into()]], ..ChartFigure::default() }), saved: vec![QueryRow { link: Link::new("Open <b>", "/sql/open"), description: "What **is** <b>open</b>".into() }], find: "lev".into(), can_find: true, tables: vec![SqlTable { name: "levels".into(), title: "Levels".into(), url: "/data/levels".into(), rows: 6, example_url: "/sql?sql=x".into(), columns: vec![("station".into(), "text".into())] }], more_tables: "/sql?tables.after=x".into(), examples: vec![Link::new("Rows", "/sql?sql=x")], limits: vec!["A query may take 20 seconds.".into()], ..SqlView::default() }),
        sample("sql-wrong", "sql.html", page("Ask in SQL", "/sql", Section::Developers), SqlView { sql: "select nope".into(), action: "/sql".into(), mistake: Some(SqlMistake { line: 1, column: 8, text: "select <b>nope\n       ^".into() }), plan: "Projection: a\n  TableScan: <b>".into(), ..SqlView::default() }),
        sample("sql-saved", "sql.html", page("Open <b>", "/sql/open", Section::Developers), SqlView { sql: "select :year".into(), action: "/sql/open".into(), is_saved: true, description: "What **is** open".into(), edit_url: "/sql?sql=x".into(), fields: vec![QueryField { name: "year".into(), label: "Year".into(), kind: "integer".into(), required: true, value: "\"><b>".into() }], ..SqlView::default() }),
        sample("console", "console.html", page("API console", "/developers/console", Section::Developers), ConsoleView { title: "API console".into(), lead: "Every question.".into(), about: "An **API**".into(), description_url: "/api/openapi.json".into(), facts: vec![Fact { term: "Address".into(), value: "https://example.gov/".into(), ..Fact::default() }], groups: ["a", "b", "c", "d"].map(|name| ConsoleGroup { name: name.into(), operations: vec![ConsoleRow { method: "GET".into(), path: "/api/{<b>}".into(), link: Link::new("Read <b>", "/developers/console/portal/x"), deprecated: true }] }).into(), apis: vec![ConsoleApi { link: Link::new("Weather <b>", "/developers/console/weather"), about: "weather".into() }], tables: vec![Link::new("CO2", "/developers/console/co2/getRows")] }),
        sample("console-empty", "console.html", page("API console", "/developers/console", Section::Developers), ConsoleView { title: "An API".into(), ..ConsoleView::default() }),
        sample("console-operation", "console_operation.html", page("Read rows", "/developers/console/portal/getRows", Section::Developers), console_operation()),
        sample("console-operation-empty", "console_operation.html", page("Read rows", "/developers/console/portal/getRows", Section::Developers), ConsoleOperation { method: "DELETE".into(), path: "/x".into(), ..ConsoleOperation::default() }),
        sample("qu", "qu.html", page("Loans", "/qu/data/loans/slice/all", Section::Developers), QuView { title: "Loans <b>".into(), lead: "All loans.".into(), notices: vec![], action: "/qu/data/loans/slice/all".into(), clauses: vec![QuClause { name: "$where".into(), id: "qu-where".into(), label: "Where".into(), hint: "Such as amount > 10".into(), value: "\"><script>".into(), errors: vec!["Could not parse this clause.".into()] }, QuClause { name: "$limit".into(), id: "qu-limit".into(), label: "Limit".into(), hint: "Rows".into(), ..QuClause::default() }], facts: vec![Fact { term: "Dimensions".into(), value: "state".into(), ..Fact::default() }], lists: vec![QuList { title: "Slices".into(), items: vec![QuItem { title: "All".into(), url: "/qu/data/loans/slice/all".into(), text: "<i>Rows</i>".into() }], none: String::new() }, QuList { title: "Concepts".into(), items: vec![], none: "There are no concepts.".into() }], table: Some(QuTable { caption: "Rows".into(), columns: vec![ColumnHead { label: "state".into(), ..ColumnHead::default() }, ColumnHead { label: "amount".into(), kind: "integer".into(), is_numeric: true, ..ColumnHead::default() }], rows: vec![vec![Some("<script>".into()), None]], note: Some("The first is shown.".into()) }), pager: Pager { from: Some(1), to: Some(1), total: Some(2), next_url: Some("/qu/data/loans/slice/all?$offset=1".into()), ..Pager::default() }, downloads: vec![Download { label: "CSV".into(), url: "/qu/data/loans/slice/all.csv".into(), ..Download::default() }] }),
        sample("qu-empty", "qu.html", page("Datasets with slices", "/qu/data", Section::Developers), QuView { table: Some(QuTable::default()), ..QuView::default() }),
        sample("answer", "answer.html", page("Data of levels", "/api/sources/", Section::Developers), AnswerView { heading: "Data of <levels>".into(), source: Some(Link::new("Levels", "/data/levels")), columns: vec!["station".into(), "<b>".into()], rows: vec![vec![Some("0001".into()), None], vec![None, Some("<script>alert(1)</script>".into())]], points: vec![(0.0, 50.0), (100.0, 25.5)], extent: Some("from 1 to 2 degrees east and from 3 to 4 degrees north".into()), truncated: true, downloads: vec![Download { label: "CSV".into(), url: "/api/sources/levels/data.csv".into(), ..Download::default() }], ..AnswerView::default() }),
        sample("answer-text", "answer.html", page("Data of levels", "/api/sources/", Section::Developers), AnswerView { heading: "Sums".into(), text: Some("{\"m\": \"<b>\"}".into()), ..AnswerView::default() }),
        sample("answer-none", "answer.html", page("Data of levels", "/api/sources/", Section::Developers), AnswerView { heading: "Rows".into(), ..AnswerView::default() }),
        sample("sql-empty", "sql.html", page("Ask in SQL", "/sql", Section::Developers), SqlView::default()),
        sample("tools", "tools.html", page("Tools", "/tools", Section::Tools), ToolsView { tools: vec![ToolCard { name: "Import a catalog".into(), description: "Reads a data.json, or a folder of data files, and publishes it.".into(), url: None, command: Some("townhall import data.json".into()), api: None }, ToolCard { name: "Query a table".into(), description: "Filters, sorts and groups.".into(), url: Some("/developers".into()), command: None, api: Some("/api/tables/{id}/rows".into()) }] }),
        sample("about", "about.html", page("About", "/about", Section::About), AboutView { text: None, numbers: numbers(), updated: Some("2026-11-20".into()) }),
        sample("about-own", "about.html", page("About us", "/about", Section::About), AboutView { text: Some("## Who we are\n\nThe city.".into()), numbers: vec![], updated: None }),
        sample("help", "help.html", page("Help", "/help", Section::About), HelpView { examples: vec![Link::new("bus stops", "/data?q=bus+stops")] }),
        sample("tool-diff-empty", "tool_diff.html", page("Compare two editions", "/tools/diff", Section::Tools), tool(None)),
        sample("tool-diff", "tool_diff.html", page("Compare two editions", "/tools/diff", Section::Tools), tool(Some(serde_json::json!({
            "old": {"name": "old.json", "version": "dcat-us-1.1", "records": 2, "refused": 1, "complete": true},
            "new": {"name": "new.json", "version": "dcat-us-1.1", "records": 2, "refused": 0, "complete": true},
            "catalog": [{"field": "conformsTo", "kind": "removed", "before": "x"}],
            "added": [{"identifier": "a", "title": "A <b>", "kind": "dataset", "pointer": "/dataset/0"}, {"pointer": "/dataset/7"}],
            "removed": [{"identifier": "b", "kind": "dataset", "pointer": "/dataset/1"}],
            "changed": [{"identifier": "c", "title": "C", "pointer": "/dataset/2", "fields": [
                {"field": "title", "kind": "changed", "before": "B", "after": "C"},
                {"field": "keyword", "kind": "reordered", "before": ["a", "b"], "after": ["b", "a"]},
                {"field": "distribution", "kind": "changed", "before": [], "after": [], "details": [{"pointer": "/0/title", "kind": "added", "after": 7}]},
            ]}],
            "unchanged": 1,
        })))),
        sample("quality", "dataset_quality.html", dataset_page(co2, "quality"), QualityView { head: head(co2, "quality"), schemes: schemes("A <b>"), badge_url: "/data/co2/badge.svg".into(), snippet: "<img src=\"https://data.example.gov/data/co2/badge.svg\">".into(), api_url: "/api/datasets/co2/score".into() }),
        sample("quality-empty", "dataset_quality.html", dataset_page(co2, "quality"), QualityView { head: head(co2, "quality"), ..QualityView::default() }),
        sample("tool-score", "tool_score.html", page("Score a catalog", "/tools/score", Section::Tools), tool(Some(sums()))),
        sample("tool-license", "tool_license.html", page("Understand licenses", "/tools/license", Section::Tools), tool(Some(licenses()))),
        sample("tool-pdf-tables", "tool_pdf_tables.html", page("Tables out of a PDF", "/tools/pdf-tables", Section::Tools), pdf_tables()),
        sample("tool-pdf-form", "tool_pdf_form.html", page("Fill in a PDF form", "/tools/pdf-form", Section::Tools), pdf_form()),
        sample("tool-pdf-form-none", "tool_pdf_form.html", page("Fill in a PDF form", "/tools/pdf-form", Section::Tools), tool(Some(serde_json::json!({"controls": [], "fields": [], "pages": 1, "has_xfa": false, "is_xfa_only": true, "signed": []})))),
        sample("tool-pdf-tables-none", "tool_pdf_tables.html", page("Tables out of a PDF", "/tools/pdf-tables", Section::Tools), tool(Some(serde_json::json!({"tables": [], "tables_total": 0, "pages": 1, "read": [], "troubles": [{"page": 1, "kind": "scan", "message": "the page is a picture"}]})))),
        sample("tool-merge", "tool_merge.html", page("Merge catalogs", "/tools/merge", Section::Tools), tool(Some(serde_json::json!({
            "version": "dcat-us-1.1", "written": 3,
            "inputs": [{"name": "a.json", "version": "dcat-us-1.1", "records": 2, "written": 2, "identical": 0, "superseded": 0, "renamed": 0, "refused": 0, "is_complete": true},
                       {"name": "b.json", "version": null, "records": 2, "written": 1, "identical": 1, "superseded": 0, "renamed": 0, "refused": 1, "is_complete": false}],
            "conflicts": [{"kind": "dataset", "identifier": "x", "records": [{"input": "a.json", "written_as": "x"}, {"input": "b.json", "written_as": null}]}],
            "orphans": [{"input": "a.json", "identifier": null, "parent": "y"}],
            "findings": [{"message": "noticed", "pointer": "/dataset/0"}],
        })))),
        sample("tool-fix", "tool_fix.html", page("Mend a catalog", "/tools/fix", Section::Tools), tool(Some(serde_json::json!({
            "version": "dcat-us-1.1", "records": 3, "changed": 1, "doubtful": 1, "refused": 1, "is_complete": false, "truncated": true,
            "changes": {"FIX-DATE": 2}, "doubts": {"FIX-LICENSE": 1}, "findings": [{"message": "A byte-order mark was dropped."}],
            "reports": [{"kind": "dataset", "pointer": "/dataset/0", "line": 3, "column": 1, "identifier": null, "title": null,
                "changes": [{"code": "FIX-DATE", "pointer": "/modified", "before": "1/31/2014", "after": "2014-01-31", "why": "Dates are ISO 8601."}, {"code": "FIX-EMPTY", "pointer": "/language", "before": [], "why": "Empty."}],
                "doubts": [{"code": "FIX-LICENSE", "pointer": "/license", "value": "free", "why": "Which license is that?", "suggestion": "https://creativecommons.org/publicdomain/zero/1.0/"}]}],
        })))),
        sample("tool-validate", "tool_validate.html", page("Check a catalog", "/tools/validate", Section::Tools), tool(Some(serde_json::json!({
            "profile": "dcat-us-1.1-harvester-federal", "profile_name": "DCAT-US 1.1, data.gov harvester, federal", "profile_chosen": "auto", "valid": false, "datasets": 3, "invalid_datasets": 1,
            "totals": {"errors": 2, "warnings": 1, "notes": 0, "official": 1, "not_listed": 1, "known": 0}, "truncated": true, "lists": [{"name": "bureaus", "about": "", "date": "2026-01-01"}],
            "groups": [{"code": "SHAPE-DATE", "severity": "error", "title": "A date", "source": "Schema 1.1", "fix": "write it so", "meaning": "When it changed.", "example": "\"2014-01-31\"", "field": "modified", "official": true, "count": 2, "datasets": 1, "examples": [0],
                "first": {"code": "SHAPE-DATE", "pointer": "/dataset/0/modified", "line": 4, "message": "`soon` is no date", "title": "A <b>", "value": "soon"}},
               {"code": "READ-BOM", "severity": "info", "title": "A mark", "source": "RFC 8259", "fix": "drop it", "meaning": null, "example": null, "field": "file", "official": false, "count": 1, "datasets": 0, "examples": [], "first": null}],
            "findings": [{"code": "SHAPE-DATE", "pointer": "/dataset/0/modified", "line": 4, "message": "`soon` is no date", "title": "A <b>", "identifier": null, "value": "soon"}, {"code": "READ-BOM", "pointer": "", "line": null, "message": "A mark", "title": null, "identifier": null, "value": null}],
        })))),
        sample("tool-convert", "tool_convert.html", page("Convert a catalog", "/tools/convert", Section::Tools), tool(Some(serde_json::json!({
            "from": "ckan", "to": "dcat-us-3.0", "written": 3, "refused": 1, "findings_total": 400, "is_complete": false,
            "findings": [{"code": "CONVERT-LOST", "severity": "warning", "pointer": "/dataset/0/x", "message": "set aside", "title": "A <b>"}, {"code": "READ-BOM", "severity": "info", "pointer": "", "message": "A mark"}],
        })))),
        sample("tool-would-harvest", "tool_would_harvest.html", page("Would data.gov harvest this?", "/tools/would-harvest", Section::Tools), tool(Some(serde_json::json!({
            "profile": "dcat-us-1.1-harvester-federal", "refused": 1, "deleted": 1, "added": 1, "changed": 0, "unchanged": 7, "warnings": ["`a` is <b>"],
            "records": [{"fate": "refused", "kind": "dataset", "index": 3, "identifier": null, "title": "A <b>", "reason": "it has no `identifier`"}, {"fate": "deleted", "kind": null, "index": null, "identifier": "x<y", "title": null, "reason": null}, {"fate": "added", "kind": "dataset", "index": 1, "identifier": "z", "title": null, "reason": null}],
        })))),
        sample("tool-held", "tool.html", page("Convert a catalog", "/tools/convert", Section::Tools), held_tool()),
        sample("tool-working", "tool.html", page("Check a catalog", "/tools/validate", Section::Tools), working_tool()),
        sample("problems", "problems.html", page("Problems", "/help/problems", Section::Developers), ProblemsView { kinds: vec![ProblemKind { name: "not-found".into(), title: "Nothing here by that name".into(), status: 404, remedy: "Check the name.".into() }] }),
        sample("accessibility", "accessibility.html", page("Accessibility", "/accessibility", Section::About), AccessibilityView { contact: Contact { email: Some("opendata@riverton.example".into()), ..Contact::default() }, reviewed: Some("2026-11-23".into()) }),
        sample("contact", "contact.html", page("Contact", "/contact", Section::About), ContactView { contact: Contact { name: Some("Open data team".into()), email: Some("opendata@riverton.example".into()), ..Contact::default() }, organizations: vec![Link::new("Department of Energy", "/orgs/doe")] }),
        sample("feeds", "feeds.html", page("Formats and feeds", "/feeds", Section::Developers), FeedsView { groups: vec![FormatGroup { heading: "Catalog files".into(), description: Some("The whole catalog in one file.".into()), links: vec![Download { label: "DCAT-US 1.1".into(), url: "/data.json".into(), bytes: None, note: Some("What the Open Data Policy asks for".into()) }] }, FormatGroup { heading: "Feeds".into(), description: None, links: vec![Download { label: "New data".into(), url: "/feeds/new.atom".into(), bytes: None, note: None }] }] }),
        sample("error-404", "error.html", lost.clone(), ErrorView { suggestions: vec![Link::new(co2, "/data/co2")], ..ErrorView::new(404) }),
        error(400, "error-400"),
        error(422, "error-422"),
        error(429, "error-429"),
        error(500, "error-500"),
        error(503, "error-503"),
    ]
}

fn office_row() -> OfficeRow {
    OfficeRow {
        link: Link::new("Bureau of <b>Rivers", "/scorecard/rivers"),
        abbreviation: Some("BR".into()),
        pdl: StandingView { label: "Green: on track".into(), sign: "met".into() },
        edi: StandingView { label: "Not known".into(), sign: "not-judged".into() },
        reason: "All 7 datasets keep to the schema.".into(),
        datasets: Some(7),
        valid: "100.0 %".into(),
        growth: "+3.1 %".into(),
        page: "Yes".into(),
        broken: "–".into(),
    }
}

fn regression_row() -> RegressionRow {
    RegressionRow {
        at: "2026-11-20T04:15:00Z".into(),
        message: "Rivers <b> fell".into(),
        url: "/scorecard/rivers".into(),
    }
}

fn quarter_choices() -> Vec<Choice> {
    ["2026-11-30", "2026-08-31"]
        .map(|day| Choice {
            label: day.into(),
            value: day.into(),
            url: format!("/scorecard?milestone={day}"),
            selected: day == "2026-11-30",
        })
        .into()
}

fn scorecard() -> ScorecardView {
    ScorecardView {
        has_offices: true,
        quarter: "Evidence Act Milestone 29".into(),
        date: "2026-11-30".into(),
        state: "under way".into(),
        quarters: quarter_choices(),
        groups: quarter_choices(),
        numbers: numbers(),
        rows: vec![office_row()],
        pager: Pager { from: Some(1), to: Some(1), total: Some(1), ..Pager::default() },
        downloads: vec![download("CSV", None)],
        regressions: vec![regression_row()],
        feed_url: "/scorecard/regressions.atom".into(),
        ..ScorecardView::default()
    }
}

fn office() -> OfficeView {
    let row = office_row();
    OfficeView {
        name: "Bureau of <b>Rivers".into(),
        website: Some("https://rivers.example.gov/".into()),
        parent: Some(Link::new("Department", "/scorecard/department")),
        quarter: "Evidence Act Milestone 29".into(),
        date: "2026-11-30".into(),
        state: "final".into(),
        quarters: quarter_choices(),
        pdl: row.pdl.clone(),
        pdl_reasons: vec!["<i>Reason</i>".into()],
        pdl_overridden: Some("A reviewer decided so: <b>.".into()),
        edi: row.edi.clone(),
        edi_reasons: vec!["Nobody has said.".into()],
        seen: vec![(
            "The listing".into(),
            vec![Fact { term: "Answer".into(), value: "200".into(), ..Fact::default() }],
        )],
        sections: vec![TrackedSection {
            id: "pdl".into(),
            title: "Public data listing".into(),
            about: "What the public may have.".into(),
            rows: vec![
                TrackedRow {
                    label: "Datasets".into(),
                    value: "7".into(),
                    is_counted: true,
                    ..TrackedRow::default()
                },
                TrackedRow {
                    label: "Standing".into(),
                    standing: Some(row.pdl.clone()),
                    note: "*Seen* <script>".into(),
                    reason: "<b>".into(),
                    by: "cli:ada, 2026-11-20".into(),
                    ..TrackedRow::default()
                },
            ],
            empty: 3,
        }],
        bureaus: vec![row],
        errors: vec![ListingErrorRow {
            dataset: "Levels <b>".into(),
            place: "/dataset/0/modified".into(),
            message: "`modified` is no date".into(),
            fix: Some("Write it like 2026-01-31".into()),
        }],
        errors_total: 12,
        strategy: vec![("1.2.4".into(), "Make a list".into(), "Done".into())],
        looks: vec![LookRow {
            at: "2026-11-20T04:15:00Z".into(),
            until: "2026-11-21T04:15:00Z".into(),
            standing: StandingView { label: "Red: falls short".into(), sign: "not-met".into() },
            found: "No listing".into(),
            compare_url: Some("/scorecard/rivers/compare?from=2026-11-19".into()),
        }],
        compare_url: "/scorecard/rivers/compare".into(),
        regressions: vec![regression_row()],
        downloads: vec![download("JSON", None)],
        ..OfficeView::default()
    }
}

fn pdf_tables() -> ToolView {
    let cell = |text: &str, column: f64| serde_json::json!({"text": text, "rowspan": 1, "colspan": 1, "page": 1, "is_number": false, "doubts": null, "bbox": {"x0": column, "y0": 10.0, "x1": column + 40.0, "y1": 20.0}});
    let mut doubtful = cell("1\u{fffd}2", 80.0);
    doubtful["doubts"] = serde_json::json!(["unknown-characters"]);
    let mut wide = cell("A <b>", 20.0);
    wide["colspan"] = 2.into();
    let mut view = tool(Some(serde_json::json!({
        "tables": [{"title": "Table 1. A <b>", "page": 1, "bbox": {"x0": 20.0, "y0": 10.0, "x1": 120.0, "y1": 60.0}, "parts": [{"page": 1}, {"page": 2}], "rows_total": 90,
            "header_rows": 1, "columns": [{"name": "A"}, {"name": "B"}], "rows": [[wide], [cell("x", 20.0), doubtful], [{"text": "", "rowspan": 1, "colspan": 1, "page": null, "bbox": null, "is_number": false, "doubts": null}, cell("2", 80.0)]], "confidence": 0.87,
            "doubts": ["one cell has characters that its font does not name"], "proofs": ["a total is the sum of what stands above it"]}],
        "tables_total": 1, "pages": 2, "read": [{"number": 1, "width": 612.0, "height": 792.0}], "troubles": [],
    })));
    view.pdf = Some(PdfEditorView {
        report: "r".into(),
        pages: "/tools/reports/r/pages/".into(),
        tables: "/tools/reports/r/tables".into(),
        template: "/tools/reports/r/template.json".into(),
        action: "/tools/pdf-tables".into(),
        forms: vec![("xlsx".into(), "Excel".into())],
        publish: Some("/tools/reports/r/publish".into()),
    });
    view
}

fn pdf_form() -> ToolView {
    let control = |kind: &str| {
        serde_json::json!({
            "name": format!("form[0].{kind} <b>"), "label": format!("A {kind} <b>"), "kind": kind, "is_required": true, "is_read_only": false, "page": 1,
            "max_length": 20, "text": "x <b>", "is_checked": true, "options": [{"value": "a <b>", "label": "A <b>", "is_chosen": true}, {"value": "b", "label": "B", "is_chosen": false}],
        })
    };
    let kinds = [
        "line",
        "lines",
        "password",
        "check",
        "radio",
        "select",
        "select_or_write",
        "select_several",
        "signature",
    ];
    let mut view = tool(Some(serde_json::json!({
        "controls": kinds.map(control), "pages": 2, "has_xfa": true, "is_xfa_only": false, "signed": ["s <b>"],
        "fields": [{"name": "a <b>", "kind": "check_box", "label": "A <b>", "page": "1", "options_text": "Yes <b>"}],
    })));
    view.pdf_fill = Some("/tools/reports/r".into());
    view
}
