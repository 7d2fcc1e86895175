//! Replays what fuzzers work from and what they have found, through the same doors.

use std::path::Path;

use townhall_pdf::fuzz;

use crate::made::{Drawing, scan};
use crate::made_form::MadeForm;

fn replay(target: &str, door: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut seeds: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    seeds.sort();
    assert!(!seeds.is_empty(), "{} is empty", folder.display());
    for seed in seeds {
        door(&std::fs::read(seed).unwrap());
    }
}

#[test]
fn tables() {
    replay("pdf_tables", fuzz::tables);
}

#[test]
fn forms() {
    replay("pdf_forms", fuzz::forms);
}

#[test]
fn values() {
    replay("pdf_values", fuzz::values);
}

/// Writes what fuzzers begin with: `cargo test -p townhall-pdf -- --ignored write_the_seeds`.
#[test]
#[ignore = "it writes into the repository"]
fn write_the_seeds() {
    let write = |target: &str, name: &str, bytes: &[u8]| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), bytes).unwrap();
    };
    let rows: &[&[&str]] = &[&["River", "2023", "2024"], &["Elm", "1.5", "2.5"]];
    let ruled = Drawing::default().line(60.0, 100.0, 400.0, 100.0).line(60.0, 140.0, 400.0, 140.0);
    let ruled =
        ruled.line(60.0, 100.0, 60.0, 140.0).line(400.0, 100.0, 400.0, 140.0).line(60.0, 120.0, 400.0, 120.0);
    let ruled = ruled.rows(&[72.0, 200.0, 280.0], 114.0, 20.0, rows);
    let plain = Drawing::default().rows(&[72.0, 200.0, 280.0], 120.0, 14.0, rows);
    write("pdf_tables", "two-pages.pdf", &Drawing::file_of(&[ruled, plain.turned()]));
    write("pdf_tables", "scan.pdf", &scan());
    let form = MadeForm::default()
        .text("name", [20, 250, 200, 270], "/Ff 2 /MaxLen 10 /V (Ada)")
        .text("comb", [20, 200, 200, 220], "/Ff 16777216 /MaxLen 8 /V (12345)")
        .field("/FT /Ch /Ff 131072 /T (county) /Rect [20 120 120 140] /Subtype /Widget /Opt [(Arden) (Bree)] /V (Bree)");
    write("pdf_forms", "fields.pdf", &form.file());
    write("pdf_values", "values.fdf", b"%FDF-1.2\n1 0 obj\n<< /FDF << /Fields [<< /T (a) /V (b) >>] >> >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n");
    write("pdf_values", "values.xfdf", b"<?xml version=\"1.0\"?><xfdf xmlns=\"http://ns.adobe.com/xfdf/\"><fields><field name=\"a\"><value>b</value></field></fields></xfdf>");
    write(
        "pdf_values",
        "template.json",
        br#"[{"page":1,"extraction_method":"guess","x1":1,"y1":2,"x2":30,"y2":40,"width":29,"height":38}]"#,
    );
}
