//! The peer: the same records in a PostgreSQL full-text catalogue, with the indexes such a catalogue has.
//!
//! It answers as a careful SQL-backed portal would: one statement for the page of hits with headlines, one for
//! the exact total and the counts of all facets over the matching records read once. The counts of a facet
//! ignore the selection in that facet, as ours do.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use sqlx::postgres::{PgConnectOptions, PgPoolCopyExt, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool, Row};
use tempfile::TempDir;
use townhall_search::{Direction, Facet, IndexDocument, PlaceRelation, SearchQuery, Sort};

/// A throw-away server that stops and vanishes when it is dropped.
pub struct Cluster {
    dir: TempDir,
    bin: PathBuf,
    /// The account that runs it when we are the superuser, which PostgreSQL refuses to be run by.
    account: Option<&'static str>,
}

impl Cluster {
    /// Starts a server with the programs in `bin`, tuned for one reader and everything in memory.
    ///
    /// # Errors
    /// When the programs are missing or fail.
    pub fn start(bin: &Path) -> anyhow::Result<Self> {
        let dir = TempDir::new()?;
        let is_superuser = Command::new("id").arg("-u").output()?.stdout.starts_with(b"0\n");
        let account = is_superuser.then_some("postgres");
        if let Some(account) = account {
            let owned = Command::new("chown").arg(account).arg(dir.path()).status()?;
            anyhow::ensure!(owned.success(), "could not give the cluster to `{account}`");
        }
        let cluster = Self { dir, bin: bin.to_owned(), account };
        let data = cluster.dir.path().join("data");
        cluster
            .run("initdb", &["-D", &data.to_string_lossy(), "-A", "trust", "-U", "postgres", "-E", "UTF8"])?;
        let settings = [
            "listen_addresses=''".to_owned(),
            format!("unix_socket_directories='{}'", cluster.dir.path().display()),
            "fsync=off".to_owned(),
            "full_page_writes=off".to_owned(),
            "shared_buffers=3GB".to_owned(),
            "effective_cache_size=8GB".to_owned(),
            "work_mem=256MB".to_owned(),
            "maintenance_work_mem=1GB".to_owned(),
            "max_wal_size=8GB".to_owned(),
            "max_parallel_workers_per_gather=2".to_owned(),
            "random_page_cost=1.1".to_owned(),
            "jit=off".to_owned(),
        ];
        let options: Vec<String> = settings.iter().map(|setting| format!("-c {setting}")).collect();
        let log = cluster.dir.path().join("log");
        cluster.run(
            "pg_ctl",
            &[
                "-D",
                &data.to_string_lossy(),
                "-l",
                &log.to_string_lossy(),
                "-o",
                &options.join(" "),
                "-w",
                "start",
            ],
        )?;
        Ok(cluster)
    }

    fn run(&self, program: &str, arguments: &[&str]) -> anyhow::Result<()> {
        let path = self.bin.join(program);
        let mut command = match self.account {
            Some(account) => {
                let mut command = Command::new("runuser");
                command.args(["-u", account, "--"]).arg(&path);
                command
            }
            None => Command::new(&path),
        };
        let status = command.args(arguments).current_dir(self.dir.path()).stdout(Stdio::null()).status();
        let status = status.with_context(|| format!("could not start `{}`", path.display()))?;
        anyhow::ensure!(status.success(), "`{}` failed", path.display());
        Ok(())
    }

    /// Connects to the server.
    ///
    /// # Errors
    /// When it can't be reached.
    pub async fn connect(&self) -> anyhow::Result<Catalogue> {
        let options = PgConnectOptions::new_without_pgpass()
            .socket(self.dir.path())
            .username("postgres")
            .database("postgres");
        let pool = PgPoolOptions::new().max_connections(2).connect_with(options).await?;
        Ok(Catalogue { pool })
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.dir.path().join("data");
        // Nothing is left to do about a server that won't stop.
        let _ = self.run("pg_ctl", &["-D", &data.to_string_lossy(), "-m", "immediate", "stop"]);
    }
}

