//! The many shapes that tables have in reports.

use townhall_pdf::{Evidence, Rect, Table, find_tables, find_tables_in};

use crate::made::Drawing;

fn only(drawing: &Drawing) -> Table {
    let tables = find_tables(&drawing.page());
    assert_eq!(tables.len(), 1, "{tables:#?}");
    tables.into_iter().next().unwrap()
}

/// Where each cell of the first rows begins and ends, and what it says.
fn cells(table: &Table, rows: usize) -> Vec<(usize, usize, usize, usize, &str)> {
    let first = table.cells.iter().filter(|cell| cell.row < rows);
    first.map(|cell| (cell.row, cell.last_row, cell.column, cell.last_column, cell.text.as_str())).collect()
}

/// A table with lines above, below the head, and below.
fn between_lines() -> Drawing {
    Drawing::default()
        .line(72.0, 100.0, 400.0, 100.0)
        .line(180.0, 115.0, 400.0, 115.0)
        .line(72.0, 142.0, 400.0, 142.0)
        .line(72.0, 205.0, 400.0, 205.0)
        .text(250.0, 112.0, 10.0, "Water level")
        .text(190.0, 126.0, 10.0, "In")
        .text(190.0, 138.0, 10.0, "spring")
        .rows(&[72.0, 280.0, 350.0], 138.0, 0.0, &[&["River", "Summer", "Fall"]])
        .rows(
            &[72.0, 195.0, 290.0, 352.0],
            156.0,
            14.0,
            &[
                &["Elm", "1.5", "1.0", "1.2"],
                &["Oak", "2.5", "2.0", "2.2"],
                &["Ash", "3", "2", "2"],
                &["All", "7", "5", "5.4"],
            ],
        )
}

#[test]
fn lines_above_and_below_bound_a_table() {
    let drawing = between_lines()
        .text(72.0, 94.0, 10.0, "Table 1.   How high the rivers of the county stood")
        .text(72.0, 216.0, 8.0, "Note: Levels in meters.     Rounded.");
    let table = only(&drawing);
    assert_eq!((table.evidence, table.rows, table.columns), (Evidence::Aligned, 6, 4));
    assert_eq!(table.grid()[5], ["All", "7", "5", "5.4"]);
}

#[test]
fn a_line_below_a_name_tells_which_columns_it_holds() {
    let table = only(&between_lines());
    assert_eq!(
        cells(&table, 2),
        [
            (0, 1, 0, 0, "River"),
            (0, 0, 1, 3, "Water level"),
            (1, 1, 1, 1, "In\nspring"),
            (1, 1, 2, 2, "Summer"),
            (1, 1, 3, 3, "Fall")
        ]
    );
}

#[test]
fn names_over_the_middle_of_columns_hold_them() {
    let drawing = Drawing::default().rows(&[215.0, 375.0], 100.0, 0.0, &[&["Spring", "Autumn"]]).rows(
        &[72.0, 190.0, 270.0, 350.0, 430.0],
        114.0,
        14.0,
        &[
            &["River", "2023", "2024", "2023", "2024"],
            &["Elm", "10.5", "11.5", "12.5", "13.5"],
            &["Oak", "4.2", "5.2", "6.2", "7.2"],
        ],
    );
    assert_eq!(cells(&only(&drawing), 1)[1..], [(0, 0, 1, 2, "Spring"), (0, 0, 3, 4, "Autumn")]);
}

#[test]
fn the_rest_of_a_label_is_no_row() {
    let drawing = Drawing::default().rows(
        &[72.0, 260.0, 320.0],
        100.0,
        12.0,
        &[
            &["Measure", "2023", "2024"],
            &["Rivers that rose above the", "4", "6"],
            &["banks of the county", "", ""],
            &["Rivers", "20", "21"],
            &["Lakes", "2", "3"],
        ],
    );
    let grid = only(&drawing).grid();
    assert_eq!(grid[1], ["Rivers that rose above the\nbanks of the county", "4", "6"]);
    assert_eq!(grid.len(), 4);
}

