//! Pages that are mostly words, and the machine-readable notes beside them.

use axum::response::Response;

use townhall_model::ErrorKind;

use super::dataset::of_json;
use super::{PROBLEMS_PATH, Site, respond};
use crate::pages::views::{
    AboutView, AccessibilityView, Contact, ContactView, DevelopersView, Download, EndpointRow, Fact,
    FeedsView, FormatGroup, HelpView, Link, NumberFact, PageMeta, ProblemKind, ProblemsView, Section,
    ToolCard, ToolsView,
};
use crate::server::Problem;

/// Limits and terms of the API, a sentence each.
pub fn api_notes() -> Vec<String> {
    vec![
        "No key is needed; answers may be used from any website (CORS is open).".into(),
        "A page has 100 rows unless `_limit` says otherwise; follow `meta.next` with `_cursor` for the next one.".into(),
        "Exports (.csv, .jsonl, .parquet, .xlsx) have all rows that match, in one stream.".into(),
        "A limit is answered with a problem document (RFC 9457) that says which limit and what to do.".into(),
    ]
}

fn meta(title: &str, path: &str, section: Section) -> PageMeta {
    let mut meta = PageMeta::new(title, path, section);
    meta.breadcrumbs = vec![Link::new("Home", "/")];
    meta
}

/// `/developers`.
pub async fn developers(site: Site) -> Result<Response, Problem> {
    let base = site.base_url();
    let tables = site.app().tables().list(site.audience(), None, 1).await?;
    let row = |path: &str, description: &str| EndpointRow {
        method: "GET".into(),
        url: format!("{base}{path}"),
        description: description.into(),
    };
    let mut endpoints = vec![
        row("/api/datasets?q=water", "Search datasets; the same parameters as the search page"),
        row("/api/tables", "All tables"),
        row("/api/sql?sql=select 1", "SQL over all tables; there is a page for it at /sql"),
        EndpointRow {
            method: "POST".into(),
            ..row("/mcp", "For assistants: search, describe, query and fetch by the Model Context Protocol")
        },
        row("/data.json", "The public listing, as harvesters read it"),
        row("/catalog/dcat-us-3.0.json", "The catalog as DCAT-US 3.0"),
        row("/catalog.jsonld", "The catalog as JSON-LD"),
        row("/catalog.ttl", "The catalog as Turtle"),
        row("/feeds/changes.atom", "What changed, as a feed"),
        row(
            "/api/openapi.json",
            "This interface, described for programs; there are forms for it in the console",
        ),
    ];
    let example = tables.first().map(|table| {
        endpoints.insert(2, row(&format!("/api/tables/{}/rows?_limit=5", table.id), "Rows of a table"));
        Link::new(&table.dataset_title, format!("/data/{}/api", table.dataset_slug))
    });
    let view = DevelopersView {
        endpoints,
        snippets: of_json(&format!("{base}/api/datasets?q=water")),
        operators: townhall_app::row_operators()
            .iter()
            .map(|(name, meaning)| Fact { term: (*name).into(), value: (*meaning).into(), ..Fact::default() })
            .collect(),
        limits: api_notes(),
        openapi_url: "/api/openapi.json".into(),
        example,
    };
    site.page("developers.html", meta("Developers", "/developers", Section::Developers), &view)
}

/// `/tools`.
pub async fn tools(site: Site) -> Result<Response, Problem> {
    let tool = |name: &str, description: &str, command: &str, api: Option<&str>| ToolCard {
        name: name.into(),
        description: description.into(),
        url: None,
        command: Some(command.into()),
        api: api.map(str::to_owned),
    };
    let on_a_page = super::tools::described(&site).map(|(listed, form)| ToolCard {
        url: Some(format!("/tools/{}", listed.name)),
        ..tool(listed.title, listed.lead, &form.command, Some(&format!("/api/{}", listed.name)))
    });
    let elsewhere = [
        tool(
            "Import",
            "Brings in a catalog of any version, or a folder of CSV files, and says what became of each record.",
            "townhall import data.json tables/",
            None,
        ),
        tool(
            "Export",
            "Writes the catalog as DCAT-US 1.1 or 3.0, JSON-LD or Turtle.",
            "townhall export --format dcat-us-3.0 -o catalog.json",
            Some("/catalog/dcat-us-3.0.json"),
        ),
        tool(
            "Doctor",
            "Looks for anything wrong in the data directory and rebuilds what can be rebuilt.",
            "townhall doctor --deep",
            None,
        ),
    ];
    let view = ToolsView { tools: on_a_page.chain(elsewhere).collect() };
    site.page("tools.html", meta("Tools", "/tools", Section::Tools), &view)
}

/// `/about`.
pub async fn about(site: Site) -> Result<Response, Problem> {
    let numbers = site.app().catalog().numbers(site.audience()).await?;
    let view = AboutView {
        text: site.settings().description.clone(),
        numbers: vec![
            NumberFact { value: numbers.datasets, label: "datasets".into(), url: Some("/data".into()) },
            NumberFact {
                value: numbers.organizations,
                label: "organizations".into(),
                url: Some("/orgs".into()),
            },
        ],
        updated: numbers.changed_at.map(|at| at.to_string()),
    };
    site.page("about.html", meta("About", "/about", Section::About), &view)
}

