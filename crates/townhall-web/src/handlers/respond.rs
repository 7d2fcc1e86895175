//! Answers of every form: documents, lists, feeds, streams and blobs, with the headers that go with them.

use axum::body::Body;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, IF_RANGE, RANGE, TE, TRAILER,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use http_body_util::StreamBody;
use hyper::body::Frame;
use serde_json::Value;
use tokio_util::io::ReaderStream;
use townhall_app::{App, ByteStream, Export, Material};
use townhall_model::{BlobId, ErrorKind};

use super::xml::Feed;
use crate::server::Problem;

/// The time of feeds without entries.
pub const EPOCH: &str = "1970-01-01T00:00:00Z";

/// A JSON answer.
pub fn json(value: &Value) -> Response {
    document("application/json", value.to_string().into_bytes())
}

/// A whole document of a media type.
pub fn document(media_type: &str, bytes: Vec<u8>) -> Response {
    let mut response = Body::from(bytes).into_response();
    set(&mut response, CONTENT_TYPE, media_type);
    response
}

/// A document that comes as a stream.
pub fn stream(media_type: &str, stream: ByteStream) -> Response {
    let mut response = Body::from_stream(stream).into_response();
    set(&mut response, CONTENT_TYPE, media_type);
    response
}

/// A file that a tool has made, as a download. It goes away when it has been sent.
pub async fn material(made: &Material, media_type: &str, name: &str) -> Result<Response, Problem> {
    let size = made.bytes()?;
    let file = tokio::fs::File::from_std(made.open()?.into());
    let kept = made.clone();
    let bytes = ReaderStream::new(file).map(move |chunk| {
        let _until_sent = &kept;
        chunk
    });
    let mut response = Body::from_stream(bytes).into_response();
    set(&mut response, CONTENT_TYPE, media_type);
    set(&mut response, CONTENT_LENGTH, &size.to_string());
    attach(&mut response, name);
    Ok(response)
}

/// An Atom feed.
pub fn atom(feed: &Feed<'_>) -> Result<Response, Problem> {
    let bytes = feed.to_atom().map_err(townhall_app::Error::from)?;
    Ok(document("application/atom+xml", bytes))
}

/// A small CSV file (RFC 4180), as a download.
pub fn csv(name: &str, header: &[&str], rows: &[Vec<String>]) -> Result<Response, Problem> {
    let mut text = String::new();
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        for (index, cell) in cells.enumerate() {
            if index > 0 {
                text.push(',');
            }
            if cell.contains(['"', ',', '\n', '\r']) {
                text.push('"');
                text.push_str(&cell.replace('"', "\"\""));
                text.push('"');
            } else {
                text.push_str(cell);
            }
        }
        text.push_str("\r\n");
    };
    line(&mut header.iter().copied());
    for row in rows {
        line(&mut row.iter().map(String::as_str));
    }
    let mut response = document("text/csv; charset=utf-8", text.into_bytes());
    attach(&mut response, name);
    Ok(response)
}

/// Says that the answer is to be saved under a name (RFC 6266): the plain form for old clients, the exact one besides.
pub fn attach(response: &mut Response, name: &str) {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') { c } else { '_' })
        .collect();
    let exact = super::path_segment(name);
    set(
        response,
        CONTENT_DISPOSITION,
        &format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"),
    );
}

/// Sets a header; a value that no header can hold is left out.
pub fn set(response: &mut Response, name: axum::http::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// Whether the client has this version already (RFC 9110, section 13.1.2).
pub fn has_current(headers: &HeaderMap, etag: &str) -> bool {
    let Some(known) = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()) else { return false };
    known
        .split(',')
        .map(str::trim)
        .any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag.trim_start_matches("W/"))
}

/// What says that an answer was cut short by a limit.
pub const TRUNCATED: HeaderName = HeaderName::from_static("x-townhall-truncated");

/// Rows as a file, sent as they come. Where a limit will cut them short for sure the head says so; where it turns out on the
/// way a trailer does, and for a client that reads no trailers the transfer breaks off: a short file never looks whole.
pub fn export(export: Export, headers: &HeaderMap) -> Response {
    let Export { content_type, name, bytes, cut } = export;
    let reads_trailers = headers
        .get_all(TE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case("trailers")));
    let is_sure = cut.is_sure;
    let frames = bytes.map(|chunk| chunk.map(Frame::data));
    let end = futures::stream::once(async move {
        if !cut.happened() || is_sure {
            return None;
        }
        Some(match reads_trailers {
            true => {
                Ok(Frame::trailers(HeaderMap::from_iter([(TRUNCATED, HeaderValue::from_static("true"))])))
            }
            false => Err(std::io::Error::other("the file was cut short by a limit")),
        })
    });
    let frames = frames.chain(end.filter_map(std::future::ready));
    let mut response = Body::new(StreamBody::new(frames)).into_response();
    set(&mut response, CONTENT_TYPE, &content_type);
    if is_sure {
        set(&mut response, TRUNCATED, "true");
    } else if reads_trailers {
        set(&mut response, TRAILER, TRUNCATED.as_str());
    }
    attach(&mut response, &name);
    response
}

