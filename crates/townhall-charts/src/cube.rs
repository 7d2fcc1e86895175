//! Groups as a table of categories and series, with what is too much folded together.

use crate::limits::{CATEGORIES_MAX, CELLS_SIDE_MAX, LINE_POINTS_MAX, SERIES_MAX, SLICES_MAX};
use crate::plan::{Output, Source};
use crate::spec::{Aggregate, FieldType, Kind, Sort};
use crate::values::{cyclic_text, read_number, read_time, time_text};
use crate::words::plural;

/// What stands where there is no value.
pub(crate) const NO_VALUE: &str = "(no value)";

/// The sum of what is not shown apart.
const OTHER: &str = "Other";

/// A category or a series.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Key {
    pub label: String,
    /// Its place, when it has one: a number or seconds since 1970.
    pub at: Option<f64>,
    /// Whether it stands for several.
    pub is_other: bool,
}

/// Numbers by category and series.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cube {
    pub categories: Vec<Key>,
    /// At least one; its label is empty when there is only one without a name.
    pub series: Vec<Key>,
    /// By series, then by category.
    pub values: Vec<Vec<Option<f64>>>,
    pub notes: Vec<String>,
}

/// What a cube is made for.
pub(crate) struct Shape<'a> {
    pub kind: Kind,
    pub category: (usize, &'a Output),
    pub series: Option<(usize, &'a Output)>,
    pub measure: (usize, &'a Output),
    pub has_more: bool,
}

impl Cube {
    pub fn new(shape: &Shape<'_>, rows: &[Vec<Option<String>>]) -> Self {
        let mut categories = Axis::default();
        let mut series = Axis::default();
        let mut cells: Vec<(usize, usize, f64)> = Vec::with_capacity(rows.len());
        let cell = |row: &[Option<String>], index: usize| row.get(index).cloned().flatten();
        for row in rows {
            let Some(value) = cell(row, shape.measure.0).as_deref().and_then(read_number) else { continue };
            let category = categories.place(cell(row, shape.category.0), shape.category.1);
            let place = match shape.series {
                Some((index, output)) => series.place(cell(row, index), output),
                None => series.place(Some(String::new()), &NO_SERIES),
            };
            cells.push((category, place, value));
        }
        let mut cube = Self {
            values: vec![vec![None; categories.keys.len()]; series.keys.len()],
            categories: categories.keys,
            series: series.keys,
            notes: Vec::new(),
        };
        for (category, series, value) in cells {
            cube.add(series, category, value);
        }
        cube.fold(shape);
        cube
    }

    fn add(&mut self, series: usize, category: usize, value: f64) {
        if let Some(place) = self.values.get_mut(series).and_then(|values| values.get_mut(category)) {
            *place = Some(place.unwrap_or(0.0) + value);
        }
    }

    /// Sorts, and folds or leaves out what is too much.
    fn fold(&mut self, shape: &Shape<'_>) {
        let adds_up = matches!(
            shape.measure.1.source,
            Source::Aggregate { function, .. } if function.adds_up()
        );
        if shape.has_more {
            self.notes.push(format!(
                "There are more than {} groups; those beyond are not part of this chart.",
                crate::words::grouped(crate::limits::GROUPS_MAX as u64)
            ));
        }
        let is_places = !shape.category.1.kind.is_discrete();
        let category_max = match shape.kind {
            Kind::Pie => SLICES_MAX,
            Kind::HeatMap => CELLS_SIDE_MAX,
            Kind::Line | Kind::Area => LINE_POINTS_MAX,
            _ if is_places => 4 * CATEGORIES_MAX,
            _ => CATEGORIES_MAX,
        };
        let series_max = if shape.kind == Kind::HeatMap { CELLS_SIDE_MAX } else { SERIES_MAX };
        let by_size = shape.kind == Kind::Pie || !is_places;
        self.fold_categories(category_max, by_size, adds_up, shape);
        self.turned(|cube| {
            let is_places = shape.series.is_some_and(|(_, output)| !output.kind.is_discrete());
            cube.fold_categories(series_max, !is_places, adds_up && shape.kind != Kind::HeatMap, shape);
        });
        self.sort_categories(shape.category.1, shape.kind);
        let Some((_, series)) = shape.series else { return };
        self.turned(|cube| cube.sort_categories(series, Kind::HeatMap));
    }

    /// Does something with series in the place of categories.
    fn turned(&mut self, work: impl FnOnce(&mut Self)) {
        let turn = |cube: &mut Self| {
            let values = (0..cube.categories.len())
                .map(|c| cube.values.iter().map(|series| series.get(c).copied().flatten()).collect())
                .collect();
            cube.values = values;
            std::mem::swap(&mut cube.categories, &mut cube.series);
        };
        turn(self);
        work(self);
        turn(self);
    }

    pub fn total(&self, category: usize) -> f64 {
        self.values.iter().filter_map(|series| series.get(category).copied().flatten()).sum()
    }

    fn fold_categories(&mut self, max: usize, by_size: bool, adds_up: bool, shape: &Shape<'_>) {
        if self.categories.len() <= max {
            return;
        }
        let mut order: Vec<usize> = (0..self.categories.len()).collect();
        if by_size {
            order.sort_by(|a, b| self.total(*b).abs().total_cmp(&self.total(*a).abs()));
        } else {
            order.sort_by(|a, b| {
                let at = |i: usize| self.categories[i].at.unwrap_or(f64::MAX);
                at(*a).total_cmp(&at(*b))
            });
        }
        let can_fold = by_size && adds_up;
        let kept = if can_fold { max - 1 } else { max };
        let beyond = order.split_off(kept.min(order.len()));
        let count = plural(beyond.len(), "category", "categories");
        let folded: Option<Vec<Option<f64>>> = can_fold.then(|| {
            self.values
                .iter()
                .map(|series| {
                    let parts: Vec<f64> =
                        beyond.iter().filter_map(|i| series.get(*i).copied().flatten()).collect();
                    (!parts.is_empty()).then(|| parts.iter().sum())
                })
                .collect()
        });
        self.pick(&order);
        match folded {
            Some(sums) => {
                self.categories.push(Key {
                    label: format!("{OTHER} ({})", beyond.len()),
                    at: None,
                    is_other: true,
                });
                for (series, sum) in self.values.iter_mut().zip(sums) {
                    series.push(sum);
                }
                self.notes.push(format!("The {count} with the least are added up as “{OTHER}”."));
            }
            None if by_size => {
                let what = shape.measure.1.title.to_lowercase();
                self.notes.push(format!("{count} with the least are left out: {what} can't be added up."));
            }
            None => self.notes.push(format!("The last {count} are left out: there are too many to draw.")),
        }
    }

    fn sort_categories(&mut self, output: &Output, kind: Kind) {
        let mut order: Vec<usize> = (0..self.categories.len()).collect();
        let are_numbers = self.categories.iter().all(|key| key.is_other || read_number(&key.label).is_some());
        let by_key = |a: &usize, b: &usize| {
            let (a, b) = (&self.categories[*a], &self.categories[*b]);
            match (a.at, b.at) {
                (Some(a), Some(b)) => a.total_cmp(&b),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                _ if are_numbers => {
                    let number = |key: &Key| read_number(&key.label).unwrap_or(f64::MAX);
                    number(a).total_cmp(&number(b))
                }
                _ => a.label.to_lowercase().cmp(&b.label.to_lowercase()).then_with(|| a.label.cmp(&b.label)),
            }
        };
        let sort = match (output.sort, kind) {
            // Slices are read from the largest on.
            (None, Kind::Pie) => Some(Sort::MeasureDescending),
            (sort, _) => sort,
        };
        match sort {
            Some(Sort::Measure) => {
                order.sort_by(|a, b| self.total(*a).total_cmp(&self.total(*b)).then(by_key(a, b)))
            }
            Some(Sort::MeasureDescending) => {
                order.sort_by(|a, b| self.total(*b).total_cmp(&self.total(*a)).then(by_key(a, b)));
            }
            Some(Sort::Descending) => order.sort_by(|a, b| by_key(b, a)),
            _ => order.sort_by(by_key),
        }
        // What stands for several, and what has no value, comes last whatever the order.
        order.sort_by_key(|i| (self.categories[*i].is_other, self.categories[*i].label == NO_VALUE));
        self.pick(&order);
    }

    fn pick(&mut self, order: &[usize]) {
        self.categories = order.iter().filter_map(|i| self.categories.get(*i).cloned()).collect();
        for series in &mut self.values {
            *series = order.iter().map(|i| series.get(*i).copied().flatten()).collect();
        }
    }

    /// The least and the largest number, if there is any.
    pub fn extent(&self) -> Option<(f64, f64)> {
        let values = self.values.iter().flatten().flatten();
        values.fold(None, |extent, value| match extent {
            None => Some((*value, *value)),
            Some((low, high)) => Some((f64::min(low, *value), f64::max(high, *value))),
        })
    }

    /// Whether series are told apart.
    pub fn has_series(&self) -> bool {
        self.series.len() > 1 || self.series.first().is_some_and(|series| !series.label.is_empty())
    }
}

/// A category that is none.
const NO_SERIES: Output = Output {
    name: String::new(),
    source: Source::Aggregate { function: Aggregate::Count, column: None },
    title: String::new(),
    kind: FieldType::Nominal,
    sort: None,
    format: None,
};

#[derive(Default)]
struct Axis {
    keys: Vec<Key>,
    places: std::collections::HashMap<Option<String>, usize>,
}

impl Axis {
    fn place(&mut self, cell: Option<String>, output: &Output) -> usize {
        if let Some(place) = self.places.get(&cell) {
            return *place;
        }
        let key = key(cell.as_deref(), output);
        self.places.insert(cell, self.keys.len());
        self.keys.push(key);
        self.keys.len() - 1
    }
}

/// A value as a category.
pub(crate) fn key(cell: Option<&str>, output: &Output) -> Key {
    let Some(text) = cell else {
        return Key { label: NO_VALUE.to_owned(), at: None, is_other: false };
    };
    let (label, at) = match (&output.source, output.kind) {
        (Source::Range { step, .. }, _) => match read_number(text) {
            Some(low) => {
                let low = crate::scale::tidy(low, *step);
                let high = crate::scale::tidy(low + step, *step);
                (format!("{} to {}", output.number(low), output.number(high)), Some(low))
            }
            None => (text.to_owned(), None),
        },
        (Source::Time { unit, .. }, _) if unit.is_cyclic() => match read_number(text) {
            Some(value) => (cyclic_text(value, *unit), Some(value)),
            None => (text.to_owned(), None),
        },
        (_, FieldType::Temporal) => match read_time(text) {
            Some(at) => (time_text(at, output.unit()), Some(at)),
            None => (text.to_owned(), None),
        },
        (_, FieldType::Quantitative) => match read_number(text) {
            Some(value) => (output.number(value), Some(value)),
            None => (text.to_owned(), None),
        },
        _ if text.trim().is_empty() && !output.name.is_empty() => ("(empty)".to_owned(), None),
        _ => (text.to_owned(), None),
    };
    Key { label, at, is_other: false }
}
