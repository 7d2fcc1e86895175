//! The first pass: looks at every cell, and notes where row groups may begin.

use std::{
    io::{Seek, SeekFrom},
    ops::ControlFlow,
    sync::Mutex,
};

use super::{
    ingest::Job,
    records::{Scanner, Span},
    split::{Block, Splitter},
};
use crate::{
    FormatError, Progress, Stage,
    cells::{is_null_word, trim},
    evidence::Evidence,
    limits::{
        BLOCK_BYTES, CHUNKS_AIM, FIELD_BYTES_MAX, GROUP_BYTES_MAX, GROUP_CELLS_MAX, GROUP_ROWS_MAX,
        GROUP_ROWS_MIN, GROUPS_AIM, MISSING_CELLS_MAX,
    },
    threads::Meter,
};

/// Rows after which a row group may begin.
const CUT_ROWS: u32 = 1_024;

/// Bytes after which a row group may begin, whatever the rows.
const CUT_BYTES: usize = 1024 * 1024;

/// What the first pass found.
#[derive(Default)]
pub(super) struct Typing {
    /// What the cells of every column look like.
    pub(super) evidence: Vec<Evidence>,
    cuts: Vec<Cut>,
}

/// A stretch of rows that stay together.
#[derive(Debug, Clone, Copy)]
struct Cut {
    offset: u64,
    bytes: u64,
    rows: u32,
    lines_before: u64,
}

/// The rows of one row group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    /// Where they stand in the file.
    pub(super) offset: u64,
    pub(super) bytes: u64,
    pub(super) rows: usize,
    pub(super) rows_before: u64,
    pub(super) lines_before: u64,
}

impl Typing {
    pub(super) fn rows(&self) -> u64 {
        self.cuts.iter().map(|cut| u64::from(cut.rows)).sum()
    }

    /// Joins stretches into row groups; returns how many rows a group is meant to have, and the groups.
    pub(super) fn plan(&self) -> (usize, Vec<Plan>) {
        let aim = (self.rows() / GROUPS_AIM).clamp(GROUP_ROWS_MIN as u64, GROUP_ROWS_MAX as u64) as usize;
        let width = self.evidence.len().max(1);
        let rows_min = (self.rows() * width as u64 / CHUNKS_AIM).min(GROUP_ROWS_MAX as u64) as usize;
        let rows_max = aim.min(GROUP_CELLS_MAX / width).max(rows_min).max(1);
        let mut plans: Vec<Plan> = Vec::new();
        let mut rows_before = 0;
        for cut in self.cuts.iter().filter(|cut| cut.rows > 0) {
            let rows = cut.rows as usize;
            match plans.last_mut() {
                Some(last)
                    if last.rows + rows <= rows_max
                        && cut.offset + cut.bytes - last.offset <= GROUP_BYTES_MAX as u64 =>
                {
                    last.rows += rows;
                    last.bytes = cut.offset + cut.bytes - last.offset;
                }
                _ => {
                    let Cut { offset, bytes, lines_before, .. } = *cut;
                    plans.push(Plan { offset, bytes, rows, rows_before, lines_before });
                }
            }
            rows_before += u64::from(cut.rows);
        }
        (rows_max, plans)
    }

    fn merge(&mut self, part: Self) {
        for (evidence, more) in self.evidence.iter_mut().zip(&part.evidence) {
            evidence.merge(more);
        }
        self.cuts.extend(part.cuts);
    }
}

