//! Real forms of agencies, where they are at hand beside the repository: what is filled in is read back, and seen.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value as Json;
use townhall_pdf::Document;
use townhall_pdf::forms::{FieldKind, FillOptions, Filling, FormDocument, Remark, Save, Value};

/// So many pages are looked at: reading takes its time in tests.
const PAGES: usize = 2;

/// What is written on the first pages of a file, without spaces.
fn written(bytes: &[u8]) -> String {
    let document = Document::open(bytes.to_vec(), "").unwrap();
    let mut reader = document.reader();
    let pages = (1..=document.pages().min(PAGES)).filter_map(|number| reader.read(number).ok());
    pages.flat_map(|page| page.glyphs).map(|glyph| glyph.text).filter(|it| !it.is_whitespace()).collect()
}

#[test]
fn forms_of_agencies_are_filled() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/fixtures/pdf"));
    let Ok(cases) = std::fs::read_dir(folder.join("forms/cases")) else {
        eprintln!("the forms are not at hand");
        return;
    };
    for case in cases {
        let case: Json = serde_json::from_slice(&std::fs::read(case.unwrap().path()).unwrap()).unwrap();
        let id = case["id"].as_str().unwrap();
        let bytes = std::fs::read(folder.join(case["pdf"].as_str().unwrap())).unwrap();
        let wanted: BTreeMap<String, Value> = serde_json::from_value(case["values"].clone()).unwrap();
        let form = FormDocument::open(bytes, case["password"].as_str().unwrap()).unwrap();
        let filling = Filling { values: wanted.clone(), ..Filling::default() };
        let save = if id.len().is_multiple_of(2) { Save::Append } else { Save::Rewrite };
        let filled = form.fill(&filling, &FillOptions { save, ..FillOptions::default() }).unwrap();
        assert_eq!(filled.report.set.len(), wanted.len(), "{id}: {:?}", filled.report.remarks);
        let read = FormDocument::open(filled.bytes, "").unwrap();
        let mut texts = read.fields();
        texts.retain(|field| {
            field.kind == FieldKind::Text
                && field.widgets.iter().any(|it| it.page.is_some_and(|it| it <= PAGES))
        });
        let read = read.values();
        for (name, value) in &wanted {
            let is_same = match &read[name] {
                Value::Checked(is_checked) => *is_checked,
                read => read == value,
            };
            assert!(is_same, "{id}: {name} is {:?} and not {value:?}", read[name]);
        }
        // Pages are read without what is turned otherwise than most of their text.
        if id == "pdfbox_rotation" {
            continue;
        }
        let flat = form.fill(&filling, &FillOptions { flatten: true, ..FillOptions::default() }).unwrap();
        let written = written(&flat.bytes);
        let cut: Vec<&String> = flat
            .report
            .remarks
            .iter()
            .filter_map(|remark| match remark {
                Remark::Overflow { name } | Remark::NotShown { name } => Some(name),
                _ => None,
            })
            .collect();
        for field in
            texts.iter().filter(|field| wanted.contains_key(&field.name) && !cut.contains(&&field.name))
        {
            let text = wanted[&field.name].to_string();
            let text: String = text.chars().filter(|it| !it.is_whitespace()).collect();
            assert!(written.contains(&text), "{id}: {} does not show {text}", field.name);
        }
    }
}