#[test]
fn the_sign_of_a_unit_is_no_column() {
    let drawing = Drawing::default().rows(
        &[72.0, 200.0, 225.0, 300.0],
        100.0,
        14.0,
        &[
            &["River", "", "Cost", "Year"],
            &["Elm", "$", "100", "2001"],
            &["Oak", "$", "250", "2003"],
            &["Ash", "$", "75", "2008"],
        ],
    );
    assert_eq!(only(&drawing).grid()[1], ["Elm", "$ 100", "2001"]);
}

#[test]
fn words_part_columns_that_lines_leave_together() {
    let ys = [100.0, 120.0, 140.0, 160.0, 180.0];
    let drawing = ys.iter().fold(Drawing::default(), |drawing, y| drawing.line(72.0, *y, 332.0, *y));
    let drawing =
        [72.0, 172.0, 332.0].iter().fold(drawing, |drawing, x| drawing.line(*x, 100.0, *x, 180.0)).rows(
            &[76.0, 190.0, 260.0],
            114.0,
            20.0,
            &[&["River", "Low", "High"], &["Elm", "1.5", "2.5"], &["Oak", "3.5", "4.5"], &["All", "5", "7"]],
        );
    let table = only(&drawing);
    assert_eq!(table.evidence, Evidence::Ruled);
    assert_eq!(
        table.grid(),
        [["River", "Low", "High"], ["Elm", "1.5", "2.5"], ["Oak", "3.5", "4.5"], ["All", "5", "7"]]
    );
}

#[test]
fn a_wide_space_parts_rows_within_lines() {
    let ys = [100.0, 120.0, 200.0];
    let drawing = ys.iter().fold(Drawing::default(), |drawing, y| drawing.line(72.0, *y, 372.0, *y));
    let drawing = [72.0, 152.0, 372.0].iter().fold(drawing, |drawing, x| drawing.line(*x, 100.0, *x, 200.0));
    let drawing = drawing
        .rows(&[76.0, 160.0], 114.0, 0.0, &[&["River", "What happened"]])
        .rows(
            &[76.0, 160.0],
            134.0,
            12.0,
            &[&["Elm", "It rose in spring, and then it"], &["", "fell in summer"]],
        )
        .rows(
            &[76.0, 160.0],
            172.0,
            12.0,
            &[&["Oak", "It stayed where it was, as it"], &["", "always does"]],
        );
    let grid = only(&drawing).grid();
    assert_eq!((grid.len(), grid[2][1].as_str()), (3, "It stayed where it was, as it\nalways does"));
}

#[test]
fn a_scale_beside_lines_is_that_of_a_chart() {
    let drawing = (0..6).fold(Drawing::default(), |drawing, n| {
        let y = 100.0 + 20.0 * f64::from(n);
        drawing.text(60.0, y + 3.0, 8.0, &format!("{}", 100 - 20 * n)).line(80.0, y, 300.0, y)
    });
    let bars = (0..5).fold(drawing, |drawing, n| {
        let x = 90.0 + 40.0 * f64::from(n);
        let y = 190.0 - 15.0 * f64::from(n);
        drawing
            .line(x, y, x + 20.0, y)
            .line(x, y, x, 200.0)
            .line(x + 20.0, y, x + 20.0, 200.0)
            .text(x + 4.0, y - 3.0, 8.0, &format!("{}", 10 + 15 * n))
            .text(x, 212.0, 8.0, &format!("{}", 2019 + n))
    });
    assert_eq!(find_tables(&bars.page()), []);
}

#[test]
fn columns_of_text_below_the_line_of_a_page_are_no_table() {
    let prose = [
        "The rivers of the county rose in spring and",
        "fell in summer, and when it rained they rose",
        "again, so that nobody knew what they would",
        "do in the fall of the year, or in the winter",
    ];
    let drawing = Drawing::default()
        .line(60.0, 60.0, 560.0, 60.0)
        .rows(&[60.0, 420.0], 74.0, 0.0, &[&["Proposed Rules", "County Register"]])
        .line(60.0, 80.0, 560.0, 80.0);
    let drawing = (0..12).fold(drawing, |drawing, n| {
        let y = 96.0 + 11.0 * n as f64;
        drawing.text(60.0, y, 9.0, prose[n % 4]).text(320.0, y, 9.0, prose[(n + 1) % 4])
    });
    assert_eq!(find_tables(&drawing.page()), []);
}

