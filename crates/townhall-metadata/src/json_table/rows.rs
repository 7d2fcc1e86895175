//! Finds the rows of a document, and walks through their values.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use super::events::{Event, Events};
use super::{JsonTableError, JsonTableOptions};
use crate::input::Rereadable;

/// Where the rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowsAt {
    /// Each value of the file is a row: JSON lines, or a single value.
    Top,
    /// The items of a list are rows: which list, counting every list of the file from 0 as it opens.
    List(u64),
}

/// Finds the rows, and the way to their list.
pub fn find_rows(
    input: &dyn Rereadable,
    options: &JsonTableOptions,
) -> Result<(RowsAt, String), JsonTableError> {
    let mut events = Events::of(input, options)?;
    let mut path = Path::default();
    let (mut lists, mut values) = (0, 0);
    let mut best: Option<(usize, u64, String)> = None;
    // The list that has opened just now, with the way to it: its first item decides.
    let mut opened: Option<(u64, String)> = None;
    while let Some(event) = events.next()? {
        if path.is_outermost() {
            values += 1;
            if values > 1 {
                return Ok((RowsAt::Top, String::new()));
            }
        }
        if let (Some((list, way)), Event::ObjectStart | Event::ArrayStart) = (opened.take(), &event) {
            // The list itself counts as a level.
            let depth = path.depth() - 1;
            if best.as_ref().is_none_or(|(least, ..)| depth < *least) {
                best = Some((depth, list, way));
            }
            if depth == 0 {
                break;
            }
        }
        path.follow(&event);
        if event == Event::ArrayStart {
            opened = Some((lists, path.way().to_owned()));
            lists += 1;
        }
    }
    match best {
        Some((_, list, way)) => Ok((RowsAt::List(list), way)),
        None if values == 0 => Err(JsonTableError::Empty),
        None => Ok((RowsAt::Top, String::new())),
    }
}

/// What is done with the values of the rows.
pub trait Visitor {
    /// A value of the row that is open, with the name of its column.
    fn value(&mut self, column: &str, value: Option<String>) -> Result<(), JsonTableError>;

    /// The row has ended.
    fn end(&mut self) -> ControlFlow<()>;
}

/// Walks through all rows, until the visitor stops.
pub fn visit_rows(
    input: &dyn Rereadable,
    options: &JsonTableOptions,
    place: RowsAt,
    visitor: &mut dyn Visitor,
) -> Result<(), JsonTableError> {
    let mut events = Events::of(input, options)?;
    let mut lists = 0;
    let mut is_past = false;
    while let Some(event) = events.next()? {
        let is_list = event == Event::ArrayStart;
        let has_rows = match place {
            RowsAt::Top => false,
            // Behind a list at the outermost place others may follow, and single rows.
            RowsAt::List(list) => is_list && (lists == list || is_past),
        };
        lists += u64::from(is_list);
        if has_rows {
            while let Some(first) = events.next()?.filter(|event| *event != Event::ArrayEnd) {
                if visit_row(first, &mut events, visitor)?.is_break() {
                    return Ok(());
                }
            }
            if events.depth() > 0 {
                return Ok(());
            }
            is_past = true;
        } else if (is_past || place == RowsAt::Top) && visit_row(event, &mut events, visitor)?.is_break() {
            return Ok(());
        }
    }
    Ok(())
}

fn visit_row(
    first: Event,
    events: &mut Events<'_>,
    visitor: &mut dyn Visitor,
) -> Result<ControlFlow<()>, JsonTableError> {
    let mut path = Path::default();
    let mut event = first;
    loop {
        path.follow(&event);
        if let Event::Scalar(value) = event {
            visitor.value(path.way(), value)?;
        }
        if path.is_outermost() {
            return Ok(visitor.end());
        }
        match events.next()? {
            Some(next) => event = next,
            None => return Ok(visitor.end()),
        }
    }
}

