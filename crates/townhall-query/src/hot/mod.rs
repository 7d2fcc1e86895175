//! The short way for what web pages ask most: some rows of a table by simple conditions.
//!
//! A scanning engine plans, opens the file and decodes pages anew for each question. Versions never change, so here the
//! pieces of columns that questions need stay decoded in memory, within a bound; a condition becomes a bit for each row,
//! which is kept too; and only the rows of the answer are put together. What is not simple, or too large for the bound,
//! takes the long way and has the same answer.

mod condition;
mod groups;
mod piece;
mod rows;
mod tally;

use std::sync::Arc;

use arrow_array::{RecordBatch, UInt64Array};
use arrow_buffer::BooleanBuffer;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use moka::future::Cache;
use townhall_model::BlobId;

use crate::answer::{self, outputs};
use crate::bridge::ReadBlob;
use crate::cursor;
use crate::engine::Page;
use crate::error::QueryError;
use crate::filter::Filter;
use crate::query::{Output, RANK, ROW, RowsQuery, TableSource};
use crate::ranked::rank_array;
use crate::value::Value;
pub(crate) use piece::File;
use piece::Piece;

/// Rows that match beyond which an order is left to the scanning engine.
const SORTED_ROWS_MAX: u64 = 100_000;

/// Pieces after which others get their turn.
const PIECES_A_TURN: usize = 16;

/// Pieces of one question that are read at the same time: a store elsewhere takes its time for each.
const PIECES_AT_ONCE: usize = 4;

/// The decoded pieces of columns, and what was found in them.
pub(crate) struct Hot {
    blobs: Arc<dyn ReadBlob>,
    /// The descriptions of files.
    files: Cache<BlobId, Arc<File>>,
    /// A column of a row group.
    pieces: Cache<(BlobId, usize, usize), Arc<Piece>>,
    /// Which rows meet a condition.
    marks: Cache<(BlobId, String), Arc<Marks>>,
    /// Which columns of which files questions about groups wanted lately.
    asked: moka::sync::Cache<(BlobId, u64), ()>,
    /// Bytes that the columns of one question may have.
    question_bytes: u64,
}

/// Which rows of a file meet a condition: a mask for each row group, or none where no row of it does.
#[derive(Debug)]
pub(crate) struct Marks {
    groups: Vec<Option<BooleanBuffer>>,
    count: u64,
}

impl Marks {
    fn new(groups: impl Iterator<Item = Option<BooleanBuffer>>) -> Self {
        let mut count = 0;
        let groups = groups
            .map(|mask| {
                let set = mask.as_ref().map_or(0, BooleanBuffer::count_set_bits);
                count += set as u64;
                mask.filter(|_| set > 0)
            })
            .collect();
        Self { groups, count }
    }

    /// The rows that both mark.
    fn and(&self, other: &Self) -> Self {
        let pairs = self.groups.iter().zip(&other.groups);
        Self::new(pairs.map(|(left, right)| Some(left.as_ref()? & right.as_ref()?)))
    }

    /// The rows that either marks.
    fn or(&self, other: &Self) -> Self {
        let pairs = self.groups.iter().zip(&other.groups);
        Self::new(pairs.map(|pair| match pair {
            (Some(left), Some(right)) => Some(left | right),
            (one, None) | (None, one) => one.clone(),
        }))
    }

    /// The rows that it does not mark.
    fn not(&self, file: &File) -> Self {
        Self::new(self.groups.iter().enumerate().map(|(group, mask)| match mask {
            Some(mask) => Some(!mask),
            None => Some(BooleanBuffer::new_set(file.rows(group))),
        }))
    }

    /// Whether it marks rows of these row groups alone.
    fn are_within(&self, kept: &[bool]) -> bool {
        self.groups.iter().zip(kept).all(|(mask, kept)| *kept || mask.is_none())
    }

    /// What it marks of these row groups.
    fn within(&self, kept: &[bool]) -> Self {
        Self::new(self.groups.iter().zip(kept).map(|(mask, kept)| mask.clone().filter(|_| *kept)))
    }

    fn bytes(&self) -> usize {
        self.groups.iter().map(|mask| mask.as_ref().map_or(16, |mask| mask.len() / 8 + 64)).sum()
    }
}