#[test]
fn an_area_is_one_table_made_of_the_words_in_it() {
    let page = between_lines().text(72.0, 94.0, 10.0, "Table 1").page();
    let rows = Rect::new(70.0, 144.0, 410.0, 200.0);
    let tables = find_tables_in(&page, &[rows, Rect::new(500.0, 500.0, 550.0, 550.0)]);
    assert_eq!(tables.len(), 2);
    assert_eq!((tables[0].rows, tables[0].columns, tables[0].rect), (4, 4, rows));
    assert_eq!(tables[0].grid()[0], ["Elm", "1.5", "1.0", "1.2"]);
    assert_eq!((tables[1].rows, tables[1].columns, tables[1].cells.len()), (0, 0, 0));
    let text = find_tables_in(&page, &[Rect::new(60.0, 80.0, 410.0, 97.0)]);
    assert_eq!(text[0].grid(), [["Table 1"]]);
}

#[test]
fn tables_side_by_side_on_lines_of_their_own_are_two() {
    let drawing = Drawing::default()
        .rows(
            &[72.0, 150.0, 200.0],
            100.0,
            14.0,
            &[
                &["River", "2023", "2024"],
                &["Elm", "1.5", "2.5"],
                &["Oak", "3.5", "4.5"],
                &["All", "5.0", "7.0"],
            ],
        )
        .rows(
            &[340.0, 420.0, 470.0],
            104.0,
            14.0,
            &[&["Lake", "2023", "2024"], &["Big", "11", "12"], &["Small", "3", "4"]],
        );
    let tables = find_tables(&drawing.page());
    let texts: Vec<Vec<String>> = tables.iter().map(|table| table.grid()[1].clone()).collect();
    assert_eq!(texts, [["Elm", "1.5", "2.5"], ["Big", "11", "12"]]);
}

#[test]
fn a_title_ends_a_table_and_shows_the_next() {
    let drawing = Drawing::default()
        .rows(
            &[72.0, 200.0, 260.0],
            100.0,
            14.0,
            &[&["River", "2023", "2024"], &["Elm", "1.5", "2.5"], &["Oak", "3.5", "4.5"]],
        )
        .text(72.0, 146.0, 10.0, "Table 2. Terms")
        .rows(
            &[72.0, 180.0],
            162.0,
            14.0,
            &[&["Term", "Meaning"], &["Level", "Height of the water"], &["Flow", "Water that passes by"]],
        );
    let tables = find_tables(&drawing.page());
    let rows: Vec<usize> = tables.iter().map(|table| table.rows).collect();
    assert_eq!(rows, [3, 3]);
    assert_eq!(tables[1].grid()[2], ["Flow", "Water that passes by"]);
}

#[test]
fn a_table_of_contents_is_none() {
    let line = |title: &str| format!("{title} {}", ".".repeat(60 - title.len()));
    let drawing = [("Rivers", "1"), ("Lakes", "4"), ("Seas", "9"), ("Annex", "12")].iter().enumerate().fold(
        Drawing::default(),
        |drawing, (n, (title, page))| {
            drawing.rows(&[72.0, 420.0], 100.0 + 14.0 * n as f64, 0.0, &[&[&line(title), page]])
        },
    );
    assert_eq!(find_tables(&drawing.page()), []);
}

#[test]
fn a_label_that_is_too_long_keeps_to_its_column() {
    let drawing = Drawing::default().rows(
        &[72.0, 200.0, 260.0],
        100.0,
        12.0,
        &[
            &["Country", "2001", "2002"],
            &["Belgium", "10", "11"],
            &["Denmark", "5", "6"],
            &["All of them together with others (*)", "", "17"],
            &["Spain", "3", "4"],
            &["Italy", "3", "4"],
        ],
    );
    assert_eq!(only(&drawing).grid()[3], ["All of them together with others (*)", "", "17"]);
}

