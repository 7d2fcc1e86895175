//! The few things that SQLite and PostgreSQL say differently.

use crate::limits::{BUSY_TIMEOUT_MS, READER_CACHE_KIB, WRITER_CACHE_KIB};

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// The dialect of a store address.
    pub(crate) fn of(url: &str) -> Option<Self> {
        if url.starts_with("sqlite:") {
            Some(Self::Sqlite)
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Some(Self::Postgres)
        } else {
            None
        }
    }

    /// Puts the type names of this database into a schema.
    pub(crate) fn schema(self, sql: &str) -> String {
        sql.replace(
            "{bytes}",
            match self {
                Self::Sqlite => "blob",
                Self::Postgres => "bytea",
            },
        )
    }

    /// How a writing transaction begins. SQLite must take its lock at once, or two of them could end in a deadlock.
    pub(crate) const fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "begin immediate",
            Self::Postgres => "begin",
        }
    }

    /// What a claim adds to its select so that two workers never wait for, or get, the same row. SQLite has one writer.
    pub(crate) const fn claim_lock(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "for update skip locked",
        }
    }

    /// What every connection is told first.
    pub(crate) fn session(self, access: Access, schema: Option<&str>) -> Vec<String> {
        match self {
            Self::Sqlite => {
                let mut session: Vec<String> = [
                    "pragma journal_mode = wal",
                    // An acknowledged write must survive a power cut.
                    "pragma synchronous = full",
                    "pragma foreign_keys = on",
                    "pragma temp_store = memory",
                ]
                .map(str::to_owned)
                .to_vec();
                let cache_kib = if access == Access::Write { WRITER_CACHE_KIB } else { READER_CACHE_KIB };
                session.push(format!("pragma cache_size = -{cache_kib}"));
                session.push(format!("pragma busy_timeout = {BUSY_TIMEOUT_MS}"));
                if access == Access::Read {
                    session.push("pragma query_only = on".to_owned());
                }
                session
            }
            Self::Postgres => {
                schema.map(|schema| format!("set search_path to {}", quoted(schema))).into_iter().collect()
            }
        }
    }

    /// What makes the schema that the session names.
    pub(crate) fn create_schema(self, schema: Option<&str>) -> Option<String> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => schema.map(|schema| format!("create schema if not exists {}", quoted(schema))),
        }
    }

    /// What makes a second process that starts at the same time wait until the first has brought the tables up to
    /// date. SQLite has one writer anyhow.
    pub(crate) const fn migration_lock(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("select pg_advisory_xact_lock(7401)"),
        }
    }

    /// What the database says of its own health, beyond what both can be asked: questions whose only good answer is
    /// `ok` or nothing.
    pub(crate) const fn health(self) -> &'static [&'static str] {
        match self {
            Self::Sqlite => &["pragma integrity_check", "select \"table\" from pragma_foreign_key_check"],
            Self::Postgres => &[],
        }
    }

    /// Whether an error means: not now, but later.
    pub(crate) fn is_passing(code: &str) -> bool {
        // PostgreSQL: serialization failure, deadlock, lock not available, shutting down, starting up, too many
        // connections, disk full. SQLite: busy, locked, full, with their extended forms.
        matches!(code, "40001" | "40P01" | "55P03" | "57P01" | "57P03" | "53300" | "53100")
            || matches!(code, "5" | "6" | "13" | "261" | "517" | "262")
    }
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