/// The names of the columns that an answer shows as they are; none when some of it is computed.
fn plain_names<'o>(table: &TableSource, outputs: &'o [Output]) -> Option<Vec<&'o str>> {
    let plain = |output: &'o Output| match &output.value {
        Value::Column(name) if table.column(name).is_some() || name == ROW => Some(name.as_str()),
        _ => None,
    };
    outputs.iter().map(plain).collect()
}

/// A row: its group and its place in it.
type Place = (usize, usize);

impl Hot {
    /// A short way that remembers so many bytes.
    pub(crate) fn new(blobs: Arc<dyn ReadBlob>, bytes: u64) -> Self {
        let weigh = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        Self {
            blobs,
            files: Cache::builder().max_capacity(1_000).build(),
            pieces: Cache::builder()
                .max_capacity(bytes / 8 * 7)
                .weigher(move |_, piece: &Arc<Piece>| weigh(piece.bytes))
                .build(),
            marks: Cache::builder()
                .max_capacity(bytes / 8)
                .weigher(move |(_, text): &(BlobId, String), marks: &Arc<Marks>| {
                    weigh(marks.bytes() + text.len())
                })
                .build(),
            asked: moka::sync::Cache::new(10_000),
            question_bytes: bytes / 2,
        }
    }

    /// The page that answers a question, or none when it has to take the long way.
    pub(crate) async fn page(
        &self,
        table: &TableSource,
        query: &RowsQuery,
        limit: usize,
    ) -> Result<Option<Page>, QueryError> {
        if self.question_bytes == 0 {
            return Ok(None);
        }
        if query.is_grouped() {
            return self.groups(table, query, limit).await;
        }
        let outputs = outputs(table, query);
        let Some(names) = plain_names(table, &outputs) else { return Ok(None) };
        let Some(sorts) = query.sort_columns(table) else { return Ok(None) };
        let file = self.file(&table.blob).await?;
        if !self.suits(&file, table, query) {
            return Ok(None);
        }
        let place = cursor::place(table, query)?;
        let wanted = limit.saturating_add(1);
        let skipped = usize::try_from(query.offset).unwrap_or(usize::MAX);
        let marks = match query.matches_everything() {
            true => None,
            false => Some(self.marks(&file, &query.filter).await?),
        };
        let count = marks.as_ref().map_or(table.rows, |marks| marks.count);
        // Facets count all rows that match, whatever the page.
        let facet_marks = marks.clone();
        let found = if sorts.is_empty() {
            file.places(marks.as_deref(), place.row, place.backwards, skipped, wanted)
        } else {
            if count > SORTED_ROWS_MAX || !condition::is_simple(&place.condition, table) {
                return Ok(None);
            }
            let both = query.filter.clone().and(place.condition.clone());
            let marks = match place.condition.is_everything() {
                true => marks,
                false => Some(self.marks(&file, &both).await?),
            };
            let all = file.places(marks.as_deref(), None, false, 0, usize::MAX);
            self.sorted(&file, all, &sorts, place.backwards, skipped, wanted).await?
        };
        let has_more = found.len() > limit;
        let mut found: Vec<Place> = found.into_iter().take(limit).collect();
        if place.backwards {
            found.reverse();
        }
        let rows = self.rows(&file, &outputs, &names, &found).await?;
        let keys = match sorts.is_empty() {
            true => None,
            false => {
                let names: Vec<&str> = sorts.iter().map(|(name, _)| *name).collect();
                Some(self.columns(&file, &names, &found).await?)
            }
        };
        let numbers = found.iter().map(|place| file.number(*place)).collect();
        let total = query.total.then_some(count);
        let Some(facets) = self.facets(&file, query, facet_marks.as_deref()).await? else { return Ok(None) };
        let found = answer::Found { rows, keys, numbers, has_more, total };
        Ok(Some(Page { facets, ..answer::page(table, query, &place, found) }))
    }

    /// Whether a page is made here, as far as can be told before: an order of very many rows is left to others.
    pub(crate) fn suits(&self, file: &File, table: &TableSource, query: &RowsQuery) -> bool {
        if self.question_bytes == 0 {
            return false;
        }
        if query.is_grouped() {
            return self.suits_groups(file, table, query);
        }
        let (outputs, sorts) = (outputs(table, query), query.sort_columns(table));
        let Some(sorts) = sorts.filter(|_| plain_names(table, &outputs).is_some()) else { return false };
        let mut needed = condition::columns(&query.filter);
        needed.extend(sorts.iter().map(|(name, _)| *name));
        needed.extend(query.facets.iter().map(String::as_str));
        condition::is_simple(&query.filter, table) && file.bytes_of(&needed) <= self.question_bytes
    }

