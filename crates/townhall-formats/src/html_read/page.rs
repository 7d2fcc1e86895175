//! Picks the tables out of the tags and texts of a page.

use std::cell::{Cell as Changing, RefCell};

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};

use crate::limits::HTML_DEPTH_MAX;

/// A table of a page.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) id: String,
    pub(super) caption: String,
    pub(super) rows: Vec<Row>,
    /// Whether it says that it only lays out the page, or has another table in it.
    is_layout: bool,
}

/// A row of a table.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) cells: Vec<Cell>,
    /// Whether it stands in the table's head.
    pub(super) is_in_head: bool,
    /// The group of rows that it stands in, which no cell reaches beyond.
    pub(super) group: u32,
}

/// A cell as it stands in the page.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) text: Box<str>,
    pub(super) is_header: bool,
    pub(super) columns: u16,
    /// None for all rows to the end of the group.
    pub(super) rows: Option<u16>,
}

impl Table {
    /// Whether it may hold data: more than one cell a row, more than one row, and no other table.
    pub(super) fn may_be_data(&self) -> bool {
        let is_filled = |row: &&Row| row.cells.iter().filter(|cell| !cell.text.is_empty()).count() > 1;
        !self.is_layout && self.rows.iter().filter(is_filled).count() > 1
    }

    pub(super) fn filled_cells(&self) -> usize {
        self.rows.iter().flat_map(|row| &row.cells).filter(|cell| !cell.text.is_empty()).count()
    }
}

/// Takes the tokens of a page, and keeps its tables.
#[derive(Default)]
pub(super) struct Page {
    building: RefCell<Building>,
    tokens: Changing<u64>,
}

impl Page {
    /// How many tags and texts there were.
    pub(super) fn tokens(&self) -> u64 {
        self.tokens.get()
    }

    /// How many cells, rows and tables there are so far.
    pub(super) fn cells(&self) -> usize {
        self.building.borrow().count
    }

    pub(super) fn into_tables(self) -> Vec<Table> {
        let mut building = self.building.into_inner();
        while !building.open.is_empty() {
            building.end_table();
        }
        building.tables
    }
}

impl TokenSink for Page {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut building = self.building.borrow_mut();
        match token {
            Token::ParseError(_) => return TokenSinkResult::Continue,
            Token::CharacterTokens(text) => building.text(&text),
            Token::TagToken(tag) if tag.kind == TagKind::EndTag => building.end(&tag.name),
            Token::TagToken(tag) => {
                building.start(&tag);
                self.tokens.set(self.tokens.get() + 1);
                return raw_text(&tag);
            }
            _ => {}
        }
        self.tokens.set(self.tokens.get() + 1);
        TokenSinkResult::Continue
    }
}

/// Elements whose content is no markup (HTML, section 13.2.5.1).
fn raw_text(tag: &Tag) -> TokenSinkResult<()> {
    match &*tag.name {
        "script" => TokenSinkResult::RawData(RawKind::ScriptData),
        "style" | "xmp" | "iframe" | "noembed" | "noframes" => TokenSinkResult::RawData(RawKind::Rawtext),
        "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
        "plaintext" => TokenSinkResult::Plaintext,
        _ => TokenSinkResult::Continue,
    }
}

/// Elements whose text nobody sees.
const HIDDEN: [&str; 8] =
    ["script", "style", "iframe", "noembed", "noframes", "title", "textarea", "template"];

/// Elements within a line of text; all others begin a new one.
const INLINE: [&str; 24] = [
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "em", "font", "i", "kbd", "label", "mark", "s",
    "samp", "small", "span", "strong", "sub", "sup", "time", "u", "wbr",
];

#[derive(Default)]
struct Building {
    tables: Vec<Table>,
    /// The tables that have begun, the innermost last, with their places in the list.
    open: Vec<Open>,
    /// Tables that stand too deep, which are passed over.
    too_deep: usize,
    /// The hidden element that is open.
    hidden: Option<String>,
    count: usize,
}

/// A table that has begun.
#[derive(Default)]
struct Open {
    at: usize,
    row: Option<Row>,
    cell: Option<OpenCell>,
    /// The caption, while it is open.
    caption: Option<String>,
    is_in_head: bool,
    group: u32,
}

struct OpenCell {
    text: String,
    is_header: bool,
    columns: u16,
    rows: Option<u16>,
}

