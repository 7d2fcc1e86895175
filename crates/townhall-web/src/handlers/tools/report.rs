//! Reports that are kept: `/tools/reports/{id}`, its file, and what can be done with it.

use axum::extract::Path;
use axum::http::HeaderName;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;
use townhall_app::{Error, KeptReport, Material, ReportState};
use townhall_model::ErrorKind;

use super::TOOLS;
use super::page::{self, Tool};
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::pages::views::{Action, KeptView, Link, ToolView, WorkingView};
use crate::server::Problem;

/// Texts up to this size are shown in the form, where people can change them.
const TEXT_BYTES_MAX: u64 = 256 * 1024;

/// A report as a page, or as JSON.
pub async fn show(site: Site, Path(name): Path<String>) -> Result<Response, Problem> {
    let reports = site.app().reports();
    if let Some(id) = name.strip_suffix(".json") {
        return Ok(match reports.show(id).await?.state {
            ReportState::Ready(result) => respond::json(&result),
            ReportState::Working(progress) => {
                let progress =
                    json!({"done": progress.done, "total": progress.total, "message": progress.message});
                let mut response = respond::json(&json!({"state": "working", "progress": progress}));
                *response.status_mut() = axum::http::StatusCode::ACCEPTED;
                response
            }
            ReportState::Failed(reason) => return Err(Problem::new(ErrorKind::Invalid, reason)),
        });
    }
    let report = reports.show(&name).await?;
    let Some(tool) = TOOLS.into_iter().find(|tool| tool.name == report.kind) else {
        return Err(Error::not_found("tool", &report.kind).into());
    };
    let view = view(&site, tool, report).await?;
    let mut response = page::draw(&site, tool, view)?;
    // Only whoever has the address should find it.
    respond::set(&mut response, HeaderName::from_static("x-robots-tag"), "noindex");
    respond::set(&mut response, HeaderName::from_static("cache-control"), "private, no-store");
    Ok(response)
}

/// The file that a report's tool made.
pub async fn file(site: Site, Path(id): Path<String>) -> Result<Response, Problem> {
    let (material, media_type) = site.app().reports().made(&id).await?;
    respond::material(&material, &media_type, material.name()).await
}

/// Stops the work on a report.
pub async fn stop(site: Site, Path(id): Path<String>) -> Result<Response, Problem> {
    site.app().reports().stop(&id).await?;
    Ok(Redirect::to(&format!("/tools/reports/{id}")).into_response())
}

/// Forgets a report and its files.
pub async fn forget(site: Site, Path(id): Path<String>) -> Result<Response, Problem> {
    let reports = site.app().reports();
    let kind = reports.show(&id).await?.kind;
    reports.forget(&id).await?;
    Ok(Redirect::to(&format!("/tools/{kind}")).into_response())
}

async fn view(site: &Site, tool: &Tool, report: KeptReport) -> Result<ToolView, Problem> {
    let id = report.id.to_string();
    let url = format!("/tools/reports/{id}");
    let params: Vec<(String, String)> = serde_json::from_value(report.form).unwrap_or_default();
    let mut view = page::view(site, tool, &Params(params));
    view.named = Some(report.inputs.join(", "));
    match report.state {
        ReportState::Ready(result) => {
            view.about = Some((tool.heading)(&result));
            view.result = Some(tool.shown(result));
            let mut downloads = vec![Link::new("as JSON", format!("{url}.json"))];
            if let Some(name) = &report.made {
                downloads.insert(0, Link::new(name, format!("{url}/file")));
            }
            view.kept = Some(KeptView {
                url: format!("{}{url}", site.base_url()),
                until: report.expires_at.to_string(),
                downloads,
                forget: format!("{url}/forget"),
            });
            if let Some(kept) = tool.kept {
                kept(site, &id, &url, &mut view);
            }
            view.actions = actions(tool.name, &id, report.made.is_some());
            if view.form.sources.len() == 1 {
                // After mending one goes on with the mended text; what was converted is another thing than the file.
                let is_mended = tool.name == "fix" && report.made.is_some();
                page::fill(&mut view.form, text(site, &id, is_mended).await?.as_slice());
            }
        }
        ReportState::Working(progress) => {
            view.working = Some(WorkingView {
                done: progress.done,
                total: progress.total,
                counts_pages: progress.message == "pages",
                stop: format!("{url}/stop"),
                status: format!("{url}.json"),
            });
        }
        ReportState::Failed(reason) => {
            view.notices.push(page::failure(&Problem::new(ErrorKind::Invalid, reason)));
        }
    }
    Ok(view)
}

/// What people go on to do with a file, from a report on it.
fn actions(tool: &str, id: &str, has_made: bool) -> Vec<Action> {
    let post = |label: &str, to: &str, field: &str, more: &[(&str, &str)]| Action {
        label: label.to_owned(),
        action: format!("/tools/{to}"),
        fields: std::iter::once((field.to_owned(), id.to_owned()))
            .chain(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
            .collect(),
        is_link: false,
    };
    let link = |label: &str, to: String| Action { label: label.to_owned(), action: to, ..Action::link() };
    let hold = [("keep", "hour")];
    match tool {
        "validate" => vec![
            post("Mend what can be mended", "fix", "report", &hold),
            link("Convert it", format!("/tools/convert?report={id}")),
        ],
        "fix" if has_made => vec![
            link("Download the mended file", format!("/tools/reports/{id}/file")),
            post("Check the mended file", "validate", "made", &hold),
            link("Convert the mended file", format!("/tools/convert?made={id}")),
        ],
        "convert" if has_made => {
            vec![link("Download the converted file", format!("/tools/reports/{id}/file"))]
        }
        "merge" if has_made => vec![
            link("Download the merged catalog", format!("/tools/reports/{id}/file")),
            post("Check the merged catalog", "validate", "made", &hold),
        ],
        _ => Vec::new(),
    }
}

/// The text of the file that a report is about, or that its tool made, if people can read and change it in a form.
async fn text(site: &Site, id: &str, is_made: bool) -> Result<Option<String>, Problem> {
    let reports = site.app().reports();
    let material: Option<Material> = match is_made {
        true => Some(reports.made(id).await?.0),
        false => reports.materials(id).await?.into_iter().next(),
    };
    let Some(material) = material else { return Ok(None) };
    if material.bytes()? > TEXT_BYTES_MAX {
        return Ok(None);
    }
    let bytes = tokio::fs::read(material.path()).await.map_err(Error::from)?;
    // A form sends UTF-8; what is something else is not changed behind people's backs.
    Ok(String::from_utf8(bytes).ok().filter(|text| !text.contains('\0')))
}