    /// The rows of these numbers, in their order, called as the question calls them; with how well each matches.
    pub(crate) async fn rows_at(
        &self,
        table: &TableSource,
        outputs: &[Output],
        numbers: &[u64],
        scores: &[f32],
    ) -> Result<RecordBatch, QueryError> {
        let file = self.file(&table.blob).await?;
        let places: Option<Vec<Place>> = numbers.iter().map(|number| file.place_of(*number)).collect();
        let places = places.ok_or_else(|| QueryError::Engine("a row was found beyond the end".to_owned()))?;
        let mut columns = Vec::with_capacity(outputs.len());
        for output in outputs {
            match &output.value {
                Value::Column(name) if name == RANK => columns.push(rank_array(scores)),
                Value::Column(name) => columns.extend(self.columns(&file, &[name], &places).await?),
                _ => return Err(QueryError::Engine("a computed value came here".to_owned())),
            }
        }
        rows::batch(outputs.iter().map(|output| output.name.as_str()), columns, places.len())
    }

    /// The description of a table's file.
    pub(crate) async fn file(&self, blob: &BlobId) -> Result<Arc<File>, QueryError> {
        if let Some(file) = self.files.get(blob).await {
            return Ok(file);
        }
        let file = Arc::new(File::open(self.blobs.clone(), *blob).await?);
        self.files.insert(*blob, file.clone()).await;
        Ok(file)
    }

    async fn piece(&self, file: &Arc<File>, column: usize, group: usize) -> Result<Arc<Piece>, QueryError> {
        self.pieces
            .try_get_with((file.blob, column, group), async {
                // A task of its own, so that several pieces are decoded at the same time.
                let file = Arc::clone(file);
                let read = tokio::spawn(async move { file.read(column, group).await.map(Arc::new) });
                read.await.map_err(|error| QueryError::Engine(error.to_string()))?
            })
            .await
            .map_err(|error: Arc<QueryError>| QueryError::Engine(error.to_string()))
    }

    /// Which rows meet a condition.
    async fn marks(&self, file: &Arc<File>, filter: &Filter) -> Result<Arc<Marks>, QueryError> {
        // Where one part of it can't be met, the others need not be looked at.
        let kept: Vec<bool> = (0..file.groups()).map(|group| file.may_match(filter, group)).collect();
        let marks = self.marks_within(file, filter, &kept).await?;
        Ok(if marks.are_within(&kept) { marks } else { Arc::new(marks.within(&kept)) })
    }

