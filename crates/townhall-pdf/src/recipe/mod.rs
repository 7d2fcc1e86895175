//! What a person marked on pages: where a table is and how its cells are found. Kept as a list of selections that Tabula reads, too;
//! what Tabula does not know stands in members of our own.

mod anchor;

use serde::{Deserialize, Serialize};

use crate::limits::{SELECTIONS_MAX, SEPARATORS_MAX, SIDE_MAX};
use crate::page::Rect;

pub use anchor::{Anchor, anchored, is_same_landmark, place};

/// How the cells of an area are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// By whatever the area shows.
    #[default]
    Guess,
    /// By the lines that are drawn; the sides of the area count as lines. Tabula calls it `spreadsheet`, too.
    #[serde(alias = "spreadsheet")]
    Lattice,
    /// By the places of words alone, a row for each line of text. Tabula calls it `original`, too.
    #[serde(alias = "original", alias = "basic")]
    Stream,
}

/// Which pages a selection is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// The page that it was drawn on.
    #[default]
    Page,
    /// That page and all that follow.
    Following,
    /// Every page.
    All,
}

/// An area of a page that is one table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    /// The page, counted from 1.
    pub page: usize,
    /// How its cells are found.
    #[serde(default)]
    pub extraction_method: Method,
    /// What tells it from the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection_id: Option<String>,
    /// The left side in points from the left of the page as it is seen.
    pub x1: f64,
    /// The upper side in points from the top.
    pub y1: f64,
    /// The right side.
    pub x2: f64,
    /// The lower side.
    pub y2: f64,
    /// From the left to the right side.
    #[serde(default)]
    pub width: f64,
    /// From the upper to the lower side.
    #[serde(default)]
    pub height: f64,
    /// Where columns part, in points from the left of the page; empty where they are to be found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<f64>,
    /// Where rows part, in points from the top of the page; empty where they are to be found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<f64>,
    /// Cells that are one: first row, last row, first column, last column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<[usize; 4]>,
    /// How many rows at the top are headers; absent where that is to be found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header_rows: Option<usize>,
    /// Which pages it is good for.
    #[serde(default, skip_serializing_if = "is_page")]
    pub reach: Reach,
    /// Whether all places are hundredths of the page's width and height.
    #[serde(default, skip_serializing_if = "is_no")]
    pub percent: bool,
    /// The text by which the area is found again where it has moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
    /// The text below which it ends, where its height may change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Anchor>,
}

fn is_no(value: &bool) -> bool {
    !value
}

fn is_page(reach: &Reach) -> bool {
    *reach == Reach::Page
}

impl Selection {
    /// An area of a page.
    pub fn of(page: usize, area: Rect) -> Self {
        Self {
            page,
            extraction_method: Method::Guess,
            selection_id: None,
            x1: area.x0,
            y1: area.y0,
            x2: area.x1,
            y2: area.y1,
            width: area.width(),
            height: area.height(),
            columns: Vec::new(),
            rows: Vec::new(),
            merged: Vec::new(),
            header_rows: None,
            reach: Reach::Page,
            percent: false,
            anchor: None,
            until: None,
        }
    }

    /// Where it is.
    pub fn area(&self) -> Rect {
        Rect::new(self.x1, self.y1, self.x2, self.y2)
    }

    /// The same in points of a page of this size.
    #[must_use]
    pub fn on(&self, width: f64, height: f64) -> Self {
        if !self.percent {
            return self.clone();
        }
        let (across, down) = (width / 100.0, height / 100.0);
        Self {
            x1: self.x1 * across,
            x2: self.x2 * across,
            y1: self.y1 * down,
            y2: self.y2 * down,
            width: self.width * across,
            height: self.height * down,
            columns: self.columns.iter().map(|place| place * across).collect(),
            rows: self.rows.iter().map(|place| place * down).collect(),
            percent: false,
            ..self.clone()
        }
    }

    /// Whether it is to be looked for on a page.
    pub fn is_for(&self, page: usize) -> bool {
        match self.reach {
            Reach::Page => self.page == page,
            Reach::Following => self.page <= page,
            Reach::All => true,
        }
    }

    fn problem(&self) -> Option<&'static str> {
        let sides = [self.x1, self.y1, self.x2, self.y2];
        if !sides.iter().chain(&self.columns).chain(&self.rows).all(|place| place.abs() <= SIDE_MAX) {
            return Some("its places are outside of any page");
        }
        if self.x2 - self.x1 < 1.0 || self.y2 - self.y1 < 1.0 {
            return Some("it is empty: x2 must be right of x1, and y2 below y1");
        }
        if self.page == 0 {
            return Some("pages are counted from 1");
        }
        let separators = self.columns.len().max(self.rows.len()).max(self.merged.len());
        (separators > SEPARATORS_MAX).then_some("it has more columns, rows or merged cells than are read")
    }
}

/// Reads a recipe: a list of selections, as Tabula writes its templates.
///
/// # Errors
///
/// A sentence, when it is none.
pub fn read_recipe(json: &str) -> Result<Vec<Selection>, String> {
    let selections: Vec<Selection> =
        serde_json::from_str(json).map_err(|error| format!("the template can't be read: {error}"))?;
    if selections.len() > SELECTIONS_MAX {
        return Err(format!(
            "the template has {} selections; at most {SELECTIONS_MAX} are read",
            selections.len()
        ));
    }
    for (number, selection) in selections.iter().enumerate() {
        if let Some(problem) = selection.problem() {
            return Err(format!("selection {} of the template can't be used: {problem}", number + 1));
        }
    }
    Ok(selections)
}

/// Writes a recipe as a template of Tabula, with members of our own.
pub fn write_recipe(selections: &[Selection]) -> String {
    // A list of numbers and words can always be written.
    serde_json::to_string_pretty(selections).unwrap_or_default()
}
