//! The charts of the scorecard, drawn here from numbers that are at hand.

use townhall_app::charts::{Aggregate, Channel, Chart, Field, Kind, Look, Plan, Rows, Spec};
use townhall_model::table::ColumnType;

use crate::pages::views::ChartFigure;

/// The widths of the drawings for wide screens and for phones.
const WIDE: f64 = 760.0;
const NARROW: f64 = 360.0;

/// A chart of numbers, one for each label or day; none when there is nothing to draw.
pub fn figure(
    id: &str,
    kind: Kind,
    title: &str,
    (label, number): (&str, &str),
    rows: &[(String, u64)],
) -> Option<ChartFigure> {
    let by = Channel::field(label);
    let of = Channel { title: Some(number.to_owned()), ..Channel::aggregate(Aggregate::Sum, number) };
    let mut spec = Spec::new(kind);
    spec.title = Some(title.to_owned());
    match kind {
        // Labels are read more easily beside bars than beneath them.
        Kind::Bar => (spec.y, spec.x) = (Some(by), Some(of)),
        _ => (spec.x, spec.y) = (Some(by), Some(of)),
    }
    let numbers = || rows.iter().map(|(_, number)| *number as f64);
    let field = |name: &str, kind: ColumnType| Field {
        name: name.to_owned(),
        label: name.to_owned(),
        kind,
        unit: None,
        min: numbers().reduce(f64::min).filter(|_| kind.is_numeric()),
        max: numbers().reduce(f64::max).filter(|_| kind.is_numeric()),
        distinct: rows.len() as u64,
        is_currency: false,
    };
    let of_labels = if kind == Kind::Bar { ColumnType::Text } else { ColumnType::Date };
    let plan = Plan::new(&spec, &[field(label, of_labels), field(number, ColumnType::Integer)]).ok()?;
    let cells = rows
        .iter()
        .map(|(label, number)| {
            let cell = |is_measure: bool| Some(if is_measure { number.to_string() } else { label.clone() });
            plan.outputs.iter().map(|output| cell(output.is_measure())).collect()
        })
        .collect();
    let chart = Chart::new(plan, Rows { cells, has_more: false, total: None });
    if chart.is_empty() {
        return None;
    }
    let table = chart.table();
    let drawn =
        |width: f64, part: &str| chart.svg(&Look { width, id: &format!("{id}-{part}"), source: None });
    Some(ChartFigure {
        id: id.to_owned(),
        title: chart.title(),
        description: chart.description(),
        notes: chart.notes().to_vec(),
        wide: drawn(WIDE, "wide"),
        narrow: drawn(NARROW, "narrow"),
        headings: table.headings,
        rows: table.rows,
        omitted: table.omitted,
        ..ChartFigure::default()
    })
}