    /// The same for these row groups; what it says of others is not to be relied on. What single conditions mark is kept:
    /// questions share them.
    fn marks_within<'a>(
        &'a self,
        file: &'a Arc<File>,
        filter: &'a Filter,
        kept: &'a [bool],
    ) -> BoxFuture<'a, Result<Arc<Marks>, QueryError>> {
        async move {
            let (parts, join): (_, fn(&Marks, &Marks) -> Marks) = match filter {
                Filter::All(parts) => (parts, Marks::and),
                Filter::Any(parts) => (parts, Marks::or),
                Filter::Not(inner) => {
                    return Ok(Arc::new(self.marks_within(file, inner, kept).await?.not(file)));
                }
                single => return self.single(file, single, kept).await,
            };
            let mut joined: Option<Arc<Marks>> = None;
            for part in parts {
                let marks = self.marks_within(file, part, kept).await?;
                joined = Some(joined.map_or(marks.clone(), |joined| Arc::new(join(&joined, &marks))));
            }
            let none = Marks::new((0..file.groups()).map(|_| None));
            Ok(joined.unwrap_or_else(|| match filter {
                Filter::All(_) => Arc::new(none.not(file)),
                _ => Arc::new(none),
            }))
        }
        .boxed()
    }

    /// Which rows of these row groups meet a condition on one column.
    async fn single(
        &self,
        file: &Arc<File>,
        filter: &Filter,
        kept: &[bool],
    ) -> Result<Arc<Marks>, QueryError> {
        let mut key = (file.blob, format!("{filter:?}"));
        if let Some(marks) = self.marks.get(&key).await {
            return Ok(marks);
        }
        let own: Vec<bool> = (0..file.groups()).map(|group| file.may_match(filter, group)).collect();
        if own.iter().zip(kept).any(|(own, kept)| *own && !kept) {
            // It is half of an answer, and kept as such.
            key.1.extend(kept.iter().map(|kept| if *kept { '1' } else { '0' }));
            if let Some(marks) = self.marks.get(&key).await {
                return Ok(marks);
            }
        }
        let column = condition::columns(filter).first().and_then(|name| file.column(name));
        let work: Vec<_> = (0..file.groups())
            .map(|group| (group, own[group] && kept[group]))
            .map(|(group, is_read)| async move {
                if is_read { self.mask(file, filter, column, group).await.map(Some) } else { Ok(None) }
            })
            .collect();
        let groups: Vec<Option<BooleanBuffer>> =
            stream::iter(work).buffered(PIECES_AT_ONCE).try_collect().await?;
        let marks = Arc::new(Marks::new(groups.into_iter()));
        self.marks.insert(key, marks.clone()).await;
        Ok(marks)
    }

    /// Which rows of a row group meet a condition on one column.
    async fn mask(
        &self,
        file: &Arc<File>,
        filter: &Filter,
        column: Option<usize>,
        group: usize,
    ) -> Result<BooleanBuffer, QueryError> {
        if group % PIECES_A_TURN == PIECES_A_TURN - 1 {
            tokio::task::yield_now().await;
        }
        let piece = match column {
            Some(column) => Some(self.piece(file, column, group).await?),
            None => None,
        };
        let rows = condition::Group {
            rows: file.rows(group),
            first_row: file.number((group, 0)),
            array: piece.as_ref().map(|piece| &piece.array),
        };
        rows.mask(filter)
    }

    /// The places in the order of some columns and then of the rows; the first so many after those passed over.
    async fn sorted(
        &self,
        file: &Arc<File>,
        all: Vec<Place>,
        sorts: &[(&str, bool)],
        backwards: bool,
        skipped: usize,
        wanted: usize,
    ) -> Result<Vec<Place>, QueryError> {
        let names: Vec<&str> = sorts.iter().map(|(name, _)| *name).collect();
        let columns = self.columns(file, &names, &all).await?;
        let order: UInt64Array = rows::order(&columns, sorts, backwards, skipped.saturating_add(wanted))?;
        Ok(order.values().iter().skip(skipped).map(|index| all[*index as usize]).collect())
    }

    /// The rows at these places, called as the question calls them.
    async fn rows(
        &self,
        file: &Arc<File>,
        outputs: &[Output],
        names: &[&str],
        places: &[Place],
    ) -> Result<RecordBatch, QueryError> {
        let columns = self.columns(file, names, places).await?;
        rows::batch(outputs.iter().map(|output| output.name.as_str()), columns, places.len())
    }

    /// The values of columns at these places.
    async fn columns(
        &self,
        file: &Arc<File>,
        names: &[&str],
        places: &[Place],
    ) -> Result<Vec<arrow_array::ArrayRef>, QueryError> {
        let work: Vec<_> = names.iter().map(|name| self.column(file, name, places)).collect();
        stream::iter(work).buffered(PIECES_AT_ONCE).try_collect().await
    }

    /// The values of a column at these places.
    async fn column(
        &self,
        file: &Arc<File>,
        name: &str,
        places: &[Place],
    ) -> Result<arrow_array::ArrayRef, QueryError> {
        if name == ROW {
            let numbers = places.iter().map(|place| file.number(*place) as i64);
            return Ok(Arc::new(arrow_array::Int64Array::from_iter_values(numbers)));
        }
        let index = file.column(name).ok_or_else(|| QueryError::Engine(format!("no column `{name}`")))?;
        let mut pieces: Vec<Arc<Piece>> = Vec::new();
        let mut known: Vec<usize> = Vec::new();
        let mut at = Vec::with_capacity(places.len());
        for (group, row) in places {
            // Places come group by group, so the last group is nearly always the right one.
            let slot = match known.iter().rposition(|known| known == group) {
                Some(slot) => slot,
                None => {
                    pieces.push(self.piece(file, index, *group).await?);
                    known.push(*group);
                    known.len() - 1
                }
            };
            at.push((slot, *row));
        }
        rows::gathered(&pieces, &at, file.data_type(index))
    }
}
