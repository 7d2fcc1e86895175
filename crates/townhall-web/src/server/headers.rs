//! The headers of every answer.

use axum::http::header::{HeaderName, HeaderValue};
use axum::http::{HeaderMap, header};

/// Nothing from elsewhere, nothing inline: a page that breaks this is a bug.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// What comes from publishers is never run, wherever it is opened.
const CSP_DOWNLOAD: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// Paths whose answers any website may read.
const OPEN_PATHS: [&str; 7] =
    ["/api/", "/data.json", "/catalog", "/feeds/", "/data/search.", "/opensearch.xml", "/llms.txt"];

/// Adds what is missing; a handler's own word counts.
pub(super) fn add(path: &str, is_https: bool, headers: &mut HeaderMap) {
    let is_download = headers.contains_key(header::CONTENT_DISPOSITION);
    let is_framed = headers
        .get(header::CONTENT_SECURITY_POLICY)
        .is_some_and(|policy| policy.to_str().is_ok_and(|policy| policy.contains("frame-ancestors *")));
    let mut put = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    put(header::CONTENT_SECURITY_POLICY, if is_download { CSP_DOWNLOAD } else { CSP });
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "same-origin");
    // A page that any site may frame says so in its policy, which older browsers do not know.
    if !is_framed {
        put(header::X_FRAME_OPTIONS, "DENY");
    }
    put(
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    );
    put(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    if is_https {
        put(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    let is_open = is_download
        || OPEN_PATHS.iter().any(|open| path.starts_with(open))
        || [".json", ".jsonld", ".ttl"].iter().any(|suffix| path.ends_with(suffix));
    if is_open {
        put(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");
        put(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        put(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            "ETag, Link, Content-Disposition, X-Request-Id, Retry-After",
        );
    } else {
        put(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    }
}
