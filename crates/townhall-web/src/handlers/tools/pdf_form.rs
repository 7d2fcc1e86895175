//! `/tools/pdf-form`, `/api/pdf/fields` and `/api/pdf/fill`: forms in PDF files, told as forms of the web, and filled.

use axum::extract::{Path, Request};
use axum::http::HeaderName;
use axum::http::header::CONTENT_DISPOSITION;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};
use townhall_app::limits::FILLED_FORMS_MAX;
use townhall_app::{Material, PdfFillRequest, PdfFilled, PdfValue, Task, read_values, values_in};
use townhall_model::ErrorKind;

use super::page::Tool;
use super::upload::{self, Sent};
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::pages::views::{SourceField, TextField, ToolForm};
use crate::server::Problem;

/// The tool.
pub const PDF_FORM: Tool = Tool {
    name: "pdf-form",
    api: "pdf/fields",
    title: "Fill in a PDF form",
    lead: "Fill in a PDF form here, in any alphabet, or one for every row of a table.",
    template: "tool_pdf_form.html",
    task,
    form,
    heading,
    shown: Some(shown),
    kept: Some(|_, _, url, view| view.pdf_fill = Some(url.to_owned())),
};

/// Where programs have forms filled.
pub const FILL: &str = "/api/pdf/fill";

/// The field that names a table of the portal with a row for each form.
const TABLE: &str = "table";

/// What the names of fields begin with in the form of a page, and those of pictures.
const FIELD: &str = "field:";

/// Remarks are told in a header, as the answer is a file.
const REMARKS: HeaderName = HeaderName::from_static("townhall-remarks");

/// Most bytes of that header.
const REMARKS_BYTES_MAX: usize = 4_000;

/// Most bytes of a picture.
const IMAGE_BYTES_MAX: u64 = 32 * 1024 * 1024;

fn task(params: &Params) -> Result<Task, Problem> {
    Ok(Task::PdfForm { password: params.get("password").unwrap_or_default().to_owned() })
}

fn form(site: &Site, _: &Params) -> ToolForm {
    ToolForm {
        sources: vec![SourceField {
            label: "The PDF form".into(),
            is_binary: true,
            ..SourceField::default()
        }],
        texts: vec![TextField {
            name: "password".into(),
            label: "Password".into(),
            hint: "If the file is locked.".into(),
            value: String::new(),
        }],
        submit: "Show the form".into(),
        command: "townhall pdf fill form.pdf --values values.json -o filled.pdf".into(),
        api: format!(
            "curl -F file=@form.pdf -F 'data={{\"fields\": {{\"name\": \"Ada\"}}, \"flatten\": true}}' {}/api/pdf/fill -o filled.pdf",
            site.base_url()
        ),
        ..ToolForm::default()
    }
}

fn heading(result: &Value) -> String {
    match result["controls"].as_array().map_or(0, Vec::len) {
        0 => "No field to fill in".to_owned(),
        1 => "One field to fill in".to_owned(),
        many => format!("{many} fields to fill in"),
    }
}

/// What the page shows: each control with what stands in it, laid out for a template.
fn shown(result: &Value) -> Value {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let texts = |value: &Value| -> Vec<String> {
        match value {
            Value::String(text) => vec![text.clone()],
            Value::Bool(is_on) => vec![is_on.to_string()],
            Value::Array(texts) => texts.iter().filter_map(|text| text.as_str().map(str::to_owned)).collect(),
            _ => Vec::new(),
        }
    };
    let controls: Vec<Value> = list(&result["controls"])
        .into_iter()
        .map(|mut control| {
            let value = texts(&control["value"]);
            let options: Vec<Value> = list(&control["options"])
                .into_iter()
                .map(|option| {
                    let is_chosen =
                        value.iter().any(|text| *text == option["value"] || *text == option["label"]);
                    json!({"value": option["value"], "label": option["label"], "is_chosen": is_chosen})
                })
                .collect();
            let is_off = value.iter().all(|text| matches!(text.as_str(), "" | "false" | "Off"));
            control["is_checked"] = (!is_off).into();
            control["options"] = options.into();
            control["text"] = value.join(", ").into();
            if control["max_length"].is_null() {
                control["max_length"] = 0.into();
            }
            control
        })
        .collect();
    let fields: Vec<Value> = list(&result["fields"])
        .iter()
        .map(|field| {
            let options: Vec<String> = list(&field["options"])
                .iter()
                .filter_map(|option| option["label"].as_str().map(str::to_owned))
                .collect();
            let page = &field["widgets"][0]["page"];
            json!({
                "name": field["name"], "kind": field["kind"], "label": field["label"].as_str().unwrap_or_default(),
                "page": page.as_u64().map(|page| page.to_string()).unwrap_or_default(), "options_text": options.join(", "),
            })
        })
        .collect();
    json!({
        "controls": controls, "fields": fields, "pages": result["pages"], "has_xfa": result["has_xfa"], "is_xfa_only": result["is_xfa_only"],
        "signed": result["signed"],
    })
}