#[test]
fn space_between_rows_tells_the_lines_of_cells() {
    let rows = [
        ("Level", ["The height of the water", "above the sea"], ["Measured at the gauge", "each day"]),
        ("Flow", ["How much water passes", "the gauge"], ["Computed", ""]),
        ("Flood", ["A level above the banks", "of the river"], ["None so far", ""]),
    ];
    let drawing =
        Drawing::default().rows(&[72.0, 160.0, 330.0], 100.0, 0.0, &[&["Term", "Meaning", "Remarks"]]);
    let drawing = rows.iter().enumerate().fold(drawing, |drawing, (n, (term, meaning, remarks))| {
        let y = 118.0 + 28.0 * n as f64;
        drawing.rows(
            &[72.0, 160.0, 330.0],
            y,
            11.0,
            &[&[term, meaning[0], remarks[0]], &["", meaning[1], remarks[1]]],
        )
    });
    let grid = only(&drawing).grid();
    assert_eq!(
        grid[1],
        ["Level", "The height of the water\nabove the sea", "Measured at the gauge\neach day"]
    );
    assert_eq!(grid[3], ["Flood", "A level above the banks\nof the river", "None so far"]);
}

#[test]
fn colours_draw_cells() {
    let colours = ["0.8 0.2 0.2", "0.95 0.8 0.7", "0.97 0.9 0.85"];
    let drawing = (0..3).fold(Drawing::default(), |drawing, row| {
        (0..3).fold(drawing, |drawing, column| {
            let (x, y) = (72.0 + 90.0 * f64::from(column), 100.0 + 32.0 * f64::from(row));
            drawing.fill(x, y, 90.0, 32.0, colours[row as usize])
        })
    });
    let drawing = drawing
        .rows(&[76.0, 166.0, 256.0], 112.0, 0.0, &[&["River", "When", "Level"]])
        .rows(&[76.0, 166.0, 256.0], 144.0, 12.0, &[&["Elm", "2.12.2009 to", "1.5"], &["", "19.12.2009", ""]])
        .rows(&[76.0, 166.0, 256.0], 176.0, 12.0, &[&["Oak", "4.1.2010 to", "2.5"], &["", "1.2.2010", ""]]);
    let table = only(&drawing);
    assert_eq!(table.grid()[2], ["Oak", "4.1.2010 to\n1.2.2010", "2.5"]);
}

#[test]
fn names_right_above_a_grid_of_values_are_its_head() {
    let ys = [104.0, 124.0, 144.0, 164.0];
    let drawing = ys.iter().fold(Drawing::default(), |drawing, y| drawing.line(72.0, *y, 332.0, *y));
    let drawing =
        [72.0, 172.0, 252.0, 332.0].iter().fold(drawing, |drawing, x| drawing.line(*x, 104.0, *x, 164.0));
    let drawing = drawing.rows(
        &[76.0, 176.0, 256.0],
        98.0,
        20.0,
        &[&["River", "Low", "High"], &["Elm", "1.5", "2.5"], &["Oak", "3.5", "4.5"], &["All", "5", "7"]],
    );
    assert_eq!(only(&drawing).grid()[0], ["River", "Low", "High"]);
}

#[test]
fn years_are_no_side_of_a_chart() {
    let drawing = Drawing::default().rows(
        &[72.0, 150.0, 220.0],
        100.0,
        14.0,
        &[
            &["Year", "Rivers", "Lakes"],
            &["2001", "14", "3"],
            &["2002", "17", "2"],
            &["2003", "11", "8"],
            &["2004", "12", "9"],
        ],
    );
    assert_eq!(only(&drawing).grid()[4], ["2004", "12", "9"]);
}

#[test]
fn white_lines_over_a_colour_part_cells() {
    let drawing = Drawing::default().fill(72.0, 100.0, 260.0, 60.0, "0.8 0.9 1");
    let drawing = [100.0, 120.0, 140.0, 160.0]
        .iter()
        .fold(drawing, |drawing, y| drawing.fill(72.0, *y, 260.0, 0.8, "1 1 1"));
    let drawing = [72.0, 152.0, 252.0, 331.0]
        .iter()
        .fold(drawing, |drawing, x| drawing.fill(*x, 100.0, 0.8, 60.0, "1 1 1"));
    let rows: [&[&str]; 3] =
        [&["River", "Before the flood", "After"], &["Elm", "low", "high"], &["Oak", "high", "low"]];
    let table = only(&drawing.rows(&[76.0, 156.0, 256.0], 114.0, 20.0, &rows));
    assert_eq!((table.evidence, table.rows, table.columns), (Evidence::Ruled, 3, 3));
    let on_paper = Drawing::default().fill(72.0, 100.0, 260.0, 0.8, "1 1 1").page();
    assert_eq!(on_paper.rulings, []);
}

