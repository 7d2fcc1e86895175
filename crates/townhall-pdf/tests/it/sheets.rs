//! Tables of whole files: over pages, with headers, kinds of columns, doubts and proofs.

use townhall_pdf::{Document, Doubt, Kind, Sheet, Value, Wanted, compare, extract};

use crate::made::Drawing;

const COLUMNS: [f64; 4] = [72.0, 220.0, 320.0, 420.0];

fn sheets_of(pages: &[Drawing], wanted: &Wanted) -> Vec<Sheet> {
    let document = Document::open(Drawing::file_of(pages), "").unwrap();
    let found = extract(&document, wanted, &|_, _| None, |_, _| true);
    assert_eq!((found.pages, found.troubles.len(), found.is_stopped), (pages.len(), 0, false));
    found.sheets
}

fn sheets(pages: &[Drawing]) -> Vec<Sheet> {
    sheets_of(pages, &Wanted::default())
}

/// Rows with lines around their cells.
fn ruled(mut page: Drawing, y: f64, rows: &[&[&str]]) -> Drawing {
    let bottom = y - 12.0 + 18.0 * rows.len() as f64;
    for at in 0..=rows.len() {
        let at = y - 12.0 + 18.0 * at as f64;
        page = page.line(66.0, at, 520.0, at);
    }
    for x in [66.0, 214.0, 314.0, 414.0, 520.0] {
        page = page.line(x, y - 12.0, x, bottom);
    }
    page.rows(&COLUMNS, y, 18.0, rows)
}

const HEADER: &[&str] = &["Agency", "2023", "2024", "Change (%)"];

/// A page of a long table, with what is at the top and the bottom of every page.
fn page(number: usize, rows: &[&[&str]]) -> Drawing {
    let all: Vec<&[&str]> = std::iter::once(HEADER).chain(rows.iter().copied()).collect();
    let page = Drawing::default().text(72.0, 40.0, 9.0, "Annual Budget Report").text(
        280.0,
        770.0,
        9.0,
        &format!("Page {number} of 3"),
    );
    ruled(page, 90.0, &all)
}

#[test]
fn a_table_over_pages_is_one_without_what_pages_repeat() {
    let pages = [
        page(1, &[&["Parks", "1,200", "1,310", "9.2"], &["Roads", "(45)", "12", "n/a"]]),
        page(2, &[&["Schools", "9,000", "9,400", "4.4"], &["Water", "310", "305", "-1.6"]]),
        page(3, &[&["Zoos", "7", "8", "14.3"]]),
    ];
    let found = sheets(&pages);
    assert_eq!(found.len(), 1, "{found:#?}");
    let sheet = &found[0];
    assert_eq!((sheet.rows, sheet.header_rows, sheet.parts.len()), (6, 1, 3));
    let places: Vec<_> = sheet.parts.iter().map(|part| (part.page, part.row, part.end)).collect();
    assert_eq!(places, [(1, 0, 3), (2, 3, 5), (3, 5, 6)]);
    assert_eq!(sheet.pages().collect::<Vec<_>>(), [1, 1, 1, 2, 2, 3]);
    let columns: Vec<_> = sheet.columns.iter().map(|column| (column.name.as_str(), column.kind)).collect();
    assert_eq!(
        columns,
        [
            ("Agency", Kind::Text),
            ("2023", Kind::Integer),
            ("2024", Kind::Integer),
            ("Change (%)", Kind::Decimal)
        ]
    );
    assert_eq!((sheet.columns[3].unit.as_deref(), sheet.columns[3].nulls), (Some("%"), 1));
    let records = sheet.records();
    assert_eq!(records[1].texts, ["Roads", "-45", "12", ""]);
    assert_eq!((records[4].page, records[4].texts[0].as_str()), (3, "Zoos"));
    // Kept apart, each page has its own, with its header.
    let apart = sheets_of(&pages, &Wanted { stitches: false, ..Wanted::default() });
    assert_eq!(apart.iter().map(|sheet| sheet.rows).collect::<Vec<_>>(), [3, 3, 2]);
}

#[test]
fn another_header_or_a_title_begins_another_table() {
    let one =
        ruled(Drawing::default(), 90.0, &[HEADER, &["Parks", "1", "2", "100"], &["Roads", "3", "4", "33"]]);
    let other = ruled(
        Drawing::default(),
        90.0,
        &[&["Town", "People", "Area", "Density"], &["Arden", "100", "20", "5"], &["Bree", "50", "5", "10"]],
    );
    let titled = ruled(
        Drawing::default().text(72.0, 60.0, 11.0, "Table 2. The same for counties"),
        90.0,
        &[HEADER, &["Parks", "1", "2", "100"], &["Roads", "3", "4", "33"]],
    );
    let found = sheets(&[one, other, titled]);
    assert_eq!(found.iter().map(|sheet| sheet.rows).collect::<Vec<_>>(), [3, 3, 3]);
    assert_eq!(found[2].title.as_deref(), Some("Table 2. The same for counties"));
}

