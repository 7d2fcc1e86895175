//! Formats whose columns have types of their own: their batches become the table without going through texts.

mod column;

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use ::parquet::arrow::arrow_writer::ArrowColumnChunk;
use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use serde_json::{Map, Value};
use townhall_model::table::RejectedCell;

use self::column::Column;
use crate::groups::{GroupEncoder, GroupFile};
use crate::limits::{
    CHUNKS_AIM, COLUMNS_MAX, GROUP_BYTES_MAX, GROUP_CELLS_MAX, GROUP_ROWS_MAX, GROUP_ROWS_MIN, GROUPS_AIM,
    TYPED_BATCH_ROWS, UNPACKED_BYTES_MAX,
};
use crate::names::column_names;
use crate::parquet::{ROW_COLUMN, properties};
use crate::profile::{Profile, Workspace};
use crate::rejects::Rejects;
use crate::text::{data_type, value_text};
use crate::{FormatError, FormatInfo, Ingest, Ingested, Progress, Purpose, Stage};

/// A file whose batches can be read one after the other.
pub(crate) struct Typed<I> {
    /// The columns, by the names that they have in the file.
    pub(crate) schema: SchemaRef,
    /// The rows.
    pub(crate) batches: I,
    /// How many, where the file says so.
    pub(crate) rows: Option<u64>,
    /// How it was read, for the manifest.
    pub(crate) read_as: Map<String, Value>,
}

/// Rows that will be one row group.
struct Group {
    index: usize,
    rows_before: u64,
    batches: Vec<RecordBatch>,
}

/// A row group, encoded.
struct Finished {
    chunks: Vec<ArrowColumnChunk>,
    rejects: Vec<RejectedCell>,
}

/// Cuts batches into row groups.
struct Groups<I> {
    batches: I,
    /// What is left of the batch that was cut last.
    rest: Option<RecordBatch>,
    next: usize,
    rows: u64,
    bytes: u64,
    rows_max: usize,
    name: String,
}

/// What the threads share.
struct Work<'a> {
    columns: &'a [Column],
    profiles: &'a [Profile],
    encoder: GroupEncoder,
    purpose: Purpose,
}

/// Returns the batch rows that readers should aim for: few enough that wide rows do not fill the memory.
pub(crate) fn batch_rows(columns: usize) -> usize {
    (GROUP_CELLS_MAX / columns.max(1)).clamp(1, TYPED_BATCH_ROWS)
}

/// Runs a part of a reader that is not ours: where it gives up on a damaged file, that is an error like others.
pub(crate) fn careful<T>(
    name: &str,
    info: &'static FormatInfo,
    read: impl FnOnce() -> Result<T, FormatError>,
) -> Result<T, FormatError> {
    // What it leaves behind is not used again: the file is refused.
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(FormatError::damaged(name, info, &"its parts contradict each other")))
}

/// Makes a table of the batches.
pub(crate) fn ingest_batches<I>(
    task: Ingest<'_>,
    info: &'static FormatInfo,
    typed: Typed<I>,
) -> Result<Ingested, FormatError>
where
    I: Iterator<Item = Result<RecordBatch, FormatError>>,
{
    let source_bytes = std::fs::metadata(task.source).map_err(FormatError::io("read", task.name))?.len();
    ingest_rows(task, info, typed, source_bytes, &mut |_| Ok(()))
}

