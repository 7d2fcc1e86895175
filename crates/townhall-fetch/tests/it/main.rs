//! The guard against real sockets: each test brings its own small server on loopback.

#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

use std::io::{Read, Write};
use std::net::{IpAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use townhall_fetch::{Conditions, FetchError, FetchSettings, Fetcher, Lookup, parse_ranges};
use url::Url;

/// A server that answers each connection with the next of `answers`, and the last one for ever.
fn serve(answers: Vec<Vec<u8>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for (index, stream) in listener.incoming().enumerate() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let answer = &answers[index.min(answers.len() - 1)];
            let _ = stream.write_all(answer);
        }
    });
    port
}

fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes =
        format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len())
            .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn fetcher() -> Fetcher {
    Fetcher::new(FetchSettings {
        allow: parse_ranges(&["127.0.0.0/8".into()]).unwrap(),
        ..FetchSettings::default()
    })
    .unwrap()
}

async fn get(
    fetcher: &Fetcher,
    url: &str,
    limit: u64,
) -> Result<(townhall_fetch::Fetched, Vec<u8>), FetchError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let fetched = fetcher.get_to_file(&Url::parse(url).unwrap(), &path, limit).await?;
    Ok((fetched, std::fs::read(path).unwrap_or_default()))
}

#[tokio::test]
async fn a_file_is_fetched_with_what_is_said_of_it() {
    let port = serve(vec![answer("200 OK", "Content-Type: text/csv\r\nETag: \"1\"\r\n", b"a,b\n")]);
    let (fetched, bytes) = get(&fetcher(), &format!("http://127.0.0.1:{port}/x.csv"), 100).await.unwrap();
    assert_eq!(bytes, b"a,b\n");
    assert_eq!((fetched.status, fetched.etag.as_deref(), fetched.bytes), (200, Some("\"1\""), 4));
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_refused() {
    let port = serve(vec![answer("302 Found", "Location: http://169.254.169.254/latest/meta-data\r\n", b"")]);
    let error = get(&fetcher(), &format!("http://127.0.0.1:{port}/"), 100).await.unwrap_err();
    assert!(matches!(error, FetchError::NotPublic { .. }), "{error}");
}

#[tokio::test]
async fn endless_redirects_end() {
    let port = serve(vec![answer("302 Found", "Location: /again\r\n", b"")]);
    let error = get(&fetcher(), &format!("http://127.0.0.1:{port}/"), 100).await.unwrap_err();
    assert!(matches!(error, FetchError::Redirect { why: "too often", .. }), "{error}");
}

#[tokio::test]
async fn a_body_is_counted_after_decompression() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&vec![b'0'; 10_000_000]).unwrap();
    let bomb = gzip.finish().unwrap();
    assert!(bomb.len() < 50_000);
    let port = serve(vec![answer("200 OK", "Content-Encoding: gzip\r\n", &bomb)]);
    let error = get(&fetcher(), &format!("http://127.0.0.1:{port}/"), 1_000_000).await.unwrap_err();
    assert!(matches!(error, FetchError::TooLarge { limit_bytes: 1_000_000, .. }), "{error}");
}

#[tokio::test]
async fn a_server_that_never_ends_is_left() {
    // It says that more is to come and keeps the connection open without sending it.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            // An answer before the question is an error of its own.
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx");
            open.push(stream);
        }
    });
    let fetcher = Fetcher::new(FetchSettings {
        allow: parse_ranges(&["127.0.0.0/8".into()]).unwrap(),
        total_timeout: Duration::from_millis(200),
        ..FetchSettings::default()
    })
    .unwrap();
    let error = get(&fetcher, &format!("http://127.0.0.1:{port}/"), 10_000).await.unwrap_err();
    assert!(matches!(error, FetchError::TimedOut { .. }), "{error}");
}

/// Answers a public address first and a private one ever after, as a rebinding name server does.
struct Rebinding(AtomicUsize);

