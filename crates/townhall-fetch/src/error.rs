//! Why a request was refused or failed.

use jiff::Timestamp;
use townhall_model::ErrorKind;

/// A request was refused by the guard, or went wrong.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Neither http nor https.
    #[error("`{url}` begins with neither http:// nor https://")]
    Scheme {
        /// The address.
        url: String,
    },
    /// It carries a user name or password.
    #[error("the address on `{host}` carries a user name or password; leave it out")]
    Credentials {
        /// The host.
        host: String,
    },
    /// The port is not among those that may be asked.
    #[error("port {port} of `{host}` may not be asked")]
    Port {
        /// The host.
        host: String,
        /// The port.
        port: u16,
    },
    /// The host has only addresses of private networks.
    #[error(
        "`{host}` leads to an address that is not public; name its range in `fetch.allow` if that is meant"
    )]
    NotPublic {
        /// The host.
        host: String,
    },
    /// The name leads nowhere.
    #[error("the name `{host}` could not be resolved")]
    Unresolved {
        /// The host.
        host: String,
    },
    /// Redirects without end, or from https down to http.
    #[error("`{url}` is redirected {why}")]
    Redirect {
        /// The first address.
        url: String,
        /// What was wrong.
        why: &'static str,
    },
    /// The host is none of those that may be asked.
    #[error("`{host}` is none of the hosts that this API may be asked at")]
    NotListed {
        /// The host, with its port.
        host: String,
    },
    /// A method or header that can't be sent.
    #[error("`{what}` can't be sent in a request")]
    Question {
        /// The method or header.
        what: String,
    },
    /// The host's robots.txt asks programs not to.
    #[error("`{url}` may not be fetched: the robots.txt of its host {why}")]
    Robots {
        /// The address.
        url: String,
        /// What it says.
        why: &'static str,
    },
    /// The server answered something else than 2xx.
    #[error("`{url}` answered {status}{}", by(*blocked_by))]
    Status {
        /// The address.
        url: String,
        /// The HTTP status.
        status: u16,
        /// When to try again, in seconds, if the server said so.
        retry_after_s: Option<u64>,
        /// Who in front of the server keeps programs out, if that is what the answer says.
        blocked_by: Option<&'static str>,
    },
    /// The answer is larger than allowed.
    #[error("`{url}` sent more than {limit_bytes} bytes")]
    TooLarge {
        /// The address.
        url: String,
        /// The limit.
        limit_bytes: u64,
    },
    /// It took too long.
    #[error("`{url}` took too long")]
    TimedOut {
        /// The address.
        url: String,
    },
    /// The server could not show who it is.
    #[error("the certificate of `{host}` {why}")]
    Certificate {
        /// The host.
        host: String,
        /// What is wrong with it.
        why: String,
        /// When it ended, if that is what is wrong.
        ended: Option<Timestamp>,
    },
    /// The connection failed.
    #[error("could not fetch `{url}`: {why}")]
    Failed {
        /// The address.
        url: String,
        /// Why.
        why: String,
    },
    /// The local file could not be written.
    #[error("could not write what was fetched")]
    Write(#[source] std::io::Error),
    /// The resolver or client could not be set up.
    #[error("could not set up the HTTP client: {why}")]
    SetUp {
        /// Why.
        why: String,
    },
}

fn by(who: Option<&'static str>) -> String {
    who.map(|who| format!(": {who} in front of it keeps programs out")).unwrap_or_default()
}

impl FetchError {
    /// What sort of trouble it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Scheme { .. } | Self::Credentials { .. } | Self::Redirect { .. } => ErrorKind::Invalid,
            Self::Question { .. } => ErrorKind::Invalid,
            Self::Port { .. } | Self::NotPublic { .. } | Self::NotListed { .. } => ErrorKind::Forbidden,
            Self::Robots { .. } => ErrorKind::Forbidden,
            Self::Status { status: 404 | 410, .. } => ErrorKind::NotFound,
            Self::Status { status: 429, .. } => ErrorKind::Limited,
            Self::Status { status: 500.., .. } => ErrorKind::Unavailable,
            Self::Status { .. } => ErrorKind::Invalid,
            Self::TooLarge { .. } => ErrorKind::TooLarge,
            Self::TimedOut { .. } => ErrorKind::TimedOut,
            Self::Unresolved { .. } | Self::Certificate { .. } | Self::Failed { .. } => {
                ErrorKind::Unavailable
            }
            Self::Write(_) | Self::SetUp { .. } => ErrorKind::Internal,
        }
    }
}