/// `/help`.
pub async fn help(site: Site) -> Result<Response, Problem> {
    let topics = site.app().catalog().topics(site.audience()).await?;
    let view = HelpView {
        examples: topics
            .iter()
            .take(5)
            .map(|topic| Link::new(&topic.label, format!("/topics/{}", super::path_segment(&topic.value))))
            .collect(),
    };
    site.page("help.html", meta("Help", "/help", Section::About), &view)
}

/// `/help/problems`: what the kinds of problems mean.
pub async fn problems(site: Site) -> Result<Response, Problem> {
    let view = ProblemsView {
        kinds: ErrorKind::ALL
            .iter()
            .map(|kind| ProblemKind {
                name: kind.slug().into(),
                title: kind.title().into(),
                status: kind.http_status(),
                remedy: kind.remedy().into(),
            })
            .collect(),
    };
    let mut meta = meta("Problems", PROBLEMS_PATH, Section::Developers);
    meta.breadcrumbs.push(Link::new("Help", "/help"));
    site.page("problems.html", meta, &view)
}

fn contact(site: &Site) -> Contact {
    Contact {
        name: Some(site.name().to_owned()),
        email: site.settings().contact_email.clone(),
        telephone: site.settings().contact_phone.clone(),
        url: None,
    }
}

/// `/accessibility`.
pub async fn accessibility(site: Site) -> Result<Response, Problem> {
    let view = AccessibilityView { contact: contact(&site), reviewed: None };
    site.page("accessibility.html", meta("Accessibility", "/accessibility", Section::About), &view)
}

/// `/contact`.
pub async fn contact_page(site: Site) -> Result<Response, Problem> {
    let organizations = site.app().catalog().organizations().await?;
    let view = ContactView {
        contact: contact(&site),
        organizations: organizations
            .iter()
            .filter(|organization| organization.datasets > 0)
            .take(100)
            .map(|organization| Link::new(&organization.name, format!("/orgs/{}", organization.slug)))
            .collect(),
    };
    site.page("contact.html", meta("Contact", "/contact", Section::About), &view)
}

/// `/feeds`: every feed and format of the site on one page.
pub async fn feeds(site: Site) -> Result<Response, Problem> {
    let link = |label: &str, url: &str, note: &str| Download {
        label: label.into(),
        url: url.into(),
        bytes: None,
        note: Some(note.into()),
    };
    let view = FeedsView {
        groups: vec![
            FormatGroup {
                heading: "The whole catalog".into(),
                description: Some("Every published record in one file.".into()),
                links: vec![
                    link("data.json", "/data.json", "The public listing, as Project Open Data asks for it"),
                    link("DCAT-US 1.1", "/catalog/dcat-us-1.1.json", "JSON"),
                    link("DCAT-US 3.0", "/catalog/dcat-us-3.0.json", "JSON"),
                    link("JSON-LD", "/catalog.jsonld", "Linked data"),
                    link("Turtle", "/catalog.ttl", "Linked data"),
                ],
            },
            FormatGroup {
                heading: "News".into(),
                description: Some("For feed readers.".into()),
                links: vec![
                    link("Changes", "/feeds/changes.atom", "Datasets that changed last"),
                    link("New datasets", "/feeds/new.atom", "Datasets that came last"),
                    link("Every change", "/feeds/log.atom", "What was added, changed and withdrawn, and why"),
                ],
            },
            FormatGroup {
                heading: "For machines".into(),
                description: None,
                links: vec![
                    link("OpenAPI", "/api/openapi.json", "The API, described for programs"),
                    link("OpenSearch", "/opensearch.xml", "Search from a browser's address bar"),
                    link("Sitemap", "/sitemap.xml", "For search engines"),
                    link("llms.txt", "/llms.txt", "For assistants"),
                ],
            },
        ],
    };
    site.page("feeds.html", meta("Formats and feeds", "/feeds", Section::Developers), &view)
}

/// `/robots.txt`.
pub async fn robots(site: Site) -> Response {
    let text = format!(
        "User-agent: *\nDisallow: /data?\nDisallow: /data/*/table?\nDisallow: /api/\nAllow: /\n\nSitemap: {}/sitemap.xml\n",
        site.base_url()
    );
    respond::document("text/plain; charset=utf-8", text.into_bytes())
}

/// `/llms.txt`: what an assistant needs to know to use the site well.
pub async fn llms(site: Site) -> Response {
    let base = site.base_url();
    let tagline = site.tagline().unwrap_or_else(|| "An open-data portal".to_owned());
    let text = format!(
        "# {}\n\n> {tagline}\n\nDatasets are found with the search API, described by records, and many have tables whose rows \
         can be filtered.\nCite a dataset by its page address.\n\n## API\n\n\
         - [Search]({base}/api/datasets?q=words): JSON list of datasets; filters organization, topic, keyword, format, license, \
         access_level, has, year, place, bbox, from, to\n\
         - [Dataset]({base}/api/datasets/ID): one record with its tables and files\n\
         - [Tables]({base}/api/tables): every table with its columns at {base}/api/tables/ID\n\
         - [Rows]({base}/api/tables/ID/rows?column=value&column__gte=1&_sort=-column&_limit=20): rows; `.csv` and `.jsonl` for all\n\
         - [OpenAPI]({base}/api/openapi.json)\n\n## Catalog\n\n\
         - [data.json]({base}/data.json): the whole catalog, DCAT-US 1.1\n- [Pages]({base}/sitemap.xml)\n",
        site.name()
    );
    respond::document("text/plain; charset=utf-8", text.into_bytes())
}
