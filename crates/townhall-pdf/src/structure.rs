//! The tables that a file says it has: those of its structure tree (ISO 32000-1, 14.7; tables in 14.8.4.3.4 and 14.8.5.7).

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier};

use crate::limits::{STRUCTURE_DEPTH_MAX, STRUCTURE_MAX, TAGGED_COLUMNS_MAX};
use crate::page::TaggedCell;

/// The tables of a file, page by page.
#[derive(Debug, Default)]
pub struct Structure {
    /// By the numbers of pages, counted from 0.
    pages: HashMap<usize, PageTags>,
}

/// What a page holds of tables.
#[derive(Debug, Default)]
pub struct PageTags {
    /// The cells that have something on the page.
    pub cells: Vec<TaggedCell>,
    /// By the numbers of marked content (`MCID`), which cell it belongs to.
    pub marks: HashMap<u32, u32>,
}

impl Structure {
    /// That of a file; without tables where it has none, or none that makes sense.
    pub fn of(pdf: &Pdf) -> Self {
        // As for pages, the parser is not trusted with hostile files.
        catch_unwind(AssertUnwindSafe(|| read(pdf))).ok().flatten().unwrap_or_default()
    }

    /// What a page holds of tables; pages are counted from 0.
    pub fn page(&self, at: usize) -> Option<&PageTags> {
        self.pages.get(&at)
    }
}

fn read(pdf: &Pdf) -> Option<Structure> {
    let catalog: Dict<'_> = pdf.xref().get(pdf.xref().root_id())?;
    let root: Dict<'_> = catalog.get("StructTreeRoot")?;
    let pages = pdf.pages().iter().enumerate();
    let mut walk = Walk {
        pages: pages.filter_map(|(at, page)| Some((page.raw().obj_id()?, at))).collect(),
        roles: root.get("RoleMap").unwrap_or_else(Dict::empty),
        classes: root.get("ClassMap").unwrap_or_else(Dict::empty),
        left: STRUCTURE_MAX,
        tables: 0,
        found: Structure::default(),
    };
    walk.visit(&root, None, 0);
    Some(walk.found)
}

struct Walk<'a> {
    /// The numbers of pages by their objects.
    pages: HashMap<ObjectIdentifier, usize>,
    /// What names of a file's own mean.
    roles: Dict<'a>,
    /// Attributes that elements have in common.
    classes: Dict<'a>,
    /// How many more elements are looked at.
    left: usize,
    tables: usize,
    found: Structure,
}

/// What an element holds.
enum Kid<'a> {
    Element(Dict<'a>, Option<usize>),
    /// Marked content of a page.
    Content(usize, u32),
}

/// A cell, before its place in the grid is known.
struct Cell {
    rows: usize,
    columns: usize,
    is_header: bool,
    marks: Vec<(usize, u32)>,
}

/// A table in a cell: what holds it lays out a page.
struct HasTable;

impl<'a> Walk<'a> {
    /// Looks for tables in an element of which the page is known, or not.
    fn visit(&mut self, element: &Dict<'a>, page: Option<usize>, depth: usize) {
        for kid in self.kids(element, page, depth) {
            let Kid::Element(kid, page) = kid else { continue };
            if self.role(&kid) == b"Table" {
                let mut rows = Vec::new();
                if self.rows(&kid, page, depth + 1, false, &mut rows).is_ok() {
                    self.add(rows);
                    continue;
                }
            }
            self.visit(&kid, page, depth + 1);
        }
    }