/// Whether files may be sent to a path.
pub fn takes_files(path: &str) -> bool {
    path == FILL || (path.starts_with("/tools/reports/") && path.ends_with("/fill"))
}

/// `/api/pdf/form`: the form as a page, of an address or a file that is held.
pub async fn web_form(request: Request) -> Response {
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    Redirect::to(&format!("/tools/{}{query}", PDF_FORM.name)).into_response()
}

/// `/tools/reports/{id}/fill`: fills the form that a report is about.
pub async fn fill_held(site: Site, Path(id): Path<String>, request: Request) -> Result<Response, Problem> {
    let sent = upload::read(&site, request).await?;
    let (password, pdf) = site.app().reports().pdf_form(&id).await?;
    let mut wanted = wanted(&sent)?;
    wanted.password = password;
    answer(&site, &pdf, sent.materials.first().cloned(), wanted, &sent).await
}

/// `/api/pdf/fill`: a form, and values as a second file or as `data`; a table as the second file, or one of the portal as `table`, fills one
/// form a row.
pub async fn fill(site: Site, request: Request) -> Result<Response, Problem> {
    let sent = upload::read(&site, request).await?;
    let (pdf, second) = match &sent.materials[..] {
        [pdf] => (pdf, None),
        [pdf, second] => (pdf, Some(second.clone())),
        several => {
            let message = format!("a form is needed, and {} files came", several.len());
            return Err(Problem::new(ErrorKind::Invalid, message).with_hint(
                "send the form as the first `file` or as `url`, and its values as `data` or a second `file`",
            ));
        }
    };
    answer(&site, pdf, second, wanted(&sent)?, &sent).await
}

/// What was asked for by the fields of a request.
fn wanted(sent: &Sent) -> Result<PdfFillRequest, Problem> {
    let mut wanted = match sent.params.get("data") {
        Some(data) => read_values(data.as_bytes())?,
        None => PdfFillRequest::default(),
    };
    let is_yes = |name: &str| sent.params.get(name).is_some_and(|value| value != "no" && value != "false");
    wanted.flatten |= is_yes("flatten");
    wanted.append |= is_yes("append");
    wanted.unlock |= is_yes("unlock");
    if let Some(password) = sent.params.get("password") {
        wanted.password = password.to_owned();
    }
    for (name, value) in
        sent.params.0.iter().filter_map(|(name, value)| Some((name.strip_prefix(FIELD)?, value)))
    {
        // A box that is not ticked sends nothing but what stands hidden before it; a list sends each choice.
        let value = match wanted.fields.remove(name) {
            Some(PdfValue::Text(before)) if before == "false" => PdfValue::Text(value.clone()),
            Some(PdfValue::Text(before)) => PdfValue::List(vec![before, value.clone()]),
            Some(PdfValue::List(mut before)) => {
                before.push(value.clone());
                PdfValue::List(before)
            }
            _ => PdfValue::Text(value.clone()),
        };
        wanted.fields.insert(name.to_owned(), value);
    }
    for (name, material) in &sent.images {
        if material.bytes()? > IMAGE_BYTES_MAX {
            return Err(Problem::new(ErrorKind::TooLarge, format!("the picture for `{name}` is too large")));
        }
        let bytes = std::fs::read(material.path()).map_err(townhall_app::Error::from)?;
        wanted.images.insert(name.clone(), bytes);
    }
    Ok(wanted)
}

