//! The numbers of a chart as a table.

use crate::chart::{Chart, Data};
use crate::cube::{NO_VALUE, key};
use crate::limits::TABLE_ROWS_MAX;
use crate::plan::Layout;
use crate::spec::Kind;

/// A table of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The headings, and whether numbers stand below.
    pub headings: Vec<(String, bool)>,
    /// The cells; the first of each row says what the row is about.
    pub rows: Vec<Vec<String>>,
    /// How many rows are left out.
    pub omitted: usize,
}

/// The numbers of a chart.
pub(crate) fn table(chart: &Chart) -> Table {
    let mut table = match (&chart.data, &chart.plan.layout) {
        (Data::Cube(cube), Layout::Cube { category, series, measure, .. }) => {
            let (category, measure) = (chart.output(*category), chart.output(*measure));
            let mut headings = vec![(category.title.clone(), false)];
            match (series, cube.has_series()) {
                (Some(_), true) => {
                    headings.extend(cube.series.iter().map(|series| (series.label.clone(), true)));
                }
                _ => headings.push((measure.title.clone(), true)),
            }
            let shares = chart.plan.spec.kind == Kind::Pie;
            let whole: f64 = (0..cube.categories.len()).map(|i| cube.total(i)).sum();
            if shares {
                headings.push(("Share".to_owned(), true));
            }
            let rows = cube.categories.iter().enumerate().map(|(i, category)| {
                let mut row = vec![category.label.clone()];
                row.extend(cube.values.iter().map(|series| {
                    series.get(i).copied().flatten().map_or_else(String::new, |value| measure.number(value))
                }));
                if shares {
                    row.push(share(cube.total(i), whole));
                }
                row
            });
            Table { headings, rows: rows.collect(), omitted: 0 }
        }
        (Data::Figure(value), Layout::Figure { measure }) => {
            let output = chart.output(*measure);
            Table {
                headings: vec![("Number".to_owned(), false), ("Value".to_owned(), true)],
                rows: vec![vec![
                    output.title.clone(),
                    value.map_or_else(|| NO_VALUE.to_owned(), |v| output.number(v)),
                ]],
                omitted: 0,
            }
        }
        _ => {
            let outputs = &chart.plan.outputs;
            let headings = outputs
                .iter()
                .map(|output| (output.title.clone(), output.kind == crate::FieldType::Quantitative))
                .collect();
            let row = |row: &Vec<Option<String>>| {
                row.iter().zip(outputs).map(|(cell, output)| key(cell.as_deref(), output).label).collect()
            };
            let kept = chart.raw.iter().take(TABLE_ROWS_MAX + 1).map(row);
            let omitted = chart.raw.len().saturating_sub(TABLE_ROWS_MAX + 1);
            Table { headings, rows: kept.collect(), omitted }
        }
    };
    table.omitted += table.rows.len().saturating_sub(TABLE_ROWS_MAX);
    table.rows.truncate(TABLE_ROWS_MAX);
    table
}

/// A share in percent.
pub(crate) fn share(part: f64, whole: f64) -> String {
    if whole == 0.0 || !whole.is_finite() {
        return String::new();
    }
    let percent = part / whole * 100.0;
    if percent > 0.0 && percent < 0.1 { "under 0.1%".to_owned() } else { format!("{percent:.1}%") }
}
