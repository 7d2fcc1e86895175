//! Other people's APIs that can be tried here: what describes them, where they may be asked, and asking them.
//!
//! An operator registers a description and confirms its hosts. Questions go through the guard, to those hosts alone, with
//! the methods that were allowed. A key that a visitor types is passed on and kept nowhere.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use townhall_fetch::Question;
use townhall_metadata::api::{self, API_BYTES_MAX, Api, Call, Key, Place};
use townhall_model::{ErrorKind, Finding, Severity};
use townhall_store::{Actor, Document, NewDocument};
use url::Url;

use crate::names::check_name;
use crate::{App, Error};

/// What documents of described APIs are called in the store.
const KIND: &str = "described-api";

/// Names that mean something else in addresses of the console.
const TAKEN: [&str; 2] = ["portal", "new"];

/// The methods that need no permission: they change nothing.
pub const SAFE_METHODS: [&str; 2] = ["GET", "HEAD"];

/// Bytes of an answer that are shown.
pub const API_ANSWER_BYTES_MAX: usize = 256 * 1024;

/// How long an API may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

/// Characters of a key.
const KEY_CHARS_MAX: usize = 4_000;

/// The use cases of described APIs.
pub struct DescribedApis<'a> {
    pub(crate) app: &'a App,
}

/// What an operator says when registering an API.
#[derive(Debug, Clone, Default)]
pub struct NewApi {
    /// Its name in addresses.
    pub name: String,
    /// The description.
    pub description: Vec<u8>,
    /// The `apiconfig.json` beside a description of I/O Docs.
    pub config: Option<Vec<u8>>,
    /// Where the description came from, if that is an address.
    pub source: Option<String>,
    /// Where the API is, instead of what the description says.
    pub base: Option<String>,
    /// The hosts that may be asked, instead of those of its servers.
    pub hosts: Vec<String>,
    /// A parameter that takes a key, instead of what the description says.
    pub key_parameter: Option<String>,
    /// A header that takes a key, instead of what the description says.
    pub key_header: Option<String>,
    /// Methods that are allowed beside `GET` and `HEAD`.
    pub methods: Vec<String>,
}

/// A registered API.
#[derive(Debug, Clone)]
pub struct DescribedApi {
    /// Its name in addresses.
    pub name: String,
    /// The number of the revision.
    pub revision: u32,
    /// What its description says.
    pub api: Api,
    /// Where it is.
    pub base: Url,
    /// The hosts that may be asked.
    pub hosts: Vec<String>,
    /// The methods that may be used.
    pub methods: Vec<String>,
    /// Where the description came from.
    pub source: Option<String>,
}

/// A registered API in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiSummary {
    /// Its name in addresses.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The number of the revision.
    pub revision: u32,
}

/// What became of a registration.
#[derive(Debug, Clone)]
pub struct ApiAdded {
    /// The API, as it is now.
    pub api: DescribedApi,
    /// What was noticed in its description.
    pub findings: Vec<Finding>,
}

/// What an API answered.
#[derive(Debug, Clone)]
pub struct ApiAnswer {
    /// The address that was asked, without a key.
    pub url: String,
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The first bytes of the body.
    pub body: Vec<u8>,
    /// Whether there are more.
    pub is_cut: bool,
    /// How long it took.
    pub took: Duration,
}

/// A registration as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    description: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    config: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    base: String,
    hosts: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<KeptKey>,
    methods: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptKey {
    name: String,
    is_header: bool,
}

