//! Rows as files, made as they are sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use townhall_formats::{Format, FormatError, FormatInfo, Labels, WriteOptions};
use townhall_model::TableId;
use townhall_query::{Allowance, Class, RowStream, RowsQuery, SchemaRef, Whole};

use super::dictionary::{self, labels_of};
use super::later::{self, AnswerQuestion, class_of};
use super::packing::{Packing, packed};
use super::{Known, TableDetail, Tables};
use crate::stream::ByteStream;
use crate::{Audience, Error};

/// Rows as a file, made as it is sent.
pub struct Export {
    /// Its media type.
    pub content_type: String,
    /// Its file name.
    pub name: String,
    /// Its bytes.
    pub bytes: ByteStream,
    /// Whether a limit cuts it short.
    pub cut: Cut,
}

impl Export {
    /// The same file, packed.
    pub fn packed(self, packing: Packing) -> Result<Self, Error> {
        packed(self, packing)
    }
}

/// Whether a file is cut short by a limit.
#[derive(Debug, Clone, Default)]
pub struct Cut {
    /// It is known before the first row is sent.
    pub is_sure: bool,
    flag: Arc<AtomicBool>,
}

impl Cut {
    /// Whether it was cut, as far as it has been sent.
    pub fn happened(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }
}

impl Tables<'_> {
    /// All matching rows as a file.
    pub async fn export(
        &self,
        audience: Audience,
        id: TableId,
        pairs: &[(String, String)],
        format: &str,
    ) -> Result<Export, Error> {
        self.export_with(audience, id, pairs, format, WriteOptions::default()).await
    }

    /// The same, written in a way of its own.
    pub async fn export_with(
        &self,
        audience: Audience,
        id: TableId,
        pairs: &[(String, String)],
        format: &str,
        options: WriteOptions,
    ) -> Result<Export, Error> {
        let (known, query) = self.asked(audience, id, pairs).await?;
        if query.cursor.is_some() {
            return Err(Error::invalid("a file has all rows: `_cursor` has no meaning for it")
                .with_hint("leave it out"));
        }
        let with_labels = dictionary::wants_labels(pairs);
        self.written(class_of(audience), &known, &query, format, options, with_labels).await
    }

    /// The answer to a question as a file: made as it is sent, or when it is too much for that by a job.
    pub(super) async fn written(
        &self,
        class: Class,
        known: &Known,
        query: &RowsQuery,
        format: &str,
        options: WriteOptions,
        with_labels: bool,
    ) -> Result<Export, Error> {
        let info = writable(format)?.info();
        let engine = self.app.engine().of(class);
        if !engine.is_light(&known.source).await?
            && self.is_heavy(class, &known.source, query, Whole::Stream).await?
        {
            let asked = AnswerQuestion::File {
                table: known.source.id,
                version: known.source.version,
                query: query.clone(),
                format: info.name.to_owned(),
                options,
                labels: with_labels.then_some(known.revision),
                sentinels: known.source.sentinels.clone(),
            };
            let export = Export {
                content_type: info.content_type(),
                name: file_name(&known.detail, info, Packing::Plain),
                bytes: later::nothing(),
                cut: Cut::default(),
            };
            return self.kept_file(&asked, export).await;
        }
        let labels = with_labels.then(|| labels_of(&known.dictionary));
        let allowance = Allowance::new(engine.limits());
        self.file_now(class, known, query, format, options, labels, Some(allowance)).await
    }

    /// The answer to a question as a file, made as it is sent.
    #[allow(clippy::too_many_arguments, reason = "each is another thing to say about a file")]
    pub(super) async fn file_now(
        &self,
        class: Class,
        known: &Known,
        query: &RowsQuery,
        format: &str,
        options: WriteOptions,
        labels: Option<Labels>,
        allowance: Option<Allowance>,
    ) -> Result<Export, Error> {
        let format = writable(format)?;
        let (schema, rows) = self.app.engine().of(class).stream(&known.source, query).await?;
        let title = options.title.clone().unwrap_or_else(|| known.detail.table.title.clone());
        let options = WriteOptions { title: Some(title), ..options };
        let name = file_stem(&known.detail);
        let rows_max = self.app.engine().of(class).limits().rows;
        let is_sure = allowance.is_some()
            && !query.is_grouped()
            && query.matches_everything()
            && query.limit.is_none()
            && rows_max.is_some_and(|most| known.source.rows.saturating_sub(query.offset) > most);
        let mut export = exported(format, schema, rows, options, name, labels, allowance)?;
        export.cut.is_sure = is_sure;
        Ok(export)
    }
}

