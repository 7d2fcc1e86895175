//! A site on this machine that answers as a case says, hostile answers included. Tests of other crates use it by its path.

#![allow(dead_code, reason = "each test program uses some of it")]

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What a site was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The range that was asked for.
    pub range: Option<String>,
}

/// What a site answers.
pub enum Reply {
    /// A status, headers and a body. To HEAD the body is left out.
    Says(u16, Vec<(String, String)>, Vec<u8>),
    /// A body without end.
    Endless,
    /// Nothing at all, until the asker leaves.
    Silence,
}

impl Reply {
    pub fn new(status: u16, content_type: &str, body: impl AsRef<[u8]>) -> Self {
        Self::Says(status, vec![("Content-Type".into(), content_type.into())], body.as_ref().to_vec())
    }

    pub fn csv(body: &str) -> Self {
        Self::new(200, "text/csv", body)
    }

    pub fn html(body: &str) -> Self {
        Self::new(200, "text/html; charset=utf-8", body)
    }

    pub fn status(status: u16) -> Self {
        Self::new(status, "text/plain", "no")
    }

    pub fn to(status: u16, location: &str) -> Self {
        Self::status(status).with("Location", location)
    }

    pub fn with(self, name: &str, value: &str) -> Self {
        match self {
            Self::Says(status, mut headers, body) => {
                headers.push((name.into(), value.into()));
                Self::Says(status, headers, body)
            }
            other => other,
        }
    }
}

/// A running site. Its threads end with the test's process.
pub struct Site {
    origin: String,
    log: Arc<Mutex<Vec<Asked>>>,
}

impl Site {
    /// Starts a site.
    pub fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let log: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (answer, own) = (Arc::new(answer), log.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, log) = (answer.clone(), own.clone());
                thread::spawn(move || drop(serve(stream, &*answer, &log)));
            }
        });
        Self { origin, log }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// What it was asked so far, as `HEAD /path`.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().iter().map(|asked| format!("{} {}", asked.method, asked.path)).collect()
    }

    pub fn requests(&self) -> Vec<Asked> {
        self.log.lock().unwrap().clone()
    }
}

fn serve(
    mut stream: TcpStream,
    answer: &dyn Fn(&Asked) -> Reply,
    log: &Mutex<Vec<Asked>>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut asked = Asked { method: method.into(), path: path.into(), range: None };
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header)? <= 2 {
            break;
        }
        if let Some(range) = header.to_ascii_lowercase().strip_prefix("range:") {
            asked.range = Some(range.trim().to_owned());
        }
    }
    log.lock().unwrap().push(asked.clone());
    match answer(&asked) {
        Reply::Says(status, headers, body) => {
            write!(stream, "HTTP/1.1 {status} X\r\nConnection: close\r\n")?;
            if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
                write!(stream, "Content-Length: {}\r\n", body.len())?;
            }
            for (name, value) in headers {
                write!(stream, "{name}: {value}\r\n")?;
            }
            write!(stream, "\r\n")?;
            if asked.method != "HEAD" {
                stream.write_all(&body)?;
            }
        }
        Reply::Endless => {
            write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/csv\r\n\r\n")?;
            if asked.method != "HEAD" {
                let piece = b"a,b,c\n".repeat(1_000);
                // Until the asker leaves.
                while stream.write_all(&piece).is_ok() {}
            }
        }
        Reply::Silence => {
            // The asker leaves sooner or later.
            let mut rest = String::new();
            reader.read_line(&mut rest)?;
        }
    }
    stream.flush()
}