#[test]
fn headers_of_two_rows_name_columns_by_both() {
    let page = Drawing::default()
        .line(66.0, 78.0, 520.0, 78.0)
        .line(214.0, 96.0, 520.0, 96.0)
        .line(66.0, 114.0, 520.0, 114.0)
        .line(66.0, 168.0, 520.0, 168.0)
        .line(66.0, 78.0, 66.0, 168.0)
        .line(214.0, 78.0, 214.0, 168.0)
        .line(314.0, 96.0, 314.0, 168.0)
        .line(414.0, 78.0, 414.0, 168.0)
        .line(520.0, 78.0, 520.0, 168.0)
        .line(66.0, 132.0, 520.0, 132.0)
        .line(66.0, 150.0, 520.0, 150.0)
        .text(280.0, 90.0, 10.0, "Number")
        .text(430.0, 90.0, 10.0, "Share")
        .text(72.0, 108.0, 10.0, "Place")
        .text(220.0, 108.0, 10.0, "Men")
        .text(320.0, 108.0, 10.0, "Women")
        .text(430.0, 108.0, 10.0, "All")
        .rows(
            &[72.0, 220.0, 320.0, 430.0],
            126.0,
            18.0,
            &[
                &["Arden", "10", "12", "4.5%"],
                &["Bree", "20", "21", "8.1%*"],
                &["Total", "30", "33", "12.6%"],
            ],
        );
    let found = sheets(&[page]);
    let names: Vec<_> = found[0].columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["Place", "Number / Men", "Number / Women", "Share / All"], "{:#?}", found[0]);
    assert_eq!(found[0].header_rows, 2);
    assert_eq!((found[0].columns[3].unit.as_deref(), found[0].columns[3].notes), (Some("%"), 1));
    let noted = found[0].cells.iter().find(|cell| cell.text == "8.1%*").unwrap();
    assert_eq!(
        (noted.value.clone(), noted.note.as_deref()),
        (Some(Value::Number("8.1".to_owned())), Some("*"))
    );
    // The last row is the sum of the two above, which speaks for the reading.
    assert!(found[0].proofs[0].contains("totals"), "{:?}", found[0].proofs);
}

#[test]
fn what_looks_wrong_is_doubted() {
    let mut rows: Vec<Vec<String>> = vec![vec!["Name".into(), "A".into(), "B".into(), "C".into()]];
    for at in 1..=8 {
        rows.push(vec![format!("Row {at}x"), at.to_string(), format!("0{at}"), format!("{at}.5")]);
    }
    rows[4][1] = "see below".into();
    rows.push(vec!["Total".into(), "32".into(), "".into(), "99.0".into()]);
    let texts: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let slices: Vec<&[&str]> = texts.iter().map(Vec::as_slice).collect();
    let found = sheets(&[ruled(Drawing::default(), 90.0, &slices)]);
    let sheet = &found[0];
    assert_eq!(
        sheet.columns.iter().map(|column| column.kind).collect::<Vec<_>>()[2],
        Kind::Text,
        "zeros in front are kept"
    );
    let doubtful: Vec<_> = sheet.cells.iter().filter(|cell| !cell.doubts.is_empty()).collect();
    assert_eq!(doubtful.len(), 1, "{doubtful:#?}");
    assert_eq!((doubtful[0].text.as_str(), &doubtful[0].doubts[..]), ("see below", &[Doubt::NoNumber][..]));
    assert!(sheet.confidence < 0.97 && sheet.doubts[0].contains("no number"), "{:?}", sheet.doubts);
}

#[test]
fn numbers_are_read_as_their_column_writes_them() {
    let german = ruled(
        Drawing::default(),
        90.0,
        &[
            &["Ort", "Betrag", "Datum", "Anteil"],
            &["Aue", "1.234,50", "1.2.2020", "3,5"],
            &["Bonn", "17,25", "24.12.2021", "1,0"],
        ],
    );
    let found = sheets(&[german]);
    let records = found[0].records();
    assert_eq!(records[0].texts, ["Aue", "1234.50", "2020-02-01", "3.5"]);
    assert_eq!(records[1].texts, ["Bonn", "17.25", "2021-12-24", "1.0"]);
    assert_eq!(found[0].columns[2].kind, Kind::Date);
}

#[test]
fn editions_are_compared_by_titles_and_labels() {
    let edition = |month: &str, rows: &[&[&str]]| {
        let all: Vec<&[&str]> = std::iter::once(HEADER).chain(rows.iter().copied()).collect();
        ruled(Drawing::default().text(72.0, 62.0, 11.0, &format!("Table 1. Spending in {month}")), 90.0, &all)
    };
    let old = sheets(&[edition("May 2024", &[&["Parks", "1", "2", "3"], &["Roads", "4", "5", "6"]])]);
    let new = sheets(&[edition("June 2024", &[&["Parks", "1", "2", "9"], &["Zoos", "7", "8", "9"]])]);
    let differences = compare(&old, &new);
    assert_eq!(differences.len(), 1);
    let difference = &differences[0];
    assert_eq!(
        (&difference.added_rows[..], &difference.removed_rows[..]),
        (&["Zoos".to_owned()][..], &["Roads".to_owned()][..])
    );
    let changed: Vec<_> = difference
        .changed
        .iter()
        .map(|cell| (cell.row.as_str(), cell.old.as_str(), cell.new.as_str()))
        .collect();
    assert_eq!(changed, [("Parks", "3", "9")]);
    assert!(compare(&old, &old)[0].is_same());
}

#[test]
fn work_that_is_stopped_says_so() {
    let pages: Vec<Drawing> = (1..=40).map(|number| page(number, &[&["Parks", "1", "2", "3"]])).collect();
    let document = Document::open(Drawing::file_of(&pages), "").unwrap();
    let mut told = Vec::new();
    let found = extract(&document, &Wanted::default(), &|_, _| None, |done, total| {
        told.push((done, total));
        done < 3
    });
    assert!(found.is_stopped);
    assert_eq!(told, [(1, 40), (2, 40), (3, 40)], "nobody is told after that");
}

#[test]
fn wanted_pages_alone_are_read() {
    let pages: Vec<Drawing> = (1..=6).map(|number| page(number, &[&["Parks", "1", "2", "3"]])).collect();
    let found =
        sheets_of(&pages, &Wanted { pages: vec![(2, 2), (5, 9)], stitches: false, ..Wanted::default() });
    assert_eq!(found.iter().map(|sheet| sheet.page).collect::<Vec<_>>(), [2, 5, 6]);
}
