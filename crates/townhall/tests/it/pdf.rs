//! `pdf tables`: files in, tables out.

use serde_json::{Value, json};

use crate::harness::Sandbox;
use crate::made::Drawing;
use crate::made_form::MadeForm;

fn rivers() -> Vec<u8> {
    Drawing::default()
        .rows(
            &[72.0, 200.0, 280.0],
            120.0,
            14.0,
            &[&["River", "2023", "2024"], &["Elm", "1,5", "2.5"], &["Oak | Creek", "3.5", "-"]],
        )
        .file()
}

#[test]
fn tables_are_written_in_every_form() {
    let sandbox = Sandbox::new();
    sandbox.write("rivers.pdf", rivers());
    let ended = sandbox.run(&["pdf", "tables", "rivers.pdf"]);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (0, "River,2023,2024\r\nElm,\"1,5\",2.5\r\nOak | Creek,3.5,-\r\n"),
        "{ended:?}"
    );
    assert!(ended.stderr.contains("rivers.pdf: 1 tables on 1 pages"), "{ended:?}");
    let ended = sandbox.run(&["pdf", "tables", "--format", "markdown", "rivers.pdf"]);
    assert!(ended.stdout.starts_with("| River | 2023 | 2024 |\n| --- | --- | --- |\n"), "{ended:?}");
    assert!(ended.stdout.contains("| Oak \\| Creek | 3.5 | - |"), "{ended:?}");
    let told = sandbox.json(&["pdf", "tables", "rivers.pdf"]);
    let table = &told["tables"][0];
    assert_eq!(
        (&table["page"], &table["rows"], &table["header_rows"], &table["columns"][1]["name"]),
        (&json!(1), &json!(3), &json!(1), &json!("2023")),
        "{told}"
    );
    assert_eq!((&table["cells"][1]["text"], &table["cells"][1]["c0"]), (&json!("2023"), &json!(1)), "{told}");
    assert_eq!(told["files"][0]["tables"], 1);
    let ended = sandbox.run(&["pdf", "tables", "--output", "out", "-f", "tsv", "rivers.pdf"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, ""), "{ended:?}");
    let written = std::fs::read_to_string(sandbox.path("out").join("rivers-1-page-1.tsv")).unwrap();
    assert!(written.starts_with("River\t2023\t2024\r\n"), "{written}");
}

#[test]
fn a_bad_file_does_not_stop_the_others() {
    let sandbox = Sandbox::new();
    sandbox.write("rivers.pdf", rivers());
    sandbox.write("bad.pdf", "Hello");
    sandbox.write("plain.pdf", Drawing::default().text(72.0, 72.0, 12.0, "No tables here.").file());
    let ended = sandbox.run(&["--json", "pdf", "tables", "bad.pdf", "rivers.pdf"]);
    let told: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((ended.code, told["tables"].as_array().unwrap().len()), (2, 1), "{ended:?}");
    assert!(told["files"][0]["error"].as_str().unwrap().contains("not a PDF"), "{told}");
    assert_eq!(sandbox.run(&["pdf", "tables", "plain.pdf"]).code, 1);
    assert_eq!(sandbox.run(&["pdf", "tables", "none.pdf"]).code, 3);
    let ended = sandbox.run(&["pdf", "tables", "--pages", "3-1", "rivers.pdf"]);
    assert!(ended.code == 2 && ended.stderr.contains("1,3-5"), "{ended:?}");
    assert_eq!(sandbox.run(&["pdf", "tables", "--pages", "2", "rivers.pdf"]).code, 1);
}