pub(super) fn file_stem(detail: &TableDetail) -> String {
    format!("{}-v{}", detail.table.dataset_slug, detail.number)
}

pub(super) fn file_name(detail: &TableDetail, format: &FormatInfo, packing: Packing) -> String {
    format!("{}.{}{}", file_stem(detail), format.extensions[0], packing.ending())
}

/// The format of a name or extension, if a table can be written as it.
pub(super) fn writable_for(format: &str, known: &Known) -> Result<&'static dyn Format, Error> {
    let format = writable(format)?;
    let columns = known.source.columns.iter().map(|column| (column.name.clone(), column.kind));
    match format.suits(&townhall_formats::schema_of(columns)) {
        true => Ok(format),
        false => Err(FormatError::NoPlaces { format: format.info().label }.into()),
    }
}

/// The format of a name or extension that tables are written as.
pub(crate) fn writable(format: &str) -> Result<&'static dyn Format, Error> {
    townhall_formats::by_extension(format)
        .or_else(|| townhall_formats::by_name(format))
        .filter(|format| format.info().can_write)
        .ok_or_else(|| {
            let known: Vec<_> = crate::table_formats().map(|format| format.name).collect();
            Error::not_found("format", format).with_hint(format!("use one of {}", known.join(", ")))
        })
}

/// Rows as a file, made as it is sent. `name` is the file's without its extension.
pub(super) fn exported(
    format: &'static dyn Format,
    schema: SchemaRef,
    mut rows: RowStream,
    options: WriteOptions,
    name: String,
    labels: Option<Labels>,
    allowance: Option<Allowance>,
) -> Result<Export, Error> {
    let info = format.info();
    let cut = Cut { is_sure: false, flag: allowance.as_ref().map(Allowance::cut).unwrap_or_default() };
    let labels = labels.unwrap_or_default();
    let schema = labels.schema(&schema);
    // Told before the answer has begun.
    if !format.suits(&schema) {
        return Err(FormatError::NoPlaces { format: info.label }.into());
    }
    let (batches, mut received) = tokio::sync::mpsc::channel(2);
    // Rows are computed on the reactor and written on a thread; whoever is slower sets the pace.
    tokio::spawn(async move {
        use futures::StreamExt;
        while let Some(batch) = rows.next().await {
            let failed = batch.is_err();
            if batches.send(batch).await.is_err() || failed {
                return;
            }
        }
    });
    let bytes = crate::stream::written_by(move |out| {
        let sent = out.sent();
        let mut writer = format.writer(schema, &options, Box::new(out))?;
        let mut allowance = allowance;
        while let Some(batch) = received.blocking_recv() {
            let mut batch = batch?;
            if let Some(allowance) = &mut allowance {
                if batch.num_rows() > 0 && allowance.is_used_up(sent.load(Ordering::Relaxed)) {
                    break;
                }
                batch = batch.slice(0, allowance.take_rows(batch.num_rows()));
                if batch.num_rows() == 0 && allowance.cut().load(Ordering::Relaxed) {
                    break;
                }
            }
            if labels.0.is_empty() {
                writer.write(&batch)?;
            } else {
                writer.write(&labels.put(&batch)?)?;
            }
        }
        writer.finish()?;
        Ok(())
    });
    Ok(Export {
        content_type: info.content_type(),
        name: format!("{name}.{}", info.extensions[0]),
        bytes,
        cut,
    })
}
