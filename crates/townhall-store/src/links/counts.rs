//! How many links there are of each sort, by organization.

use sqlx::Row;

use super::count;
use crate::error::StoreError;
use crate::store::Store;

/// How many links there are of one sort. A link that several distributions of an organization name counts once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkCount {
    /// The organization's slug; empty for records without one.
    pub organization: String,
    /// What is held of them.
    pub state: String,
    /// What was found.
    pub verdict: String,
    /// How many.
    pub links: u64,
}

/// The counts of the Project Open Data Dashboard over the addresses of distributions, each as often as it is named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DashboardLinkCounts {
    /// The organization's slug; empty for records without one.
    pub organization: String,
    /// How many addresses were checked.
    pub checked: u64,
    /// First answers by their hundreds; the first of them for no answer.
    pub http: [u64; 6],
    /// PDF files among good answers.
    pub pdf: u64,
    /// Web pages among good answers, where a format was declared.
    pub html: u64,
    /// Good answers whose media type is not the one declared.
    pub format_mismatch: u64,
}

impl Store {
    /// How many links published records name, by organization and what is held of them.
    pub async fn link_counts(&self) -> Result<Vec<LinkCount>, StoreError> {
        let doing = StoreError::db("count links");
        let rows = sqlx::query(
            "select coalesce(o.slug, ''), l.state, l.verdict, count(distinct l.id)
             from link_uses u
             join links l on l.id = u.link_id
             join records r on r.id = u.record_id and r.status = 'published'
             left join organizations o on o.id = r.organization_id
             group by coalesce(o.slug, ''), l.state, l.verdict
             order by 1, 2, 3",
        )
        .fetch_all(self.readers())
        .await
        .map_err(&doing)?;
        rows.iter()
            .map(|row| {
                Ok(LinkCount {
                    organization: row.try_get(0).map_err(&doing)?,
                    state: row.try_get(1).map_err(&doing)?,
                    verdict: row.try_get(2).map_err(&doing)?,
                    links: count(row, 3)?,
                })
            })
            .collect()
    }

    /// The counts of the dashboard, by organization.
    pub async fn dashboard_link_counts(&self) -> Result<Vec<DashboardLinkCounts>, StoreError> {
        let doing = StoreError::db("count links");
        let hundred = |from: u16| {
            format!("sum(case when l.first_status between {from} and {} then 1 else 0 end)", from + 99)
        };
        let good = "l.first_status between 200 and 299";
        let sql = format!(
            "select coalesce(o.slug, ''), count(*),
                 sum(case when l.first_status = 0 then 1 else 0 end), {}, {}, {}, {}, {},
                 sum(case when {good} and l.content_type like '%application/pdf%' then 1 else 0 end),
                 sum(case when {good} and l.content_type like '%text/html%'
                         and (u.media_type <> '' or u.format is not null) then 1 else 0 end),
                 sum(case when {good} and u.media_type <> '' and l.content_type <> ''
                         and l.content_type not like '%' || u.media_type || '%' then 1 else 0 end)
             from link_uses u
             join links l on l.id = u.link_id and l.checked_at is not null
             join records r on r.id = u.record_id and r.status = 'published'
             left join organizations o on o.id = r.organization_id
             where u.role in ('download', 'access')
             group by coalesce(o.slug, '')
             order by 1",
            hundred(100),
            hundred(200),
            hundred(300),
            hundred(400),
            hundred(500)
        );
        // The text is this file's own.
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(self.readers()).await.map_err(&doing)?;
        rows.iter()
            .map(|row| {
                let mut http = [0; 6];
                for (index, place) in http.iter_mut().enumerate() {
                    *place = count(row, 2 + index)?;
                }
                Ok(DashboardLinkCounts {
                    organization: row.try_get(0).map_err(&doing)?,
                    checked: count(row, 1)?,
                    http,
                    pdf: count(row, 8)?,
                    html: count(row, 9)?,
                    format_mismatch: count(row, 10)?,
                })
            })
            .collect()
    }
}
