//! A small server that answers as a test tells it to, and remembers what it was asked.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use url::Url;

/// What is asked.
pub struct Request {
    /// The path.
    pub path: String,
    /// The query, decoded.
    pub query: BTreeMap<String, String>,
    /// The headers, their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// Where the server is, such as `http://127.0.0.1:4000`.
    pub origin: String,
}

impl Request {
    /// A value of the query; empty if it has none.
    pub fn asks(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    /// A number of the query.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.asks(name).parse().ok()
    }
}

/// What is answered.
#[derive(Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    /// A body with the status 200.
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.into() }
    }

    /// JSON with the status 200.
    pub fn json(value: &serde_json::Value) -> Self {
        Self::ok(value.to_string()).with("content-type", "application/json")
    }

    /// Nothing but a status.
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// The same with a header.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// Somebody else's site. It ends with the test.
pub struct Site {
    origin: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Site {
    /// Begins to answer.
    pub fn new(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a socket on this machine");
        let origin = format!("http://{}", listener.local_addr().expect("a socket on this machine"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (its_origin, its_asked, answer) = (origin.clone(), asked.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let (origin, asked, answer) = (its_origin.clone(), its_asked.clone(), answer.clone());
                std::thread::spawn(move || {
                    let _ = serve(&stream, &origin, &asked, &*answer);
                });
            }
        });
        Self { origin, asked }
    }

    /// An address on the server.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The paths and queries that were asked since the last time, in order.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().expect("a socket on this machine"))
    }
}

fn serve(
    stream: &TcpStream,
    origin: &str,
    asked: &Mutex<Vec<String>>,
    answer: &dyn Fn(&Request) -> Answer,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let Some(first) = lines.next() else { return Ok(()) };
    let first = first?;
    let target = first.split(' ').nth(1).unwrap_or("/").to_owned();
    let mut headers = BTreeMap::new();
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    asked.lock().expect("a socket on this machine").push(target.clone());
    let url = Url::parse(&format!("{origin}{target}")).expect("a socket on this machine");
    let query = url.query_pairs().into_owned().collect();
    let request = Request { path: url.path().to_owned(), query, headers, origin: origin.to_owned() };
    let Answer { status, headers, body } = answer(&request);
    let mut head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut stream = stream;
    stream.write_all(head.as_bytes())?;
    stream.write_all(b"\r\n")?;
    stream.write_all(&body)
}
