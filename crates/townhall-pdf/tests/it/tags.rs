//! Tables that the structure of a file names.

use std::fmt::Write;

use townhall_pdf::{Document, Evidence, Sheet, Wanted, extract};

use crate::made::file_of_objects;

/// A text on a page, as a marked piece of content.
struct Piece(usize, f64, f64, &'static str);

/// A file whose pages show pieces, numbered one after the other on each page. `elements` are the objects of its structure, from object
/// 10 on, which is the root; `P0` and `P1` in them are the pages.
fn tagged(pieces: &[Piece], more: &str, elements: &[&str]) -> Vec<u8> {
    let mut contents = [more.to_owned(), more.to_owned()];
    let mut marks = [0, 0];
    for Piece(page, x, y, text) in pieces {
        let mark = marks[*page];
        writeln!(
            contents[*page],
            "/P <</MCID {mark}>> BDC BT /F1 10 Tf 1 0 0 1 {x} {} Tm ({text}) Tj ET EMC",
            792.0 - y
        )
        .unwrap();
        marks[*page] += 1;
    }
    let page = |content: usize| {
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {content} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        )
    };
    let stream = |content: &str| format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len());
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R /StructTreeRoot 10 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [4 0 R 6 0 R] /Count 2 >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        page(5),
        stream(&contents[0]),
        page(7),
        stream(&contents[1]),
        "null".to_owned(),
        "null".to_owned(),
    ];
    objects.extend(elements.iter().map(|it| it.replace("P0", "/Pg 4 0 R").replace("P1", "/Pg 6 0 R")));
    file_of_objects(&objects)
}

fn sheets(file: Vec<u8>) -> Vec<Sheet> {
    let document = Document::open(file, "").unwrap();
    extract(&document, &Wanted::default(), &|_, _| None, |_, _| true).sheets
}

const ROOT: &str = "<< /Type /StructTreeRoot /RoleMap << /Grid /Table /Data /TD >> /K 11 0 R >>";

#[test]
fn cells_rows_and_headers_are_those_that_the_file_names() {
    // Nothing but its tags tells that the second line of a label is none of its own, nor that the row goes on overleaf.
    let pieces = [
        Piece(0, 72.0, 100.0, "Place"),
        Piece(0, 200.0, 100.0, "Water"),
        Piece(0, 200.0, 120.0, "used"),
        Piece(0, 300.0, 120.0, "lost"),
        Piece(0, 72.0, 140.0, "Elm"),
        Piece(0, 72.0, 160.0, "with Oak"),
        Piece(0, 200.0, 140.0, "1"),
        Piece(0, 300.0, 140.0, "2"),
        Piece(0, 72.0, 180.0, "Ash and"),
        Piece(0, 200.0, 180.0, "3"),
        Piece(0, 300.0, 180.0, "4"),
        Piece(1, 72.0, 100.0, "Birch"),
        Piece(1, 72.0, 120.0, "Fir"),
        Piece(1, 300.0, 120.0, "6"),
    ];
    let cell = |kind: &str, page: &str, marks: &str, more: &str| {
        format!("<< /S /{kind} {page} /K [{marks}] {more} >>")
    };
    let row = |cells: &[String]| format!("<< /S /TR /K [{}] >>", cells.join(" "));
    let rows = [
        row(&[cell("TH", "P0", "0", "/A << /O /Table /RowSpan 2 >>"), cell("TH", "P0", "1", "/C /Wide")]),
        row(&[cell("TH", "P0", "2", ""), cell("TH", "P0", "3", "")]),
        row(&[
            cell("Data", "P0", "4 << /S /Span /K << /Type /MCR /MCID 5 P0 >> >>", ""),
            cell("TD", "P0", "6", ""),
            cell("TD", "P0", "7", ""),
        ]),
        row(&[
            cell("TD", "P0", "8 << /Type /MCR P1 /MCID 0 >>", ""),
            cell("TD", "P0", "9", ""),
            cell("TD", "P0", "10", ""),
        ]),
        row(&[cell("TD", "P1", "1", ""), cell("TD", "", "", ""), cell("TD", "P1", "2", "")]),
    ];
    let root = ROOT.replace("/RoleMap", "/ClassMap << /Wide << /O /Table /ColSpan 2 >> >> /RoleMap");
    let elements = [root.as_str(), "<< /S /Grid /K [12 0 R << /S /TBody /K 13 0 R >>] >>"];
    let head = format!("<< /S /THead /K [{} {}] >>", rows[0], rows[1]);
    let body = format!("[{}]", rows[2..].join(" "));
    let all = [elements[0], elements[1], head.as_str(), body.as_str()];
    let found = sheets(tagged(&pieces, "", &all));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].evidence, found[0].header_rows), (Evidence::Tagged, 2));
    let names: Vec<&str> = found[0].columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["Place", "Water / used", "Water / lost"]);
    let texts: Vec<Vec<String>> = found[0].records().into_iter().map(|record| record.texts).collect();
    assert_eq!(texts, [["Elm with Oak", "1", "2"], ["Ash and Birch", "3", "4"], ["Fir", "", "6"]]);
    let pages: Vec<usize> = found[0].records().iter().map(|record| record.page).collect();
    assert_eq!(pages, [1, 1, 2]);
}