#[test]
fn one_workbook_holds_the_tables_of_many_pages() {
    let sandbox = Sandbox::new();
    let page = |from: usize| {
        let rows: Vec<Vec<String>> = std::iter::once(vec!["Item".to_owned(), "Amount".to_owned()])
            .chain((from..from + 20).map(|at| {
                vec![format!("Item {}", (b'A' + (at % 26) as u8) as char), format!("{},500", at + 1)]
            }))
            .collect();
        let texts: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
        let rows: Vec<&[&str]> = texts.iter().map(Vec::as_slice).collect();
        Drawing::default().rows(&[72.0, 300.0], 90.0, 14.0, &rows)
    };
    let pages: Vec<Drawing> = (0..6).map(|at| page(20 * at)).collect();
    sandbox.write("budget.pdf", Drawing::file_of(&pages));
    let ended = sandbox.run(&["pdf", "tables", "budget.pdf", "-o", "budget.xlsx"]);
    assert!(ended.code == 0 && ended.stderr.contains("1 tables on 6 pages"), "{ended:?}");
    // It is a workbook whose numbers are numbers: our own reader says so.
    let ended = sandbox.run(&["convert", "budget.xlsx", "budget.csv"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let csv = std::fs::read_to_string(sandbox.path("budget.csv")).unwrap();
    assert!(csv.starts_with("Item,Amount,page\nItem A,1500,1\n"), "{csv}");
    assert!(csv.ends_with("120500,6\n") && csv.lines().count() == 121, "{csv}");
    // The same without a detour.
    let ended = sandbox.run(&["convert", "budget.pdf", "direct.csv"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let csv = std::fs::read_to_string(sandbox.path("direct.csv")).unwrap();
    assert!(csv.starts_with("Item,Amount,pdf page,pdf box\nItem A,1500,1,"), "{csv}");
}

#[test]
fn templates_find_tables_again_and_editions_are_compared() {
    let sandbox = Sandbox::new();
    let edition = |month: &str, y: f64, value: &str| {
        Drawing::default()
            .text(72.0, y - 30.0, 11.0, &format!("Table 1. Rivers of the county, {month} 2024"))
            .rows(
                &[72.0, 200.0, 280.0],
                y,
                14.0,
                &[&["River", "Low", "High"], &["Elm", "1.5", value], &["Oak", "3.5", "4.5"]],
            )
            .file()
    };
    sandbox.write("may.pdf", edition("May", 120.0, "2.5"));
    sandbox.write("june.pdf", edition("June", 300.0, "9.5"));
    let ended = sandbox.run(&["pdf", "tables", "may.pdf", "--save-template", "t.json"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (0, ""), "{ended:?}");
    let ended = sandbox.run(&["pdf", "tables", "june.pdf", "--template", "t.json", "-q"]);
    assert_eq!(ended.stdout, "River,Low,High\r\nElm,1.5,9.5\r\nOak,3.5,4.5\r\n", "{ended:?}");
    let ended = sandbox.run(&["pdf", "tables", "may.pdf", "june.pdf", "--compare", "-q"]);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (1, "Table 1. Rivers of the county, June 2024:\n  Elm, High: 2.5 -> 9.5\n"),
        "{ended:?}"
    );
    assert_eq!(sandbox.run(&["pdf", "tables", "may.pdf", "may.pdf", "--compare"]).code, 0);
    // As tabula-java was called.
    let ended = sandbox.run(&[
        "pdf",
        "tables",
        "-t",
        "-a",
        "106,66,152,320",
        "-c",
        "190",
        "-p",
        "1",
        "-i",
        "may.pdf",
    ]);
    assert_eq!(ended.stdout, "River,Low High\r\nElm,1.5 2.5\r\nOak,3.5 4.5\r\n", "{ended:?}");
    let ended = sandbox.run(&["pdf", "tables", "-a", "1,2,3", "may.pdf"]);
    assert!(ended.code == 2 && ended.stderr.contains("top,left,bottom,right"), "{ended:?}");
    sandbox.write("folder/a.pdf", edition("May", 120.0, "1"));
    sandbox.write("folder/b.pdf", "Hello");
    assert_eq!(sandbox.run(&["pdf", "tables", "-b", "folder"]).code, 2);
    assert!(sandbox.path("folder").join("a-1-page-1.csv").exists());
}

#[test]
fn scans_are_told_and_read_where_a_program_for_that_is_there() {
    let sandbox = Sandbox::new();
    // A program in the place of tesseract: it answers with the words of a small table.
    sandbox.write(
        "reader",
        "#!/bin/sh\ncat > /dev/null\nprintf 'level\\n'\nline() { printf '4\\t1\\t1\\t1\\t1\\t0\\t200\\t%s\\t900\\t40\\t-1\\t\\n' \"$1\"; }\n\
         word() { printf '5\\t1\\t1\\t1\\t1\\t1\\t%s\\t%s\\t%s\\t34\\t96\\t%s\\n' \"$1\" \"$2\" \"$3\" \"$4\"; }\n\
         y=300; for row in 'River 2023 2024' 'Elm 1.5 2.5' 'Oak 3.5 4.5'; do set -- $row; line $y; word 200 $y 110 $1; word 600 $y 88 $2; word 1000 $y 88 $3; y=$((y + 60)); done\n",
    );
    std::process::Command::new("chmod").arg("+x").arg(sandbox.path("reader")).status().unwrap();
    sandbox.write("scan.pdf", crate::made::scan());
    let ended = sandbox.run(&["pdf", "tables", "scan.pdf"]);
    assert!(ended.code == 1 && ended.stderr.contains("page 1: the page is a picture"), "{ended:?}");
    let ended = sandbox.run(&["pdf", "tables", "--ocr", "scan.pdf"]);
    assert!(ended.code == 7 && ended.stderr.contains("tesseract-ocr"), "{ended:?}");
    let program = format!("tools.ocr={}", sandbox.path("reader").display());
    let ended = sandbox.run(&["--set", &program, "pdf", "tables", "--ocr", "-q", "scan.pdf"]);
    assert_eq!(ended.stdout, "River,2023,2024\r\nElm,1.5,2.5\r\nOak,3.5,4.5\r\n", "{ended:?}");
    let ended = sandbox.run(&["--set", "tools.ocr=/nowhere/tesseract", "pdf", "tables", "--ocr", "scan.pdf"]);
    assert!(ended.code == 7 && ended.stderr.contains("can't be started"), "{ended:?}");
}

#[test]
fn a_scanned_page_that_leans_is_read_with_its_lines() {
    // Without the tests' set-up, the program may not be there.
    if std::process::Command::new("tesseract").arg("--version").output().is_err() {
        return;
    }
    let sandbox = Sandbox::new();
    let rows: [&[&str]; 4] = [
        &["River", "Lowest level", "Highest level"],
        &["Elmwater", "123.5", "1,872.5"],
        &["Oakbrook", "306.2", "948.7"],
        &["Hazelford", "417.8", "2,059.4"],
    ];
    let drawing = Drawing::default()
        .text(80.0, 80.0, 13.0, "What the rivers of the county have carried this year")
        .rows(&[86.0, 206.0, 326.0], 138.0, 24.0, &rows);
    let drawing = (0..5).fold(drawing, |drawing, at| {
        let along = 123.0 + 24.0 * f64::from(at);
        drawing.line(80.0, along, 440.0, along)
    });
    let drawing = (0..4).fold(drawing, |drawing, at| {
        let along = 80.0 + 120.0 * f64::from(at);
        drawing.line(along, 123.0, along, 219.0)
    });
    let picture =
        townhall_pdf::Document::open(drawing.file(), "").unwrap().render(1, 0, 300.0 / 72.0).unwrap();
    sandbox.write("scan.pdf", crate::made_scan::scanned(&picture, 1.1));
    let ended =
        sandbox.run(&["--set", "tools.ocr=tesseract", "pdf", "tables", "--ocr", "-q", "--clean", "scan.pdf"]);
    assert_eq!(
        ended.stdout,
        "River,Lowest level,Highest level,page\r\nElmwater,123.5,1872.5,1\r\nOakbrook,306.2,948.7,1\r\nHazelford,417.8,2059.4,1\r\n",
        "{ended:?}"
    );
}

fn application() -> Vec<u8> {
    MadeForm::default()
        .text("name", [20, 250, 200, 270], "/TU (Your name) /Ff 2 /MaxLen 10")
        .field("/FT /Ch /Ff 131072 /T (county) /Rect [20 120 120 140] /Subtype /Widget /Opt [(Arden) (Bree)]")
        .file()
}

#[test]
fn letters_that_only_fonts_of_the_machine_have_are_seen() {
    // Without the tests' set-up, they may not be there. One has compact outlines, the other those of TrueType.
    let fonts = ["opentype/tlwg/Loma.otf", "truetype/lohit-devanagari/Lohit-Devanagari.ttf"];
    if !fonts.iter().all(|font| std::path::Path::new("/usr/share/fonts").join(font).exists()) {
        return;
    }
    let sandbox = Sandbox::new();
    let form =
        MadeForm::default().text("thai", [20, 250, 200, 270], "").text("hindi", [20, 150, 200, 170], "");
    sandbox.write("form.pdf", form.file());
    let (thai, hindi) = ("กรุงเทพ", "नमक");
    let values = [format!("thai={thai}"), format!("hindi={hindi}")];
    let fill = ["pdf", "fill", "form.pdf", "--field", &values[0], "--field", &values[1], "--flatten"];
    let ended = sandbox.run(&[&fill[..], &["-o", "filled.pdf", "--strict"]].concat());
    assert_eq!((ended.code, ended.stderr.as_str()), (0, "filled.pdf: 2 fields set\n"), "{ended:?}");
    let seen = crate::made_form::seen(&std::fs::read(sandbox.path("filled.pdf")).unwrap(), 1).join(" ");
    assert!(seen.contains(thai) && seen.contains(hindi), "{seen}");
    // What no font has is told.
    let ended = sandbox.run(&["pdf", "fill", "form.pdf", "--field", "thai=\u{10ffff}", "-o", "other.pdf"]);
    assert!(ended.stderr.contains("no font"), "{ended:?}");
}

#[test]
fn forms_are_told_filled_and_read_back() {
    let sandbox = Sandbox::new();
    sandbox.write("form.pdf", application());
    let ended = sandbox.run(&["pdf", "fields", "form.pdf"]);
    assert!(
        ended.stdout.contains("name (text, page 1, required, at most 10 characters) Your name"),
        "{ended:?}"
    );
    assert!(ended.stdout.contains("county (combo, page 1) [Arden | Bree]"), "{ended:?}");
    let listed = sandbox.json(&["pdf", "fields", "form.pdf", "--pdftk"]);
    assert_eq!(listed[0]["FieldName"], "name", "{listed}");
    sandbox.write("values.json", r#"{"name": "Ada Lovelace", "county": "Bree", "zip": 1}"#);
    let ended =
        sandbox.run(&["pdf", "fill", "form.pdf", "--values", "values.json", "-o", "filled.pdf", "--strict"]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(
        ended.stderr.contains("takes 10 characters") && ended.stderr.contains("no field `zip`"),
        "{ended:?}"
    );
    let told = sandbox.json(&["pdf", "fields", "filled.pdf", "--values", "json"]);
    assert_eq!(told["fields"], json!({"name": "Ada Lovela", "county": "Bree"}), "{told}");
    for form in ["fdf", "xfdf"] {
        let values = sandbox.run(&["pdf", "fields", "filled.pdf", "--values", form]).stdout;
        sandbox.write("values.txt", values);
        assert_eq!(
            sandbox.run(&["pdf", "fill", "form.pdf", "--values", "values.txt", "-o", "again.pdf", "-q"]).code,
            0
        );
        assert_eq!(
            sandbox.json(&["pdf", "fields", "again.pdf", "--values", "json"])["fields"],
            told["fields"],
            "{form}"
        );
    }
    let ended = sandbox.run(&[
        "pdf",
        "fill",
        "form.pdf",
        "--field",
        "name=Ada",
        "--field",
        "300,20,1=Seen",
        "-o",
        "f.pdf",
        "--flatten",
    ]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let seen = crate::made_form::seen(&std::fs::read(sandbox.path("f.pdf")).unwrap(), 1).join(" ");
    assert!(seen.contains("Ada") && seen.contains("Seen"), "{seen}");
    // A form for every row, and the rows of the forms.
    sandbox.write("people.csv", "name,county\nAda,Arden\nGrace,Bree\n");
    let ended = sandbox.run(&["pdf", "fill", "form.pdf", "--rows", "people.csv", "-o", "all.pdf", "--merge"]);
    assert!(ended.code == 0 && ended.stderr.contains("in 2 forms"), "{ended:?}");
    let seen = crate::made_form::seen(&std::fs::read(sandbox.path("all.pdf")).unwrap(), 2).join(" ");
    assert!(seen.contains("Grace"), "{seen}");
    let ended = sandbox.run(&["pdf", "fields", "filled.pdf", "form.pdf", "--values", "csv"]);
    assert_eq!(ended.stdout, "file,name,county\r\nfilled.pdf,Ada Lovela,Bree\r\nform.pdf,,\r\n", "{ended:?}");
    assert_eq!(sandbox.run(&["pdf", "flatten", "filled.pdf", "-o", "flat.pdf"]).code, 0);
    assert!(sandbox.run(&["pdf", "fields", "flat.pdf"]).stdout.contains("0 fields"));
}

#[test]
fn a_pdf_that_is_named_is_imported_as_its_table() {
    let sandbox = Sandbox::new();
    sandbox.write("rivers.pdf", rivers());
    let told = sandbox.json(&["import", "rivers.pdf", "--publish"]);
    assert_eq!((&told["added"], &told["refused"]), (&json!(1), &json!(0)), "{told}");
    // In a folder, a PDF is a document.
    sandbox.write("folder/notes.pdf", rivers());
    let told = sandbox.json(&["import", "folder"]);
    assert_eq!((&told["added"], &told["changed"]), (&json!(0), &json!(0)), "{told}");
}
