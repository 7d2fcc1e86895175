//! What other machines read: catalogue files, feeds, the sitemap, the search description.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use townhall_app::{CatalogueForm, SearchOrder, SearchRequest};

use super::search::entry;
use super::xml::{Entry, Feed, Xml};
use super::{Site, respond};
use crate::server::Problem;

/// A catalogue file: streamed from the store, with a version that changes when any record does.
async fn catalogue(site: &Site, form: CatalogueForm, headers: &HeaderMap) -> Result<Response, Problem> {
    let etag = format!("\"{}-{}\"", form.name(), site.app().catalog().generation().await?);
    if respond::has_current(headers, &etag) {
        return Ok(respond::not_modified(&etag));
    }
    let stream = site.app().exports().catalogue_for(form, site.base_url()).await?;
    Ok(respond::with_etag(respond::stream(form.media_type(), stream), &etag))
}

/// `/data.json`: the public listing in the version that the settings choose.
pub async fn listing(site: Site, headers: HeaderMap) -> Result<Response, Problem> {
    catalogue(&site, site.settings().listing, &headers).await
}

/// `/catalog/{form}.json`, `/catalog.jsonld`, `/catalog.ttl`.
pub async fn catalog_as(
    site: Site,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let form = name
        .strip_suffix(".json")
        .and_then(CatalogueForm::by_name)
        .ok_or_else(|| townhall_app::Error::not_found("catalog file", &name))?;
    catalogue(&site, form, &headers).await
}

/// `/catalog.jsonld`.
pub async fn catalog_jsonld(site: Site, headers: HeaderMap) -> Result<Response, Problem> {
    catalogue(&site, CatalogueForm::JsonLd, &headers).await
}

/// `/catalog.ttl`.
pub async fn catalog_turtle(site: Site, headers: HeaderMap) -> Result<Response, Problem> {
    catalogue(&site, CatalogueForm::Turtle, &headers).await
}

/// How many entries a feed has.
const FEED_ENTRIES: usize = 50;

/// `/feeds/{name}.atom`: `changes`, `new`, and `log`.
pub async fn feed(site: Site, Path(name): Path<String>) -> Result<Response, Problem> {
    if name == "log.atom" {
        return log(&site).await;
    }
    let (order, title) = match name.as_str() {
        "changes.atom" => (SearchOrder::Changed, "changes in the catalog"),
        "new.atom" => (SearchOrder::Released, "newest releases"),
        _ => return Err(townhall_app::Error::not_found("feed", &name).into()),
    };
    let request = SearchRequest { order, limit: FEED_ENTRIES, ..SearchRequest::new(site.audience()) };
    let found = site.app().search().run(&request).await?;
    let entries: Vec<_> = found.hits().map(|(hit, card)| entry(&site, hit.id, &card)).collect();
    let base = site.base_url();
    respond::atom(&Feed {
        title: &format!("{}: {title}", site.name()),
        self_url: &format!("{base}/feeds/{name}"),
        page_url: &format!("{base}/data"),
        updated: &entries
            .iter()
            .map(|entry| entry.updated.clone())
            .max()
            .unwrap_or_else(|| respond::EPOCH.into()),
        entries: &entries,
    })
}

/// `/feeds/log.atom`: every change, withdrawals with their reasons, newest first.
async fn log(site: &Site) -> Result<Response, Problem> {
    let catalog = site.app().catalog();
    let head = catalog.generation().await?;
    let (changes, _) =
        catalog.changes(site.audience(), (head - LOG_ENTRIES).max(0), LOG_ENTRIES as u32).await?;
    let base = site.base_url();
    let entries: Vec<Entry> = changes
        .iter()
        .rev()
        .map(|change| Entry {
            id: format!("urn:uuid:{}#{}", change.id, change.seq),
            url: format!("{base}/data/{}", change.slug),
            title: format!("{}: {}", change.action, change.title),
            updated: change.at.clone(),
            summary: change.reason.clone().filter(|_| change.action == "retired").unwrap_or_default(),
            published: None,
            author: site.name().to_owned(),
            categories: vec![change.action.clone()],
        })
        .collect();
    respond::atom(&Feed {
        title: &format!("{}: every change", site.name()),
        self_url: &format!("{base}/feeds/log.atom"),
        page_url: &format!("{base}/data"),
        updated: entries.first().map_or(respond::EPOCH, |entry| entry.updated.as_str()),
        entries: &entries,
    })
}

