//! Organizations: named by publishers, known by one slug.

use sqlx::Row;
use sqlx::any::AnyRow;
use townhall_model::OrganizationId;

use crate::actor::Actor;
use crate::error::StoreError;
use crate::slug;
use crate::store::Store;
use crate::tx::{Tx, row};

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

impl Tx {
    /// The id of an organization, made when it is new. `names` begins with it and goes on with those above it.
    pub(crate) async fn organization_of(&mut self, names: &[String]) -> Result<Option<String>, StoreError> {
        let doing = "keep an organization";
        let mut parent: Option<String> = None;
        for name in names.iter().rev().map(|name| name.trim()).filter(|name| !name.is_empty()) {
            if let Some(id) = self.organizations.get(name) {
                parent = Some(id.clone());
                continue;
            }
            let query = sqlx::query("select id from organizations where name = $1").bind(name.to_owned());
            let id: String = match self.row(doing, query).await? {
                Some(row) => row.try_get(0).map_err(StoreError::db(doing))?,
                None => self.add_organization(name, parent.take()).await?,
            };
            self.organizations.insert(name.to_owned(), id.clone());
            parent = Some(id);
        }
        Ok(parent)
    }

    async fn add_organization(&mut self, name: &str, parent: Option<String>) -> Result<String, StoreError> {
        let doing = "keep an organization";
        let id = OrganizationId::new().to_string();
        let mut slug = slug::slug_of(name);
        let query = sqlx::query("select 1 from organizations where slug = $1").bind(slug.clone());
        if self.row(doing, query).await?.is_some() {
            slug = slug::with_mark(&slug, &id[id.len() - MARK_CHARACTERS..]);
        }
        let rows = vec![row![id.clone(), slug, name, parent]];
        self.insert(doing, "organizations (id, slug, name, parent_id)", rows).await?;
        self.audited("organization", &id, "added", Some(name));
        Ok(id)
    }
}

/// How much of its id marks the slug of an organization whose name is like another's.
const MARK_CHARACTERS: usize = 8;

const COLUMNS: &str = "select o.id, o.slug, o.name, p.slug, coalesce(c.datasets, 0)
    from organizations o
    left join organizations p on p.id = o.parent_id
    left join (
        select organization_id, count(*) as datasets
        from records
        where status = 'published' and kind in ('dataset', 'data-service', 'dataset-series')
        group by organization_id
    ) c on c.organization_id = o.id";

impl Store {
    /// The id of an organization, made when it is new. `names` begins with it and goes on with those above it.
    pub async fn ensure_organization(
        &self,
        actor: &Actor,
        names: &[String],
    ) -> Result<OrganizationId, StoreError> {
        let mut tx = self.begin(actor).await?;
        let id = tx
            .organization_of(names)
            .await?
            .ok_or_else(|| StoreError::NotFound { what: "organization", name: String::new() })?;
        tx.commit().await?;
        id.parse().map_err(|_| StoreError::Corrupt { what: "an organization id", found: id })
    }

    /// Every organization by name, with the number of its published datasets.
    pub async fn organizations(&self) -> Result<Vec<StoredOrganization>, StoreError> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} order by o.name")))
            .fetch_all(self.readers())
            .await
            .map_err(StoreError::db("list organizations"))?;
        rows.iter().map(read).collect()
    }

    /// The organization of a slug.
    pub async fn organization(&self, slug: &str) -> Result<Option<StoredOrganization>, StoreError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} where o.slug = $1")))
            .bind(slug.to_owned())
            .fetch_optional(self.readers())
            .await
            .map_err(StoreError::db("read an organization"))?;
        row.as_ref().map(read).transpose()
    }
}

fn read(row: &AnyRow) -> Result<StoredOrganization, StoreError> {
    let doing = StoreError::db("read an organization");
    Ok(StoredOrganization {
        id: row.try_get(0).map_err(&doing)?,
        slug: row.try_get(1).map_err(&doing)?,
        name: row.try_get(2).map_err(&doing)?,
        parent: row.try_get(3).map_err(&doing)?,
        datasets: u64::try_from(row.try_get::<i64, _>(4).map_err(&doing)?).unwrap_or(0),
    })
}
