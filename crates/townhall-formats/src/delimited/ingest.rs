//! The two passes over a delimited file: what every column holds, then the table itself.
//!
//! The first pass ([`super::typing`]) cuts the file into blocks of whole records in one go (only quotes and line ends matter
//! for that) and lets the threads look at every cell. It also notes where every thousandth row begins. With that, the second
//! pass ([`super::table`]) hands each thread a row group of its own to convert, profile and encode; finished groups are
//! appended in order. Memory is a few row groups a thread, whatever the file.

use std::ops::ControlFlow;

use serde_json::{Map, Value, json};
use townhall_model::table::ColumnType;

use super::{
    guess::{Layout, guess_layout},
    source::Source,
    table::Repairs,
    typing::Typing,
};
use crate::{
    FormatError, FormatInfo, Ingest, Ingested, Progress, ReadOptions, Stage,
    evidence::{Circumstances, Decision},
    names::column_names,
    threads::{Meter, StopSign, Stopped, run},
};

/// What both passes share.
pub(super) struct Job<'a> {
    pub(super) name: &'a str,
    pub(super) options: &'a ReadOptions,
    pub(super) source: Source,
    pub(super) layout: Layout,
    pub(super) stop: StopSign,
    /// Whether the lines of the file are those that people see.
    pub(super) has_lines: bool,
}

pub(super) fn ingest(
    task: Ingest<'_>,
    info: &'static FormatInfo,
    preferred: u8,
    has_lines: bool,
) -> Result<Ingested, FormatError> {
    let Ingest { source: path, name, options, out, progress } = task;
    let source = Source::open(path, name, options, out)?;
    let head = source.head(name)?;
    let is_whole = source.start + head.len() as u64 >= source.size;
    if is_whole && head.iter().all(u8::is_ascii_whitespace) {
        return Err(FormatError::Empty { name: name.to_owned() });
    }
    let layout = guess_layout(&head, is_whole, preferred, name, options)?;
    drop(head);

    let job = Job { name, options, source, layout, stop: StopSign::default(), has_lines };
    let typing = job.type_columns(progress)?;
    let names = job.names();
    let decisions = job.decide(&typing, &names)?;
    let table = job.write_table(&typing, &names, &decisions, out, progress)?;

    let columns = table.profiles.into_iter().zip(names).zip(decisions);
    Ok(Ingested {
        format: info.name,
        read_as: job.read_as(&table.repairs),
        rows: typing.rows(),
        columns: columns
            .map(|((profile, (name, label)), decision)| profile.finish(name, label, decision.reason))
            .collect(),
        rejects: table.rejects,
        rejects_total: table.rejects_total,
        rejects_file: table.rejects_file,
        source_bytes: job.source.original_size,
        parquet_bytes: table.parquet_bytes,
    })
}

impl Job<'_> {
    /// Runs `work` on as many threads as there are cores, pieces of work, or as the options say.
    pub(super) fn run<T: Send>(
        &self,
        stage: Stage,
        pieces: u64,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
        work: impl Fn(&Meter) -> Result<T, FormatError> + Sync,
        wake: impl Fn() + Sync,
    ) -> Result<Vec<T>, FormatError> {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let threads = self.options.threads.unwrap_or_else(cores).clamp(1, 64).min(pieces.max(1) as usize);
        let start = Progress { stage, done_bytes: 0, total_bytes: self.source.size, rows: 0 };
        run(threads, &self.stop, start, progress, work, wake).map_err(|stopped| match stopped {
            Stopped::Failed(error) => error,
            Stopped::OnRequest => FormatError::Cancelled { name: self.name.to_owned() },
        })
    }

    /// The columns' names with their labels.
    fn names(&self) -> Vec<(String, Option<String>)> {
        let mut headers = match self.options.names.is_empty() {
            true => self.layout.header.clone().unwrap_or_default(),
            false => self.options.names.clone(),
        };
        headers.resize(self.layout.width, String::new());
        column_names(&headers)
    }

    /// The words that mean "no value" in a column that holds no text.
    pub(super) fn sentinels(&self, (name, label): &(String, Option<String>)) -> &[String] {
        let known = &self.options.sentinels;
        let found = known.get(name).or_else(|| known.get(label.as_ref()?));
        found.map_or(&[], Vec::as_slice)
    }

    fn decide(
        &self,
        typing: &Typing,
        names: &[(String, Option<String>)],
    ) -> Result<Vec<Decision>, FormatError> {
        let is_named = |wanted: &str| {
            names.iter().any(|(name, label)| name == wanted || label.as_deref() == Some(wanted))
        };
        if let Some(unknown) = self.options.columns.keys().find(|wanted| !is_named(wanted)) {
            let reason = format!("there is no column `{unknown}`");
            return Err(FormatError::BadOption { option: "columns", reason });
        }

        let mut orders = typing.evidence.iter().filter_map(|evidence| evidence.proven_order());
        let first_order = orders.next();
        let proven_order = first_order.filter(|first| orders.all(|order| order == *first));
        let wanted = |name: &str, label: Option<&String>| -> Option<ColumnType> {
            let columns = &self.options.columns;
            columns.get(name).or_else(|| columns.get(label?)).copied().or(self.options.all_columns)
        };
        let decide = |(evidence, (name, label)): (&crate::evidence::Evidence, &(String, Option<String>))| {
            let settled = self.options.settled(name, label.as_deref());
            evidence.decide(Circumstances {
                name,
                wanted: settled.kind.or_else(|| wanted(name, label.as_ref())),
                date_order: settled.date_order,
                decimal: settled.decimal,
                proven_order,
                delimiter: self.layout.dialect.delimiter,
            })
        };
        Ok(typing.evidence.iter().zip(names).map(decide).collect())
    }

    /// How the file was read, for the manifest.
    fn read_as(&self, repairs: &Repairs) -> Map<String, Value> {
        let Layout { dialect, header, preamble, .. } = &self.layout;
        let character = |byte: u8| char::from(byte).to_string();
        let mut read_as = Map::new();
        let mut set = |key: &str, value: Value| read_as.insert(key.to_owned(), value);
        set("encoding", self.source.encoding.name().to_ascii_lowercase().into());
        set("delimiter", character(dialect.delimiter).into());
        set("quote", character(dialect.quote).into());
        set("header", header.is_some().into());
        if !preamble.is_empty() {
            set("preamble", json!(preamble));
        }
        if dialect.newline == b'\r' {
            set("line_ends", "cr".into());
        }
        if repairs.cells > 0 {
            set(
                "repaired_cells",
                json!({ "count": repairs.cells, "first_row": repairs.first_row, "read_as": "windows-1252" }),
            );
        }
        if self.source.has_replacements {
            set("has_unknown_characters", true.into());
        }
        read_as
    }
}