/// The head of a file that is not there yet, for those who ask for no more.
pub fn head(content_type: &str, name: &str) -> Response {
    let mut response = bare_head(content_type);
    attach(&mut response, name);
    response
}

/// The same of a document that is not to be saved. Its length is not known, which is not the same as nought.
pub fn bare_head(content_type: &str) -> Response {
    let mut response =
        Body::from_stream(futures::stream::empty::<std::io::Result<bytes::Bytes>>()).into_response();
    set(&mut response, CONTENT_TYPE, content_type);
    response
}

/// The answer to a client that has this version already.
pub fn not_modified(etag: &str) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    set(&mut response, ETAG, etag);
    response
}

/// Adds the version, and that a copy must be checked before it is used again.
pub fn with_etag(mut response: Response, etag: &str) -> Response {
    set(&mut response, ETAG, etag);
    set(&mut response, CACHE_CONTROL, "public, no-cache");
    response
}

/// Says that the answer is of this moment, and not to be kept.
pub fn momentary(mut response: Response) -> Response {
    set(&mut response, CACHE_CONTROL, "no-store");
    response
}

/// The bytes of a blob: immutable, so clients may keep them, and any part of them can be asked for.
pub async fn blob(
    app: &App,
    id: &BlobId,
    size: u64,
    media_type: &str,
    name: Option<&str>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let etag = format!("\"{id}\"");
    if has_current(headers, &etag) {
        return Ok(not_modified(&etag));
    }
    // A part is of use only to whoever has the rest of just this file (RFC 9110, section 13.1.5).
    let goes_on = headers.get(IF_RANGE).is_none_or(|known| known.as_bytes() == etag.as_bytes());
    let range = headers.get(RANGE).filter(|_| goes_on).and_then(|value| value.to_str().ok());
    let range = range.and_then(|text| byte_range(text, size));
    let mut response = match range {
        None => {
            let mut response = stream(media_type, app.blob_stream(id, 0..size).await?);
            set(&mut response, CONTENT_LENGTH, &size.to_string());
            response
        }
        Some(Err(())) => {
            return Err(Problem::new(ErrorKind::Invalid, format!("the file has {size} bytes"))
                .with_status(StatusCode::RANGE_NOT_SATISFIABLE));
        }
        Some(Ok(range)) => {
            let mut response = stream(media_type, app.blob_stream(id, range.clone()).await?);
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            set(&mut response, CONTENT_LENGTH, &(range.end - range.start).to_string());
            set(&mut response, CONTENT_RANGE, &format!("bytes {}-{}/{size}", range.start, range.end - 1));
            response
        }
    };
    set(&mut response, ACCEPT_RANGES, "bytes");
    set(&mut response, ETAG, &etag);
    if let Some(name) = name {
        attach(&mut response, name);
    }
    Ok(response)
}

/// One range of bytes (RFC 9110, section 14.2). Several at once are answered with the whole; `Err` can't be satisfied.
fn byte_range(text: &str, size: u64) -> Option<Result<std::ops::Range<u64>, ()>> {
    let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    if last.contains(',') {
        return None;
    }
    let range = match (first.trim(), last.trim()) {
        ("", suffix) => {
            let wanted: u64 = suffix.parse().ok()?;
            if wanted == 0 {
                return Some(Err(()));
            }
            size.saturating_sub(wanted)..size
        }
        (first, "") => first.parse().ok()?..size,
        (first, last) => {
            let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
            if last < first {
                return None;
            }
            first..last.saturating_add(1).min(size)
        }
    };
    Some(if range.start < range.end { Ok(range) } else { Err(()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_has_them() {
        assert_eq!(byte_range("bytes=0-9", 100), Some(Ok(0..10)));
        assert_eq!(byte_range("bytes=90-", 100), Some(Ok(90..100)));
        assert_eq!(byte_range("bytes=-5", 100), Some(Ok(95..100)));
        assert_eq!(byte_range("bytes=0-999", 100), Some(Ok(0..100)));
        assert_eq!(byte_range("bytes=100-", 100), Some(Err(())));
        assert_eq!(byte_range("bytes=0-1,4-5", 100), None);
        assert_eq!(byte_range("pages=1-2", 100), None);
    }

    #[test]
    fn a_file_name_can_not_break_the_header() {
        let mut response = json(&Value::Null);
        attach(&mut response, "a\"b\r\nSet-Cookie: x/..%2fé.csv");
        let value = response.headers()[CONTENT_DISPOSITION].to_str().unwrap().to_owned();
        assert_eq!(
            value,
            "attachment; filename=\"a_b__Set-Cookie_ x_.._2f_.csv\"; \
             filename*=UTF-8''a%22b%0D%0ASet-Cookie%3A%20x%2F..%252f%C3%A9.csv"
        );
    }
}