/// The catalogue in PostgreSQL.
pub struct Catalogue {
    pool: PgPool,
}

impl Catalogue {
    /// Loads the records and builds the indexes.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn load(&self, records: impl Iterator<Item = IndexDocument>) -> anyhow::Result<()> {
        sqlx::raw_sql(include_str!("search_postgres.sql")).execute(&self.pool).await?;
        let mut copy = self.pool.copy_in_raw(COPY).await?;
        let mut lines = String::new();
        for record in records {
            line(&record, &mut lines);
            if lines.len() > 1 << 20 {
                copy.send(lines.as_bytes()).await?;
                lines.clear();
            }
        }
        copy.send(lines.as_bytes()).await?;
        copy.finish().await?;
        let statements: Vec<&'static str> =
            include_str!("search_postgres_indexes.sql").split_inclusive(";\n").collect();
        for statement in statements {
            sqlx::raw_sql(statement).execute(&self.pool).await?;
        }
        Ok(())
    }

    /// The size of the table with its indexes, in bytes.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn bytes(&self) -> anyhow::Result<u64> {
        let row = sqlx::query("select pg_total_relation_size('dataset')").fetch_one(&self.pool).await?;
        Ok(u64::try_from(row.get::<i64, _>(0))?)
    }

    /// Answers a question, with its hits and facets read to the end; returns how many records match.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn ask(&self, query: &SearchQuery) -> anyhow::Result<u64> {
        let mut text = query.text.clone();
        let mut total = self.ask_for(query, &text).await?;
        if total == 0 && !text.is_empty() {
            // As ours: another spelling, then any of the words.
            if let Some(better) = self.better_spelling(&text).await? {
                text = better;
                total = self.ask_for(query, &text).await?;
            }
        }
        if total == 0 && text.split_whitespace().count() > 1 {
            let any = text.split_whitespace().collect::<Vec<_>>().join(" or ");
            total = self.ask_for(query, &any).await?;
        }
        Ok(total)
    }

    async fn ask_for(&self, query: &SearchQuery, text: &str) -> anyhow::Result<u64> {
        let where_base = where_base(query, text);
        let filters: Vec<(Facet, String)> =
            query.filters.iter().map(|(facet, values)| (*facet, condition(*facet, values))).collect();
        let hits = hits_statement(query, text, &where_base, &filters);
        let facets = facets_statement(query, &where_base, &filters);
        let rows = sqlx::query(AssertSqlSafe(hits)).bind(parameter(text)).fetch_all(&self.pool).await?;
        let mut total = 0;
        for row in sqlx::query(AssertSqlSafe(facets)).bind(parameter(text)).fetch_all(&self.pool).await? {
            if row.get::<&str, _>(0) == "total" {
                total = u64::try_from(row.get::<i64, _>(2))?;
            }
        }
        anyhow::ensure!(rows.len() as u64 <= total, "more hits than records");
        Ok(total)
    }

    async fn better_spelling(&self, text: &str) -> anyhow::Result<Option<String>> {
        let mut better = Vec::new();
        let mut is_changed = false;
        for word in text.split_whitespace() {
            let row = sqlx::query("select word from vocabulary where word % $1 order by similarity(word, $1) desc, ndoc desc limit 1")
                .bind(word)
                .fetch_optional(&self.pool)
                .await?;
            let found: String = row.map_or_else(|| word.to_owned(), |row| row.get(0));
            is_changed |= found != word;
            better.push(found);
        }
        Ok(is_changed.then(|| better.join(" ") + " "))
    }
}

const COPY: &str = "copy dataset (id, slug, title, title_sort, description, keywords, publisher, organization, topics, \
                    columns, formats, license, access_level, kind, has, years, box1, box2, span, issued, modified, \
                    changed, display) from stdin";

