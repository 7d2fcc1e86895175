//! A bucket in a moto server that ends with the test, and its objects as the engine sees them.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::ops::Range;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::properties::WriterProperties;
use townhall_model::BlobId;
use townhall_query::{ReadBlob, ReadError, RecordBatch};

/// Rows of a row group of the test's tables.
const GROUP_ROWS: usize = 1_000;

#[derive(Debug)]
pub struct Bucket {
    child: Child,
    host: String,
    sizes: Mutex<HashMap<BlobId, u64>>,
}

impl Drop for Bucket {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Bucket {
    /// A bucket, or nothing when there is no Python that has moto.
    pub fn start() -> Option<Arc<Self>> {
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
        let host = endpoint.strip_prefix("http://").unwrap().to_owned();
        let made = request(&host, "PUT /tables", "", &[]);
        assert!(made.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&made));
        Some(Arc::new(Self { child, host, sizes: Mutex::default() }))
    }

    /// Keeps rows as a table's file is kept.
    pub fn put(&self, rows: &RecordBatch) -> BlobId {
        let properties = WriterProperties::builder().set_max_row_group_row_count(Some(GROUP_ROWS)).build();
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, rows.schema(), Some(properties)).unwrap();
        writer.write(rows).unwrap();
        writer.close().unwrap();
        let blob = BlobId::of(&bytes);
        let public = "x-amz-acl: public-read\r\n";
        let kept = request(&self.host, &format!("PUT /tables/{blob}"), public, &bytes);
        assert!(kept.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&kept));
        self.sizes.lock().unwrap().insert(blob, bytes.len() as u64);
        blob
    }
}

#[async_trait::async_trait]
impl ReadBlob for Bucket {
    async fn size(&self, blob: &BlobId) -> Result<Option<u64>, ReadError> {
        Ok(self.sizes.lock().unwrap().get(blob).copied())
    }

    async fn range(&self, blob: &BlobId, range: Range<u64>) -> Result<bytes::Bytes, ReadError> {
        let (host, what) = (self.host.clone(), format!("GET /tables/{blob}"));
        let wanted = format!("Range: bytes={}-{}\r\n", range.start, range.end - 1);
        let answer = tokio::task::spawn_blocking(move || request(&host, &what, &wanted, &[])).await;
        let answer = answer.map_err(|error| ReadError(error.to_string()))?;
        let end = answer.windows(4).position(|part| part == b"\r\n\r\n").map(|at| at + 4);
        match end {
            Some(end) if answer.starts_with(b"HTTP/1.1 206") => Ok(answer[end..].to_vec().into()),
            _ => Err(ReadError(format!("the bucket answered {}", String::from_utf8_lossy(&answer)))),
        }
    }
}

fn has_moto(python: &str) -> bool {
    let mut command = Command::new(python);
    command.args(["-c", "import moto.server, flask"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// What a server on this machine answers to a bare request; nothing when it is not there.
pub fn request(host: &str, what: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let asked = || -> std::io::Result<Vec<u8>> {
        let mut stream = std::net::TcpStream::connect(host)?;
        let length = body.len();
        let head = format!(
            "{what} HTTP/1.1\r\nHost: {host}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer)
    };
    asked().unwrap_or_default()
}
