//! Tables that people mark: ways to part cells, and templates that find a table where it has moved.

use townhall_pdf::{
    Document, Extraction, Method, Reach, Rect, Selection, TroubleKind, Wanted, extract, read_recipe,
    template_of, write_recipe,
};

use crate::made::Drawing;

const COLUMNS: [f64; 3] = [72.0, 200.0, 280.0];

fn rivers(y: f64) -> Drawing {
    Drawing::default()
        .text(72.0, y - 34.0, 11.0, "Table 3. Rivers of the county, May 2024")
        .rows(
            &COLUMNS,
            y,
            14.0,
            &[&["River", "2023", "2024"], &["Elm", "1.5", "2.5"], &["Oak Creek", "3.5", "4.5"]],
        )
        .text(72.0, y + 60.0, 8.0, "Source: the gauges of the county")
}

fn marked(pages: &[Drawing], selections: Vec<Selection>) -> Extraction {
    let document = Document::open(Drawing::file_of(pages), "").unwrap();
    extract(&document, &Wanted { selections, stitches: false, ..Wanted::default() }, &|_, _| None, |_, _| {
        true
    })
}

fn grid(found: &Extraction) -> Vec<Vec<String>> {
    assert_eq!(found.sheets.len(), 1, "{found:#?}");
    found.sheets[0].grid()
}

fn area() -> Selection {
    Selection::of(1, Rect::new(66.0, 108.0, 320.0, 154.0))
}

#[test]
fn an_area_is_one_table_whatever_parts_its_cells() {
    for method in [Method::Guess, Method::Stream] {
        let found = marked(&[rivers(120.0)], vec![Selection { extraction_method: method, ..area() }]);
        assert_eq!(grid(&found)[2], ["Oak Creek", "3.5", "4.5"], "{method:?}");
    }
}

#[test]
fn columns_rows_and_merged_cells_are_those_that_were_drawn() {
    let selection = Selection { columns: vec![190.0], ..area() };
    assert_eq!(grid(&marked(&[rivers(120.0)], vec![selection]))[1], ["Elm", "1.5 2.5"]);
    let selection = Selection { columns: vec![190.0, 270.0], rows: vec![124.0], ..area() };
    let found = marked(&[rivers(120.0)], vec![selection.clone()]);
    assert_eq!(grid(&found)[1], ["Elm\nOak Creek", "1.5\n3.5", "2.5\n4.5"]);
    let lattice = Selection { extraction_method: Method::Lattice, ..selection.clone() };
    assert_eq!(grid(&marked(&[rivers(120.0)], vec![lattice]))[0], ["River", "2023", "2024"]);
    let merged = Selection { merged: vec![[0, 0, 1, 2]], header_rows: Some(0), ..selection };
    let found = marked(&[rivers(120.0)], vec![merged]);
    let cell = found.sheets[0].cells.iter().find(|cell| cell.row == 0 && cell.column == 1).unwrap();
    assert_eq!((cell.text.as_str(), cell.last_column, found.sheets[0].header_rows), ("2023\n2024", 2, 0));
}

#[test]
fn a_template_finds_its_table_where_it_has_moved() {
    let pages = [rivers(120.0)];
    let document = Document::open(Drawing::file_of(&pages), "").unwrap();
    let found = extract(&document, &Wanted::default(), &|_, _| None, |_, _| true);
    let template = write_recipe(&template_of(&document, &found.sheets));
    let selections = read_recipe(&template).unwrap();
    assert!(selections[0].anchor.as_ref().unwrap().text.starts_with("Table 3"), "{template}");
    // The next edition has another page before it, stands lower, has a row more and another month.
    let next = Drawing::default()
        .text(72.0, 366.0, 11.0, "Table 3. Rivers of the county, June 2024")
        .rows(
            &COLUMNS,
            400.0,
            14.0,
            &[
                &["River", "2023", "2024"],
                &["Elm", "1.5", "2.6"],
                &["Oak Creek", "3.5", "4.6"],
                &["Pine", "9.1", "9.2"],
            ],
        )
        .text(72.0, 474.0, 8.0, "Source: the gauges of the county");
    let found = marked(&[Drawing::default().text(72.0, 90.0, 12.0, "A letter."), next], selections.clone());
    assert_eq!(
        (found.sheets[0].page, grid(&found)[3].clone()),
        (2, vec!["Pine".into(), "9.1".into(), "9.2".into()])
    );
    // Without its landmark it is not found, and that is told.
    let found = marked(&[Drawing::default().text(72.0, 90.0, 12.0, "A letter.")], selections);
    assert!(found.sheets.is_empty());
    assert_eq!(found.troubles[0].kind, TroubleKind::NoLandmark);
    assert!(found.troubles[0].message.contains("Rivers of the county"), "{:?}", found.troubles);
}

#[test]
fn templates_of_tabula_are_read_and_ours_can_be_read_by_it() {
    let tabula = r#"[{"page":2,"extraction_method":"spreadsheet","selection_id":"x1","x1":10,"x2":200.5,"y1":20,"y2":90,"width":190.5,"height":70,"spec_index":0}]"#;
    let read = read_recipe(tabula).unwrap();
    assert_eq!((read[0].page, read[0].extraction_method, read[0].reach), (2, Method::Lattice, Reach::Page));
    let written: serde_json::Value = serde_json::from_str(&write_recipe(&read)).unwrap();
    for key in ["page", "extraction_method", "x1", "x2", "y1", "y2", "width", "height"] {
        assert!(written[0].get(key).is_some(), "{key}");
    }
    for (wrong, why) in [
        ("{}", "can't be read"),
        (r#"[{"page":0,"x1":1,"x2":2,"y1":1,"y2":2}]"#, "counted from 1"),
        (r#"[{"page":1,"x1":5,"x2":2,"y1":1,"y2":2}]"#, "empty"),
    ] {
        let error = read_recipe(wrong).unwrap_err();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn areas_of_every_page_and_in_hundredths() {
    let selection = Selection {
        x1: 10.0,
        y1: 12.0,
        x2: 60.0,
        y2: 20.0,
        percent: true,
        reach: Reach::All,
        ..Selection::of(1, Rect::new(10.0, 12.0, 60.0, 20.0))
    };
    let found = marked(&[rivers(120.0), rivers(120.0)], vec![selection]);
    assert_eq!(
        found.sheets.iter().map(|sheet| (sheet.page, sheet.rows)).collect::<Vec<_>>(),
        [(1, 3), (2, 3)]
    );
}
