//! `/data`: the search page, and the same answer as JSON, CSV or Atom.

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;
use townhall_app::{DatasetCard, Facet, SearchOrder, SearchPage, SearchRequest};

use super::negotiate::Form;
use super::params::Params;
use super::xml::{Entry, Feed};
use super::{Site, cards, respond, wire};
use crate::pages::views::{
    Alternate, Choice, Download, Facet as FacetView, FacetValue, FilterChip, HiddenField, Hit, Link, Notice,
    NoticeKind, PageMeta, PlaceTimeForm, SearchView, Section, Segment, ZeroHelp,
};
use crate::server::Problem;

/// How many results a page has unless asked otherwise.
const PAGE_SIZE: usize = 20;

/// How many values of a facet are listed before "more".
const FACET_SIZE: usize = 8;

/// How many when a facet was asked to show them all.
const FACET_SIZE_ALL: usize = 200;

/// Parameters that are neither filters nor text.
const PLACE_AND_TIME: [&str; 4] = ["place", "bbox", "from", "to"];

/// The form of the answer that the suffix names or the header prefers.
pub async fn search(site: Site, headers: HeaderMap, params: Params) -> Result<Response, Problem> {
    let form = match params.get("_format") {
        Some(name) => Form::by_name(name).ok_or_else(|| unknown_form(name))?,
        None => Form::by_accept(&headers, &[Form::Html, Form::Json, Form::Csv, Form::Atom]),
    };
    answer(&site, form, &params.without("_format")).await
}

/// `/data/search.json`.
pub async fn as_json(site: Site, params: Params) -> Result<Response, Problem> {
    answer(&site, Form::Json, &params).await
}

/// `/data/search.csv`.
pub async fn as_csv(site: Site, params: Params) -> Result<Response, Problem> {
    answer(&site, Form::Csv, &params).await
}

/// `/data/search.atom`.
pub async fn as_atom(site: Site, params: Params) -> Result<Response, Problem> {
    answer(&site, Form::Atom, &params).await
}

fn unknown_form(name: &str) -> Problem {
    Problem::new(townhall_model::ErrorKind::NotFound, format!("`{name}` is not a form of search results"))
        .with_hint("use html, json, csv or atom")
}

async fn answer(site: &Site, form: Form, params: &Params) -> Result<Response, Problem> {
    match form {
        Form::Html => page(site, params).await,
        Form::Json => {
            Ok(respond::json(&wire::search(&site.app().search().run(&request(site, params)?).await?, site)))
        }
        Form::Csv => csv(site, params).await,
        Form::Atom => atom(site, params).await,
    }
}

/// The question that the parameters ask.
pub fn request(site: &Site, params: &Params) -> Result<SearchRequest, Problem> {
    let number = |key: &str, fallback: usize| match params.get(key) {
        None => Ok(fallback),
        Some(text) => text.parse::<usize>().map_err(|_| {
            Problem::new(townhall_model::ErrorKind::Invalid, format!("`{key}={text}` is not a whole number"))
        }),
    };
    let limit = number("limit", PAGE_SIZE)?.clamp(1, townhall_app::limits::SEARCH_LIMIT_MAX);
    let page = number("page", 1)?.max(1);
    let all = params.get("more");
    let order = match params.get("sort").filter(|name| !name.is_empty()) {
        None => SearchOrder::default(),
        Some(name) => SearchOrder::by_name(name).ok_or_else(|| unknown_order(name))?,
    };
    Ok(SearchRequest {
        text: params.get("q").unwrap_or_default().to_owned(),
        filters: Facet::ALL
            .into_iter()
            .map(|facet| (facet, params.all(facet.name()).map(str::to_owned).collect::<Vec<_>>()))
            .filter(|(_, values)| !values.is_empty())
            .collect(),
        place: params.get("place").map(str::to_owned),
        bbox: params.get("bbox").map(str::to_owned),
        from: params.get("from").map(str::to_owned),
        to: params.get("to").map(str::to_owned),
        order,
        offset: (page - 1).saturating_mul(limit),
        limit,
        facet_size: if all.is_some() { FACET_SIZE_ALL } else { FACET_SIZE },
        audience: site.audience(),
    })
}

fn unknown_order(name: &str) -> Problem {
    let known = SearchOrder::ALL.map(SearchOrder::name).join(", ");
    Problem::new(townhall_model::ErrorKind::Invalid, format!("`sort={name}` is not an order of results"))
        .with_hint(format!("use one of {known}"))
}