/// Three rows of three values, and the objects of a table that gives each the place named in `order`.
fn three_by_three(order: [usize; 9]) -> (Vec<Piece>, Vec<String>) {
    let texts = ["Place", "Used", "Lost", "Elm", "11", "22", "Oak", "33", "44"];
    let pieces = texts
        .iter()
        .enumerate()
        .map(|(at, text)| Piece(0, 72.0 + 120.0 * (at % 3) as f64, 100.0 + 16.0 * (at / 3) as f64, text));
    let rows: Vec<String> = order
        .chunks(3)
        .map(|row| {
            let cells: Vec<String> = row.iter().map(|mark| format!("<< /S /TD P0 /K {mark} >>")).collect();
            format!("<< /S /TR /K [{}] >>", cells.join(" "))
        })
        .collect();
    (pieces.collect(), vec![ROOT.to_owned(), format!("<< /S /Table /K [{}] >>", rows.join(" "))])
}

fn read(pieces: &[Piece], more: &str, elements: &[String]) -> Vec<Sheet> {
    sheets(tagged(pieces, more, &elements.iter().map(String::as_str).collect::<Vec<_>>()))
}

#[test]
fn tags_that_contradict_what_is_seen_are_not_believed() {
    for (order, evidence) in [
        ([0, 1, 2, 3, 4, 5, 6, 7, 8], Evidence::Tagged),
        ([0, 1, 2, 3, 5, 4, 6, 7, 8], Evidence::Aligned),
        ([0, 1, 2, 6, 7, 8, 3, 4, 5], Evidence::Aligned),
    ] {
        let (pieces, elements) = three_by_three(order);
        let found = read(&pieces, "", &elements);
        assert_eq!(found.len(), 1, "{order:?}");
        assert_eq!(found[0].evidence, evidence, "{order:?}");
        assert_eq!(found[0].records()[0].texts, ["Elm", "11", "22"], "{order:?}");
    }
}

#[test]
fn what_the_file_calls_furniture_is_in_no_table() {
    let furniture = "/Artifact << /Type /Pagination /Subtype /Header >> BDC \
                     BT /F1 10 Tf 1 0 0 1 72 708 Tm (Report) Tj 120 0 Td (of) Tj 120 0 Td (May) Tj ET EMC\n";
    let (pieces, elements) = three_by_three([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    for elements in [&elements[..], &[ROOT.to_owned(), "<< /S /Sect >>".to_owned()]] {
        let found = read(&pieces, furniture, elements);
        assert_eq!(found[0].grid()[0], ["Place", "Used", "Lost"]);
        assert_eq!(found[0].rows, 3);
    }
}

#[test]
fn hostile_structures_are_survived() {
    let (pieces, good) = three_by_three([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    let row = "<< /S /TR /K [<< /S /TD P0 /K [0 12 0 R] /A << /ColSpan 2000000000 /RowSpan 2000000000 >> >> \
               << /S /TD P0 /K -1 >> << /S /TD P0 /K 4294967296 >>] >>";
    let wide = format!("<< /S /Table /K [{}] >>", vec![row; 3_000].join(" "));
    let deep =
        format!("{}0{}", "<< /S /Table /K << /S /TR /K << /S /TD /K ".repeat(300), " >> >> >>".repeat(300));
    let many = format!("<< /S /Table /K [{}] >>", "11 0 R ".repeat(2_000));
    let roles = ROOT.replace("/RoleMap <<", "/RoleMap << /Table /X /X /Table");
    for elements in [
        [ROOT, "<< /S /Table /K 11 0 R >>", "null"],
        [ROOT, "<< /S /Table /K [11 0 R 12 0 R] >>", "<< /S /TR /K [11 0 R 12 0 R] >>"],
        [ROOT, &many, "null"],
        [ROOT, &wide, "<< /S /Table /K 12 0 R >>"],
        [ROOT, &deep, "null"],
        [&roles, &good[1], "null"],
        ["10 0 R", &good[1], "null"],
        ["<< /K 10 0 R >>", &good[1], "null"],
    ] {
        let found = sheets(tagged(&pieces, "", &elements));
        assert_eq!(found[0].records()[1].texts, ["Oak", "33", "44"], "{:.80}", elements[1]);
    }
    // Content that is closed too often, or never.
    let (pieces, good) = three_by_three([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    for more in ["EMC EMC EMC\n", "/P << /MCID 3 >> BDC\n", "/Artifact << /Type /Pagination >> BDC\n"] {
        assert_eq!(read(&pieces, more, &good)[0].records()[1].texts, ["Oak", "33", "44"], "{more}");
    }
}
