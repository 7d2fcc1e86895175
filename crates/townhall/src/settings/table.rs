//! Every setting there is. The settings file, the reference, the JSON Schema and the checks are made from this table.

use super::Type;

/// A setting.
#[derive(Debug)]
pub struct Key {
    /// Its name, `section.key`.
    pub name: &'static str,
    /// What it holds.
    pub kind: Type,
    /// Its value when nobody says anything.
    pub default: &'static str,
    /// What it means, in a sentence or two.
    pub doc: &'static str,
    /// Whether it must never be shown; such keys can also be given as a file, `section.key_file`.
    pub is_secret: bool,
}

/// The sections, in the order the documentation lists them, each with what its settings are about.
pub const SECTIONS: &[(&str, &str)] = &[
    ("site", "How the portal presents itself, and to whom it shows drafts."),
    ("catalog", "The catalog files that the portal publishes."),
    ("store", "Where records, jobs and the audit list live."),
    ("blobs", "Where files live: in the data directory, or in S3-compatible storage."),
    ("http", "Where the server listens, and how much it takes on at once."),
    ("fetch", "Requests to other people's servers."),
    ("harvest", "Other people's catalogs that are brought in."),
    ("mail", "The server that takes our mail."),
    ("query", "Questions about tables."),
    ("databases", "Databases whose tables are published."),
    ("tools", "Tools that work on other people's files."),
    ("scorecard", "How the listings of offices are watched."),
    ("log", "The log, on standard error."),
    ("links", "Checks of the links that records name."),
];

const fn key(name: &'static str, kind: Type, default: &'static str, doc: &'static str) -> Key {
    Key { name, kind, default, doc, is_secret: false }
}

const fn secret(name: &'static str, doc: &'static str) -> Key {
    Key { name, kind: Type::Text, default: "", doc, is_secret: true }
}

