//! `/tools/pdf-tables` and `/api/pdf/tables`: the tables of PDF files, and the pictures of their pages.

use axum::body::Bytes;
use axum::extract::{Path, Request};
use axum::http::HeaderName;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};
use townhall_app::{Audience, PdfMethod, PdfReading, PdfTablesRequest, SHEET_FORMS, Task};
use townhall_model::ErrorKind;
use url::form_urlencoded;

use super::page::Tool;
use crate::handlers::params::Params;
use crate::handlers::{Site, respond};
use crate::pages::views::{CheckField, Choice, PdfEditorView, SelectField, SourceField, TextField, ToolForm};
use crate::server::Problem;

/// The tool.
pub const PDF_TABLES: Tool = Tool {
    name: "pdf-tables",
    api: "pdf/tables",
    title: "Tables out of a PDF",
    lead: "Find the tables in a PDF, check them against its pages, and take them as a spreadsheet or as data.",
    template: "tool_pdf_tables.html",
    task,
    form,
    heading,
    shown: Some(shown),
    kept: Some(|site, id, url, view| view.pdf = Some(editor(site, id, url))),
};

/// How many tables and rows of each a page shows; files have them all.
const TABLES_SHOWN: usize = 60;
const ROWS_SHOWN: usize = 40;

fn task(params: &Params) -> Result<Task, Problem> {
    let method = match params.get("method").unwrap_or("guess") {
        "guess" | "" => PdfMethod::Guess,
        "lattice" | "spreadsheet" => PdfMethod::Lattice,
        "stream" | "original" => PdfMethod::Stream,
        other => {
            return Err(Problem::new(ErrorKind::Invalid, format!("`{other}` is no method"))
                .with_hint("use guess, lattice or stream"));
        }
    };
    let only = params.all("only").filter_map(|number| number.parse().ok()).collect();
    let text = |name: &str| params.get(name).unwrap_or_default().to_owned();
    Ok(Task::PdfTables(PdfTablesRequest {
        reading: PdfReading {
            pages: text("pages"),
            method,
            template: text("template"),
            apart: params.get("apart").is_some(),
        },
        password: text("password"),
        ocr: params.get("ocr").is_some(),
        only,
        clean: params.get("clean").is_some(),
        form: params.get("format").map(str::to_owned),
    }))
}

fn form(site: &Site, params: &Params) -> ToolForm {
    let choice = |value: &str, label: &str| Choice {
        label: label.to_owned(),
        value: value.to_owned(),
        url: String::new(),
        selected: params.get("method").unwrap_or("guess") == value,
    };
    let text = |name: &str, label: &str, hint: &str| TextField {
        name: name.to_owned(),
        label: label.to_owned(),
        hint: hint.to_owned(),
        value: params.get(name).unwrap_or_default().to_owned(),
    };
    let check = |name: &str, label: &str, hint: &str| CheckField {
        name: name.to_owned(),
        label: label.to_owned(),
        hint: hint.to_owned(),
        checked: params.get(name).is_some(),
    };
    let mut checks =
        vec![check("apart", "One table for each page", "Tables that go on over pages are not joined.")];
    if site.app().workshop().ocr().is_some() {
        checks.push(check("ocr", "Recognize the text of scanned pages", "This takes some seconds a page."));
    }
    ToolForm {
        sources: vec![
            SourceField { label: "The PDF".into(), is_binary: true, ..SourceField::default() },
            SourceField {
                label: "A template, if there is one: where the tables are".into(),
                is_binary: true,
                ..SourceField::default()
            },
        ],
        selects: vec![SelectField {
            name: "method".into(),
            label: "Cells are parted by".into(),
            choices: vec![
                choice("guess", "whatever the page shows"),
                choice("lattice", "the lines that are drawn (lattice)"),
                choice("stream", "the places of words (stream)"),
            ],
        }],
        texts: vec![
            text("pages", "Pages", "Such as 1,3-5; all when empty."),
            TextField { value: String::new(), ..text("password", "Password", "If the file is locked.") },
        ],
        checks,
        submit: "Find the tables".into(),
        command: "townhall pdf tables budget.pdf -o budget.xlsx".into(),
        api: format!(
            "curl -F file=@budget.pdf -F format=xlsx {}/api/pdf/tables -o budget.xlsx",
            site.base_url()
        ),
        ..ToolForm::default()
    }
}

fn heading(result: &Value) -> String {
    let pages = result["pages"].as_u64().unwrap_or(0);
    let on = if pages == 1 { "one page".to_owned() } else { format!("{pages} pages") };
    match result["tables"].as_array().map_or(0, Vec::len) {
        0 => format!("No table on {on}"),
        1 => format!("One table on {on}"),
        many => format!("{many} tables on {on}"),
    }
}

/// What the page shows: the first rows of the first tables, laid out.
fn shown(result: &Value) -> Value {
    let empty = Vec::new();
    let tables = result["tables"].as_array().unwrap_or(&empty);
    let drawn: Vec<Value> = tables.iter().take(TABLES_SHOWN).map(drawn).collect();
    json!({
        "tables": drawn, "tables_total": tables.len(), "pages": result["pages"], "troubles": result["troubles"],
        "read": result["read"],
    })
}