/// One record in the text format of `copy`.
fn line(record: &IndexDocument, out: &mut String) {
    let array = |values: &mut dyn Iterator<Item = String>| {
        let quoted: Vec<String> =
            values.map(|value| format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))).collect();
        format!("{{{}}}", quoted.join(","))
    };
    let lower = |values: &[String]| {
        let mut values: Vec<String> = values.iter().map(|value| value.to_lowercase()).collect();
        values.sort();
        values.dedup();
        values
    };
    let has = [
        (record.has_download, "download"),
        (record.has_api, "api"),
        (record.has_map, "map"),
        (record.has_table, "table"),
    ];
    let boxes = record.bbox.map(|[west, south, east, north]| {
        let draw = |west: f64, east: f64| format!("({east},{north}),({west},{south})");
        if west <= east {
            (Some(draw(west, east)), None)
        } else {
            (Some(draw(west, 180.0)), Some(draw(-180.0, east)))
        }
    });
    let (box1, box2) = boxes.unwrap_or_default();
    let mut topics: Vec<String> = record.topics.iter().map(|topic| topic.value.clone()).collect();
    topics.sort();
    topics.dedup();
    let number = |number: Option<i64>| number.map(|number| number.to_string());
    let fields = [
        Some(record.id.to_string()),
        Some(record.slug.clone()),
        Some(record.title.clone()),
        Some(record.title.to_lowercase()),
        Some(record.description.clone()),
        Some(array(&mut lower(&record.keywords).into_iter())),
        Some(record.publisher.clone()),
        record.organization.as_ref().map(|organization| organization.value.clone()),
        Some(array(&mut topics.into_iter())),
        Some(record.columns.join(" ") + " " + &record.places.join(" ")),
        Some(array(&mut lower(&record.formats).into_iter())),
        record.license.as_ref().map(|license| license.value.clone()),
        Some(record.access_level.clone()),
        Some(record.kind.clone()),
        Some(array(&mut has.iter().filter(|(has, _)| *has).map(|(_, name)| (*name).to_owned()))),
        Some(array(&mut record.years.iter().map(ToString::to_string))),
        box1,
        box2,
        record.temporal.map(|(first, last)| format!("[{first},{last}]")),
        number(record.issued),
        number(record.modified),
        number(record.changed),
        Some(record.display.to_string()),
    ];
    for (index, field) in fields.into_iter().enumerate() {
        if index > 0 {
            out.push('\t');
        }
        match field {
            Some(text) => {
                let text = text.replace('\0', "");
                out.push_str(
                    &text
                        .replace('\\', "\\\\")
                        .replace('\t', "\\t")
                        .replace('\n', "\\n")
                        .replace('\r', "\\r"),
                );
            }
            None => out.push_str("\\N"),
        }
    }
    out.push('\n');
}

/// Our query language is nearly that of `websearch_to_tsquery`; named fields become plain words.
fn parameter(text: &str) -> String {
    let words: Vec<&str> =
        text.split(' ').map(|word| word.split_once(':').map_or(word, |(_, rest)| rest)).collect();
    if is_unfinished(text) { format!("{}:*", words.join(" & ")) } else { words.join(" ") }
}

/// Whether the last word is still being typed.
fn is_unfinished(text: &str) -> bool {
    !text.is_empty() && !text.ends_with(' ') && !text.contains(" or ")
}

fn tsquery(text: &str) -> &'static str {
    if is_unfinished(text) { "to_tsquery('english', $1)" } else { "websearch_to_tsquery('english', $1)" }
}

fn where_base(query: &SearchQuery, text: &str) -> String {
    let mut conditions = vec!["$1::text is not null".to_owned()];
    if !text.is_empty() {
        conditions.push(format!("document @@ {}", tsquery(text)));
    }
    if let Some(place) = &query.place {
        let [west, south, east, north] = place.bbox;
        let draw = |west: f64, east: f64| format!("box '(({east},{north}),({west},{south}))'");
        let boxes =
            if west <= east { vec![draw(west, east)] } else { vec![draw(west, 180.0), draw(-180.0, east)] };
        let tests: Vec<String> = boxes
            .iter()
            .map(|asked| match place.relation {
                PlaceRelation::Intersects => format!("box1 && {asked} or box2 && {asked}"),
                PlaceRelation::Within => format!("box1 <@ {asked} and box2 is null"),
            })
            .collect();
        conditions.push(format!("({})", tests.join(" or ")));
    }
    if let Some((first, last)) = query.time {
        conditions.push(format!("span && int4range({first}, {last}, '[]')"));
    }
    conditions.join(" and ")
}

