//! What all tools share: an empty form, an answer as a page, an answer for programs.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};
use townhall_app::{Keeping, Task, Worked};
use townhall_model::{ErrorKind, ReportId};

use super::upload::{self, Sent};
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::pages::views::{
    Choice, HeldView, Link, Notice, NoticeKind, PageMeta, Section, SelectField, ToolForm, ToolView,
};
use crate::server::Problem;

/// A tool with a page.
pub struct Tool {
    /// Its name in addresses.
    pub name: &'static str,
    /// Its name in the addresses of programs, below `/api/`.
    pub api: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it is for.
    pub lead: &'static str,
    /// What draws its page.
    pub template: &'static str,
    /// What is asked for.
    pub task: fn(&Params) -> Result<Task, Problem>,
    /// Its form, with what was filled in.
    pub form: fn(&Site, &Params) -> ToolForm,
    /// The heading over a result.
    pub heading: fn(&Value) -> String,
    /// What of a result its page shows, where that is not all.
    pub shown: Option<fn(&Value) -> Value>,
    /// What the page of a kept report has besides: for the report's id and address.
    pub kept: Option<fn(&Site, &str, &str, &mut ToolView)>,
}

impl Tool {
    /// What its page shows of a result.
    pub fn shown(&self, result: Value) -> Value {
        match self.shown {
            Some(shown) => shown(&result),
            None => result,
        }
    }
}

/// Files larger than this are worked on by a job, if the result may be kept until its end.
const WAIT_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The page of a tool before anything was sent, or with what an address in `url` gives.
pub async fn show(site: Site, tool: &Tool, request: Request) -> Result<Response, Problem> {
    let params = Params::read(request.uri().query().unwrap_or_default())?;
    if params.get(upload::ADDRESS).is_some() || params.get(upload::TEXT).is_some() {
        return run(site, tool, request).await;
    }
    let mut view = view(&site, tool, &params);
    view.form.held = held(&site, &params).await?;
    draw(&site, tool, view)
}

/// The page of a tool with what came of it, or with what was wrong; or the file that was made.
pub async fn run(site: Site, tool: &Tool, request: Request) -> Result<Response, Problem> {
    let sent = upload::read(&site, request).await?;
    work(site, tool, sent).await
}

/// The same for what was read already.
pub async fn work(site: Site, tool: &Tool, sent: Sent) -> Result<Response, Problem> {
    match answer(&site, tool, &sent).await {
        Ok(Answer::Kept(id)) => {
            // Reading it again must not send the file again.
            Ok(Redirect::to(&format!("/tools/reports/{id}")).into_response())
        }
        Ok(Answer::Here(worked)) => match &worked.made {
            Some(_) if sent.wants_file() => file(&worked).await,
            _ => {
                let mut view = view(&site, tool, &sent.params);
                fill(&mut view.form, &sent.texts);
                view.about = Some((tool.heading)(&worked.result));
                view.result = Some(tool.shown(worked.result));
                draw(&site, tool, view)
            }
        },
        Err(problem) => {
            let mut view = view(&site, tool, &sent.params);
            fill(&mut view.form, &sent.texts);
            view.form.held = held(&site, &sent.params).await.unwrap_or_default();
            view.notices.push(failure(&problem));
            let status: StatusCode = problem.status();
            let mut response = draw(&site, tool, view)?;
            *response.status_mut() = status;
            Ok(response)
        }
    }
}

/// The answer for programs: the file that was made, or JSON; with `report=yes` JSON in any case, with `job=yes` at once
/// where the answer will be.
pub async fn api(site: Site, tool: &Tool, request: Request) -> Result<Response, Problem> {
    let sent = upload::read(&site, request).await?;
    let task = (tool.task)(&sent.params)?;
    if sent.params.get("job").is_some() {
        let form = json!(sent.form().0);
        let reports = site.app().reports();
        let id = reports.begin(tool.name, &task, &form, &sent.materials, Keeping::Hour).await?;
        let url = format!("{}/tools/reports/{id}.json", site.base_url());
        let mut response = respond::json(&json!({"report": url}));
        *response.status_mut() = StatusCode::ACCEPTED;
        respond::set(&mut response, axum::http::header::LOCATION, &url);
        return Ok(response);
    }
    let worked = site.app().workshop().run(&sent.materials, &task).await?;
    match &worked.made {
        Some(_) if sent.params.get("report").is_none() => file(&worked).await,
        _ => Ok(respond::json(&worked.result)),
    }
}