/// A table as rows of cells, each said to span as many as it does.
fn drawn(table: &Value) -> Value {
    let number = |cell: &Value, name: &str| cell[name].as_u64().unwrap_or(0) as usize;
    let rows = number(table, "rows");
    let columns = table["columns"].as_array().map_or(0, Vec::len);
    let count = rows.min(ROWS_SHOWN);
    let header_rows = number(table, "header_rows");
    let blank = json!({"text": "", "rowspan": 1, "colspan": 1, "page": null, "bbox": null, "is_number": false, "doubts": null});
    let mut grid: Vec<Vec<Option<Value>>> = vec![vec![Some(blank); columns]; count];
    let empty = Vec::new();
    for cell in table["cells"].as_array().unwrap_or(&empty) {
        let (row, last_row) = (number(cell, "r0"), number(cell, "r1").min(count.saturating_sub(1)));
        let (column, last_column) = (number(cell, "c0"), number(cell, "c1").min(columns.saturating_sub(1)));
        if row >= count || column >= columns {
            continue;
        }
        for place in grid.iter_mut().take(last_row + 1).skip(row) {
            for place in &mut place[column..=last_column] {
                *place = None;
            }
        }
        grid[row][column] = Some(json!({
            "text": cell["text"], "rowspan": last_row - row + 1, "colspan": last_column - column + 1, "page": cell["page"],
            "bbox": cell["bbox"], "is_number": cell["value"].is_number(), "doubts": cell["doubts"],
        }));
    }
    let grid: Vec<Vec<Value>> = grid.into_iter().map(|row| row.into_iter().flatten().collect()).collect();
    json!({
        "title": table["title"], "page": table["page"], "bbox": table["bbox"], "parts": table["parts"], "rows_total": rows,
        "header_rows": header_rows, "columns": table["columns"], "rows": grid, "confidence": table["confidence"],
        "doubts": table["doubts"], "proofs": table["proofs"],
    })
}

/// Where the tables of a file are taken out, if it is a PDF at an address of the web.
pub fn offer(format: &str, url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next().unwrap_or(url).to_lowercase();
    let is_pdf = format.eq_ignore_ascii_case("pdf") || format == "application/pdf" || path.ends_with(".pdf");
    let is_web = url.starts_with("http://") || url.starts_with("https://");
    (is_pdf && is_web).then(|| {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("keep", "hour")
            .append_pair("url", url)
            .finish();
        format!("/tools/{}?{query}", PDF_TABLES.name)
    })
}

/// What the page of a report needs to mark tables.
fn editor(site: &Site, id: &str, url: &str) -> PdfEditorView {
    PdfEditorView {
        report: id.to_owned(),
        pages: format!("{url}/pages/"),
        tables: format!("{url}/tables"),
        template: format!("{url}/template.json"),
        action: format!("/tools/{}", PDF_TABLES.name),
        forms: SHEET_FORMS.iter().map(|form| (form.name.to_owned(), form.label.to_owned())).collect(),
        publish: (site.audience() == Audience::Staff).then(|| format!("{url}/publish")),
    }
}

/// `/tools/reports/{id}/tables`: chosen tables as a file.
pub async fn tables(site: Site, Path(id): Path<String>, request: Request) -> Result<Response, Problem> {
    let params = Params::read(request.uri().query().unwrap_or_default())?;
    let only: Vec<usize> = params.all("only").filter_map(|number| number.parse().ok()).collect();
    let form = params.get("format").unwrap_or("xlsx");
    let made = site.app().reports().pdf_file(&id, form, only, params.get("clean").is_some()).await?;
    respond::material(&made.material, made.media_type, made.material.name()).await
}

/// `/tools/reports/{id}/pages/{n}.png`: the picture of a page, turned as its text is read.
pub async fn page_picture(site: Site, Path((id, page)): Path<(String, String)>) -> Result<Response, Problem> {
    let number = page.strip_suffix(".png").and_then(|number| number.parse().ok());
    let number: usize = number
        .ok_or_else(|| Problem::new(ErrorKind::NotFound, format!("`{page}` is no picture of a page")))?;
    let png = site.app().reports().pdf_page(&id, number).await?;
    let mut response = respond::document("image/png", png);
    respond::set(&mut response, HeaderName::from_static("cache-control"), "private, max-age=3600");
    Ok(response)
}

/// `/tools/reports/{id}/template.json`: where the tables are, for another edition.
pub async fn template(site: Site, Path(id): Path<String>) -> Result<Response, Problem> {
    let template = site.app().reports().pdf_template(&id).await?;
    let mut response = respond::document("application/json", template.into_bytes());
    let name = "attachment; filename=\"tables.tabula-template.json\"";
    respond::set(&mut response, HeaderName::from_static("content-disposition"), name);
    Ok(response)
}

/// `/tools/reports/{id}/publish`: a table becomes a draft dataset, whose rows say on which page they stand and where.
pub async fn publish(site: Site, Path(id): Path<String>, body: Bytes) -> Result<Response, Problem> {
    if site.audience() != Audience::Staff {
        return Err(Problem::new(ErrorKind::Forbidden, "datasets are published by the staff of this portal")
            .with_hint("on the command line: townhall import report.pdf"));
    }
    let table = form_urlencoded::parse(&body).find(|(name, _)| name == "table");
    let table = table.and_then(|(_, number)| number.parse::<usize>().ok()).ok_or_else(|| {
        Problem::new(ErrorKind::Invalid, "`table` does not say which table is meant, counted from 1")
    })?;
    let slug = site.app().reports().publish_pdf_table(&id, table).await?;
    Ok(Redirect::to(&format!("/data/{slug}")).into_response())
}
