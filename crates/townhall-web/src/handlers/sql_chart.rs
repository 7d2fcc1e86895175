//! A chart of the rows that answer a query: one column in words or times, one in numbers.

use std::collections::HashMap;

use townhall_app::AnswerColumn;
use townhall_app::charts::{Aggregate, Channel, Chart, Field, Kind, Look, Plan, Rows, Spec};

use crate::pages::views::ChartFigure;

/// The kinds that two columns make.
pub const KINDS: [Kind; 4] = [Kind::Bar, Kind::Line, Kind::Area, Kind::Pie];

/// The widths of the drawings for wide screens and for phones.
const WIDE: f64 = 760.0;
const NARROW: f64 = 360.0;

/// The rows of an answer, of which two columns are drawn.
pub struct Drawn<'a> {
    pub columns: &'a [AnswerColumn],
    pub rows: &'a [Vec<Option<String>>],
    pub has_more: bool,
    /// The column of labels or times.
    pub x: usize,
    /// The column of numbers.
    pub y: usize,
}

impl Drawn<'_> {
    /// The chart; none when there is nothing to draw.
    pub fn figure(&self, kind: Kind) -> Option<ChartFigure> {
        let (label, number) = (&self.columns[self.x].name, &self.columns[self.y].name);
        let by = Channel::field(label);
        let of = Channel { title: Some(number.clone()), ..Channel::aggregate(Aggregate::Sum, number) };
        let mut spec = Spec::new(kind);
        spec.title = Some(format!("{number} for each {label}"));
        match kind {
            // Labels are read more easily beside bars than beneath them.
            Kind::Bar => (spec.y, spec.x) = (Some(by), Some(of)),
            Kind::Pie => (spec.color, spec.theta) = (Some(by), Some(of)),
            _ => (spec.x, spec.y) = (Some(by), Some(of)),
        }
        let plan = Plan::new(&spec, &[self.field(self.x), self.field(self.y)]).ok()?;
        let cells = self
            .sums()
            .into_iter()
            .map(|(label, sum)| {
                let cell = |is_measure: bool| if is_measure { Some(sum.to_string()) } else { label.clone() };
                plan.outputs.iter().map(|output| cell(output.is_measure())).collect()
            })
            .collect();
        let chart = Chart::new(plan, Rows { cells, has_more: self.has_more, total: None });
        if chart.is_empty() {
            return None;
        }
        let table = chart.table();
        let drawn = |width: f64, id: &str| chart.svg(&Look { width, id, source: None });
        Some(ChartFigure {
            id: "answer-chart".to_owned(),
            title: chart.title(),
            description: chart.description(),
            notes: chart.notes().to_vec(),
            wide: drawn(WIDE, "answer-wide"),
            narrow: drawn(NARROW, "answer-narrow"),
            headings: table.headings,
            rows: table.rows,
            omitted: table.omitted,
            ..ChartFigure::default()
        })
    }

    /// The numbers of each label, in the order of the answer.
    fn sums(&self) -> Vec<(Option<String>, f64)> {
        let mut places: HashMap<&Option<String>, usize> = HashMap::new();
        let mut sums: Vec<(Option<String>, f64)> = Vec::new();
        for row in self.rows {
            let Some(number) = row[self.y].as_ref().and_then(|text| text.parse::<f64>().ok()) else {
                continue;
            };
            let place = *places.entry(&row[self.x]).or_insert(sums.len());
            match sums.get_mut(place) {
                Some((_, sum)) => *sum += number,
                None => sums.push((row[self.x].clone(), number)),
            }
        }
        sums
    }

    fn field(&self, index: usize) -> Field {
        let column = &self.columns[index];
        let texts = || self.rows.iter().filter_map(|row| row[index].as_deref());
        let numbers = || texts().filter_map(|text| text.parse::<f64>().ok());
        let distinct: std::collections::HashSet<&str> = texts().collect();
        Field {
            name: column.name.clone(),
            label: column.name.clone(),
            kind: column.kind,
            unit: None,
            min: numbers().reduce(f64::min).filter(|_| column.kind.is_numeric()),
            max: numbers().reduce(f64::max).filter(|_| column.kind.is_numeric()),
            distinct: distinct.len() as u64,
            is_currency: false,
        }
    }
}
