//! A bucket in a moto server that ends with the test.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

use townhall_app::{BlobSettings, S3Settings};

pub struct Bucket {
    child: Child,
    settings: S3Settings,
}

impl Drop for Bucket {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Bucket {
    /// A bucket, or nothing when there is no Python that has moto.
    pub fn start() -> Option<Self> {
        let named = std::env::var("TOWNHALL_TEST_PYTHON").ok();
        let python = named.into_iter().chain(["python3".to_owned()]).find(|python| has_moto(python))?;
        // Werkzeug writes the address it got on its standard error.
        let mut child = Command::new(python)
            .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let endpoint = lines
            .by_ref()
            .map(|line| line.unwrap())
            .find_map(|line| Some(line.split_once("Running on ")?.1.trim().to_owned()))
            .expect("the server says where it listens");
        // It stops when nobody reads what it says.
        std::thread::spawn(move || lines.for_each(drop));
        let host = endpoint.strip_prefix("http://").unwrap();
        let made = request(host, "PUT /tables");
        assert!(made.starts_with("HTTP/1.1 200"), "{made}");
        let settings = S3Settings {
            bucket: "tables".to_owned(),
            endpoint: Some(endpoint.clone()),
            region: "us-east-1".to_owned(),
            access_key_id: Some("test".to_owned()),
            secret_access_key: Some("test".to_owned()),
            prefix: "town/".to_owned(),
            allow_http: true,
        };
        Some(Self { child, settings })
    }

    pub fn blobs(&self) -> BlobSettings {
        BlobSettings::S3(self.settings.clone())
    }
}

fn has_moto(python: &str) -> bool {
    let mut command = Command::new(python);
    command.args(["-c", "import moto.server, flask"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// What a server on this machine answers to a bare request.
pub fn request(host: &str, what: &str) -> String {
    let Ok(mut stream) = std::net::TcpStream::connect(host) else { return String::new() };
    let request = format!("{what} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let mut answer = Vec::new();
    let outcome = stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_end(&mut answer));
    outcome.map(|_| String::from_utf8_lossy(&answer).into_owned()).unwrap_or_default()
}