impl Lookup for Rebinding {
    fn lookup(&self, _: String) -> Pin<Box<dyn Future<Output = Result<Vec<IpAddr>, String>> + Send>> {
        let first = self.0.fetch_add(1, Ordering::SeqCst) == 0;
        Box::pin(async move {
            Ok(vec![if first { "192.0.2.1".parse().unwrap() } else { "127.0.0.1".parse().unwrap() }])
        })
    }
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_never_connected_to() {
    let lookup: Arc<dyn Lookup> = Arc::new(Rebinding(AtomicUsize::new(0)));
    let fetcher = Fetcher::new(FetchSettings { lookup: Some(lookup), ..FetchSettings::default() }).unwrap();
    for _ in 0..2 {
        let error = get(&fetcher, "http://rebind.example/", 100).await.unwrap_err();
        assert!(matches!(error, FetchError::NotPublic { .. }), "{error}");
    }
}

#[tokio::test]
async fn an_unchanged_file_is_not_sent_again() {
    let port = serve(vec![answer("304 Not Modified", "ETag: \"1\"\r\n", b"")]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let conditions = Conditions { etag: Some("\"1\"".into()), last_modified: None };
    let url = Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap();
    let fetched = fetcher().get_changed_to_file(&url, &conditions, &path, 100).await.unwrap();
    assert_eq!(fetched.status, 304);
    assert!(!path.exists());
}

#[tokio::test]
async fn a_refusal_tells_when_to_come_back() {
    let port = serve(vec![answer("429 Too Many Requests", "Retry-After: 7\r\n", b"")]);
    let error = get(&fetcher(), &format!("http://127.0.0.1:{port}/"), 100).await.unwrap_err();
    assert!(matches!(error, FetchError::Status { status: 429, retry_after_s: Some(7), .. }), "{error}");
}

fn question(url: &str) -> townhall_fetch::Question {
    let url = Url::parse(url).unwrap();
    townhall_fetch::Question {
        method: "GET".into(),
        hosts: vec![format!("{}:{}", url.host_str().unwrap(), url.port().unwrap())],
        url,
        headers: Vec::new(),
        secrets: Vec::new(),
        body: None,
        limit_bytes: 100,
        timeout: Duration::from_secs(20),
    }
}

#[tokio::test]
async fn any_status_of_an_api_is_an_answer_and_a_long_one_is_cut() {
    let port = serve(vec![
        answer("404 Not Found", "Content-Type: application/json\r\nX-A: b\r\n", b"{\"no\":1}"),
        answer("200 OK", "", &[b'x'; 500]),
    ]);
    let asked = question(&format!("http://127.0.0.1:{port}/x"));
    let first = fetcher().ask(asked.clone()).await.unwrap();
    assert_eq!((first.status, &first.body[..], first.is_cut), (404, &b"{\"no\":1}"[..], false));
    assert!(first.headers.contains(&("x-a".to_owned(), "b".to_owned())));
    let second = fetcher().ask(asked).await.unwrap();
    assert_eq!((second.body.len(), second.is_cut), (100, true));
}

#[tokio::test]
async fn an_api_is_asked_at_its_own_hosts_alone() {
    let other = serve(vec![answer("200 OK", "", b"stolen")]);
    let port = serve(vec![answer("302 Found", &format!("Location: http://127.0.0.1:{other}/\r\n"), b"")]);
    let asked = question(&format!("http://127.0.0.1:{port}/?key=secret"));
    let error = fetcher().ask(asked.clone()).await.unwrap_err();
    assert!(matches!(error, FetchError::NotListed { .. }), "{error}");
    assert!(!error.to_string().contains("secret"), "{error}");
    let elsewhere = townhall_fetch::Question { hosts: vec!["example.gov".into()], ..asked };
    assert!(matches!(fetcher().ask(elsewhere).await.unwrap_err(), FetchError::NotListed { .. }));
    let closed = Fetcher::new(FetchSettings::default()).unwrap();
    let private = closed.ask(question(&format!("http://127.0.0.1:{port}/"))).await.unwrap_err();
    assert!(
        matches!(private, FetchError::NotPublic { .. }),
        "the list of hosts opens no private network: {private}"
    );
}

#[tokio::test]
async fn a_key_does_not_follow_a_redirect_to_another_server() {
    let (sender, seen) = std::sync::mpsc::channel::<String>();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let other = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let read = stream.read(&mut request).unwrap();
        sender.send(String::from_utf8_lossy(&request[..read]).into_owned()).unwrap();
        stream.write_all(&answer("200 OK", "", b"ok")).unwrap();
    });
    let port = serve(vec![answer("302 Found", &format!("Location: http://127.0.0.1:{other}/\r\n"), b"")]);
    let mut asked = question(&format!("http://127.0.0.1:{port}/"));
    asked.hosts.push(format!("127.0.0.1:{other}"));
    asked.headers.push(("X-Plain".into(), "1".into()));
    asked.secrets.push(("X-Api-Key".into(), "secret".into()));
    let found = fetcher().ask(asked).await.unwrap();
    assert_eq!((found.status, found.url.port()), (200, Some(other)));
    let request = seen.recv().unwrap().to_lowercase();
    assert!(request.contains("x-plain: 1") && !request.contains("secret"), "{request}");
}