impl DescribedApis<'_> {
    /// Registers an API, or writes a new revision of it.
    pub async fn add(&self, actor: &Actor, new: NewApi) -> Result<ApiAdded, Error> {
        check_name("an API", &new.name, &TAKEN)?;
        if new.name.parse::<townhall_model::TableId>().is_ok() {
            return Err(Error::invalid("an API can't be called like a table's id"));
        }
        let (description, config) = (new.description, new.config);
        let (reading, description, config) = self
            .app
            .compute(move || {
                let reading = api::read_api(&description, config.as_deref());
                let value = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap_or_default();
                let plain = description.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&description);
                (reading, value(plain), config.map(|bytes| value(&bytes)))
            })
            .await?;
        let is_broken = |finding: &&Finding| finding.severity == Severity::Error;
        let Some(read) = reading.api.filter(|api| !api.operations.is_empty()) else {
            let why = reading.findings.iter().find(is_broken).map(told).unwrap_or_default();
            return Err(Error::invalid(format!("`{}` can't be registered: {why}", new.name)));
        };
        let base = base(&read, new.base.as_deref(), new.source.as_deref())?;
        let mut hosts = new.hosts;
        if hosts.is_empty() {
            hosts = hosts_of(&read, &base);
        }
        let named = |name: &String| KeptKey { name: name.clone(), is_header: false };
        let key =
            new.key_parameter.as_ref().map(named).or_else(|| {
                new.key_header.as_ref().map(|name| KeptKey { name: name.clone(), is_header: true })
            });
        let kept = Kept {
            description,
            config,
            source: new.source,
            base: base.into(),
            hosts,
            key,
            methods: methods(&new.methods)?,
        };
        let text = serde_json::to_string(&kept)
            .map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))?;
        let document = NewDocument {
            kind: KIND.to_owned(),
            name: new.name.clone(),
            subject: None,
            title: read.title.clone(),
            text,
        };
        let revision = self.app.store().put_document(actor, &document).await?;
        let api = restored(new.name, revision, kept, read)?;
        Ok(ApiAdded { api, findings: reading.findings })
    }

    /// Fetches a description, through the guard.
    pub async fn fetch(&self, url: &str) -> Result<Vec<u8>, Error> {
        let url = Url::parse(url).map_err(|_| Error::invalid(format!("`{url}` is no address")))?;
        let folder = self.app.temporary_folder()?;
        let path = folder.path().join("description");
        self.app.fetcher().get_to_file(&url, &path, API_BYTES_MAX as u64).await?;
        Ok(tokio::fs::read(&path).await?)
    }

    /// The registered APIs, by name, those after a name.
    pub async fn list(&self, after: Option<&str>, limit: u32) -> Result<Vec<ApiSummary>, Error> {
        let found = self.app.store().documents(KIND, None, after, limit).await?;
        let summary =
            |found: Document| ApiSummary { name: found.name, title: found.title, revision: found.revision };
        Ok(found.into_iter().map(summary).collect())
    }

    /// A registered API.
    pub async fn get(&self, name: &str) -> Result<DescribedApi, Error> {
        let found = self.app.store().document(KIND, name).await?;
        let found = found.ok_or_else(|| Error::not_found("described API", name))?;
        self.app
            .compute(move || {
                let kept: Kept = serde_json::from_str(&found.text)
                    .map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))?;
                // What was registered is read again: a newer reader may understand more of it.
                let text = kept.description.to_string();
                let config = kept.config.as_ref().map(Value::to_string);
                let read = api::read_api(text.as_bytes(), config.as_ref().map(String::as_bytes)).api;
                let read = read.ok_or_else(|| Error::not_found("described API", &found.name))?;
                restored(found.name, found.revision, kept, read)
            })
            .await?
    }

    /// Takes an API away. Returns whether it was there.
    pub async fn remove(&self, actor: &Actor, name: &str) -> Result<bool, Error> {
        Ok(self.app.store().retire_document(actor, KIND, name).await?)
    }

    /// Asks an API. `key` is what a visitor typed, for its first key.
    pub async fn ask(&self, api: &DescribedApi, call: &Call, key: Option<&str>) -> Result<ApiAnswer, Error> {
        if !api.methods.contains(&call.method) {
            let message = format!("`{}` may not be asked with {}", api.name, call.method);
            return Err(Error::new(ErrorKind::Forbidden, message)
                .with_hint(format!("the operator allows {}", api.methods.join(", "))));
        }
        let shown = api.address(call)?;
        let mut url = shown.clone();
        let mut secrets = Vec::new();
        if let Some((word, kind)) = key.filter(|word| !word.is_empty()).zip(api.api.keys.first()) {
            if word.chars().count() > KEY_CHARS_MAX || word.chars().any(char::is_control) {
                return Err(Error::invalid(
                    "the key can't be sent: it is too long, or has control characters",
                ));
            }
            match kind.place {
                Place::Header => secrets.push((kind.name.clone(), format!("{}{word}", kind.prefix))),
                _ => {
                    url.query_pairs_mut().append_pair(&kind.name, word);
                }
            }
        }
        let question = Question {
            method: call.method.clone(),
            url,
            headers: call.headers.clone(),
            secrets,
            body: call.body.as_ref().map(|(kind, text)| (kind.clone(), text.clone().into_bytes().into())),
            hosts: api.hosts.clone(),
            limit_bytes: API_ANSWER_BYTES_MAX,
            timeout: ANSWER_TIMEOUT,
        };
        let begun = Instant::now();
        let answered = self.app.fetcher().ask(question).await?;
        Ok(ApiAnswer {
            url: shown.into(),
            status: answered.status,
            headers: answered.headers,
            body: answered.body.to_vec(),
            is_cut: answered.is_cut,
            took: begun.elapsed(),
        })
    }
}

