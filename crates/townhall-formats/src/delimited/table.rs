//! The second pass: converts, profiles and encodes row groups on several threads, and appends them in order.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use ::parquet::arrow::arrow_writer::ArrowColumnChunk;
use arrow_array::{ArrayRef, Int64Array};
use arrow_schema::{DataType, Field, Schema};
use townhall_model::table::{ColumnType, RejectedCell};

use super::{
    convert::Cells,
    ingest::Job,
    records::{Record, Scanner, Span},
    source::decode,
    typing::{Plan, Typing},
};
use crate::{
    FormatError, Progress, Purpose, Stage,
    evidence::Decision,
    groups::{GroupEncoder, GroupFile},
    parquet::{ROW_COLUMN, properties},
    profile::{Profile, Workspace},
    rejects::{Rejects, misfit, shown},
    text::data_type,
    threads::Meter,
};

/// What the second pass made.
pub(super) struct Table {
    pub(super) profiles: Vec<Profile>,
    pub(super) rejects: Vec<RejectedCell>,
    pub(super) rejects_total: u64,
    pub(super) rejects_file: Option<PathBuf>,
    pub(super) repairs: Repairs,
    pub(super) parquet_bytes: u64,
}

/// Cells that were not UTF-8.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Repairs {
    pub(super) cells: u64,
    pub(super) first_row: u64,
}

/// A row group as a thread hands it over.
struct Finished {
    chunks: Vec<ArrowColumnChunk>,
    rejects: Vec<RejectedCell>,
    repairs: Repairs,
}

/// What is appended to, in the order of the row groups.
struct Output {
    file: GroupFile,
    next: usize,
    rejects: Rejects,
    repairs: Repairs,
}

/// What every thread needs.
struct Plans<'a> {
    names: &'a [(String, Option<String>)],
    decisions: &'a [Decision],
    encoder: GroupEncoder,
    profiles: Vec<Profile>,
    plans: Vec<Plan>,
    next: AtomicUsize,
}

/// What a thread uses again for every row group.
struct Bench {
    file: File,
    text: Vec<u8>,
    spans: Vec<Span>,
    workspace: Workspace,
}