    /// The rows of a table, or of a part of it.
    fn rows(
        &mut self,
        element: &Dict<'a>,
        page: Option<usize>,
        depth: usize,
        is_head: bool,
        rows: &mut Vec<Vec<Cell>>,
    ) -> Result<(), HasTable> {
        for kid in self.kids(element, page, depth) {
            let Kid::Element(kid, page) = kid else { continue };
            match &self.role(&kid)[..] {
                b"TR" => {
                    let row = self.row(&kid, page, depth + 1, is_head)?;
                    rows.push(row);
                }
                b"THead" => self.rows(&kid, page, depth + 1, true, rows)?,
                b"TBody" | b"TFoot" => self.rows(&kid, page, depth + 1, false, rows)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn row(
        &mut self,
        element: &Dict<'a>,
        page: Option<usize>,
        depth: usize,
        is_head: bool,
    ) -> Result<Vec<Cell>, HasTable> {
        let mut cells = Vec::new();
        for kid in self.kids(element, page, depth) {
            let Kid::Element(kid, page) = kid else { continue };
            let role = self.role(&kid);
            if !matches!(&role[..], b"TH" | b"TD") {
                continue;
            }
            let mut cell = Cell {
                rows: self.span(&kid, "RowSpan"),
                columns: self.span(&kid, "ColSpan"),
                is_header: is_head || role == b"TH",
                marks: Vec::new(),
            };
            self.marks(&kid, page, depth + 1, &mut cell.marks)?;
            cells.push(cell);
        }
        Ok(cells)
    }

    /// All marked content of a cell.
    fn marks(
        &mut self,
        element: &Dict<'a>,
        page: Option<usize>,
        depth: usize,
        marks: &mut Vec<(usize, u32)>,
    ) -> Result<(), HasTable> {
        for kid in self.kids(element, page, depth) {
            match kid {
                Kid::Content(page, mark) => marks.push((page, mark)),
                Kid::Element(kid, _) if self.role(&kid) == b"Table" => return Err(HasTable),
                Kid::Element(kid, page) => self.marks(&kid, page, depth + 1, marks)?,
            }
        }
        Ok(())
    }

    /// What an element holds, while there is room for it.
    fn kids(&mut self, element: &Dict<'a>, page: Option<usize>, depth: usize) -> Vec<Kid<'a>> {
        if depth > STRUCTURE_DEPTH_MAX {
            return Vec::new();
        }
        let page = self.page_of(element).or(page);
        match element.get::<Object<'a>>("K") {
            Some(Object::Array(array)) => {
                let room = self.left;
                let kids: Vec<Kid<'a>> =
                    array.iter::<Object<'a>>().take(room).filter_map(|kid| self.kid(kid, page)).collect();
                self.left -= kids.len();
                kids
            }
            Some(kid) if self.left > 0 => {
                self.left -= 1;
                self.kid(kid, page).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn kid(&self, kid: Object<'a>, page: Option<usize>) -> Option<Kid<'a>> {
        let content = |page: Option<usize>, mark: i32| Some(Kid::Content(page?, u32::try_from(mark).ok()?));
        match kid {
            Object::Number(_) => content(page, kid.into_i32()?),
            Object::Dict(kid) if kid.contains_key("S") => {
                let page = self.page_of(&kid).or(page);
                Some(Kid::Element(kid, page))
            }
            // What stands in a drawing of its own is numbered there.
            Object::Dict(kid) if kid.contains_key("Stm") => None,
            Object::Dict(kid) => content(self.page_of(&kid).or(page), kid.get("MCID")?),
            _ => None,
        }
    }

    fn page_of(&self, element: &Dict<'a>) -> Option<usize> {
        self.pages.get(&element.get_ref("Pg")?.into()).copied()
    }

    /// What sort an element is, in the names of the standard.
    fn role(&self, element: &Dict<'a>) -> Vec<u8> {
        const STEPS: usize = 8;
        let mut role = element.get::<Name<'a>>("S").map_or_else(Vec::new, |name| name.to_vec());
        for _ in 0..STEPS {
            match self.roles.get::<Name<'a>>(&role) {
                Some(next) => role = next.to_vec(),
                None => break,
            }
        }
        role
    }

    /// Over how many rows or columns a cell goes.
    fn span(&self, cell: &Dict<'a>, key: &str) -> usize {
        let own = attribute(cell.get("A"), key);
        let class = cell.get::<Name<'a>>("C").and_then(|class| self.classes.get::<Object<'a>>(&*class));
        own.or_else(|| attribute(class, key)).and_then(|span| usize::try_from(span).ok()).unwrap_or(1).max(1)
    }

    /// Gives the cells of a table their places, as those of HTML tables have them.
    fn add(&mut self, rows: Vec<Vec<Cell>>) {
        // For each column, the first row in which it is free again.
        let mut free: Vec<usize> = Vec::new();
        let count = rows.len();
        let mut placed = Vec::new();
        for (row, cells) in rows.into_iter().enumerate() {
            let mut column = 0;
            for cell in cells {
                while free.get(column).is_some_and(|free| *free > row) {
                    column += 1;
                }
                let columns = cell.columns.min(TAGGED_COLUMNS_MAX.saturating_sub(column));
                self.left = self.left.saturating_sub(columns);
                if columns == 0 || self.left == 0 {
                    return;
                }
                let end = row.saturating_add(cell.rows).min(count);
                if free.len() < column + columns {
                    free.resize(column + columns, 0);
                }
                free[column..column + columns].fill(end);
                let place = TaggedCell {
                    table: self.tables,
                    row,
                    last_row: end - 1,
                    column,
                    last_column: column + columns - 1,
                    is_header: cell.is_header,
                };
                placed.push((place, cell.marks));
                column += columns;
            }
        }
        self.tables += 1;
        for (place, mut marks) in placed {
            marks.sort_unstable();
            for on_page in marks.chunk_by(|(one, _), (other, _)| one == other) {
                let page = self.found.pages.entry(on_page[0].0).or_default();
                let Ok(number) = u32::try_from(page.cells.len()) else { return };
                page.cells.push(place);
                page.marks.extend(on_page.iter().map(|(_, mark)| (*mark, number)));
            }
        }
    }
}

/// A number among attributes, which may stand in a list.
fn attribute(attributes: Option<Object<'_>>, key: &str) -> Option<i32> {
    const MANY: usize = 16;
    match attributes? {
        Object::Dict(dictionary) => dictionary.get(key),
        Object::Array(array) => dictionaries(&array).take(MANY).find_map(|dictionary| dictionary.get(key)),
        _ => None,
    }
}

fn dictionaries<'a>(array: &Array<'a>) -> impl Iterator<Item = Dict<'a>> + use<'a> {
    array.iter::<Object<'a>>().filter_map(|object| match object {
        Object::Dict(dictionary) => Some(dictionary),
        _ => None,
    })
}