impl DescribedApi {
    /// Where a call goes, without a key.
    pub fn address(&self, call: &Call) -> Result<Url, Error> {
        let base = self.base.as_str().trim_end_matches('/');
        Url::parse(&format!("{base}{}", call.target))
            .map_err(|error| Error::invalid(format!("the call makes no address: {error}")))
    }
}

fn restored(name: String, revision: u32, kept: Kept, mut read: Api) -> Result<DescribedApi, Error> {
    if let Some(key) = kept.key {
        let place = if key.is_header { Place::Header } else { Place::Query };
        read.keys = vec![Key { name: key.name, place, prefix: String::new() }];
    }
    // The key has a field of its own, that is not kept in addresses.
    for operation in &mut read.operations {
        operation.fields.retain(|field| {
            !read
                .keys
                .iter()
                .any(|key| key.place == field.place && key.name.eq_ignore_ascii_case(&field.name))
        });
    }
    let base = Url::parse(&kept.base).map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))?;
    Ok(DescribedApi {
        name,
        revision,
        api: read,
        base,
        hosts: kept.hosts,
        methods: kept.methods,
        source: kept.source,
    })
}

/// Where an API is: as the operator says, or as its description does, which may be relative to where that came from.
fn base(api: &Api, said: Option<&str>, source: Option<&str>) -> Result<Url, Error> {
    let said = said.or(api.servers.first().map(String::as_str));
    let source = source.and_then(|source| Url::parse(source).ok());
    let found = match (said, source) {
        (Some(text), source) => Url::parse(text).ok().or_else(|| source?.join(text).ok()),
        (None, Some(source)) => source.join("/").ok(),
        (None, None) => None,
    };
    let mut found =
        found.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host()).ok_or_else(|| {
            Error::invalid("the description does not say where the API is")
                .with_hint("say it with --base https://…")
        })?;
    if !found.username().is_empty() || found.password().is_some() {
        return Err(Error::invalid("the address of the API carries a user name or password")
            .with_hint("leave it out: visitors type their own keys"));
    }
    found.set_query(None);
    found.set_fragment(None);
    Ok(found)
}

fn hosts_of(api: &Api, base: &Url) -> Vec<String> {
    let named = |url: &Url| match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => Some(format!("{host}:{port}")),
        (Some(host), None) => Some(host.to_owned()),
        _ => None,
    };
    let mut hosts: Vec<String> = named(base).into_iter().collect();
    // Servers of its description beside the one that is asked: redirects may lead there.
    for server in &api.servers {
        if let Some(host) = Url::parse(server).ok().as_ref().and_then(named)
            && !hosts.contains(&host)
        {
            hosts.push(host);
        }
    }
    hosts
}

fn methods(more: &[String]) -> Result<Vec<String>, Error> {
    let mut all: Vec<String> = SAFE_METHODS.map(str::to_owned).into();
    for method in more {
        let method = method.to_ascii_uppercase();
        if !["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].contains(&method.as_str()) {
            return Err(Error::invalid(format!("`{method}` is no method that can be allowed")));
        }
        if !all.contains(&method) {
            all.push(method);
        }
    }
    Ok(all)
}

fn told(finding: &Finding) -> String {
    match &finding.fix {
        Some(fix) => format!("{}; {fix}", finding.message),
        None => finding.message.clone(),
    }
}