async fn answer(
    site: &Site,
    pdf: &Material,
    second: Option<Material>,
    mut wanted: PdfFillRequest,
    sent: &Sent,
) -> Result<Response, Problem> {
    let workshop = site.app().workshop();
    let second = match (second, sent.params.get(TABLE).map(str::trim)) {
        (None, Some("")) => {
            return Err(Problem::new(ErrorKind::Invalid, "there is no table to fill forms from")
                .with_hint("choose a file, or write the name of a table of this portal"));
        }
        // One row more than is filled in tells that there are too many.
        (None, Some(table)) => {
            Some(site.app().tables().material(site.audience(), table, FILLED_FORMS_MAX + 1).await?)
        }
        (Some(_), Some(table)) if !table.is_empty() => {
            return Err(Problem::new(ErrorKind::Invalid, "values came in a file and as a table")
                .with_hint("send one of them"));
        }
        (second, _) => second,
    };
    let filled = match &second {
        Some(second) => match values_in(second)? {
            Some(values) => {
                wanted.fields.extend(values.fields);
                wanted.stamps.extend(values.stamps);
                workshop.pdf_fill(pdf, wanted).await?
            }
            None => {
                let is_merged = sent.params.get("merge").is_some();
                workshop.pdf_fill_rows(pdf, second, wanted, is_merged, |_| {}).await?
            }
        },
        None => workshop.pdf_fill(pdf, wanted).await?,
    };
    if sent.params.get("want") == Some("report") {
        return Ok(respond::json(&json!({"data": reports(&filled)})));
    }
    file(&filled, true).await
}

fn reports(filled: &PdfFilled) -> Vec<Value> {
    filled
        .reports
        .iter()
        .map(|report| {
            let remarks: Vec<Value> = report
                .remarks
                .iter()
                .map(|remark| {
                    let mut value = json!(remark);
                    value["message"] = remark.to_string().into();
                    value
                })
                .collect();
            json!({"set": report.set, "remarks": remarks})
        })
        .collect()
}

/// A filled form, with what is worth knowing in a header.
pub async fn file(filled: &PdfFilled, is_attached: bool) -> Result<Response, Problem> {
    let made = &filled.made;
    let mut response = respond::material(&made.material, made.media_type, made.material.name()).await?;
    let remarks: Vec<String> =
        filled.reports.iter().flat_map(|report| &report.remarks).take(100).map(ToString::to_string).collect();
    if !remarks.is_empty() {
        respond::set(&mut response, REMARKS, &in_a_header(remarks));
    }
    if !is_attached {
        respond::set(&mut response, CONTENT_DISPOSITION, "inline");
    }
    Ok(response)
}

/// Sentences as a list of JSON in plain letters, as many as a header has room for.
fn in_a_header(mut sentences: Vec<String>) -> String {
    loop {
        let text = json!(sentences).to_string();
        if text.len() <= REMARKS_BYTES_MAX || sentences.len() < 2 {
            return text.chars().map(|c| if c.is_ascii() && !c.is_control() { c } else { '?' }).collect();
        }
        sentences.truncate(sentences.len() / 2);
    }
}

/// `/tools/reports/{id}/values.{form}`: what stands in a form.
pub async fn values(site: Site, Path((id, name)): Path<(String, String)>) -> Result<Response, Problem> {
    let form = name.strip_prefix("values.").unwrap_or(&name);
    let (password, pdf) = site.app().reports().pdf_form(&id).await?;
    let workshop = site.app().workshop();
    let (media_type, bytes) = match form {
        "csv" => ("text/csv; charset=utf-8", workshop.pdf_values(&[pdf], &password).await?),
        "json" => {
            let form = workshop.pdf_form(&pdf, &password).await?;
            ("application/json", json!({"fields": form.values}).to_string().into_bytes())
        }
        "fdf" | "xfdf" => {
            let media_type = if form == "fdf" { "application/vnd.fdf" } else { "application/vnd.adobe.xfdf" };
            (media_type, workshop.pdf_form(&pdf, &password).await?.values_as(form)?)
        }
        _ => {
            return Err(Problem::new(ErrorKind::NotFound, format!("values are not written as `{form}`"))
                .with_hint("use csv, json, fdf or xfdf"));
        }
    };
    let mut response = respond::document(media_type, bytes);
    respond::attach(&mut response, &format!("values.{form}"));
    Ok(response)
}