/// Makes a table of batches of whatever source. `found` adds the rejects that whoever makes the rows knows of, after each
/// round of them.
pub(crate) fn ingest_rows<I>(
    task: Ingest<'_>,
    info: &'static FormatInfo,
    typed: Typed<I>,
    source_bytes: u64,
    found: &mut dyn FnMut(&mut Rejects) -> Result<(), FormatError>,
) -> Result<Ingested, FormatError>
where
    I: Iterator<Item = Result<RecordBatch, FormatError>>,
{
    let Ingest { source: _, name, options, out, progress } = task;
    let columns = columns_of(&typed.schema, options, name)?;
    let width = columns.len();
    let rows = typed.rows.unwrap_or(GROUPS_AIM * GROUP_ROWS_MAX as u64 / 2);
    let aim = (rows / GROUPS_AIM).clamp(GROUP_ROWS_MIN as u64, GROUP_ROWS_MAX as u64) as usize;
    let rows_min = (rows * width as u64 / CHUNKS_AIM).min(GROUP_ROWS_MAX as u64) as usize;
    let rows_max = aim.min(GROUP_CELLS_MAX / width).max(rows_min).max(1);
    let mut groups = Groups {
        batches: typed.batches,
        rest: None,
        next: 0,
        rows: 0,
        bytes: 0,
        rows_max,
        name: name.to_owned(),
    };

    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let threads = options.threads.unwrap_or_else(cores).clamp(1, 64);
    let mut ready = groups.take(threads)?;
    let first = ready.first().and_then(|group| group.batches.first());
    let diverse = diverse(first, &columns);
    let (mut file, encoder) = create(out, &columns, options.purpose, rows_max, &diverse)?;
    let profiles: Vec<_> = columns.iter().map(|column| Profile::new(column.kind, width)).collect();
    let work = Work { columns: &columns, profiles: &profiles, encoder, purpose: options.purpose };
    let mut rejects = Rejects::beside(out);
    while !ready.is_empty() {
        // While the threads encode these, the next ones are read.
        let (next, finished) = std::thread::scope(|scope| {
            let handles: Vec<_> = ready.drain(..).map(|group| scope.spawn(|| work.encode(group))).collect();
            let next = groups.take(threads);
            let finished = handles
                .into_iter()
                .map(|handle| handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            (next, finished.collect::<Result<Vec<_>, _>>())
        });
        for group in finished? {
            file.append(group.chunks)?;
            rejects.add(group.rejects)?;
        }
        found(&mut rejects)?;
        ready = next?;
        let step = Progress {
            stage: Stage::Writing,
            done_bytes: typed.rows.map_or(0, |rows| source_bytes * groups.rows.min(rows) / rows.max(1)),
            total_bytes: source_bytes,
            rows: groups.rows,
        };
        if progress(step) == ControlFlow::Break(()) {
            return Err(FormatError::Cancelled { name: name.to_owned() });
        }
    }

    found(&mut rejects)?;
    let rejects_file = rejects.finish()?;
    let finish =
        |(profile, column): (Profile, Column)| profile.finish(column.name, column.label, column.reason);
    let rows = groups.rows;
    Ok(Ingested {
        format: info.name,
        read_as: typed.read_as,
        rows,
        parquet_bytes: file.finish()?,
        columns: profiles.into_iter().zip(columns).map(finish).collect(),
        rejects: rejects.kept,
        rejects_total: rejects.total,
        rejects_file,
        source_bytes,
    })
}

/// The columns that the table will have.
fn columns_of(
    schema: &SchemaRef,
    options: &crate::ReadOptions,
    name: &str,
) -> Result<Vec<Column>, FormatError> {
    let fields = schema.fields();
    if fields.is_empty() {
        return Err(FormatError::Empty { name: name.to_owned() });
    }
    if fields.len() > COLUMNS_MAX {
        return Err(FormatError::TooLarge {
            name: name.to_owned(),
            what: "row",
            unit: "columns",
            line: 1,
            limit: COLUMNS_MAX as u64,
            hint: "leave some of them out",
        });
    }
    let headers: Vec<_> = fields.iter().map(|field| field.name().as_str()).collect();
    let names = column_names(&headers);
    let is_named =
        |wanted: &str| names.iter().any(|(name, label)| name == wanted || label.as_deref() == Some(wanted));
    if let Some(unknown) = options.columns.keys().find(|wanted| !is_named(wanted)) {
        let reason = format!("there is no column `{unknown}`");
        return Err(FormatError::BadOption { option: "columns", reason });
    }
    let column = |(field, (name, label)): (&Arc<Field>, (String, Option<String>))| {
        let wanted = &options.columns;
        let wanted =
            wanted.get(&name).or_else(|| wanted.get(label.as_ref()?)).copied().or(options.all_columns);
        let settled = options.settled(&name, label.as_deref());
        Column::new(field, name, label, wanted, settled)
    };
    Ok(fields.iter().zip(names).map(column).collect())
}

/// Which columns have next to no repeated values, as far as the first rows tell.
fn diverse(first: Option<&RecordBatch>, columns: &[Column]) -> Vec<bool> {
    let Some(batch) = first.filter(|batch| batch.num_rows() >= 200) else {
        return vec![false; columns.len()];
    };
    let is_diverse = |array: &ArrayRef| {
        let rows = 0..array.len().min(1_000);
        let values: Vec<_> = rows.filter_map(|row| value_text(array, row)).collect();
        let distinct = values.iter().collect::<HashSet<_>>().len();
        values.len() >= 200 && distinct * 10 >= values.len() * 9
    };
    batch.columns().iter().map(is_diverse).collect()
}

fn create(
    out: &Path,
    columns: &[Column],
    purpose: Purpose,
    rows_max: usize,
    diverse: &[bool],
) -> Result<(GroupFile, GroupEncoder), FormatError> {
    let fields = columns.iter().map(|column| Field::new(&column.name, data_type(column.kind), true));
    let row = (purpose == Purpose::Table).then(|| Field::new(ROW_COLUMN, DataType::Int64, false));
    let schema = Arc::new(Schema::new(fields.chain(row).collect::<Vec<_>>()));
    let diverse = columns.iter().zip(diverse).filter(|(_, diverse)| **diverse);
    let diverse = diverse.map(|(column, _)| column.name.as_str());
    GroupFile::create(out, &schema, properties(purpose, rows_max, diverse))
}

impl<I: Iterator<Item = Result<RecordBatch, FormatError>>> Groups<I> {
    /// Reads so many row groups, or fewer at the end.
    fn take(&mut self, wanted: usize) -> Result<Vec<Group>, FormatError> {
        let mut groups = Vec::with_capacity(wanted);
        while groups.len() < wanted {
            let Some(group) = self.group()? else { break };
            groups.push(group);
        }
        Ok(groups)
    }

    fn group(&mut self) -> Result<Option<Group>, FormatError> {
        let (mut rows, mut bytes, mut batches) = (0, 0, Vec::new());
        while rows < self.rows_max && bytes < GROUP_BYTES_MAX {
            let batch = match self.rest.take() {
                Some(rest) => rest,
                None => match self.batches.next() {
                    Some(batch) => {
                        let batch = batch?;
                        self.bytes += batch.get_array_memory_size() as u64;
                        batch
                    }
                    None => break,
                },
            };
            let room = self.rows_max - rows;
            let batch = if batch.num_rows() > room {
                self.rest = Some(batch.slice(room, batch.num_rows() - room));
                batch.slice(0, room)
            } else {
                batch
            };
            rows += batch.num_rows();
            bytes += batch.get_array_memory_size();
            if batch.num_rows() > 0 {
                batches.push(batch);
            }
        }
        if self.bytes > UNPACKED_BYTES_MAX {
            return Err(FormatError::TooLarge {
                name: self.name.clone(),
                what: "table",
                unit: "bytes",
                line: self.rows,
                limit: UNPACKED_BYTES_MAX,
                hint: "send it in several files",
            });
        }
        if rows == 0 {
            return Ok(None);
        }
        let group = Group { index: self.next, rows_before: self.rows, batches };
        self.next += 1;
        self.rows += rows as u64;
        Ok(Some(group))
    }
}

impl Work<'_> {
    /// Converts, profiles and encodes one row group.
    fn encode(&self, group: Group) -> Result<Finished, FormatError> {
        let rows: usize = group.batches.iter().map(RecordBatch::num_rows).sum();
        let mut encoder = self.encoder.start(group.index)?;
        let mut workspace = Workspace::new();
        let mut rejects: Vec<(usize, usize, RejectedCell)> = Vec::new();
        for (index, (column, profile)) in self.columns.iter().zip(self.profiles).enumerate() {
            let parts: Vec<&dyn Array> =
                group.batches.iter().map(|batch| batch.column(index).as_ref()).collect();
            let array = arrow_select::concat::concat(&parts)
                .map_err(|error| FormatError::encode("Parquet")(error.into()))?;
            let converted = column.convert(&array);
            let misfits = converted.misfits.len() as u64;
            match self.purpose {
                Purpose::Table => profile.add(&converted.array, misfits, &mut workspace),
                Purpose::File | Purpose::Scratch => profile.add_misfits(misfits),
            }
            encoder.add(&converted.array)?;
            for row in converted.misfits {
                rejects.push((row, index, column.reject(&array, row, group.rows_before)));
            }
        }
        if self.purpose == Purpose::Table {
            let first = group.rows_before as i64 + 1;
            let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(first..first + rows as i64));
            encoder.add(&numbers)?;
        }
        rejects.sort_by_key(|(row, column, _)| (*row, *column));
        let rejects = rejects.into_iter().map(|(.., reject)| reject).collect();
        Ok(Finished { chunks: encoder.finish(), rejects })
    }
}