enum Answer {
    Kept(ReportId),
    Here(Worked),
}

async fn answer(site: &Site, tool: &Tool, sent: &Sent) -> Result<Answer, Problem> {
    let task = (tool.task)(&sent.params)?;
    let keeping = match sent.params.get("keep") {
        Some("hour") => Some(Keeping::Hour),
        Some("week" | "yes") => Some(Keeping::Week),
        _ => None,
    };
    let (app, form) = (site.app(), json!(sent.form().0));
    let mut bytes = 0;
    for material in &sent.materials {
        bytes += material.bytes()?;
    }
    match keeping.filter(|_| !sent.wants_file()) {
        Some(keeping) if bytes > WAIT_BYTES_MAX => {
            let id = app.reports().begin(tool.name, &task, &form, &sent.materials, keeping).await?;
            Ok(Answer::Kept(id))
        }
        Some(keeping) => {
            let worked = app.workshop().run(&sent.materials, &task).await?;
            let reports = app.reports();
            let id = reports.keep(tool.name, &task, &form, &sent.materials, &worked, keeping).await?;
            Ok(Answer::Kept(id))
        }
        None => Ok(Answer::Here(app.workshop().run(&sent.materials, &task).await?)),
    }
}

async fn file(worked: &Worked) -> Result<Response, Problem> {
    match &worked.made {
        Some(made) => respond::material(&made.material, made.media_type, made.material.name()).await,
        None => Err(Problem::new(ErrorKind::Invalid, "this tool makes no file")),
    }
}

/// What was wrong, for the top of the page.
pub fn failure(problem: &Problem) -> Notice {
    let hint = problem.hint().map(|hint| format!(": {hint}")).unwrap_or_default();
    Notice {
        kind: NoticeKind::Error,
        title: Some("That did not work.".into()),
        text: format!("{}{hint}", problem.detail()),
        link: None,
    }
}

/// Shows the texts in the form, so that they can be changed and sent again.
pub fn fill(form: &mut ToolForm, texts: &[String]) {
    for (source, text) in form.sources.iter_mut().zip(texts) {
        source.text.clone_from(text);
    }
}

/// The file of a report that the form goes on with.
async fn held(site: &Site, params: &Params) -> Result<Option<HeldView>, Problem> {
    let reports = site.app().reports();
    for field in [upload::REPORT, upload::MADE] {
        let Some(id) = params.get(field) else { continue };
        let report = reports.show(id).await?;
        let label = match field {
            upload::MADE => {
                report.made.ok_or_else(|| townhall_app::Error::not_found("file of a report", id))?
            }
            _ => report.inputs.join(", "),
        };
        return Ok(Some(HeldView {
            label,
            field: field.to_owned(),
            id: id.to_owned(),
            until: report.expires_at.to_string(),
        }));
    }
    Ok(None)
}

/// The page of a tool with its form.
pub fn view(site: &Site, tool: &Tool, params: &Params) -> ToolView {
    let mut form = (tool.form)(site, params);
    form.action = format!("/tools/{}", tool.name);
    form.bytes_max = site.settings().upload_bytes;
    let chosen = params.get("keep").unwrap_or("hour");
    let choice = |value: &str, label: &str| Choice {
        label: label.to_owned(),
        value: value.to_owned(),
        url: String::new(),
        selected: chosen == value,
    };
    form.selects.push(SelectField {
        name: "keep".into(),
        label: "The file and the result".into(),
        choices: vec![
            choice("hour", "Hold them for an hour, to go on working with them"),
            choice("week", "Keep them for a week, to share them"),
            choice("no", "Forget them at once"),
        ],
    });
    ToolView { lead: tool.lead.into(), form, ..ToolView::default() }
}

/// Draws the page of a tool.
pub fn draw(site: &Site, tool: &Tool, view: ToolView) -> Result<Response, Problem> {
    let mut meta = PageMeta::new(tool.title, format!("/tools/{}", tool.name), Section::Tools);
    meta.description = Some(tool.lead.into());
    meta.breadcrumbs = vec![Link::new("Home", "/"), Link::new("Tools", "/tools")];
    meta.noindex = view.result.is_some() || view.working.is_some();
    let template = if view.result.is_some() { tool.template } else { "tool.html" };
    site.page(template, meta, &view)
}
