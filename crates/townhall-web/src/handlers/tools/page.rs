//! What the pages of all tools share: an empty form, an answer, a report that was kept.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};
use townhall_app::{KeptReport, Material};

use super::TOOLS;
use super::upload::Sent;
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::pages::views::{
    CheckField, KeptView, Link, Notice, NoticeKind, PageMeta, Section, ToolForm, ToolView,
};
use crate::server::Problem;

/// A tool with a page.
pub struct Tool {
    /// Its name in addresses.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it is for.
    pub lead: &'static str,
    /// What draws its page.
    pub template: &'static str,
    /// Its form, with what was filled in.
    pub form: fn(&Site, &Params, Option<&str>) -> ToolForm,
    /// The heading over a result.
    pub heading: fn(&Value) -> String,
}

/// The page before anything was sent.
pub fn empty(site: &Site, tool: &Tool) -> Result<Response, Problem> {
    draw(site, tool, view(site, tool, &Params::default(), None))
}

/// The page with what came of it, or with what was wrong. A result that is to be kept gets an address of its own.
pub async fn answer(
    site: &Site,
    tool: &Tool,
    sent: &Sent,
    outcome: Result<(&Material, Value), Problem>,
) -> Result<Response, Problem> {
    let mut view = view(site, tool, &sent.params, sent.text.as_deref());
    match outcome {
        Ok((material, result)) if sent.params.get("keep").is_some() => {
            let settings = json!(sent.params.without("keep").0);
            let id = site.app().reports().keep(tool.name, material, &settings, &result).await?;
            // Reading it again must not send the file again.
            Ok(Redirect::to(&format!("/tools/reports/{id}")).into_response())
        }
        Ok((_, result)) => {
            view.about = Some((tool.heading)(&result));
            view.result = Some(result);
            draw(site, tool, view)
        }
        Err(problem) => {
            let hint = problem.hint().map(|hint| format!(": {hint}")).unwrap_or_default();
            view.notices.push(Notice {
                kind: NoticeKind::Error,
                title: Some("That did not work.".into()),
                text: format!("{}{hint}", problem.detail()),
                link: None,
            });
            let status: StatusCode = problem.status();
            let mut response = draw(site, tool, view)?;
            *response.status_mut() = status;
            Ok(response)
        }
    }
}

/// A report that was kept, as a page.
pub fn kept(site: &Site, report: KeptReport) -> Result<Response, Problem> {
    let Some(tool) = TOOLS.iter().find(|tool| tool.name == report.kind) else {
        return Err(townhall_app::Error::not_found("tool", &report.kind).into());
    };
    let params: Vec<(String, String)> = serde_json::from_value(report.settings).unwrap_or_default();
    let mut view = view(site, tool, &Params(params), None);
    let url = format!("/tools/reports/{}", report.id);
    view.about = Some((tool.heading)(&report.result));
    view.result = Some(report.result);
    view.kept = Some(KeptView {
        url: format!("{}{url}", site.base_url()),
        until: report.expires_at.to_string(),
        downloads: vec![Link::new("as JSON", format!("{url}.json"))],
    });
    let mut response = draw(site, tool, view)?;
    // Only whoever has the address should find it.
    respond::set(&mut response, axum::http::HeaderName::from_static("x-robots-tag"), "noindex");
    Ok(response)
}

fn view(site: &Site, tool: &Tool, params: &Params, text: Option<&str>) -> ToolView {
    let mut form = (tool.form)(site, params, text);
    form.action = format!("/tools/{}", tool.name);
    form.bytes_max = site.settings().upload_bytes;
    form.checks.push(CheckField {
        name: "keep".into(),
        label: "Keep the result for a week, to share it".into(),
        hint: "with the file, under an address that nobody can guess".into(),
        checked: false,
    });
    ToolView { lead: tool.lead.into(), form, ..ToolView::default() }
}

fn draw(site: &Site, tool: &Tool, view: ToolView) -> Result<Response, Problem> {
    let mut meta = PageMeta::new(tool.title, format!("/tools/{}", tool.name), Section::Tools);
    meta.description = Some(tool.lead.into());
    meta.breadcrumbs = vec![Link::new("Home", "/"), Link::new("Tools", "/tools")];
    meta.noindex = view.result.is_some();
    site.page(tool.template, meta, &view)
}
