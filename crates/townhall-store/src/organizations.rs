//! Organizations: named by publishers, known by one slug.

use std::collections::HashMap;

use sqlx::Row;
use townhall_model::OrganizationId;

use crate::error::StoreError;
use crate::slug;
use crate::store::{Store, Tx};

/// An organization with how much it publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredOrganization {
    /// Its id.
    pub id: String,
    /// The name in URLs.
    pub slug: String,
    /// The name for people.
    pub name: String,
    /// The slug of the organization it is a part of.
    pub parent: Option<String>,
    /// Published datasets of its own.
    pub datasets: u64,
}

/// The id of an organization, made when it is new. `names` begins with it and goes on with those above it.
pub(crate) async fn ensure(
    tx: &mut Tx,
    names: &[String],
    known: &mut HashMap<String, String>,
) -> Result<Option<String>, StoreError> {
    let doing = StoreError::db("keep an organization");
    let mut parent: Option<String> = None;
    for name in names.iter().rev().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        if let Some(id) = known.get(name) {
            parent = Some(id.clone());
            continue;
        }
        let found = sqlx::query("select id from organizations where name = $1")
            .bind(name)
            .fetch_optional(&mut **tx)
            .await
            .map_err(&doing)?;
        let id: String = match found {
            Some(row) => row.try_get(0).map_err(&doing)?,
            None => add(tx, name, parent.as_deref()).await?,
        };
        known.insert(name.to_owned(), id.clone());
        parent = Some(id);
    }
    Ok(parent)
}

async fn add(tx: &mut Tx, name: &str, parent: Option<&str>) -> Result<String, StoreError> {
    let doing = StoreError::db("keep an organization");
    let id = OrganizationId::new().to_string();
    let mut slug = slug::slug_of(name);
    let taken = sqlx::query("select 1 from organizations where slug = $1")
        .bind(&slug)
        .fetch_optional(&mut **tx)
        .await
        .map_err(&doing)?;
    if taken.is_some() {
        slug = slug::with_mark(&slug, &id[id.len() - 6..]);
    }
    sqlx::query("insert into organizations (id, slug, name, parent_id) values ($1, $2, $3, $4)")
        .bind(&id)
        .bind(slug)
        .bind(name)
        .bind(parent)
        .execute(&mut **tx)
        .await
        .map_err(&doing)?;
    Ok(id)
}

impl Store {
    /// Every organization by name, with the number of its published datasets.
    pub async fn organizations(&self) -> Result<Vec<StoredOrganization>, StoreError> {
        let doing = StoreError::db("list organizations");
        let rows = sqlx::query(
            "select o.id, o.slug, o.name, p.slug, coalesce(c.datasets, 0)
             from organizations o
             left join organizations p on p.id = o.parent_id
             left join (
                 select organization_id, count(*) as datasets
                 from records
                 where status = 'published' and kind in ('dataset', 'data-service', 'dataset-series')
                 group by organization_id
             ) c on c.organization_id = o.id
             order by o.name",
        )
        .fetch_all(self.readers())
        .await
        .map_err(&doing)?;
        rows.iter()
            .map(|row| {
                Ok(StoredOrganization {
                    id: row.try_get(0)?,
                    slug: row.try_get(1)?,
                    name: row.try_get(2)?,
                    parent: row.try_get(3)?,
                    datasets: u64::try_from(row.try_get::<i64, _>(4)?).unwrap_or(0),
                })
            })
            .collect::<Result<_, sqlx::Error>>()
            .map_err(doing)
    }
}