/// The way to the value that came last: keys and places of lists, with slashes between.
#[derive(Default)]
struct Path {
    way: String,
    open: Vec<Level>,
}

/// A list or object on the way.
struct Level {
    /// How long the way to it is.
    way_bytes: usize,
    /// For a list, the place of its next item.
    next: Option<usize>,
}

impl Path {
    fn follow(&mut self, event: &Event) {
        match event {
            Event::Key(key) => self.step(key),
            Event::Scalar(_) => self.item(),
            Event::ObjectStart | Event::ArrayStart => {
                self.item();
                let next = (*event == Event::ArrayStart).then_some(0);
                self.open.push(Level { way_bytes: self.way.len(), next });
            }
            Event::ObjectEnd | Event::ArrayEnd => {
                if let Some(level) = self.open.pop() {
                    self.way.truncate(level.way_bytes);
                }
            }
        }
    }

    /// A value begins; in a list it has a place.
    fn item(&mut self) {
        if let Some(Level { next: Some(next), .. }) = self.open.last_mut() {
            let place = next.to_string();
            *next += 1;
            self.step(&place);
        }
    }

    fn step(&mut self, step: &str) {
        self.way.truncate(self.open.last().map_or(0, |level| level.way_bytes));
        if !self.way.is_empty() {
            self.way.push('/');
        }
        self.way.push_str(step);
    }

    fn way(&self) -> &str {
        &self.way
    }

    fn depth(&self) -> usize {
        self.open.len()
    }

    fn is_outermost(&self) -> bool {
        self.open.is_empty()
    }
}

/// What a row that is a single value has as the name of its column.
const ALONE: &str = "value";

/// Collects the names of the columns.
pub struct Columns {
    pub names: Vec<String>,
    seen: HashSet<String>,
    most: usize,
}

impl Columns {
    pub fn new(most: usize) -> Self {
        Self { names: Vec::new(), seen: HashSet::new(), most }
    }
}

impl Visitor for Columns {
    fn value(&mut self, column: &str, _: Option<String>) -> Result<(), JsonTableError> {
        let column = if column.is_empty() { ALONE } else { column };
        if !self.seen.contains(column) {
            if self.names.len() == self.most {
                return Err(JsonTableError::TooManyColumns { limit: self.most });
            }
            self.seen.insert(column.to_owned());
            self.names.push(column.to_owned());
        }
        Ok(())
    }

    fn end(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Hands out the values of each row.
pub struct Cells<'c, 's> {
    places: HashMap<&'c str, usize>,
    cells: Vec<String>,
    bytes: usize,
    bytes_max: usize,
    pub rows: u64,
    sink: &'s mut dyn FnMut(&[String]) -> ControlFlow<()>,
}

impl<'c, 's> Cells<'c, 's> {
    pub fn new(
        columns: &'c [String],
        bytes_max: usize,
        sink: &'s mut dyn FnMut(&[String]) -> ControlFlow<()>,
    ) -> Self {
        let places = columns.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
        Self { places, cells: vec![String::new(); columns.len()], bytes: 0, bytes_max, rows: 0, sink }
    }
}

impl Visitor for Cells<'_, '_> {
    fn value(&mut self, column: &str, value: Option<String>) -> Result<(), JsonTableError> {
        let value = value.unwrap_or_default();
        self.bytes += value.len();
        if self.bytes > self.bytes_max {
            return Err(JsonTableError::RowTooLarge { row: self.rows + 1, limit_bytes: self.bytes_max });
        }
        // The file had other columns a moment ago if it has a new one now.
        let place = self.places.get(if column.is_empty() { ALONE } else { column });
        if let Some(cell) = place.and_then(|place| self.cells.get_mut(*place)) {
            *cell = value;
        }
        Ok(())
    }

    fn end(&mut self) -> ControlFlow<()> {
        self.rows += 1;
        self.bytes = 0;
        let flow = (self.sink)(&self.cells);
        self.cells.iter_mut().for_each(String::clear);
        flow
    }
}