impl Building {
    fn start(&mut self, tag: &Tag) {
        let name = &*tag.name;
        if self.hidden.is_some() {
            return;
        }
        if HIDDEN.contains(&name) {
            self.hidden = Some(name.to_owned());
            return;
        }
        if name == "table" {
            return self.start_table(tag);
        }
        if self.too_deep > 0 {
            return;
        }
        let Some(open) = self.open.last_mut() else { return };
        match name {
            "caption" => {
                self.end_row();
                if let Some(open) = self.open.last_mut() {
                    open.caption = Some(String::new());
                }
            }
            "thead" | "tbody" | "tfoot" => self.start_group(name == "thead"),
            "tr" => self.start_row(),
            "td" | "th" => self.start_cell(tag),
            "img" => {
                // A picture in a cell says what it shows.
                let alternative = attribute(tag, "alt").unwrap_or_default();
                open.push_text(&format!(" {alternative} "));
            }
            name if !INLINE.contains(&name) => open.push_text(" "),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if let Some(hidden) = &self.hidden {
            if hidden == name {
                self.hidden = None;
            }
            return;
        }
        if name == "table" {
            return match self.too_deep {
                0 => self.end_table(),
                _ => self.too_deep -= 1,
            };
        }
        if self.too_deep > 0 {
            return;
        }
        let Some(open) = self.open.last_mut() else { return };
        match name {
            "td" | "th" => self.end_cell(),
            "tr" => self.end_row(),
            "thead" | "tbody" | "tfoot" => self.start_group(false),
            "caption" => self.end_caption(),
            name if !INLINE.contains(&name) => open.push_text(" "),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.hidden.is_none()
            && self.too_deep == 0
            && let Some(open) = self.open.last_mut()
        {
            open.push_text(text);
        }
    }

    fn start_table(&mut self, tag: &Tag) {
        if self.open.len() == HTML_DEPTH_MAX || self.too_deep > 0 {
            self.too_deep += 1;
            return;
        }
        if let Some(outer) = self.open.last() {
            self.tables[outer.at].is_layout = true;
        }
        let role = attribute(tag, "role").unwrap_or_default().to_ascii_lowercase();
        let id = folded(attribute(tag, "id").unwrap_or_default());
        self.open.push(Open { at: self.tables.len(), ..Open::default() });
        let is_layout = matches!(role.as_str(), "presentation" | "none");
        self.tables.push(Table { id, is_layout, ..Table::default() });
        self.count += 1;
    }

    fn end_table(&mut self) {
        self.end_row();
        self.open.pop();
    }

    fn start_group(&mut self, is_in_head: bool) {
        self.end_row();
        if let Some(open) = self.open.last_mut() {
            open.is_in_head = is_in_head;
            open.group += 1;
        }
    }

    fn start_row(&mut self) {
        self.end_row();
        self.count += 1;
        if let Some(open) = self.open.last_mut() {
            open.row = Some(Row { cells: Vec::new(), is_in_head: open.is_in_head, group: open.group });
        }
    }

    fn start_cell(&mut self, tag: &Tag) {
        self.end_cell();
        if self.open.last().is_some_and(|open| open.row.is_none()) {
            self.start_row();
        }
        self.count += 1;
        let span = |name: &str| attribute(tag, name).and_then(|value| value.trim().parse::<u32>().ok());
        // HTML, section 4.9.11.
        let columns = span("colspan").unwrap_or(1).clamp(1, 1_000) as u16;
        let rows = match span("rowspan") {
            Some(0) => None,
            rows => Some(rows.unwrap_or(1).min(65_534) as u16),
        };
        if let Some(open) = self.open.last_mut() {
            open.cell = Some(OpenCell { text: String::new(), is_header: &*tag.name == "th", columns, rows });
        }
    }

    fn end_cell(&mut self) {
        self.end_caption();
        let Some(open) = self.open.last_mut() else { return };
        if let (Some(cell), Some(row)) = (open.cell.take(), &mut open.row) {
            let OpenCell { text, is_header, columns, rows } = cell;
            row.cells.push(Cell { text: text.trim_end().into(), is_header, columns, rows });
        }
    }

    fn end_row(&mut self) {
        self.end_cell();
        let Some(open) = self.open.last_mut() else { return };
        if let Some(row) = open.row.take() {
            self.tables[open.at].rows.push(row);
        }
    }

    fn end_caption(&mut self) {
        let Some(open) = self.open.last_mut() else { return };
        let Some(caption) = open.caption.take() else { return };
        let table = &mut self.tables[open.at];
        if table.caption.is_empty() {
            table.caption = caption.trim_end().to_owned();
        }
    }
}

impl Open {
    /// Appends text to what is open in the table; text between its cells belongs to nothing.
    fn push_text(&mut self, text: &str) {
        let cell = self.cell.as_mut().map(|cell| &mut cell.text);
        if let Some(out) = self.caption.as_mut().or(cell) {
            push_folded(text, out);
        }
    }
}

/// Appends text with any white space, also that which does not break, as one space; none at the beginning.
fn push_folded(text: &str, out: &mut String) {
    for c in text.chars() {
        let is_space = c.is_ascii_whitespace() || c == '\u{a0}';
        if !is_space {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
}

fn folded(text: &str) -> String {
    let mut out = String::new();
    push_folded(text, &mut out);
    out.trim_end().to_owned()
}

fn attribute<'t>(tag: &'t Tag, name: &str) -> Option<&'t str> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
}
