//! The pages: all operations, those of one API, and one with its form and its answer.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Form, FromRequest, OriginalUri, Path, Request};
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, HOST, ORIGIN};
use axum::response::{IntoResponse, Redirect, Response};
use townhall_app::api::{Api, Call, Operation};
use townhall_model::{ErrorKind, TableId};

use super::pace::{CALLS_MAX, WINDOW};
use super::send::{self, Reply};
use super::{OURS, PATH, Tried, code, form, pretty::pretty};
use crate::handlers::params::Params;
use crate::handlers::{Site, path_segment, respond};
use crate::pages::views::{
    ConsoleApi, ConsoleGroup, ConsoleKey, ConsoleOperation, ConsoleReply, ConsoleRow, ConsoleView, Fact,
    Link, Notice, NoticeKind, PageMeta, Section,
};
use crate::server::Problem;

/// Other APIs and tables that are listed.
const LISTED: u32 = 100;

/// Bytes of a body that are shown.
const SHOWN_BYTES_MAX: usize = 100 * 1024;

/// `/developers/console`.
pub async fn all(site: Site) -> Result<Response, Problem> {
    let tried = Tried::named(&site, OURS).await?;
    let others = site.app().described_apis().list(None, LISTED).await?;
    let tables = site.app().tables().list(site.audience(), None, LISTED).await?;
    let view = ConsoleView {
        title: "API console".to_owned(),
        lead: "Every question that this portal answers, to fill in and send, without a key.".to_owned(),
        description_url: "/api/openapi.json".to_owned(),
        groups: groups(tried.api(), OURS),
        apis: others
            .into_iter()
            .map(|other| ConsoleApi {
                link: Link::new(other.title, format!("{PATH}/{}", path_segment(&other.name))),
                about: other.name,
            })
            .collect(),
        tables: tables
            .into_iter()
            .map(|table| {
                Link::new(
                    match table.title == table.dataset_title {
                        true => table.title,
                        false => format!("{}: {}", table.dataset_title, table.title),
                    },
                    format!("{PATH}/{}/getRows", table.id),
                )
            })
            .collect(),
        ..ConsoleView::default()
    };
    site.page("console.html", meta("API console", PATH, None), &view)
}

/// `/developers/console/{api}`.
pub async fn operations(site: Site, Path(name): Path<String>) -> Result<Response, Problem> {
    if name == OURS {
        return Ok(Redirect::to(PATH).into_response());
    }
    let tried = Tried::named(&site, &name).await?;
    let api = tried.api();
    let path = format!("{PATH}/{}", path_segment(&name));
    let mut view = ConsoleView {
        title: api.title.clone(),
        lead: String::new(),
        about: api.about.clone(),
        groups: groups(api, &name),
        ..ConsoleView::default()
    };
    match &tried {
        Tried::Ours(_) => view.description_url = format!("/api/tables/{name}/openapi.json"),
        Tried::Other(other) => {
            view.facts = facts(other);
            view.lead = "An API of another body, described by an operator of this portal.".to_owned();
        }
    }
    site.page("console.html", meta(&api.title, &path, Some(Link::new("API console", PATH))), &view)
}

fn facts(other: &townhall_app::DescribedApi) -> Vec<Fact> {
    let fact = |term: &str, value: String| Fact { term: term.into(), value, ..Fact::default() };
    let mut facts = vec![
        fact("Description", other.api.form.clone()),
        fact("Address", other.base.to_string()),
        fact("Hosts that are asked", other.hosts.join(", ")),
        fact("Methods that can be tried", other.methods.join(", ")),
    ];
    if !other.api.version.is_empty() {
        facts.insert(1, fact("Version", other.api.version.clone()));
    }
    facts
}

fn groups(api: &Api, name: &str) -> Vec<ConsoleGroup> {
    let mut groups: Vec<ConsoleGroup> = Vec::new();
    for operation in &api.operations {
        let heading = if operation.group.is_empty() { "Operations" } else { &operation.group };
        let row = ConsoleRow {
            method: operation.method.clone(),
            path: operation.path.clone(),
            link: Link::new(operation.summary.clone(), address(name, &operation.id)),
            deprecated: operation.deprecated,
        };
        match groups.iter_mut().find(|group| group.name == heading) {
            Some(group) => group.operations.push(row),
            None => groups.push(ConsoleGroup { name: heading.to_owned(), operations: vec![row] }),
        }
    }
    groups
}

/// The page of an operation.
pub fn address(api: &str, operation: &str) -> String {
    format!("{PATH}/{}/{}", path_segment(api), path_segment(operation))
}

/// A link that makes this call of our own rows when it is followed.
pub fn rows_link(table: TableId, asked: &Params) -> String {
    asked.with(form::SEND, "1").link(&address(&table.to_string(), "getRows"))
}