/// A server that answers by the path of each request, and keeps the paths.
fn serve_paths(
    answer_of: impl Fn(&str) -> Vec<u8> + Send + 'static,
) -> (u16, Arc<std::sync::Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(std::sync::Mutex::new(Vec::new()));
    let kept = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 4096];
            let read = stream.read(&mut request).unwrap_or(0);
            let text = String::from_utf8_lossy(&request[..read]).into_owned();
            let mut words = text.split(' ');
            let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            kept.lock().unwrap().push(format!("{method} {path}"));
            let _ = stream.write_all(&answer_of(path));
        }
    });
    (port, asked)
}

fn polite() -> townhall_fetch::Manners {
    townhall_fetch::Manners { obeys_robots: true, retries: 1, ..Default::default() }
}

#[tokio::test]
async fn robots_txt_is_asked_once_and_obeyed() {
    let (port, asked) = serve_paths(|path| match path {
        "/robots.txt" => answer("200 OK", "", b"User-agent: *\nDisallow: /no\n"),
        _ => answer("200 OK", "", b"yes"),
    });
    let fetcher = fetcher().with(polite());
    let get = async |path: &str| {
        let url = Url::parse(&format!("http://127.0.0.1:{port}{path}")).unwrap();
        fetcher.get(&url, &Conditions::default(), 100).await
    };
    assert_eq!(&get("/yes").await.unwrap().1[..], b"yes");
    assert!(matches!(get("/no/x").await.unwrap_err(), FetchError::Robots { why: "says so", .. }));
    assert_eq!(&get("/yes").await.unwrap().1[..], b"yes");
    assert_eq!(*asked.lock().unwrap(), ["GET /robots.txt", "GET /yes", "GET /yes"]);
}

#[tokio::test]
async fn a_host_whose_robots_txt_fails_is_left_alone() {
    let (port, _) = serve_paths(|path| match path {
        "/robots.txt" => answer("500 Oops", "", b""),
        _ => answer("200 OK", "", b"yes"),
    });
    let url = Url::parse(&format!("http://127.0.0.1:{port}/x")).unwrap();
    let error = fetcher().with(polite()).get(&url, &Conditions::default(), 100).await.unwrap_err();
    assert!(matches!(error, FetchError::Robots { why: "can't be had", .. }), "{error}");
}

#[tokio::test]
async fn a_host_that_asks_for_patience_is_asked_again_after_it() {
    let port = serve(vec![answer("503 Later", "Retry-After: 0\r\n", b""), answer("200 OK", "", b"now")]);
    let url = Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap();
    let manners = townhall_fetch::Manners { retries: 1, ..Default::default() };
    let (_, body) = fetcher().with(manners).get(&url, &Conditions::default(), 100).await.unwrap();
    assert_eq!(&body[..], b"now");
}

#[tokio::test]
async fn a_firewall_is_named() {
    let port = serve(vec![answer("403 Forbidden", "Server: AkamaiGHost\r\n", b"Access Denied")]);
    let error = get(&fetcher(), &format!("http://127.0.0.1:{port}/"), 100).await.unwrap_err();
    assert!(error.to_string().ends_with("answered 403: Akamai in front of it keeps programs out"), "{error}");
}

#[tokio::test]
async fn a_look_tells_redirects_and_takes_the_first_bytes() {
    let (port, asked) = serve_paths(|path| match path {
        "/old" => answer("301 Moved", "Location: /new\r\n", b""),
        "/new" => answer("206 Partial", "Content-Range: bytes 0-3/9000\r\n", b"PK\x03\x04"),
        _ => answer("404 Not Found", "", b""),
    });
    let url = Url::parse(&format!("http://127.0.0.1:{port}/old")).unwrap();
    let look = townhall_fetch::Look::First { bytes: 4 };
    let seen = fetcher().look(&url, look, Duration::from_secs(5)).await.unwrap();
    assert_eq!((seen.status, seen.size_bytes(), &seen.body[..]), (206, Some(9000), &b"PK\x03\x04"[..]));
    assert_eq!(seen.hops, [(url.clone(), 301)]);
    assert_eq!(*asked.lock().unwrap(), ["GET /old", "GET /new"]);
    let gone = url.join("/gone").unwrap();
    let seen = fetcher().look(&gone, townhall_fetch::Look::Head, Duration::from_secs(5)).await.unwrap();
    assert_eq!(seen.status, 404);
}