async fn page(site: &Site, params: &Params) -> Result<Response, Problem> {
    let request = request(site, params)?;
    let found = site.app().search().run(&request).await?;
    let zero = if found.answer.total == 0 { Some(zero_help(site, params, &request).await?) } else { None };
    let view = view(params, &request, &found, zero);
    let mut meta = PageMeta::new(title(&request, &found), params.link("/data"), Section::Data);
    meta.description =
        Some("Search every dataset by words, place, time, organization, topic and format".into());
    meta.breadcrumbs = vec![Link::new("Home", "/")];
    meta.canonical = params.without("page").link("/data");
    meta.noindex = !params.0.is_empty();
    meta.alternates = view
        .downloads
        .iter()
        .filter(|download| download.label == "Atom")
        .map(|download| Alternate {
            media_type: "application/atom+xml".into(),
            url: download.url.clone(),
            title: "These results as a feed".into(),
        })
        .collect();
    site.page("search.html", meta, &view)
}

fn title(request: &SearchRequest, found: &SearchPage) -> String {
    let text = request.text.trim();
    if text.is_empty() {
        format!("Data: {} datasets", found.answer.total)
    } else {
        format!("{text}: search results")
    }
}

fn view(params: &Params, request: &SearchRequest, found: &SearchPage, zero: Option<ZeroHelp>) -> SearchView {
    let answer = &found.answer;
    let without_page = params.without("page").without("more");
    let here = params.link("/data");
    SearchView {
        query: request.text.clone(),
        relaxed: answer.relaxed,
        did_you_mean: answer
            .did_you_mean
            .as_ref()
            .map(|text| Link::new(text, without_page.with("q", text).link("/data"))),
        total: answer.total,
        hits: found.hits().map(|(hit, card)| self::hit(hit, &card, &here)).collect(),
        facets: answer
            .facets
            .iter()
            .filter_map(|(facet, values)| facet_view(*facet, values, params))
            .collect(),
        chips: chips(params, found),
        clear_url: has_filters(params).then(|| {
            let kept = without_page.0.into_iter().filter(|(key, _)| key == "q" || key == "sort").collect();
            Params(kept).link("/data")
        }),
        sorts: SearchOrder::ALL
            .into_iter()
            .map(|order| Choice {
                label: order.label().into(),
                value: order.name().into(),
                url: params.without("page").with("sort", order.name()).link("/data"),
                selected: order == request.order,
            })
            .collect(),
        keep: keep(params, &["q", "page", "more"]),
        place_time: place_time(params, found),
        pager: cards::pager(answer.total, request.offset / request.limit + 1, request.limit, |page| {
            params.with("page", &page.to_string()).link("/data")
        }),
        downloads: [("JSON", "json"), ("CSV", "csv"), ("Atom", "atom")]
            .map(|(label, form)| Download {
                label: label.into(),
                url: params.without("page").link(&format!("/data/search.{form}")),
                bytes: None,
                note: None,
            })
            .into(),
        zero,
        notices: found
            .problems
            .iter()
            .filter(|problem| !PLACE_AND_TIME.contains(&problem.parameter))
            .map(|problem| Notice {
                kind: NoticeKind::Warning,
                title: None,
                text: problem.message.clone(),
                link: None,
            })
            .collect(),
        took_ms: Some(answer.took_ms.ceil() as u64),
    }
}

fn hit(hit: &townhall_app::Hit, card: &DatasetCard, here: &str) -> Hit {
    let segments = |segments: &[townhall_app::Segment]| {
        segments
            .iter()
            .map(|segment| Segment { text: segment.text.clone(), hit: segment.is_match })
            .collect::<Vec<_>>()
    };
    // The way back stands in the address, so that it survives a shared link and needs no script.
    let url = format!("/data/{}", hit.slug);
    let url = if here == "/data" { url } else { Params(vec![("from".into(), here.into())]).link(&url) };
    Hit {
        title: segments(&hit.title),
        url,
        snippet: segments(&hit.snippet),
        organization: card
            .organization
            .as_ref()
            .map(|organization| Link::new(&organization.label, format!("/orgs/{}", organization.value))),
        formats: card.formats.clone(),
        modified: card.modified.clone(),
        access: card.access_level.clone().filter(|level| level != "public"),
        columns: hit.columns.iter().map(|name| vec![Segment { text: name.clone(), hit: true }]).collect(),
        rows: card.rows,
        is_draft: card.is_draft,
    }
}