/// How many changes the feed of all of them has.
const LOG_ENTRIES: i64 = 200;

/// How many addresses one sitemap file lists; the protocol allows 50,000.
const SITEMAP_URLS: u32 = 20_000;

const SITEMAP: (&str, &str) = ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9");

/// `/sitemap.xml`: all pages, or for a large catalogue an index of its parts.
pub async fn sitemap(site: Site) -> Result<Response, Problem> {
    let base = site.base_url();
    let datasets = site.app().catalog().numbers(townhall_app::Audience::Public).await?.datasets;
    let parts = datasets.div_ceil(u64::from(SITEMAP_URLS));
    if parts <= 1 {
        return sitemap_part(&site, 0, true).await;
    }
    let mut xml = Xml::new().map_err(townhall_app::Error::from)?;
    xml.element("sitemapindex", &[SITEMAP], |xml| {
        (0..parts).try_for_each(|part| {
            xml.element("sitemap", &[], |xml| xml.text("loc", &format!("{base}/sitemap/{part}.xml")))
        })
    })
    .map_err(townhall_app::Error::from)?;
    Ok(respond::document("application/xml", xml.finish()))
}

/// `/sitemap/{n}.xml`.
pub async fn sitemap_numbered(site: Site, Path(name): Path<String>) -> Result<Response, Problem> {
    let part = name
        .strip_suffix(".xml")
        .and_then(|number| number.parse::<u32>().ok())
        .ok_or_else(|| townhall_app::Error::not_found("sitemap", &name))?;
    sitemap_part(&site, part, part == 0).await
}

async fn sitemap_part(site: &Site, part: u32, with_pages: bool) -> Result<Response, Problem> {
    let base = site.base_url();
    let listed = site.app().catalog().addresses(part.saturating_mul(SITEMAP_URLS), SITEMAP_URLS).await?;
    let mut xml = Xml::new().map_err(townhall_app::Error::from)?;
    xml.element("urlset", &[SITEMAP], |xml| {
        let pages: &[&str] = if with_pages { &PAGES } else { &[] };
        for page in pages {
            xml.element("url", &[], |xml| xml.text("loc", &format!("{base}{page}")))?;
        }
        listed.iter().try_for_each(|(slug, changed)| {
            xml.element("url", &[], |xml| {
                xml.text("loc", &format!("{base}/data/{slug}"))?;
                xml.text("lastmod", &changed.to_string())
            })
        })
    })
    .map_err(townhall_app::Error::from)?;
    Ok(respond::document("application/xml", xml.finish()))
}

/// Pages that are always there.
const PAGES: [&str; 10] = [
    "/",
    "/data",
    "/orgs",
    "/topics",
    "/developers",
    "/tools",
    "/about",
    "/help",
    "/accessibility",
    "/contact",
];

/// `/opensearch.xml` (OpenSearch 1.1, section 3): lets browsers and programs search the site.
pub async fn opensearch(site: Site) -> Result<Response, Problem> {
    let base = site.base_url();
    let mut xml = Xml::new().map_err(townhall_app::Error::from)?;
    let short: String = site.name().chars().take(16).collect();
    xml.element("OpenSearchDescription", &[("xmlns", "http://a9.com/-/spec/opensearch/1.1/")], |xml| {
        xml.text("ShortName", &short)?;
        xml.text("Description", &format!("Search {}", site.name()))?;
        for (kind, path) in [
            ("text/html", "/data?q={searchTerms}&page={startPage?}"),
            ("application/atom+xml", "/data/search.atom?q={searchTerms}&page={startPage?}"),
            ("application/json", "/api/datasets?q={searchTerms}&page={startPage?}"),
        ] {
            xml.empty("Url", &[("type", kind), ("template", &format!("{base}{path}"))])?;
        }
        xml.text("InputEncoding", "UTF-8")
    })
    .map_err(townhall_app::Error::from)?;
    Ok(respond::document("application/opensearchdescription+xml", xml.finish()))
}
