//! A chart with its data: what is drawn, said and tabled all comes from here.

use crate::cube::{Cube, Key, Shape, key};
use crate::draw::Look;
use crate::limits::SERIES_MAX;
use crate::plan::{Layout, Output, Plan, Source};
use crate::spec::FieldType;
use crate::table::Table;
use crate::values::{read_number, read_time};
use crate::words::grouped;

/// Classes of a colour that stands for a number.
pub(crate) const RAMP: usize = 5;

/// The answer to a chart's question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// The cells, in the order of the plan's outputs, as the API prints them.
    pub cells: Vec<Vec<Option<String>>>,
    /// Whether there are more.
    pub has_more: bool,
    /// How many rows there are in all, when counted.
    pub total: Option<u64>,
}

/// Points of one look.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cloud {
    pub key: Key,
    /// The class of a colour that stands for a number; none for one that stands for a name.
    pub ramp: Option<usize>,
    /// From left to right, from bottom to top, and how large, where that is said.
    pub points: Vec<(f64, f64, Option<f64>)>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Data {
    Cube(Cube),
    Points(Vec<Cloud>),
    Figure(Option<f64>),
}

/// A chart with its data.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    pub(crate) plan: Plan,
    pub(crate) data: Data,
    pub(crate) raw: Vec<Vec<Option<String>>>,
    notes: Vec<String>,
}

impl Chart {
    /// Puts the answer into its places.
    pub fn new(plan: Plan, rows: Rows) -> Self {
        let mut notes = Vec::new();
        let data = match plan.layout {
            Layout::Cube { category, series, measure, .. } => {
                let output = |index: usize| (index, &plan.outputs[index]);
                let shape = Shape {
                    kind: plan.spec.kind,
                    category: output(category),
                    series: series.map(output),
                    measure: output(measure),
                    has_more: rows.has_more,
                };
                let mut cube = Cube::new(&shape, &rows.cells);
                notes.append(&mut cube.notes);
                Data::Cube(cube)
            }
            Layout::Points { x, y, color, size, .. } => {
                if rows.has_more {
                    let drawn = grouped(rows.cells.len() as u64);
                    notes.push(match rows.total {
                        Some(total) => format!("The first {drawn} of {} rows are drawn.", grouped(total)),
                        None => format!("The first {drawn} rows are drawn."),
                    });
                }
                Data::Points(clouds(&plan, &rows.cells, (x, y, color, size), &mut notes))
            }
            Layout::Figure { measure } => {
                let cell = rows.cells.first().and_then(|row| row.get(measure).cloned().flatten());
                Data::Figure(cell.as_deref().and_then(read_number))
            }
        };
        if !plan.spec.beyond.is_empty() {
            notes.push(format!("Not drawn here: {}.", plan.spec.beyond.join(", ")));
        }
        Self { plan, data, raw: rows.cells, notes }
    }

    /// Its title.
    pub fn title(&self) -> String {
        self.plan.title()
    }

    /// What it shows, in words: those of whoever made it, and what the data says.
    pub fn description(&self) -> String {
        let told = crate::describe::describe(self);
        match &self.plan.spec.description {
            Some(own) => format!("{} {told}", own.trim()),
            None => told,
        }
    }

    /// What one has to know of what is not shown.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        match &self.data {
            Data::Cube(cube) => cube.extent().is_none(),
            Data::Points(clouds) => clouds.iter().all(|cloud| cloud.points.is_empty()),
            Data::Figure(value) => value.is_none(),
        }
    }

    /// The number of a key figure, as people read it.
    pub fn figure(&self) -> Option<String> {
        match (&self.data, &self.plan.layout) {
            (Data::Figure(value), Layout::Figure { measure }) => {
                Some(value.map_or("–".to_owned(), |value| self.plan.outputs[*measure].number(value)))
            }
            _ => None,
        }
    }

    /// The chart as SVG.
    pub fn svg(&self, look: &Look<'_>) -> String {
        crate::draw::draw(self, look)
    }

    /// Its numbers.
    pub fn table(&self) -> Table {
        crate::table::table(self)
    }

    /// The plan it was made by.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(crate) fn output(&self, index: usize) -> &Output {
        &self.plan.outputs[index]
    }
}

/// A place on an axis.
pub(crate) fn place(cell: Option<&String>, output: &Output) -> Option<f64> {
    let text = cell?;
    match output.kind {
        FieldType::Temporal => read_time(text),
        _ => read_number(text),
    }
}

type Places = (usize, usize, Option<usize>, Option<usize>);