/// `/developers/console/{api}/{operation}`.
pub async fn shown(
    site: Site,
    Path((api, operation)): Path<(String, String)>,
    uri: OriginalUri,
    params: Params,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    if form::is_untidy(uri.query().unwrap_or_default()) {
        // What a form sends is long; the address that people share is short.
        let mut tidy = form::filled(&params);
        if params.get(form::SEND).is_some() {
            tidy = tidy.with(form::SEND, "1");
        }
        return Ok(Redirect::to(&tidy.link(&address(&api, &operation))).into_response());
    }
    // A key in an address would be kept by whatever keeps addresses.
    let params = params.without(form::KEY);
    let asked = Asked {
        api,
        operation,
        params,
        key: None,
        is_ours: !is_elsewhere(&headers),
        client: client(&request),
    };
    tried(site, asked).await
}

/// The same for a form that holds a key: it is sent in a body, and passed on.
pub async fn sent(
    site: Site,
    Path((api, operation)): Path<(String, String)>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let client = client(&request);
    let Form(pairs) = Form::<Vec<(String, String)>>::from_request(request, &())
        .await
        .map_err(|error| Problem::new(ErrorKind::Invalid, format!("the form can't be read: {error}")))?;
    let pairs: Vec<(String, String)> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let params = Params(pairs);
    let key = params.get(form::KEY).map(str::to_owned);
    let mut kept = form::filled(&params);
    if params.get(form::SEND).is_some() {
        kept = kept.with(form::SEND, "1");
    }
    let asked = Asked { api, operation, params: kept, key, is_ours: !is_elsewhere(&headers), client };
    let mut response = tried(site, asked).await?;
    respond::set(&mut response, CACHE_CONTROL, "no-store");
    Ok(response)
}

struct Asked {
    api: String,
    operation: String,
    params: Params,
    key: Option<String>,
    /// Whether one of our own pages, or the visitor's own hand, asks.
    is_ours: bool,
    client: Option<std::net::IpAddr>,
}

async fn tried(site: Site, asked: Asked) -> Result<Response, Problem> {
    let tried = Tried::named(&site, &asked.api).await?;
    let api = tried.api();
    let operation = api
        .operation(&asked.operation)
        .ok_or_else(|| townhall_app::Error::not_found("operation", &asked.operation))?;
    let wants = asked.params.get(form::SEND).is_some();
    let mut filled = form::filled(&asked.params);
    if filled.0.is_empty() && !wants {
        filled = form::begun(operation);
    }
    let mut view = view(&site, &tried, operation, &asked, &filled);
    match operation.call(&filled.0) {
        Err(problems) if wants => view.notices.push(Notice {
            kind: NoticeKind::Error,
            title: Some("The call was not made.".to_owned()),
            text: problems.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ").replace('`', "")
                + ".",
            link: None,
        }),
        Err(_) => {}
        Ok(call) => {
            let base = tried.base(&site);
            view.snippets = code::of(&call, &base, api.keys.first().filter(|_| view.key.is_some()));
            view.request = request_text(&call, &base, api, asked.key.is_some());
            if wants {
                make(&site, &tried, &call, &asked, &mut view).await?;
            }
        }
    }
    let path = address(&asked.api, &operation.id);
    let mut meta = meta(&operation.summary, &filled.link(&path), Some(Link::new("API console", PATH)));
    if asked.api != OURS {
        meta.breadcrumbs.push(Link::new(&api.title, format!("{PATH}/{}", path_segment(&asked.api))));
    }
    meta.noindex = true;
    site.page("console_operation.html", meta, &view)
}

/// Makes the call and shows what came, or why it was not made.
async fn make(
    site: &Site,
    tried: &Tried,
    call: &Call,
    asked: &Asked,
    view: &mut ConsoleOperation,
) -> Result<(), Problem> {
    let is_safe = matches!(call.method.as_str(), "GET" | "HEAD") && matches!(tried, Tried::Ours(_));
    if !tried.allows(&call.method) {
        return Ok(());
    }
    if !is_safe && !asked.is_ours {
        view.notices.push(Notice {
            kind: NoticeKind::Info,
            title: Some("Another site led here.".to_owned()),
            text: "Look at what would be sent, then press Send.".to_owned(),
            link: None,
        });
        return Ok(());
    }
    let reply = match tried {
        Tried::Ours(_) => send::to_us(site, call).await,
        Tried::Other(other) => match site.pace().admits(asked.client) {
            true => send::to_another(site, other, call, asked.key.as_deref()).await,
            false => Err(Problem::new(
                ErrorKind::Limited,
                format!("more than {CALLS_MAX} calls in {} seconds", WINDOW.as_secs()),
            )
            .with_hint("wait a minute, then go on")),
        },
    };
    match reply {
        Ok(reply) => view.reply = Some(shown_reply(&reply)),
        Err(problem) if problem.kind() == ErrorKind::Internal => return Err(problem),
        Err(problem) => {
            let hint = problem.hint().map(|hint| format!(": {hint}")).unwrap_or_default();
            view.notices.push(Notice {
                kind: NoticeKind::Error,
                title: Some("There was no answer.".to_owned()),
                text: format!("{}{hint}.", problem.detail()).replace('`', ""),
                link: None,
            });
        }
    }
    Ok(())
}

