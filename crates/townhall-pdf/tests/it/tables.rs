//! Tables with lines and without.

use townhall_pdf::{Evidence, Table, find_tables};

use crate::made::Drawing;

fn only(drawing: &Drawing) -> Table {
    let tables = find_tables(&drawing.page());
    assert_eq!(tables.len(), 1, "{tables:#?}");
    tables.into_iter().next().unwrap()
}

/// A grid of lines with these columns and rows.
fn grid(xs: &[f64], ys: &[f64]) -> Drawing {
    let (left, right) = (xs[0], xs[xs.len() - 1]);
    let (above, below) = (ys[0], ys[ys.len() - 1]);
    let drawing = ys.iter().fold(Drawing::default(), |drawing, y| drawing.line(left, *y, right, *y));
    xs.iter().fold(drawing, |drawing, x| drawing.line(*x, above, *x, below))
}

#[test]
fn lines_draw_cells_and_a_cell_may_have_several_lines() {
    let drawing = grid(&[72.0, 172.0, 272.0], &[100.0, 130.0, 150.0, 170.0])
        .text(76.0, 111.0, 10.0, "Number of")
        .text(76.0, 124.0, 10.0, "gauges")
        .text(176.0, 118.0, 10.0, "Level")
        .rows(&[76.0, 176.0], 144.0, 20.0, &[&["12", "high"], &["7", "low"]]);
    let table = only(&drawing);
    assert_eq!(table.evidence, Evidence::Ruled);
    assert_eq!(table.grid(), [["Number of\ngauges", "Level"], ["12", "high"], ["7", "low"]]);
}

#[test]
fn a_cell_without_lines_within_spans_columns() {
    let xs = [72.0, 152.0, 232.0, 312.0];
    let drawing = [100.0, 120.0, 140.0, 160.0]
        .iter()
        .fold(Drawing::default(), |drawing, y| drawing.line(72.0, *y, 312.0, *y))
        .line(72.0, 100.0, 72.0, 160.0)
        .line(152.0, 100.0, 152.0, 160.0)
        .line(232.0, 120.0, 232.0, 160.0)
        .line(312.0, 100.0, 312.0, 160.0)
        .text(190.0, 114.0, 10.0, "Rivers that rose")
        .rows(&xs[..3], 134.0, 20.0, &[&["Year", "2023", "2024"], &["Count", "5", "9"]]);
    let table = only(&drawing);
    let head = &table.cells[0];
    assert_eq!((head.row, head.column, head.last_column, head.text.as_str()), (0, 1, 2, "Rivers that rose"));
    assert_eq!(table.grid()[2], ["Count", "5", "9"]);
}

#[test]
fn values_in_one_box_are_rows() {
    let drawing = grid(&[72.0, 172.0, 252.0, 332.0], &[100.0, 120.0, 190.0])
        .rows(&[76.0, 176.0, 256.0], 114.0, 0.0, &[&["River", "2023", "2024"]])
        .rows(
            &[76.0, 176.0, 256.0],
            134.0,
            16.0,
            &[&["Elm", "1.5", "2.5"], &["Oak", "3.5", "4.5"], &["All", "5", "7"]],
        );
    assert_eq!(only(&drawing).rows, 4);
}

#[test]
fn a_title_within_the_lines_is_no_row() {
    let drawing = [100.0, 120.0, 140.0, 160.0, 180.0]
        .iter()
        .fold(Drawing::default(), |drawing, y| drawing.line(72.0, *y, 272.0, *y))
        .line(72.0, 100.0, 72.0, 180.0)
        .line(172.0, 120.0, 172.0, 180.0)
        .line(272.0, 100.0, 272.0, 180.0)
        .text(80.0, 114.0, 10.0, "Table 1. Rivers of the county")
        .rows(&[76.0, 176.0], 134.0, 20.0, &[&["River", "Length"], &["Elm", "12"], &["Oak", "9"]]);
    assert_eq!(only(&drawing).grid(), [["River", "Length"], ["Elm", "12"], ["Oak", "9"]]);
}

#[test]
fn words_below_one_another_are_columns() {
    let drawing = Drawing::default()
        .text(
            72.0,
            80.0,
            10.0,
            "The table below tells how high the rivers of the county stood in the years before.",
        )
        .rows(
            &[72.0, 200.0, 280.0],
            120.0,
            14.0,
            &[
                &["River", "2023", "2024"],
                &["Elm", "1.5", "2.5"],
                &["Oak Creek", "3.5", "-"],
                &["All", "5.0", "2.5"],
            ],
        )
        .text(
            72.0,
            220.0,
            10.0,
            "What they will do next year is not known, and nobody has asked the people who live there.",
        );
    let table = only(&drawing);
    assert_eq!(table.evidence, Evidence::Aligned);
    assert_eq!(
        table.grid(),
        [["River", "2023", "2024"], ["Elm", "1.5", "2.5"], ["Oak Creek", "3.5", "-"], ["All", "5.0", "2.5"]]
    );
}

#[test]
fn a_label_of_two_lines_beside_its_values_is_one_row() {
    let drawing = Drawing::default()
        .rows(&[72.0, 240.0, 300.0], 100.0, 14.0, &[&["Measure", "2023", "2024"]])
        .text(72.0, 124.0, 10.0, "Rivers that rose above")
        .text(72.0, 136.0, 10.0, "their banks")
        .rows(&[72.0, 240.0, 300.0], 130.0, 14.0, &[&["", "4", "6"]])
        .rows(&[72.0, 240.0, 300.0], 156.0, 14.0, &[&["Rivers", "20", "21"]]);
    assert_eq!(
        only(&drawing).grid(),
        [
            ["Measure", "2023", "2024"],
            ["Rivers that rose above\ntheir banks", "4", "6"],
            ["Rivers", "20", "21"]
        ]
    );
}

#[test]
fn text_and_charts_are_no_tables() {
    let prose = "The rivers of the county rose in spring and fell in summer";
    let drawing = (0..6).fold(Drawing::default(), |drawing, line| {
        let y = 100.0 + 14.0 * f64::from(line);
        drawing.text(60.0, y, 8.0, prose).text(320.0, y, 8.0, prose)
    });
    assert_eq!(find_tables(&drawing.page()), []);
    let sides: Vec<[String; 2]> =
        (0..8).map(|n| [format!("{}", 70 - n * 10), format!("{}", 140 - n * 20)]).collect();
    let drawing = sides.iter().enumerate().fold(Drawing::default(), |drawing, (n, [left, right])| {
        let y = 100.0 + 14.0 * n as f64;
        drawing.text(60.0, y, 8.0, left).text(420.0, y, 8.0, right)
    });
    assert_eq!(find_tables(&drawing.page()), []);
    assert_eq!(find_tables(&Drawing::default().page()), []);
}