/// Every setting, in the order the documentation lists them.
pub const KEYS: &[Key] = &[
    key("site.name", Type::Text, "Open Data", "The portal's name."),
    key("site.tagline", Type::Text, "", "One line under the name."),
    key("site.description", Type::Text, "", "What the portal is, in Markdown, for the about page."),
    key(
        "site.base_url",
        Type::Url,
        "",
        "The address people use, without a final slash, such as https://data.example.gov. Without it, the address that the server listens on.",
    ),
    key(
        "site.contact_email",
        Type::Text,
        "",
        "Where to write about the portal. With it, the listing has a record for itself.",
    ),
    key("site.contact_phone", Type::Text, "", "Where to telephone about the portal."),
    key(
        "site.publisher",
        Type::Text,
        "",
        "The body that publishes the catalog; the portal's name when empty.",
    ),
    key(
        "site.primary_color",
        Type::Color,
        "",
        "The color of the header, links and buttons, such as #0b6b6b.",
    ),
    key(
        "site.logo",
        Type::Text,
        "",
        "The address of a logo, such as /theme/logo.svg for theme/static/logo.svg.",
    ),
    key(
        "site.banner",
        Type::Text,
        "off",
        "The strip above every page: government, demonstration, off, or your own words.",
    ),
    key("site.language", Type::Text, "en", "The language of the pages (BCP 47)."),
    key(
        "site.drafts",
        Type::OneOf(&["local", "all", "nobody"]),
        "local",
        "Who sees drafts: local is whoever reaches a server that listens on this machine only. Behind a proxy that is everybody: set nobody.",
    ),
    key(
        "site.reload_theme",
        Type::Truth,
        "false",
        "Whether theme templates are read anew for every page, for people who write them.",
    ),
    key(
        "catalog.listing",
        Type::OneOf(&["dcat-us-1.1", "dcat-us-3.0"]),
        "dcat-us-1.1",
        "The version of DCAT-US that /data.json is in.",
    ),
    secret(
        "store.url",
        "The database: postgres://…, sqlite:PATH, or empty for townhall.db in the data directory.",
    ),
    key("blobs.bucket", Type::Text, "", "The S3 bucket for files; empty keeps them in the data directory."),
    key("blobs.endpoint", Type::Text, "", "The address of the S3 service; empty for that of the region."),
    key("blobs.region", Type::Text, "us-east-1", "The region of the bucket."),
    key("blobs.prefix", Type::Text, "", "What stands before every object's name, such as townhall/."),
    key(
        "blobs.allow_http",
        Type::Truth,
        "false",
        "Whether plain HTTP will do, for a service on this machine.",
    ),
    secret("blobs.access_key_id", "The access key of the bucket."),
    secret("blobs.secret_access_key", "The secret of the access key."),
    key("http.listen", Type::Address, "127.0.0.1:8080", "The address to serve on; port 0 takes a free one."),
    key(
        "http.admin_listen",
        Type::Address,
        "127.0.0.1:9090",
        "The address of /livez, /readyz, /metrics and /version. A free port is taken when this one is in use.",
    ),
    key("http.connections", Type::Number, "4096", "Connections in all."),
    key(
        "http.connections_per_address",
        Type::Number,
        "512",
        "Connections of one address; raise it behind a proxy.",
    ),
    key("http.header_timeout_s", Type::Number, "10", "Seconds that a client may take to send its headers."),
    key(
        "http.request_timeout_s",
        Type::Number,
        "30",
        "Seconds that a request may take until its answer begins.",
    ),
    key("http.body_bytes", Type::Number, "1048576", "The largest body of a request, in bytes."),
    key(
        "http.upload_bytes",
        Type::Number,
        "67108864",
        "The most that may be sent to a tool at once, in bytes.",
    ),
    key(
        "http.shutdown_grace_s",
        Type::Number,
        "10",
        "Seconds that open requests may go on after the server was told to stop.",
    ),
    key(
        "fetch.allow",
        Type::Ranges,
        "",
        "Private address ranges that outbound requests may reach, such as 10.0.0.0/8.",
    ),
    key(
        "fetch.user_agent",
        Type::Text,
        "",
        "Who we say we are to other servers, with an address to write to.",
    ),
    key(
        "fetch.per_host",
        Type::Number,
        "2",
        "How many requests one host of somebody else gets at the same time.",
    ),
    key(
        "harvest.sources",
        Type::Text,
        "",
        "A file with sources to harvest, as [[source]] tables in TOML; a relative name is below the data directory. They can't be \
         changed in the pages.",
    ),
    key("mail.host", Type::Text, "", "The name of the server; without one, no mail is sent."),
    key(
        "mail.port",
        Type::Number,
        "0",
        "Its port; 0 for the usual one: 587 with starttls, 465 with tls, 25 with none.",
    ),
    key(
        "mail.security",
        Type::OneOf(&["starttls", "tls", "none"]),
        "starttls",
        "How mail is protected on its way to the server; `none` is for a server on this machine.",
    ),
    key("mail.from", Type::Text, "", "Who mail is from, such as `Open data <data@example.gov>`."),
    key("mail.user", Type::Text, "", "The name that the server asks for."),
    secret("mail.password", "The password that the server asks for."),
    key("query.timeout_s", Type::Number, "20", "Seconds that a question about a table may take."),
    key(
        "query.memory_mb",
        Type::Number,
        "512",
        "Memory of all questions about tables together, in megabytes.",
    ),
    key(
        "query.hot_mb",
        Type::Memory,
        "12%",
        "Memory for decoded columns of the tables that are asked for most: megabytes, or a share of the machine's; 0 keeps none.",
    ),
    key(
        "query.anonymous_timeout_s",
        Type::Number,
        "0",
        "Seconds that a page, or the next rows of a file, may take for whoever comes along; 0 for query.timeout_s.",
    ),
    key(
        "query.anonymous_rows",
        Type::Number,
        "0",
        "Rows of a file for whoever comes along; 0 for all. Whole tables that were prepared are given whole.",
    ),
    key(
        "query.anonymous_file_mb",
        Type::Number,
        "0",
        "Megabytes of a file for whoever comes along that is made as it is sent; 0 for all.",
    ),
    key(
        "query.anonymous_memory_mb",
        Type::Number,
        "256",
        "Memory of one question for whoever comes along, in megabytes; what does not fit goes to the disk.",
    ),
    key(
        "query.anonymous_concurrency",
        Type::Number,
        "8",
        "Pages that are made at the same time for whoever comes along, and as many files besides.",
    ),
    key(
        "query.anonymous_queue",
        Type::Number,
        "64",
        "Questions for whoever comes along that may wait for their turn; more are sent away with 503.",
    ),
    key(
        "query.anonymous_work_mb",
        Type::Number,
        "2048",
        "Megabytes of decoded columns that a question for whoever comes along may have to go through; beyond that a job answers it. 0 for any.",
    ),
    key(
        "query.key_timeout_s",
        Type::Number,
        "0",
        "Seconds that a page, or the next rows of a file, may take for whoever has a key; 0 for query.timeout_s.",
    ),
    key(
        "query.key_rows",
        Type::Number,
        "0",
        "Rows of a file for whoever has a key; 0 for all. Whole tables that were prepared are given whole.",
    ),
    key(
        "query.key_file_mb",
        Type::Number,
        "0",
        "Megabytes of a file for whoever has a key that is made as it is sent; 0 for all.",
    ),
    key(
        "query.key_memory_mb",
        Type::Number,
        "256",
        "Memory of one question for whoever has a key, in megabytes; what does not fit goes to the disk.",
    ),
    key(
        "query.key_concurrency",
        Type::Number,
        "8",
        "Pages that are made at the same time for whoever has a key, and as many files besides.",
    ),
    key(
        "query.key_queue",
        Type::Number,
        "64",
        "Questions for whoever has a key that may wait for their turn; more are sent away with 503.",
    ),
    key(
        "query.key_work_mb",
        Type::Number,
        "4096",
        "Megabytes of decoded columns that a question for whoever has a key may have to go through; beyond that a job answers it. 0 for any.",
    ),
    key(
        "query.staff_timeout_s",
        Type::Number,
        "0",
        "Seconds that a page, or the next rows of a file, may take for those who run the portal; 0 for query.timeout_s.",
    ),
    key(
        "query.staff_rows",
        Type::Number,
        "0",
        "Rows of a file for those who run the portal; 0 for all. Whole tables that were prepared are given whole.",
    ),
    key(
        "query.staff_file_mb",
        Type::Number,
        "0",
        "Megabytes of a file for those who run the portal that is made as it is sent; 0 for all.",
    ),
    key(
        "query.staff_memory_mb",
        Type::Number,
        "256",
        "Memory of one question for those who run the portal, in megabytes; what does not fit goes to the disk.",
    ),
    key(
        "query.staff_concurrency",
        Type::Number,
        "4",
        "Pages that are made at the same time for those who run the portal, and as many files besides.",
    ),
    key(
        "query.staff_queue",
        Type::Number,
        "64",
        "Questions for those who run the portal that may wait for their turn; more are sent away with 503.",
    ),
    key(
        "query.staff_work_mb",
        Type::Number,
        "4096",
        "Megabytes of decoded columns that a question for those who run the portal may have to go through; beyond that a job answers it. 0 for any.",
    ),
    key(
        "query.job_timeout_s",
        Type::Number,
        "900",
        "Seconds that a page, or the next rows of a file, may take for jobs; 0 for query.timeout_s.",
    ),
    key(
        "query.job_rows",
        Type::Number,
        "0",
        "Rows of a file for jobs; 0 for all. Whole tables that were prepared are given whole.",
    ),
    key(
        "query.job_file_mb",
        Type::Number,
        "0",
        "Megabytes of a file for jobs that is made as it is sent; 0 for all.",
    ),
    key(
        "query.job_memory_mb",
        Type::Number,
        "256",
        "Memory of one question for jobs, in megabytes; what does not fit goes to the disk.",
    ),
    key(
        "query.job_concurrency",
        Type::Number,
        "2",
        "Pages that are made at the same time for jobs, and as many files besides.",
    ),
    key(
        "query.job_queue",
        Type::Number,
        "16",
        "Questions for jobs that may wait for their turn; more are sent away with 503.",
    ),
    key(
        "query.job_work_mb",
        Type::Number,
        "0",
        "Megabytes of decoded columns that a question for jobs may have to go through; beyond that a job answers it. 0 for any.",
    ),
    key(
        "query.prepared_mb",
        Type::Number,
        "10240",
        "Disk for files of whole tables that were prepared, in megabytes; 0 prepares none.",
    ),
    key(
        "query.index_rows",
        Type::Number,
        "5000000",
        "Rows up to which the words of a table are indexed; larger tables are searched by reading them. 0 indexes none.",
    ),
    key("query.index_mb", Type::Number, "10240", "Disk for indexes of words, in megabytes."),
    key("query.sql_concurrency", Type::Number, "4", "SQL queries that are answered at the same time."),
    key("query.sql_timeout_s", Type::Number, "20", "Seconds that an SQL query may take, to its last row."),
    key(
        "query.sql_memory_mb",
        Type::Number,
        "512",
        "Memory of one SQL query, in megabytes; what does not fit goes to the disk.",
    ),
    key("query.sql_spill_mb", Type::Number, "4096", "Disk that one SQL query may use, in megabytes."),
    key(
        "query.cluster",
        Type::Url,
        "",
        "The scheduler of a query cluster, such as http://10.0.0.1:50050: large SQL queries go there. Empty: all are answered here.",
    ),
    key(
        "query.cluster_min_mb",
        Type::Number,
        "1024",
        "Megabytes of files that an SQL query has to read to go to the cluster.",
    ),
    key(
        "query.cluster_away",
        Type::OneOf(&["refuse", "local"]),
        "refuse",
        "What becomes of a large query when the cluster does not answer: refuse says so (503), local answers it here.",
    ),
    key(
        "query.cluster_timeout_s",
        Type::Number,
        "120",
        "Seconds that a query on the cluster may take, to its last row.",
    ),
    key(
        "query.cluster_parts",
        Type::Number,
        "16",
        "Parts that the work of a query on the cluster is cut into: about as many as its executors have processors.",
    ),
    key("databases.connections", Type::Number, "4", "Connections to one database at the same time."),
    key("databases.patience_s", Type::Number, "10", "Seconds that a connection to a database is waited for."),
    key(
        "databases.timeout_s",
        Type::Number,
        "15",
        "Seconds that a database may take for a page of rows, or to count them.",
    ),
    key(
        "databases.export_timeout_s",
        Type::Number,
        "3600",
        "Seconds that a database may take for all rows of a table: for downloads and copies.",
    ),
    key(
        "tools.csv_sources",
        Type::Text,
        "",
        "The hosts whose CSV files anybody may ask at /csv-to-api, with commas between them: data.example.gov, *.gov for all below one, or * for every public one. Without it, only staff may, any public one.",
    ),
    key(
        "scorecard.every",
        Type::Text,
        "daily 04:15",
        "When all offices are looked at, once there are any (UTC), such as daily 04:15, weekly monday 06:00 or every 6 hours; never for not at all.",
    ),
    key(
        "scorecard.milestones",
        Type::Text,
        "",
        "The last days of the quarters, with commas between them, each with a name if you like, such as 2026-12-31 Year end; empty for the ends of February, May, August and November.",
    ),
    key("scorecard.at_once", Type::Number, "8", "How many offices are looked at at the same time."),
    key(
        "scorecard.pause_ms",
        Type::Number,
        "1000",
        "Milliseconds between two requests to the server of an office, at least; its robots.txt may ask for more.",
    ),
    key(
        "log.level",
        Type::Text,
        "warn",
        "What is logged: error, warn, info, debug, trace, or a filter such as townhall_app=debug.",
    ),
    key("log.format", Type::OneOf(&["text", "json"]), "text", "How a line of the log looks."),
    key(
        "links.every",
        Type::Text,
        "daily 03:00",
        "When links that are due are checked, in UTC, such as daily 03:00, every 6 hours, weekly monday 06:00, or never.",
    ),
    key(
        "links.tries",
        Type::Number,
        "3",
        "Bad answers in a row that make a link broken; one less where it won't pass by itself.",
    ),
    key("links.days", Type::Number, "2", "Days over which there must have been nothing but bad answers."),
    key(
        "links.hash_bytes",
        Type::Number,
        "1048576",
        "Up to which size a file is taken whole, and its SHA-256 told; 0 for none.",
    ),
    key("links.timeout_s", Type::Number, "30", "Seconds that a server may take to answer."),
    key(
        "links.delay_ms",
        Type::Number,
        "250",
        "The least time between two requests to a host, in milliseconds; its robots.txt may ask for more.",
    ),
    key("links.robots", Type::Truth, "true", "Whether robots.txt is obeyed."),
    key(
        "links.hosts",
        Type::Number,
        "64",
        "Hosts that are asked at the same time, each by two requests at most.",
    ),
    key(
        "links.mirror",
        Type::List,
        "",
        "Organizations, by their slugs, of whose files copies are kept, so that they can be had when their servers are gone; * for all.",
    ),
    key("links.mirror_file_mb", Type::Number, "256", "The largest file that is copied, in megabytes."),
    key("links.mirror_gb", Type::Number, "20", "How much room all copies together may take, in gigabytes."),
];
