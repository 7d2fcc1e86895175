//! Finding a free slug for a record: the title's own when it is free, else with a short mark of the record's id.

use std::collections::HashSet;

use sqlx::Row;

use super::put::places;
use crate::error::StoreError;
use crate::limits::KEYS_PER_LOOKUP;
use crate::slug::{slug_of, with_mark};
use crate::tx::Tx;

/// How long a mark is at first. The end of a version 7 UUID is random, so a few characters nearly always do.
const MARK_CHARACTERS: usize = 6;

/// How long it is when that is taken too: all of the id's last group.
const LONG_MARK_CHARACTERS: usize = 12;

impl Tx {
    /// A free slug for each of these: the space it must be free in, the name to make it of, the record's id.
    pub(super) async fn free_slugs(
        &mut self,
        wanted: &[(&'static str, &str, String)],
    ) -> Result<Vec<String>, StoreError> {
        let candidates: Vec<[String; 3]> = wanted.iter().map(|(_, name, id)| candidates(name, id)).collect();
        let spaces: HashSet<&'static str> = wanted.iter().map(|(space, ..)| *space).collect();
        let mut taken: HashSet<(&'static str, String)> = HashSet::new();
        for space in spaces {
            let asked: Vec<&String> = wanted
                .iter()
                .zip(&candidates)
                .filter(|((of, ..), _)| *of == space)
                .flat_map(|(_, candidates)| &candidates[..2])
                .collect();
            for asked in asked.chunks(KEYS_PER_LOOKUP) {
                taken.extend(self.taken_slugs(space, asked).await?.into_iter().map(|slug| (space, slug)));
            }
        }
        Ok(wanted
            .iter()
            .zip(candidates)
            .map(|((space, ..), [plain, marked, long])| {
                let free = [plain, marked].into_iter().find(|slug| !taken.contains(&(*space, slug.clone())));
                let slug = free.unwrap_or(long);
                taken.insert((*space, slug.clone()));
                slug
            })
            .collect())
    }

    async fn taken_slugs(
        &mut self,
        space: &'static str,
        slugs: &[&String],
    ) -> Result<Vec<String>, StoreError> {
        let doing = "find a free name";
        let sql = format!("select slug from slugs where space = $1 and slug in ({})", places(2, slugs.len()));
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(space);
        let query = slugs.iter().fold(query, |query, slug| query.bind((*slug).clone()));
        let rows = self.rows(doing, query).await?;
        rows.iter().map(|row| row.try_get(0).map_err(StoreError::db(doing))).collect()
    }
}

fn candidates(name: &str, id: &str) -> [String; 3] {
    let plain = slug_of(name);
    let mark = |characters: usize| with_mark(&plain, &id[id.len().saturating_sub(characters)..]);
    [plain.clone(), mark(MARK_CHARACTERS), mark(LONG_MARK_CHARACTERS)]
}