fn facet_view(facet: Facet, values: &[townhall_app::FacetValue], params: &Params) -> Option<FacetView> {
    if values.is_empty() {
        return None;
    }
    let name = facet.name();
    let all = params.get("more") == Some(name);
    let shown = if all { FACET_SIZE_ALL } else { FACET_SIZE };
    let base = params.without("page");
    // Selected values are always among them, so the list may be one or two longer than asked for.
    let cut = values.len() >= shown && !all;
    Some(FacetView {
        name: name.into(),
        label: townhall_app::facet_label(facet).into(),
        values: values
            .iter()
            .map(|value| FacetValue {
                label: value.label.clone(),
                value: value.value.clone(),
                count: value.count,
                url: match value.selected {
                    true => base.without_pair(name, &value.value).link("/data"),
                    false => base.and(name, &value.value).link("/data"),
                },
                selected: value.selected,
            })
            .collect(),
        more: 0,
        more_url: cut.then(|| params.with("more", name).link("/data")),
        open: values.iter().any(|value| value.selected)
            || matches!(facet, Facet::Organization | Facet::Topic | Facet::Format),
    })
}

/// A chip for each filter in force.
fn chips(params: &Params, found: &SearchPage) -> Vec<FilterChip> {
    let base = params.without("page");
    let mut chips = Vec::new();
    for facet in Facet::ALL {
        for value in params.all(facet.name()) {
            let label = found
                .answer
                .facet(facet)
                .iter()
                .find(|known| known.value == value || known.value == value.to_lowercase());
            chips.push(FilterChip {
                label: townhall_app::facet_label(facet).into(),
                value: label.map_or_else(|| value.to_owned(), |known| known.label.clone()),
                remove_url: base.without_pair(facet.name(), value).link("/data"),
            });
        }
    }
    for (key, label) in [("place", "Place"), ("bbox", "Area"), ("from", "From"), ("to", "To")] {
        if let Some(value) = params.get(key) {
            chips.push(FilterChip {
                label: label.into(),
                value: value.into(),
                remove_url: base.without(key).link("/data"),
            });
        }
    }
    chips
}

fn has_filters(params: &Params) -> bool {
    params.0.iter().any(|(key, _)| Facet::from_name(key).is_some() || PLACE_AND_TIME.contains(&key.as_str()))
}

fn keep(params: &Params, without: &[&str]) -> Vec<HiddenField> {
    params
        .0
        .iter()
        .filter(|(key, _)| !without.contains(&key.as_str()))
        .map(|(name, value)| HiddenField { name: name.clone(), value: value.clone() })
        .collect()
}

fn place_time(params: &Params, found: &SearchPage) -> PlaceTimeForm {
    let value = |key: &str| params.get(key).unwrap_or_default().to_owned();
    let error = |keys: &[&str]| {
        found
            .problems
            .iter()
            .find(|problem| keys.contains(&problem.parameter))
            .map(|problem| problem.message.clone())
    };
    PlaceTimeForm {
        place: value("place"),
        place_found: found.place.clone(),
        bbox: value("bbox"),
        from: value("from"),
        to: value("to"),
        place_error: error(&["place"]),
        bbox_error: error(&["bbox"]),
        dates_error: error(&["from", "to"]),
        keep: keep(params, &["place", "bbox", "from", "to", "page", "more"]),
        open: PLACE_AND_TIME.iter().any(|key| params.get(key).is_some()),
    }
}

/// The same question with one filter less, where that finds something.
async fn zero_help(site: &Site, params: &Params, request: &SearchRequest) -> Result<ZeroHelp, Problem> {
    let mut broader = Vec::new();
    let mut tries: Vec<(String, Params)> = Vec::new();
    for (facet, values) in &request.filters {
        for value in values {
            let label = format!("without {} “{value}”", townhall_app::facet_label(*facet).to_lowercase());
            tries.push((label, params.without("page").without_pair(facet.name(), value)));
        }
    }
    for key in PLACE_AND_TIME.iter().filter(|key| params.get(key).is_some()) {
        tries.push((format!("without the {key}"), params.without("page").without(key)));
    }
    let words: Vec<&str> = request.text.split_whitespace().collect();
    if words.len() > 1 {
        for dropped in 0..words.len().min(5) {
            let rest: Vec<&str> = words
                .iter()
                .enumerate()
                .filter(|(index, _)| *index != dropped)
                .map(|(_, word)| *word)
                .collect();
            tries.push((format!("“{}”", rest.join(" ")), params.without("page").with("q", &rest.join(" "))));
        }
    }
    for (label, params) in tries.into_iter().take(8) {
        let mut narrower = self::request(site, &params)?;
        narrower.limit = 1;
        let total = site.app().search().count(&narrower).await?;
        if total > 0 {
            broader.push(Link::new(format!("{label} ({total})"), params.link("/data")));
        }
    }
    let topics = site.app().catalog().topics(site.audience()).await?;
    Ok(ZeroHelp {
        broader,
        topics: topics
            .iter()
            .take(12)
            .map(|topic| Link::new(&topic.label, format!("/topics/{}", topic.value)))
            .collect(),
        contact_url: Some("/contact".into()),
    })
}