fn view(
    site: &Site,
    tried: &Tried,
    operation: &Operation,
    asked: &Asked,
    filled: &Params,
) -> ConsoleOperation {
    let api = tried.api();
    let (fields, more_fields) = form::fields(operation, filled);
    let (pairs_about, pairs) = form::pairs(operation, filled);
    let page = address(&asked.api, &operation.id);
    let is_allowed = tried.allows(&operation.method);
    let key = match tried {
        Tried::Other(_) => {
            api.keys.first().map(|key| ConsoleKey { label: key.name.clone(), name: form::KEY.to_owned() })
        }
        Tried::Ours(_) => None,
    };
    let mut view = ConsoleOperation {
        method: operation.method.clone(),
        path: operation.path.clone(),
        base: tried.base(site),
        about: operation.about.clone(),
        deprecated: operation.deprecated,
        is_allowed,
        // A key must not stand in an address, and what is longer than an address may be can't.
        posts: key.is_some(),
        key,
        fields,
        more_fields,
        pairs_about,
        pairs,
        body: form::body(operation, filled),
        link: format!("{}{}", site.base_url(), filled.with(form::SEND, "1").link(&page)),
        clear_url: page.clone(),
        action: page,
        siblings: api
            .operations
            .iter()
            .filter(|other| other.group == operation.group && other.id != operation.id)
            .take(40)
            .map(|other| Link::new(other.summary.clone(), address(&asked.api, &other.id)))
            .collect(),
        group: operation.group.clone(),
        ..ConsoleOperation::default()
    };
    if !is_allowed {
        view.notices.push(Notice {
            kind: NoticeKind::Info,
            title: None,
            text: format!(
                "{} calls of this API can’t be sent from here; take the code below.",
                operation.method
            ),
            link: None,
        });
    }
    view
}

/// The request as it goes over the wire, without a key.
fn request_text(call: &Call, base: &str, api: &Api, has_key: bool) -> String {
    let mut text = format!("{} {base}{}", call.method, call.target);
    for (name, value) in &call.headers {
        text.push_str(&format!("\n{name}: {value}"));
    }
    if let Some(key) = api.keys.first().filter(|_| has_key) {
        text.push_str(&format!("\n{}: (your key)", key.name));
    }
    if let Some((kind, body)) = &call.body {
        text.push_str(&format!("\nContent-Type: {kind}\n\n{body}"));
    }
    text
}

fn shown_reply(reply: &Reply) -> ConsoleReply {
    let media = reply.header("content-type").unwrap_or_default().to_ascii_lowercase();
    let text = String::from_utf8_lossy(&reply.body);
    // The last character may have been cut in two.
    let is_text = is_text(&media) || (media.is_empty() && std::str::from_utf8(&reply.body).is_ok());
    let (body, is_whole) = match (is_text, media.contains("json") && !media.contains("ndjson")) {
        (false, _) => (String::new(), true),
        (true, true) => pretty(&text, SHOWN_BYTES_MAX),
        (true, false) => {
            let end = text.floor_char_boundary(SHOWN_BYTES_MAX.min(text.len()));
            (text[..end].to_owned(), end == text.len())
        }
    };
    ConsoleReply {
        status: u64::from(reply.status),
        reason: reply.reason().to_owned(),
        is_good: (200..400).contains(&reply.status),
        took: duration(reply.took),
        bytes: reply.body.len() as u64,
        is_cut: reply.is_cut,
        is_shortened: !is_whole || reply.is_cut,
        is_text,
        media_type: media,
        headers: reply.headers.clone(),
        body,
    }
}

fn is_text(media: &str) -> bool {
    media.starts_with("text/")
        || ["json", "xml", "javascript", "yaml", "csv", "turtle", "sql", "graphql", "x-www-form-urlencoded"]
            .iter()
            .any(|kind| media.contains(kind))
            && !media.contains("openxmlformats")
}

fn duration(took: std::time::Duration) -> String {
    match took.as_millis() {
        0 => format!("{} µs", took.as_micros()),
        millis if millis < 10_000 => format!("{millis} ms"),
        millis => format!("{} s", millis / 1_000),
    }
}

fn meta(title: &str, path: &str, above: Option<Link>) -> PageMeta {
    let mut meta = PageMeta::new(title, path, Section::Developers);
    meta.breadcrumbs = vec![Link::new("Home", "/"), Link::new("Developers", "/developers")];
    meta.breadcrumbs.extend(above);
    meta
}

/// Whether a page of another site makes a browser ask.
fn is_elsewhere(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let is_own =
        |origin: &str| origin.split_once("://").is_some_and(|(_, host)| Some(host) == text(HOST.as_str()));
    text(ORIGIN.as_str()).is_some_and(|origin| !is_own(origin))
        || text("sec-fetch-site").is_some_and(|from| matches!(from, "cross-site" | "same-site"))
}

fn client(request: &Request) -> Option<std::net::IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())
}