impl Job<'_> {
    /// Writes the table to `out`.
    pub(super) fn write_table(
        &self,
        typing: &Typing,
        names: &[(String, Option<String>)],
        decisions: &[Decision],
        out: &Path,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Table, FormatError> {
        let (group_rows, plans) = typing.plan();
        let fields = names.iter().zip(decisions);
        let fields =
            fields.map(|((name, _), decision)| Field::new(name, data_type(decision.reading.kind), true));
        let row =
            (self.options.purpose == Purpose::Table).then(|| Field::new(ROW_COLUMN, DataType::Int64, false));
        let schema = Arc::new(Schema::new(fields.chain(row).collect::<Vec<_>>()));
        let diverse = names.iter().zip(&self.layout.diverse).filter(|(_, diverse)| **diverse);
        let diverse = diverse.map(|((name, _), _)| name.as_str());
        let (file, encoder) =
            GroupFile::create(out, &schema, properties(self.options.purpose, group_rows, diverse))?;
        let profiles =
            decisions.iter().map(|decision| Profile::new(decision.reading.kind, decisions.len())).collect();
        let plans = Plans { names, decisions, encoder, profiles, plans, next: AtomicUsize::new(0) };
        let output =
            Mutex::new(Output { file, next: 0, rejects: Rejects::beside(out), repairs: Repairs::default() });
        let turn = Condvar::new();

        let work = |meter: &Meter| {
            let mut bench = Bench {
                file: self.source.reader(self.name)?,
                text: Vec::new(),
                spans: Vec::new(),
                workspace: Workspace::new(),
            };
            while !self.stop.is_up() {
                let index = plans.next.fetch_add(1, Ordering::Relaxed);
                let Some(plan) = plans.plans.get(index) else { break };
                let finished = self.convert_group(&plans, index, plan, &mut bench)?;
                let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
                while output.next != index {
                    if self.stop.is_up() {
                        return Ok(());
                    }
                    output = turn.wait(output).unwrap_or_else(PoisonError::into_inner);
                }
                output.append(finished)?;
                drop(output);
                turn.notify_all();
                meter.add(plan.bytes, plan.rows as u64);
            }
            Ok(())
        };
        // Taking the lock makes sure that a thread about to wait has seen the stop sign or hears the call.
        let wake = || {
            drop(output.lock().unwrap_or_else(PoisonError::into_inner));
            turn.notify_all();
        };
        self.run(Stage::Writing, plans.plans.len() as u64, progress, work, wake)?;

        let output = output.into_inner().unwrap_or_else(PoisonError::into_inner);
        output.finish(plans.profiles)
    }

    /// Converts, profiles and encodes one row group.
    fn convert_group(
        &self,
        plans: &Plans<'_>,
        index: usize,
        plan: &Plan,
        bench: &mut Bench,
    ) -> Result<Finished, FormatError> {
        let Bench { file, text, spans, workspace } = bench;
        read_exactly(file, plan, text).map_err(FormatError::io("read", self.name))?;
        let mut rejects = RejectList { job: self, plan, text, list: Vec::new() };
        self.find_cells(plan, text, spans, &mut rejects)?;

        let cells = |column: usize| Cells {
            text,
            quote: self.layout.dialect.quote,
            null_tokens: self.options.null_tokens.as_deref(),
            sentinels: self.sentinels(&plans.names[column]),
        };
        let mut group = plans.encoder.start(index)?;
        let mut repairs = Repairs::default();
        for (column, decision) in plans.decisions.iter().enumerate() {
            let spans = &spans[column * plan.rows..][..plan.rows];
            let converted = cells(column).convert(spans, decision.reading);
            let misfits = converted.misfits.len() as u64;
            match self.options.purpose {
                Purpose::Table => plans.profiles[column].add(&converted.array, misfits, workspace),
                Purpose::File | Purpose::Scratch => plans.profiles[column].add_misfits(misfits),
            }
            group.add(&converted.array)?;
            for row in converted.misfits {
                let span = spans[row as usize];
                rejects.add_cell(row, column, span, &plans.names[column].0, decision.reading.kind);
            }
            if let Some((row, count)) = converted.repaired {
                repairs =
                    repairs.and(Repairs { cells: count, first_row: plan.rows_before + u64::from(row) + 1 });
            }
        }
        if self.options.purpose == Purpose::Table {
            let first = plan.rows_before as i64 + 1;
            let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(first..first + plan.rows as i64));
            group.add(&numbers)?;
        }
        Ok(Finished { chunks: group.finish(), rejects: rejects.finish(), repairs })
    }

    /// Fills `spans`, column after column, with where the cells of the rows stand.
    fn find_cells(
        &self,
        plan: &Plan,
        text: &[u8],
        spans: &mut Vec<Span>,
        rejects: &mut RejectList<'_>,
    ) -> Result<(), FormatError> {
        let (rows, width) = (plan.rows, self.layout.width);
        spans.clear();
        spans.resize(rows * width, Span::MISSING);
        let mut scanner = Scanner::new(text, self.layout.dialect);
        let mut row = 0;
        let mut first_extra = None;
        while let Some(record) = scanner.record(|index, span| {
            // Empty lines may follow the last row.
            if index < width && row < rows {
                spans[index * rows + row] = span;
            } else if index == width {
                first_extra = Some(span);
            }
        }) {
            if record.is_blank {
                continue;
            }
            if record.cells > width
                && let Some(extra) = first_extra
            {
                rejects.add_extra(row as u32, record, extra, width);
            }
            if record.is_unclosed {
                rejects.add_unclosed(row as u32, record);
            }
            row += 1;
        }
        if row != rows {
            return Err(FormatError::Damaged {
                name: self.name.to_owned(),
                format: "CSV",
                reason: "it changed while it was being read".to_owned(),
            });
        }
        Ok(())
    }
}