/// All results, up to the export limit.
async fn all(site: &Site, params: &Params) -> Result<SearchPage, Problem> {
    let mut request = request(site, params)?;
    request.offset = 0;
    request.limit = townhall_app::limits::SEARCH_EXPORT_MAX;
    request.facet_size = 0;
    Ok(site.app().search().run_for_export(&request).await?)
}

async fn csv(site: &Site, params: &Params) -> Result<Response, Problem> {
    let found = all(site, params).await?;
    let base = site.base_url();
    let rows: Vec<Vec<String>> = found
        .hits()
        .map(|(hit, card)| {
            vec![
                hit.id.to_string(),
                card.identifier.clone().unwrap_or_default(),
                card.title.clone(),
                card.summary.clone().unwrap_or_default(),
                card.organization.as_ref().map(|organization| organization.label.clone()).unwrap_or_default(),
                card.access_level.clone().unwrap_or_default(),
                card.modified.clone().unwrap_or_default(),
                card.formats.join("; "),
                format!("{base}/data/{}", hit.slug),
            ]
        })
        .collect();
    let header = [
        "id",
        "identifier",
        "title",
        "description",
        "organization",
        "access_level",
        "modified",
        "formats",
        "url",
    ];
    respond::csv("datasets.csv", &header, &rows)
}

async fn atom(site: &Site, params: &Params) -> Result<Response, Problem> {
    let mut request = request(site, params)?;
    request.limit = 50;
    if params.get("sort").is_none() {
        request.order = SearchOrder::Changed;
    }
    let found = site.app().search().run(&request).await?;
    let entries: Vec<Entry> = found.hits().map(|(hit, card)| entry(site, hit.id, &card)).collect();
    let base = site.base_url();
    let feed = Feed {
        title: &format!("{}: search results", site.name()),
        self_url: &format!("{base}{}", params.link("/data/search.atom")),
        page_url: &format!("{base}{}", params.link("/data")),
        updated: &entries
            .iter()
            .map(|entry| entry.updated.clone())
            .max()
            .unwrap_or_else(|| respond::EPOCH.into()),
        entries: &entries,
    };
    respond::atom(&feed)
}

/// A dataset as an entry of a feed.
pub fn entry(site: &Site, id: townhall_model::RecordId, card: &DatasetCard) -> Entry {
    Entry {
        id: format!("urn:uuid:{id}"),
        url: format!("{}/data/{}", site.base_url(), card.slug),
        title: card.title.clone(),
        summary: card.summary.clone().unwrap_or_default(),
        updated: card.changed.clone(),
        published: Some(card.added.clone()),
        author: card.organization.as_ref().map_or_else(|| site.name().to_owned(), |o| o.label.clone()),
        categories: card.keywords.clone(),
    }
}

/// `/api/datasets`: the same search for programs.
pub async fn api(site: Site, params: Params) -> Result<Response, Problem> {
    Ok(respond::json(&wire::search(&for_programs(&site, &params).await?, &site)))
}

/// What programs find: pages are told by cursors, and a parameter that can't be read is an error.
pub async fn for_programs(site: &Site, params: &Params) -> Result<SearchPage, Problem> {
    let mut asked = request(site, params)?;
    if let Some(cursor) = params.get("cursor") {
        asked.offset = cursor.parse().map_err(|_| {
            Problem::new(
                townhall_model::ErrorKind::Invalid,
                format!("`{cursor}` is not a cursor of this list"),
            )
            .with_hint("take it from `meta.next` of the page before")
        })?;
    }
    let found = site.app().search().run(&asked).await?;
    if let Some(problem) = found.problems.first() {
        return Err(Problem::new(townhall_model::ErrorKind::Invalid, problem.message.clone())
            .with_member("parameter", json!(problem.parameter)));
    }
    Ok(found)
}
