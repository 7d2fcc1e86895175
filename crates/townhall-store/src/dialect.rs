//! The few things that SQLite and PostgreSQL say differently.

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
    pub(crate) fn session(self, schema: Option<&str>) -> Vec<String> {
        match self {
            Self::Sqlite => [
                "pragma journal_mode = wal",
                // An acknowledged write must survive a power cut.
                "pragma synchronous = full",
                "pragma foreign_keys = on",
                "pragma temp_store = memory",
                "pragma cache_size = -32000",
            ]
            .map(str::to_owned)
            .into_iter()
            .chain([format!("pragma busy_timeout = {}", crate::limits::BUSY_TIMEOUT_MS)])
            .collect(),
            Self::Postgres => schema
                .map(|schema| format!("set search_path to \"{}\"", schema.replace('"', "\"\"")))
                .into_iter()
                .collect(),
        }
    }
}