fn read_exactly(file: &mut File, plan: &Plan, text: &mut Vec<u8>) -> std::io::Result<()> {
    text.clear();
    file.seek(SeekFrom::Start(plan.offset))?;
    file.take(plan.bytes).read_to_end(text)?;
    Ok(())
}

impl Repairs {
    fn and(self, more: Self) -> Self {
        match (self.cells, more.cells) {
            (0, _) => more,
            (_, 0) => self,
            _ => Self { cells: self.cells + more.cells, first_row: self.first_row.min(more.first_row) },
        }
    }
}

impl Output {
    fn append(&mut self, finished: Finished) -> Result<(), FormatError> {
        self.file.append(finished.chunks)?;
        self.next += 1;
        self.repairs = self.repairs.and(finished.repairs);
        self.rejects.add(finished.rejects)
    }

    fn finish(mut self, profiles: Vec<Profile>) -> Result<Table, FormatError> {
        let rejects_file = self.rejects.finish()?;
        Ok(Table {
            profiles,
            rejects: self.rejects.kept,
            rejects_total: self.rejects.total,
            rejects_file,
            repairs: self.repairs,
            parquet_bytes: self.file.finish()?,
        })
    }
}

/// The rejects of one row group, before they know their lines.
struct RejectList<'a> {
    job: &'a Job<'a>,
    plan: &'a Plan,
    text: &'a [u8],
    /// The row in the group, the column (or a number beyond all columns), where it stands, and the rest.
    list: Vec<(u32, u32, usize, RejectedCell)>,
}

impl RejectList<'_> {
    fn add_cell(&mut self, row: u32, column: usize, span: Span, name: &str, kind: ColumnType) {
        let mut scratch = Vec::new();
        let value = span.bytes(self.text, self.job.layout.dialect.quote, &mut scratch);
        self.add(row, column as u32, span.start(), Some(name.to_owned()), value, misfit(kind).to_owned());
    }

    /// More cells than columns; a row that only ends in delimiters has nothing to report.
    fn add_extra(&mut self, row: u32, record: Record, extra: Span, width: usize) {
        let dialect = self.job.layout.dialect;
        let quoted = extra.start() > record.start && self.text[extra.start() - 1] == dialect.quote;
        let rest = self.text[extra.start() - usize::from(quoted)..record.end].trim_ascii_end();
        let blank = |byte: &u8| [dialect.delimiter, dialect.quote, b' '].contains(byte);
        if rest.iter().all(blank) {
            return;
        }
        let reason = format!("the row has {} cells, the table {width} columns", record.cells);
        self.add(row, u32::MAX, record.start, None, rest, reason);
    }

    fn add_unclosed(&mut self, row: u32, record: Record) {
        let reason = "a quotation mark is never closed".to_owned();
        self.add(row, u32::MAX, record.start, None, &self.text[record.start..record.end], reason);
    }

    fn add(&mut self, row: u32, order: u32, at: usize, column: Option<String>, value: &[u8], reason: String) {
        let value = shown(&decode(value).0);
        let number = self.plan.rows_before + u64::from(row) + 1;
        self.list.push((row, order, at, RejectedCell { row: number, line: None, column, value, reason }));
    }

    /// In order of rows and columns, with their lines.
    fn finish(mut self) -> Vec<RejectedCell> {
        self.list.sort_by_key(|(row, order, ..)| (*row, *order));
        let (mut counted, mut line) = (0, self.plan.lines_before + 1);
        let (newline, has_lines) = (self.job.layout.dialect.newline, self.job.has_lines);
        let with_line = |(_, _, at, mut reject): (u32, u32, usize, RejectedCell)| {
            // Cells of a row stand in order, but a reject of the row stands at its beginning.
            if at > counted {
                line += memchr::memchr_iter(newline, &self.text[counted..at]).count() as u64;
                counted = at;
            }
            reject.line = has_lines.then_some(line);
            reject
        };
        self.list.into_iter().map(with_line).collect()
    }
}