/// The values come from the fixed list of questions, not from anybody.
fn condition(facet: Facet, values: &[String]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("'{}'", value.replace('\'', "''"))).collect();
    let list = quoted.join(", ");
    match facet {
        Facet::Year => format!("years && array[{}]::int[]", values.join(", ")),
        _ if is_array(facet) => format!("{} && array[{list}]", column(facet)),
        _ => format!("{} in ({list})", column(facet)),
    }
}

fn column(facet: Facet) -> &'static str {
    match facet {
        Facet::Organization => "organization",
        Facet::Topic => "topics",
        Facet::Keyword => "keywords",
        Facet::Format => "formats",
        Facet::License => "license",
        Facet::AccessLevel => "access_level",
        Facet::Has => "has",
        Facet::Year => "years",
        Facet::Kind => "kind",
    }
}

fn is_array(facet: Facet) -> bool {
    matches!(facet, Facet::Topic | Facet::Keyword | Facet::Format | Facet::Has | Facet::Year)
}

fn hits_statement(query: &SearchQuery, text: &str, where_base: &str, filters: &[(Facet, String)]) -> String {
    let tsquery = tsquery(text);
    let order = match query.sort {
        Sort::Relevance if !text.is_empty() => format!("ts_rank_cd(document, {tsquery}) desc, id"),
        Sort::Relevance | Sort::Changed(Direction::Descending) => "changed desc nulls last, id".to_owned(),
        Sort::Changed(Direction::Ascending) => "changed nulls last, id".to_owned(),
        Sort::Modified(_) => "modified desc nulls last, id".to_owned(),
        Sort::Released(_) => "issued desc nulls last, id".to_owned(),
        Sort::Title(_) => "title_sort, id".to_owned(),
    };
    let all: String = filters.iter().map(|(_, condition)| format!(" and {condition}")).collect();
    let snippet = if text.is_empty() {
        "left(description, 280)".to_owned()
    } else {
        format!("ts_headline('english', description, {tsquery})")
    };
    format!(
        "select id, slug, title, {snippet}, display from dataset where id in (select id from dataset where \
         {where_base}{all} order by {order} limit {} offset {}) order by {order}",
        query.limit, query.offset
    )
}

/// One pass over the matching records, then one group for each facet.
fn facets_statement(query: &SearchQuery, where_base: &str, filters: &[(Facet, String)]) -> String {
    // With one facet selected, only the records that match it are needed for the others, but its own counts
    // need them all: the base is narrowed by nothing but words, place and time, and each group by the rest.
    let flags: String = filters
        .iter()
        .enumerate()
        .map(|(index, (_, condition))| format!(", ({condition}) as f{index}"))
        .collect();
    let others = |own: Option<Facet>| -> String {
        let flags: Vec<String> = filters
            .iter()
            .enumerate()
            .filter(|(_, (facet, _))| Some(*facet) != own)
            .map(|(index, _)| format!("f{index}"))
            .collect();
        if flags.is_empty() { "true".to_owned() } else { flags.join(" and ") }
    };
    let mut statement = format!(
        "with base as materialized (select organization, topics, keywords, formats, license, access_level, kind, has, \
         years{flags} from dataset where {where_base}) select 'total', '', count(*) from base where {}",
        others(None)
    );
    for &facet in &query.facets {
        let (name, column, rest) = (facet.name(), column(facet), others(Some(facet)));
        let size = query.facet_size;
        let from = if is_array(facet) {
            format!("(select unnest({column})::text as value from base where {rest}) as v")
        } else {
            format!("(select {column} as value from base where {rest} and {column} is not null) as v")
        };
        statement.push_str(&format!(
            " union all (select '{name}', value, count(*) from {from} group by value order by 3 desc, 2 limit {size})"
        ));
    }
    statement
}
