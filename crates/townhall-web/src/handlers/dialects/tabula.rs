//! `/tabula/…`: the routes of Tabula's server, for scripts that used it. A document is a report of our tool for the tables of PDF files:
//! it is held for an hour, and only whoever knows its id can see it, so that the list of documents and of templates is empty.

use axum::extract::{DefaultBodyLimit, Path, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use townhall_app::{Keeping, PdfReading, PdfTablesRequest, ReportState, Task};
use townhall_model::ErrorKind;

use crate::handlers::tools::upload;
use crate::handlers::{Site, respond};
use crate::server::Problem;

/// Where the routes begin.
pub const PREFIX: &str = "/tabula";

/// The interface of Tabula that this is like.
const VERSION: &str = "1.2.1";

/// The routes.
pub fn routes() -> Router<Site> {
    let at = |path: &str| format!("{PREFIX}{path}");
    Router::new()
        .route(&at("/upload.json"), post(take).layer(DefaultBodyLimit::disable()))
        .route(&at("/queue/{id}/json"), get(queue))
        .route(&at("/documents"), get(nothing))
        .route(&at("/templates"), get(nothing))
        .route(&at("/settings"), get(settings))
        .route(&at("/pdf/{id}/metadata.json"), get(metadata))
        .route(&at("/pdf/{id}"), delete(forget))
        .route(&at("/pdf/{id}/data"), post(data).layer(DefaultBodyLimit::disable()))
        .route(&at("/pdfs/{id}/{file}"), get(file))
}

async fn nothing() -> Json<Value> {
    Json(json!([]))
}

async fn settings() -> Json<Value> {
    Json(json!({"api_version": VERSION, "disable_version_check": true, "disable_notifications": true}))
}

/// Takes files; each is worked on by a job.
async fn take(site: Site, request: Request) -> Result<Response, Problem> {
    let sent = upload::read(&site, request).await?;
    if sent.materials.is_empty() {
        return Err(Problem::new(ErrorKind::Invalid, "no file was sent").with_hint("send it as `file`"));
    }
    let mut answers = Vec::new();
    let task = Task::PdfTables(PdfTablesRequest {
        reading: PdfReading { apart: true, ..PdfReading::default() },
        ..PdfTablesRequest::default()
    });
    for material in &sent.materials {
        let reports = site.app().reports();
        let about = std::slice::from_ref(material);
        let id = reports.begin("pdf-tables", &task, &json!([]), about, Keeping::Hour).await?.to_string();
        answers.push(json!({"success": true, "file_id": id, "upload_id": id, "filename": material.name()}));
    }
    Ok(respond::json(&Value::Array(answers)))
}

async fn queue(site: Site, Path(id): Path<String>) -> Result<Response, Problem> {
    let answer = match site.app().reports().show(&id).await?.state {
        ReportState::Ready(_) => {
            json!({"status": "completed", "pct_complete": 100, "message": "complete", "file_id": id})
        }
        ReportState::Working(progress) => {
            let share = (progress.done * 100).checked_div(progress.total).unwrap_or(0).min(99);
            json!({"status": "working", "pct_complete": share, "message": "analyzing PDF text", "file_id": id})
        }
        ReportState::Failed(reason) => {
            json!({"status": "error", "pct_complete": 99, "message": reason, "error_type": "unknown", "file_id": id})
        }
    };
    Ok(respond::json(&answer))
}

/// What was found in a document, once it is read.
async fn found(site: &Site, id: &str) -> Result<Value, Problem> {
    match site.app().reports().show(id).await?.state {
        ReportState::Ready(result) => Ok(result),
        ReportState::Working(_) => Err(Problem::new(ErrorKind::NotFound, "the document is not read yet")
            .with_hint(format!("ask {PREFIX}/queue/{id}/json until it is"))),
        ReportState::Failed(reason) => Err(Problem::new(ErrorKind::Invalid, reason)),
    }
}

async fn metadata(site: Site, Path(id): Path<String>) -> Result<Response, Problem> {
    let report = site.app().reports().show(&id).await?;
    let pages = match &report.state {
        ReportState::Ready(result) => result["pages"].clone(),
        _ => Value::Null,
    };
    Ok(respond::json(&json!({
        "original_filename": report.inputs.first(), "id": id, "time": report.created_at.as_second(), "page_count": pages,
        "thumbnail_sizes": [800],
    })))
}

async fn forget(site: Site, Path(id): Path<String>) -> Result<Response, Problem> {
    site.app().reports().forget(&id).await?;
    Ok(StatusCode::OK.into_response())
}

/// Pages, tables that were found, pictures of pages, and the document.
async fn file(site: Site, Path((id, name)): Path<(String, String)>) -> Result<Response, Problem> {
    let number = name.strip_prefix("document_800_").and_then(|rest| rest.strip_suffix(".png"));
    if let Some(number) = number.and_then(|number| number.parse().ok()) {
        return Ok(respond::document("image/png", site.app().reports().pdf_page(&id, number).await?));
    }
    match name.as_str() {
        "pages.json" => Ok(respond::json(&pages(&found(&site, &id).await?))),
        "tables.json" => Ok(respond::json(&tables(&found(&site, &id).await?))),
        "document.pdf" => match site.app().reports().materials(&id).await?.first() {
            Some(material) => respond::material(material, "application/pdf", material.name()).await,
            None => Err(Problem::new(ErrorKind::NotFound, "the document is gone")),
        },
        _ => Err(Problem::new(ErrorKind::NotFound, format!("a document has no `{name}`"))
            .with_hint("there are pages.json, tables.json, document.pdf and document_800_1.png")),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn pages(result: &Value) -> Value {
    let page = |page: &Value| {
        json!({
            "width": page["width"], "height": page["height"], "number": page["number"], "rotation": page["turn"],
            "hasText": page["has_text"],
        })
    };
    list(&result["read"]).iter().map(page).collect()
}

/// For each page the boxes of its tables: left, top, width, height.
fn tables(result: &Value) -> Value {
    let of_page = |page: &Value| -> Value {
        let own = list(&result["tables"]).iter().flat_map(|table| list(&table["parts"]));
        own.filter(|part| part["page"] == page["number"])
            .map(|part| {
                let side = |name: &str| part["bbox"][name].as_f64().unwrap_or(0.0);
                json!([side("x0"), side("y0"), side("x1") - side("x0"), side("y1") - side("y0")])
            })
            .collect()
    };
    list(&result["read"]).iter().map(of_page).collect()
}

/// The tables of selections, in a form.
async fn data(site: Site, Path(id): Path<String>, request: Request) -> Result<Response, Problem> {
    let sent = upload::read(&site, request).await?;
    let coords = sent.params.get("coords").unwrap_or("[]");
    let form = sent.params.get("format").unwrap_or("json");
    let name = sent.params.get("new_filename").map(plain);
    let reports = site.app().reports();
    let form = match form {
        "csv" | "tsv" | "zip" => form,
        "bbox" => {
            let coords: Value = serde_json::from_str(coords).unwrap_or_default();
            return Ok(respond::json(&coords));
        }
        "script" => return Ok(respond::document("application/x-sh", script(coords).into_bytes())),
        _ => {
            let found = reports.pdf_marked(&id, coords).await?;
            return Ok(respond::json(&extracted(&found)));
        }
    };
    let made = reports.pdf_marked_file(&id, coords, form).await?;
    let name = name.map_or_else(|| made.material.name().to_owned(), |name| format!("{name}.{form}"));
    let mut response = respond::material(&made.material, made.media_type, &name).await?;
    respond::attach(&mut response, &name);
    Ok(response)
}

/// A name for a file without what could lead elsewhere.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.')).take(100).collect()
}

/// Tables as Tabula tells them: rows of texts with their places.
fn extracted(result: &Value) -> Value {
    let table = |(at, table): (usize, &Value)| {
        let side = |value: &Value, name: &str| value["bbox"][name].as_f64().unwrap_or(0.0);
        let number = |value: &Value, name: &str| value[name].as_u64().unwrap_or(0) as usize;
        let (rows, columns) = (number(table, "rows"), list(&table["columns"]).len());
        let blank = json!({"top": 0.0, "left": 0.0, "width": 0.0, "height": 0.0, "text": ""});
        let mut data = vec![vec![blank; columns]; rows];
        for cell in list(&table["cells"]) {
            let (top, left) = (side(cell, "y0"), side(cell, "x0"));
            let place = data.get_mut(number(cell, "r0")).and_then(|row| row.get_mut(number(cell, "c0")));
            if let Some(place) = place {
                *place = json!({
                    "top": top, "left": left, "width": side(cell, "x1") - left, "height": side(cell, "y1") - top,
                    "text": cell["text"],
                });
            }
        }
        let method = if table["evidence"] == "ruled" { "lattice" } else { "stream" };
        let (top, left, bottom, right) =
            (side(table, "y0"), side(table, "x0"), side(table, "y1"), side(table, "x1"));
        json!({
            "extraction_method": method, "page_number": table["page"], "top": top, "left": left, "bottom": bottom,
            "right": right, "width": right - left, "height": bottom - top, "data": data, "spec_index": at,
        })
    };
    list(&result["tables"]).iter().enumerate().map(table).collect()
}

/// The same on the command line.
fn script(coords: &str) -> String {
    let coords: Value = serde_json::from_str(coords).unwrap_or_default();
    let mut out = String::from("#!/bin/sh\n");
    for selection in list(&coords) {
        let side = |name: &str| selection[name].as_f64().unwrap_or(0.0);
        let method = match selection["extraction_method"].as_str() {
            Some("spreadsheet" | "lattice") => "--lattice ",
            Some("original" | "stream") => "--stream ",
            _ => "",
        };
        out.push_str(&format!(
            "townhall pdf tables {method}--area {},{},{},{} --pages {} \"$1\"\n",
            side("y1"),
            side("x1"),
            side("y2"),
            side("x2"),
            selection["page"].as_u64().unwrap_or(1)
        ));
    }
    out
}