impl Job<'_> {
    /// Looks at every cell of the file.
    pub(super) fn type_columns(
        &self,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Typing, FormatError> {
        let block_bytes = self.options.block_bytes.unwrap_or(BLOCK_BYTES);
        let offset = self.source.start + self.layout.data_start as u64;
        let mut file = self.source.reader(self.name)?;
        file.seek(SeekFrom::Start(offset)).map_err(FormatError::io("read", self.name))?;
        let lines = self.layout.lines_before;
        let splitter =
            Mutex::new(Splitter::new(file, self.name, self.layout.dialect, block_bytes, offset, lines));
        let blocks = self.source.size.saturating_sub(offset) / block_bytes.max(1) as u64 + 1;

        let width = self.layout.width;
        let empty = || Typing { evidence: vec![Evidence::default(); width], cuts: Vec::new() };
        let work = |meter: &Meter| {
            let mut part = empty();
            let mut block = Block::default();
            while !self.stop.is_up() {
                // A thread that panicked within took the whole work with it.
                let Ok(mut splitter) = splitter.lock() else { break };
                if !splitter.next_block(&mut block)? {
                    break;
                }
                drop(splitter);
                let rows = self.look_at(&block, &mut part)?;
                meter.add(block.text.len() as u64, rows);
            }
            Ok(part)
        };
        let parts = self.run(Stage::Typing, blocks, progress, work, || {})?;

        let mut typing = empty();
        parts.into_iter().for_each(|part| typing.merge(part));
        typing.cuts.sort_unstable_by_key(|cut| cut.offset);
        // Every cell that is there takes a byte at least.
        if typing.rows() * width as u64 > self.source.size + MISSING_CELLS_MAX {
            return Err(FormatError::TooLarge {
                name: self.name.to_owned(),
                what: "header for rows",
                unit: "missing cells",
                line: self.layout.lines_before.max(1),
                limit: MISSING_CELLS_MAX,
                hint: "check which row names the columns",
            });
        }
        Ok(typing)
    }

    /// Looks at the cells of a block, and returns its rows.
    fn look_at(&self, block: &Block, part: &mut Typing) -> Result<u64, FormatError> {
        let text = &block.text;
        let dialect = self.layout.dialect;
        let tokens = self.options.null_tokens.as_deref();
        let Typing { evidence, cuts } = part;
        let mut scanner = Scanner::new(text, dialect);
        let mut scratch = Vec::new();
        let mut is_too_long = false;
        let (mut rows, mut rows_in_cut, mut cut_start, mut lines_before) = (0, 0, 0, block.lines_before);
        loop {
            let record = scanner.record(|index, span: Span| {
                is_too_long |= span.len() > FIELD_BYTES_MAX;
                if let Some(evidence) = evidence.get_mut(index) {
                    let cell = span.bytes(text, dialect.quote, &mut scratch);
                    match tokens {
                        None => evidence.add(cell),
                        Some(tokens) => add_with_tokens(evidence, cell, tokens),
                    }
                }
            });
            let end = record.map_or(text.len(), |record| record.end);
            if is_too_long {
                let start = record.map_or(0, |record| record.start);
                let line = block.lines_before + count_lines(&text[..start], dialect.newline) + 1;
                return Err(FormatError::TooLarge {
                    name: self.name.to_owned(),
                    what: "cell",
                    unit: "bytes",
                    line,
                    limit: FIELD_BYTES_MAX as u64,
                    hint: "check for a quotation mark that is never closed",
                });
            }
            if let Some(record) = record
                && !record.is_blank
            {
                rows += 1;
                rows_in_cut += 1;
            }
            let is_full = rows_in_cut >= CUT_ROWS || end - cut_start >= CUT_BYTES;
            if (is_full || record.is_none()) && end > cut_start {
                let offset = block.offset + cut_start as u64;
                cuts.push(Cut { offset, bytes: (end - cut_start) as u64, rows: rows_in_cut, lines_before });
                lines_before += count_lines(&text[cut_start..end], dialect.newline);
                (cut_start, rows_in_cut) = (end, 0);
            }
            if record.is_none() {
                return Ok(rows);
            }
        }
    }
}

/// With words of the caller's own, the usual ones are nothing special.
fn add_with_tokens(evidence: &mut Evidence, cell: &[u8], tokens: &[String]) {
    let trimmed = trim(cell);
    if tokens.iter().any(|token| token.as_bytes() == trimmed) {
        return;
    }
    evidence.add(if is_null_word(trimmed) { b"word" } else { cell });
}

fn count_lines(text: &[u8], newline: u8) -> u64 {
    memchr::memchr_iter(newline, text).count() as u64
}
