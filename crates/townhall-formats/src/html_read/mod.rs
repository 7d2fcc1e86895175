//! Reads the tables of a web page: the largest one, or the one that was asked for.
//!
//! The page is cut into tags and texts as browsers do; rows and cells that are not ended end where the next begin. Cells
//! that span rows or columns stand in each of them. Header rows become one, their texts joined with spaces.

mod grid;
mod page;

use std::io::BufRead;

use encoding_rs::Encoding;
use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tokenizer, TokenizerOpts};
use memchr::memmem;
use serde_json::{Map, Value, json};

use self::grid::Grid;
use self::page::{Page, Table};
use crate::decoded::Decoded;
use crate::limits::{HTML_BYTES_MAX, HTML_CELLS_MAX, HTML_TAG_PARTS_MAX};
use crate::unfold::ingest_rows;
use crate::{FormatError, FormatInfo, Header, Ingest, Ingested};

/// Bytes that are cut at a time.
const PIECE_BYTES: usize = 16 * 1024;

/// Makes a table of a table of a page.
pub(crate) fn ingest(task: Ingest<'_>, info: &'static FormatInfo) -> Result<Ingested, FormatError> {
    let name = task.name;
    let (tables, encoding) = read_tables(&task)?;
    let names = names(&tables);
    let chosen = match task.options.part.as_deref() {
        Some(wanted) => named(&tables, name, wanted)?,
        None => largest(&tables).ok_or_else(|| FormatError::NotATable {
            name: name.to_owned(),
            looks_like: "a web page without a table",
        })?,
    };
    let grid = Grid::of(&tables[chosen], name)?;
    let header = match task.options.header {
        Header::Auto => grid.header(),
        given => given,
    };
    ingest_rows(task, info, header, |sink| {
        grid.each_row(header, &mut |cells| sink.row(cells))?;
        let mut read_as =
            Map::from_iter([("encoding".to_owned(), Value::from(encoding.name().to_ascii_lowercase()))]);
        read_as.insert("part".to_owned(), json!(names[chosen]));
        let is_other = |at: &usize| *at != chosen && tables[*at].may_be_data();
        let others: Vec<&String> = (0..tables.len()).filter(is_other).map(|at| &names[at]).collect();
        if !others.is_empty() {
            read_as.insert("other_parts".to_owned(), json!(others));
        }
        Ok(read_as)
    })
}

/// All tables of a page, in the order in which they begin.
fn read_tables(task: &Ingest<'_>) -> Result<(Vec<Table>, &'static Encoding), FormatError> {
    let too_large = |what, unit, limit, line| {
        let hint = "save the table as CSV";
        FormatError::TooLarge { name: task.name.to_owned(), what, unit, line, limit, hint }
    };
    let mut input =
        Decoded::open(task.source, task.name, task.options.encoding.as_deref(), declared, usize::MAX)?;
    let encoding = input.encoding;
    let tokenizer = Tokenizer::new(Page::default(), TokenizerOpts::default());
    let queue = BufferQueue::default();
    let (mut passed, mut tag_parts, mut text) = (0, 0, Vec::new());
    loop {
        let ready = input.fill_buf().map_err(FormatError::io("read", task.name))?;
        if ready.is_empty() {
            break;
        }
        let length = ready.len().min(PIECE_BYTES);
        // A piece may end within a character, the rest of which begins the next one.
        text.extend_from_slice(&ready[..length]);
        let whole = match std::str::from_utf8(&text) {
            Ok(whole) => whole,
            Err(error) => std::str::from_utf8(&text[..error.valid_up_to()]).unwrap_or_default(),
        };
        passed += length as u64;
        if passed > HTML_BYTES_MAX {
            return Err(too_large("page", "bytes", HTML_BYTES_MAX, input.line));
        }
        let before = tokenizer.sink.tokens();
        let parts = whole.bytes().filter(|byte| byte.is_ascii_whitespace() || b"\"'/".contains(byte)).count();
        let end = whole.len();
        queue.push_back(StrTendril::from(whole));
        while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
        text.drain(..end);
        input.consume(length);

        tag_parts = if tokenizer.sink.tokens() == before { tag_parts + parts } else { parts };
        if tag_parts > HTML_TAG_PARTS_MAX {
            return Err(too_large("tag or comment", "parts", HTML_TAG_PARTS_MAX as u64, input.line));
        }
        if tokenizer.sink.cells() > HTML_CELLS_MAX {
            return Err(too_large("page", "cells", HTML_CELLS_MAX as u64, input.line));
        }
    }
    tokenizer.end();
    Ok((tokenizer.sink.into_tables(), encoding))
}

/// The encoding that a page names in its head, in either of the two ways (HTML, section 4.2.5.4).
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    const PRESCAN_BYTES: usize = 4_096;
    let head = head[..head.len().min(PRESCAN_BYTES)].to_ascii_lowercase();
    let behind = &head[memmem::find(&head, b"charset")? + b"charset".len()..];
    let value = behind.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"\"'>;/".contains(byte);
    Encoding::for_label(&value[..value.iter().position(is_end).unwrap_or(value.len())])
}

/// What each table is called: by its caption, else its id, else its number from 1.
fn names(tables: &[Table]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (at, table) in tables.iter().enumerate() {
        let number = (at + 1).to_string();
        let own = [&table.caption, &table.id].into_iter().find(|own| !own.is_empty() && !names.contains(own));
        names.push(own.cloned().unwrap_or(number));
    }
    names
}

/// The table of this caption or id, or number from 1.
fn named(tables: &[Table], name: &str, wanted: &str) -> Result<usize, FormatError> {
    let names = names(tables);
    let by_number = wanted.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    names
        .iter()
        .position(|known| known == wanted)
        .or_else(|| tables.iter().position(|table| table.id == wanted || table.caption == wanted))
        .or(by_number.filter(|at| *at < tables.len()))
        .ok_or_else(|| {
            let known: Vec<String> = names.iter().take(20).map(|known| format!("`{known}`")).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            let reason = format!("`{name}` has no table `{wanted}`; it has {known}");
            FormatError::BadOption { option: "part", reason }
        })
}

/// The table with most in it; one that lays out a page only when there is no other.
fn largest(tables: &[Table]) -> Option<usize> {
    let size = |table: &Table| (table.may_be_data(), table.filled_cells());
    (0..tables.len())
        .filter(|at| tables[*at].filled_cells() > 0)
        .max_by_key(|at| (size(&tables[*at]), std::cmp::Reverse(*at)))
}
