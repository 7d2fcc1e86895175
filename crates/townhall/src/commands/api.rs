//! `townhall api`: descriptions of other bodies' APIs, which the console makes forms of.

use std::io::Read;
use std::path::Path;

use serde_json::json;
use townhall_app::{Actor, ActorKind, App, DescribedApi, NewApi};
use townhall_model::{ErrorKind, Finding, Severity};

use super::{Failure, Outcome, open, print, settings};
use crate::cli::{ApiAction, ApiAdd, ApiArgs, Global};

/// Bytes of a file that is read.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// APIs that are listed at a time.
const LISTED: u32 = 200;

pub async fn run(global: Global, args: ApiArgs) -> Result<Outcome, Failure> {
    let app = open(&settings(&global, &[])?).await?;
    let actor = Actor::new(ActorKind::Cli, "api");
    match args.action {
        ApiAction::Add(add) => add_api(&global, &app, &actor, add).await,
        ApiAction::List => list(&global, &app).await,
        ApiAction::Show { name } => {
            let api = app.described_apis().get(&name).await?;
            print(&if global.json { format!("{}\n", wire(&api)) } else { drawn(&api) })?;
            Ok(Outcome::Good)
        }
        ApiAction::Remove { name } => match app.described_apis().remove(&actor, &name).await? {
            true => {
                print(&format!("`{name}` can no longer be tried\n"))?;
                Ok(Outcome::Good)
            }
            false => Err(Failure::new(ErrorKind::NotFound, format!("there is no described API `{name}`"))),
        },
    }
}

async fn add_api(global: &Global, app: &App, actor: &Actor, add: ApiAdd) -> Result<Outcome, Failure> {
    let is_address = |text: &str| text.starts_with("http://") || text.starts_with("https://");
    let apis = app.described_apis();
    let description = match is_address(&add.description) {
        true => apis.fetch(&add.description).await?,
        false => read(Path::new(&add.description))?,
    };
    let config = match &add.apiconfig {
        Some(path) => Some(read(path)?),
        None => None,
    };
    let new = NewApi {
        name: add.name,
        description,
        config,
        source: is_address(&add.description).then_some(add.description),
        base: add.base,
        hosts: add.host,
        key_parameter: add.key_param,
        key_header: add.key_header,
        methods: add.allow,
    };
    let added = apis.add(actor, new).await?;
    for finding in &added.findings {
        eprintln!("{}", told(finding));
    }
    if global.json {
        let mut value = wire(&added.api);
        value["findings"] = json!(added.findings);
        print(&format!("{value}\n"))?;
    } else {
        print(&drawn(&added.api))?;
    }
    Ok(Outcome::Good)
}

async fn list(global: &Global, app: &App) -> Result<Outcome, Failure> {
    let mut after: Option<String> = None;
    loop {
        let found = app.described_apis().list(after.as_deref(), LISTED).await?;
        for api in &found {
            print(&match global.json {
                true => {
                    format!("{}\n", json!({"name": api.name, "title": api.title, "revision": api.revision}))
                }
                false => format!("{}  {}\n", api.name, api.title),
            })?;
        }
        match found.last() {
            Some(last) if found.len() == LISTED as usize => after = Some(last.name.clone()),
            _ => return Ok(Outcome::Good),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let source: Box<dyn Read> = match path.as_os_str() == "-" {
        true => Box::new(std::io::stdin().lock()),
        false => Box::new(std::fs::File::open(path)?),
    };
    let mut bytes = Vec::new();
    source.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(Failure::new(ErrorKind::TooLarge, "a description has at most 16 MB"));
    }
    Ok(bytes)
}

fn wire(api: &DescribedApi) -> serde_json::Value {
    json!({
        "name": api.name, "revision": api.revision, "title": api.api.title, "form": api.api.form, "base": api.base.as_str(),
        "hosts": api.hosts, "methods": api.methods, "source": api.source,
        "keys": api.api.keys.iter().map(|key| &key.name).collect::<Vec<_>>(),
        "operations": api.api.operations.iter().map(|operation| json!({
            "id": operation.id, "method": operation.method, "path": operation.path, "summary": operation.summary,
        })).collect::<Vec<_>>(),
    })
}

fn drawn(api: &DescribedApi) -> String {
    let mut text = format!(
        "{} (revision {}): {}, {}\naddress: {}\nhosts that are asked: {}\nmethods: {}\n{} operations, at /developers/console/{}\n",
        api.name,
        api.revision,
        api.api.title,
        api.api.form,
        api.base,
        api.hosts.join(", "),
        api.methods.join(", "),
        api.api.operations.len(),
        api.name,
    );
    for operation in &api.api.operations {
        text.push_str(&format!("  {:6} {}  {}\n", operation.method, operation.path, operation.summary));
    }
    text
}

fn told(finding: &Finding) -> String {
    let word = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    };
    let value = finding.value.as_ref().map(|value| format!(" (`{value}`)")).unwrap_or_default();
    let fix = finding.fix.as_ref().map(|fix| format!("; {fix}")).unwrap_or_default();
    format!("{word} {}: {}{value}{fix}", finding.code, finding.message)
}
