//! Every setting there is.

/// What a setting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Any text.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Truth,
    /// Texts, in a TOML array or with commas.
    List,
    /// An address to listen on, such as `127.0.0.1:8080`.
    Address,
}

impl Type {
    /// The word in documentation.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Truth => "true or false",
            Self::List => "list",
            Self::Address => "address",
        }
    }
}

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
        Type::Text,
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
    key("site.primary_color", Type::Text, "", "The colour of links and buttons, such as #0b6b6b."),
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
        Type::Text,
        "local",
        "Who sees drafts: local (whoever reaches a server that listens on this machine only), all, or nobody.",
    ),
    key(
        "site.reload_theme",
        Type::Truth,
        "false",
        "Whether theme templates are read anew for every page, for people who write them.",
    ),
    key("catalog.listing", Type::Text, "dcat-us-1.1", "The form of /data.json: dcat-us-1.1 or dcat-us-3.0."),
    secret("store.url", "The database: postgres://…, or empty for SQLite in the data directory."),
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
        "http.shutdown_grace_s",
        Type::Number,
        "10",
        "Seconds that open requests may go on after the server was told to stop.",
    ),
    key(
        "fetch.allow",
        Type::List,
        "",
        "Private address ranges that outbound requests may reach, such as 10.0.0.0/8.",
    ),
    key(
        "fetch.user_agent",
        Type::Text,
        "",
        "Who we say we are to other servers, with an address to write to.",
    ),
    key("query.timeout_s", Type::Number, "20", "Seconds that a question about a table may take."),
    key(
        "query.memory_mb",
        Type::Number,
        "512",
        "Memory of all questions about tables together, in megabytes.",
    ),
    key("log.level", Type::Text, "warn", "error, warn, info, debug, or a filter such as townhall_app=debug."),
    key("log.format", Type::Text, "text", "text or json."),
];
