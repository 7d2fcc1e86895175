//! Arrow's own format: files and streams are read, streams are written, so that the first batch can be used while the last is
//! being computed (Arrow Columnar Format 1.5, "Serialization and Interprocess Communication").

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use arrow_ipc::root_as_message;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, SchemaRef};
use serde_json::{Map, json};

use crate::format::has_extension;
use crate::limits::{ARROW_BATCH_BYTES_MAX, ARROW_MESSAGE_BYTES_MAX};
use crate::typed::{Typed, careful, ingest_batches};
use crate::{BatchWriter, Format, FormatError, FormatInfo, Ingest, Ingested, Likelihood, WriteOptions};

/// Arrow IPC.
pub struct Arrow;

const INFO: FormatInfo = FormatInfo {
    name: "arrow",
    label: "Arrow",
    extensions: &["arrows", "arrow", "feather", "ipc"],
    media_types: &["application/vnd.apache.arrow.stream", "application/vnd.apache.arrow.file"],
    can_read: true,
    can_write: true,
    streams: true,
};

/// What files begin with; streams do not.
const MAGIC: &[u8] = b"ARROW1";

/// Bytes in which the first message begins: some writers fill up with noughts before it.
const HEAD_BYTES: u64 = 256;

/// What the messages of a stream begin with, since Arrow 0.15.
const CONTINUATION: &[u8] = &[0xFF, 0xFF, 0xFF, 0xFF];

impl Format for Arrow {
    fn info(&self) -> &'static FormatInfo {
        &INFO
    }

    fn sniff(&self, head: &[u8], name: &str) -> Likelihood {
        let is_stream = head.starts_with(CONTINUATION) && head.get(7) == Some(&0);
        match (head.starts_with(MAGIC), has_extension(&INFO, name)) {
            (true, _) => Likelihood::Certain,
            (false, true) if is_stream => Likelihood::Certain,
            (false, true) => Likelihood::Possible,
            (false, false) if is_stream => Likelihood::Likely,
            (false, false) => Likelihood::No,
        }
    }

    fn ingest(&self, task: Ingest<'_>) -> Result<Ingested, FormatError> {
        let name = task.name;
        let damaged = |error: ArrowError| FormatError::damaged(name, &INFO, &error);
        let mut file = File::open(task.source).map_err(FormatError::io("open", name))?;
        let mut head = Vec::new();
        let head_read = Read::by_ref(&mut file).take(HEAD_BYTES).read_to_end(&mut head);
        head_read.map_err(FormatError::io("read", name))?;
        if head.starts_with(b"FEA1") {
            let reason =
                "it is Feather of version 1, which nothing writes any more; save it as Arrow or Parquet";
            return Err(FormatError::damaged(name, &INFO, &reason));
        }
        // A file is a stream with something before and behind it.
        let is_file = head.starts_with(MAGIC);
        let filled_up = head.iter().skip(MAGIC.len()).take_while(|byte| **byte == 0).count();
        let start = if is_file { ((MAGIC.len() + filled_up) / 8 * 8) as u64 } else { 0 };
        let read_as = Map::from_iter([("kind".to_owned(), json!(if is_file { "file" } else { "stream" }))]);
        check(&mut file, start).map_err(|reason| FormatError::damaged(name, &INFO, &reason))?;
        file.seek(SeekFrom::Start(start)).map_err(FormatError::io("read", name))?;
        let file = BufReader::with_capacity(1 << 20, file);
        let mut reader = careful(name, &INFO, || StreamReader::try_new(file, None).map_err(damaged))?;
        let schema = reader.schema();
        let next = || careful(name, &INFO, || reader.next().transpose().map_err(damaged)).transpose();
        let typed = Typed { schema, batches: std::iter::from_fn(next), rows: None, read_as };
        ingest_batches(task, &INFO, typed)
    }

    fn writer(
        &self,
        schema: SchemaRef,
        options: &WriteOptions,
        out: Box<dyn Write + Send>,
    ) -> Result<Box<dyn BatchWriter>, FormatError> {
        let _ = options;
        Ok(Box::new(ArrowWriter { writer: StreamWriter::try_new(out, &schema).map_err(failed)? }))
    }
}

/// Whether the sizes that the messages claim can be true: the reader makes room for them before it reads.
fn check(file: &mut File, start: u64) -> Result<(), String> {
    let unreadable = |error: io::Error| format!("it ends within a message ({error})");
    let size = file.metadata().map_err(unreadable)?.len();
    let mut at = start;
    loop {
        file.seek(SeekFrom::Start(at)).map_err(unreadable)?;
        let mut word = [0; 4];
        match file.read_exact(&mut word) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            read => read.map_err(unreadable)?,
        }
        at += 4;
        if word == CONTINUATION {
            file.read_exact(&mut word).map_err(unreadable)?;
            at += 4;
        }
        let length = u64::from(u32::from_le_bytes(word));
        if length == 0 {
            return Ok(());
        }
        if length > ARROW_MESSAGE_BYTES_MAX || length > size - at {
            return Err(format!("a message at byte {at} claims {length} bytes"));
        }
        let mut bytes = vec![0; length as usize];
        file.read_exact(&mut bytes).map_err(unreadable)?;
        at += length;
        let message = root_as_message(&bytes)
            .map_err(|error| format!("a message before byte {at} is broken: {error}"))?;
        let body = u64::try_from(message.bodyLength()).unwrap_or(u64::MAX);
        if body > ARROW_BATCH_BYTES_MAX || body > size - at {
            return Err(format!("a batch at byte {at} claims {body} bytes"));
        }
        let batch = message
            .header_as_record_batch()
            .or_else(|| message.header_as_dictionary_batch().and_then(|dictionary| dictionary.data()));
        if let Some(batch) = batch.filter(|batch| batch.compression().is_some()) {
            let mut unpacked = 0_u64;
            for buffer in batch.buffers().into_iter().flatten().filter(|buffer| buffer.length() >= 8) {
                let offset = u64::try_from(buffer.offset()).ok().filter(|offset| *offset <= body);
                let offset =
                    offset.ok_or_else(|| format!("a batch at byte {at} has a column outside of it"))?;
                file.seek(SeekFrom::Start(at + offset)).map_err(unreadable)?;
                let mut claimed = [0; 8];
                file.read_exact(&mut claimed).map_err(unreadable)?;
                // Less than nought: it is not packed.
                unpacked = unpacked.saturating_add(u64::try_from(i64::from_le_bytes(claimed)).unwrap_or(0));
            }
            if unpacked > ARROW_BATCH_BYTES_MAX {
                return Err(format!("a batch at byte {at} claims {unpacked} bytes"));
            }
        }
        at += body;
    }
}

struct ArrowWriter {
    writer: StreamWriter<Box<dyn Write + Send>>,
}

impl BatchWriter for ArrowWriter {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), FormatError> {
        self.writer.write(batch).map_err(failed)?;
        self.writer.flush().map_err(failed)
    }

    fn finish(mut self: Box<Self>) -> Result<(), FormatError> {
        self.writer.finish().map_err(failed)?;
        self.writer.flush().map_err(failed)
    }
}

fn failed(error: ArrowError) -> FormatError {
    FormatError::encode(INFO.label)(error.into())
}