fn clouds(
    plan: &Plan,
    rows: &[Vec<Option<String>>],
    (x, y, color, size): Places,
    notes: &mut Vec<String>,
) -> Vec<Cloud> {
    let cell = |row: &Vec<Option<String>>, index: usize| row.get(index).cloned().flatten();
    let at = |row: &Vec<Option<String>>, index: usize| place(cell(row, index).as_ref(), &plan.outputs[index]);
    let is_map = plan.spec.kind == crate::Kind::Map;
    let mut points: Vec<(f64, f64, Option<f64>, Option<String>)> = Vec::with_capacity(rows.len());
    let mut astray = 0;
    for row in rows {
        let (Some(px), Some(py)) = (at(row, x), at(row, y)) else { continue };
        if is_map && (px.abs() > 180.0 || py.abs() > 90.0) {
            astray += 1;
            continue;
        }
        let size = size.and_then(|size| at(row, size)).map(f64::abs);
        points.push((px, py, size, color.and_then(|color| cell(row, color))));
    }
    if astray > 0 {
        notes.push(format!(
            "{} left out.",
            crate::words::plural(astray, "row outside the map is", "rows outside the map are")
        ));
    }
    let Some(color) = color.map(|color| &plan.outputs[color]) else {
        let key = Key { label: String::new(), at: None, is_other: false };
        return vec![Cloud {
            key,
            ramp: None,
            points: points.into_iter().map(|(x, y, s, _)| (x, y, s)).collect(),
        }];
    };
    if !color.kind.is_discrete() {
        return ramped(color, points);
    }
    let mut clouds: Vec<Cloud> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for (x, y, size, cell) in points {
        let index = *places.entry(cell.clone()).or_insert_with(|| {
            clouds.push(Cloud { key: key(cell.as_deref(), color), ramp: None, points: Vec::new() });
            clouds.len() - 1
        });
        clouds[index].points.push((x, y, size));
    }
    clouds.sort_by(|a, b| b.points.len().cmp(&a.points.len()).then_with(|| a.key.label.cmp(&b.key.label)));
    if clouds.len() > SERIES_MAX {
        let beyond = clouds.split_off(SERIES_MAX - 1);
        let key = Key { label: format!("Other ({})", beyond.len()), at: None, is_other: true };
        notes.push(format!("{} values of {} share the colour of “Other”.", beyond.len(), color.title));
        let points = beyond.into_iter().flat_map(|cloud| cloud.points).collect();
        clouds.push(Cloud { key, ramp: None, points });
    }
    clouds
}

/// Points by the class of a number, from the least to the largest.
fn ramped(color: &Output, points: Vec<(f64, f64, Option<f64>, Option<String>)>) -> Vec<Cloud> {
    let value = |cell: &Option<String>| place(cell.as_ref(), color);
    let values: Vec<f64> = points.iter().filter_map(|(.., cell)| value(cell)).collect();
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let bounds = classes(low, high);
    let mut clouds: Vec<Cloud> = bounds
        .windows(2)
        .zip(0..)
        .map(|(pair, class)| Cloud {
            key: Key {
                label: match color.kind {
                    FieldType::Temporal => {
                        let text = |at| crate::values::time_text(at, None);
                        format!("{} to {}", text(pair[0]), text(pair[1]))
                    }
                    _ => format!("{} to {}", color.short(pair[0]), color.short(pair[1])),
                },
                at: Some(pair[0]),
                is_other: false,
            },
            ramp: Some(class),
            points: Vec::new(),
        })
        .collect();
    let mut without = Vec::new();
    for (x, y, size, cell) in points {
        match value(&cell).map(|value| class(&bounds, value)).and_then(|class| clouds.get_mut(class)) {
            Some(cloud) => cloud.points.push((x, y, size)),
            None => without.push((x, y, size)),
        }
    }
    clouds.retain(|cloud| !cloud.points.is_empty());
    if !without.is_empty() {
        let key = Key { label: crate::cube::NO_VALUE.to_owned(), at: None, is_other: true };
        clouds.push(Cloud { key, ramp: None, points: without });
    }
    clouds
}

/// The bounds of the classes of a colour that stands for a number: at most one more than [`RAMP`].
pub(crate) fn classes(low: f64, high: f64) -> Vec<f64> {
    if !(low.is_finite() && high.is_finite()) {
        return vec![0.0, 1.0];
    }
    let mut bounds = crate::scale::ticks(low, high, RAMP as u32);
    while bounds.len() > RAMP + 1 {
        let last = bounds.last().copied();
        let even = bounds.len() % 2 == 0;
        bounds = bounds.into_iter().step_by(2).collect();
        if even {
            bounds.extend(last);
        }
    }
    if bounds.len() < 2 { vec![low, high] } else { bounds }
}

/// The class of a value.
pub(crate) fn class(bounds: &[f64], value: f64) -> usize {
    bounds.windows(2).position(|pair| value < pair[1]).unwrap_or(bounds.len().saturating_sub(2))
}

impl Source {
    /// The column it is about.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Column(column) | Self::Range { column, .. } | Self::Time { column, .. } => Some(column),
            Self::Aggregate { column, .. } => column.as_deref(),
        }
    }
}