#[test]
fn names_of_columns_may_run_upwards() {
    let drawing = Drawing::default()
        .line(72.0, 90.0, 320.0, 90.0)
        .line(72.0, 150.0, 320.0, 150.0)
        .line(72.0, 200.0, 320.0, 200.0)
        .text(72.0, 146.0, 10.0, "River")
        .upwards(188.0, 146.0, 10.0, "Spring")
        .upwards(228.0, 146.0, 10.0, "Summer rain")
        .upwards(268.0, 146.0, 10.0, "Fall")
        .rows(
            &[72.0, 180.0, 220.0, 260.0],
            164.0,
            14.0,
            &[&["Elm", "1.5", "2.5", "3"], &["Oak", "3.5", "4.5", "4"], &["All", "5", "7", "7"]],
        );
    assert_eq!(only(&drawing).grid()[0], ["River", "Spring", "Summer rain", "Fall"]);
}

#[test]
fn a_scale_below_lines_is_that_of_a_chart() {
    let drawing = (0..6).fold(Drawing::default(), |drawing, n| {
        let x = 150.0 + 40.0 * f64::from(n);
        drawing.line(x, 100.0, x, 200.0).text(x - 4.0, 212.0, 8.0, &format!("{}", 20 + 10 * n))
    });
    let drawing = [100.0, 150.0, 200.0].iter().fold(drawing, |drawing, y| drawing.line(150.0, *y, 350.0, *y));
    let bars = ["43", "31", "28"].iter().enumerate().fold(drawing, |drawing, (n, value)| {
        let y = 115.0 + 30.0 * n as f64;
        drawing.text(90.0, y, 8.0, "River").text(240.0, y, 8.0, value).text(290.0, y, 8.0, value)
    });
    assert_eq!(find_tables(&bars.page()), []);
}

#[test]
fn names_of_parts_are_rows() {
    let drawing = Drawing::default().rows(
        &[72.0, 260.0],
        100.0,
        12.0,
        &[
            &["Wines", "Price"],
            &["From the river", ""],
            &["Dry white wine of the upper hills", "8"],
            &["Vineyards of the lower banks", ""],
            &["Sweet white wine", "10"],
            &["By the sea", ""],
            &["Red wine", "13"],
            &["In the plain", ""],
            &["White wine", "9"],
        ],
    );
    assert_eq!(only(&drawing).rows, 9);
}

#[test]
fn tables_side_by_side_between_lines_are_two() {
    let ys = [90.0, 106.0, 150.0];
    let drawing = ys
        .iter()
        .fold(Drawing::default(), |drawing, y| drawing.line(72.0, *y, 290.0, *y).line(310.0, *y, 530.0, *y));
    let drawing = drawing
        .rows(
            &[72.0, 180.0, 250.0],
            102.0,
            16.0,
            &[&["River", "2023", "2024"], &["Elm", "1.5", "2.5"], &["Oak", "3.5", "4.5"]],
        )
        .rows(
            &[310.0, 420.0, 490.0],
            102.0,
            16.0,
            &[&["Lake", "2023", "2024"], &["Big", "11", "12"], &["Small", "3", "4"]],
        );
    let tables = find_tables(&drawing.page());
    let texts: Vec<Vec<String>> = tables.iter().map(|table| table.grid()[1].clone()).collect();
    assert_eq!(texts, [["Elm", "1.5", "2.5"], ["Big", "11", "12"]]);
}

#[test]
fn sums_below_the_last_line_belong_to_the_table() {
    let drawing =
        [90.0, 106.0, 136.0].iter().fold(Drawing::default(), |drawing, y| drawing.line(72.0, *y, 290.0, *y));
    let drawing = drawing.rows(
        &[72.0, 180.0, 250.0],
        102.0,
        15.0,
        &[&["River", "2023", "2024"], &["Elm", "1.5", "2.5"], &["Oak", "3.5", "4.5"], &["All", "5.0", "7.0"]],
    );
    assert_eq!(only(&drawing.text(72.0, 166.0, 8.0, "Rounded.")).grid()[3], ["All", "5.0", "7.0"]);
}
