//! Blobs in S3-compatible storage: against the server that `TOWNHALL_TEST_S3` names, or a moto server of our own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use futures::TryStreamExt;
use townhall_model::BlobId;
use townhall_store::{BlobSettings, Blobs, S3Settings, StoredFile};

use crate::support::samples::datasets;
use crate::support::{World, message};

/// A moto server that ends with the test.
struct Server {
    endpoint: String,
    child: Option<Child>,
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Server {
    /// A server, or nothing when there is no Python that has moto.
    fn start() -> Option<Self> {
        if let Ok(endpoint) = std::env::var("TOWNHALL_TEST_S3") {
            return Some(Self { endpoint, child: None });
        }
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
        Some(Self { endpoint, child: Some(child) })
    }

    async fn bucket(&self) -> S3Settings {
        let bucket = format!("townhall-{}", uuid::Uuid::now_v7());
        let created = put(&format!("{}/{bucket}", self.endpoint)).await;
        assert!(created, "the bucket was made");
        S3Settings {
            bucket,
            endpoint: Some(self.endpoint.clone()),
            region: "us-east-1".to_owned(),
            access_key_id: Some("test".to_owned()),
            secret_access_key: Some("test".to_owned()),
            prefix: "town/hall/".to_owned(),
            allow_http: true,
        }
    }
}

fn has_moto(python: &str) -> bool {
    let mut command = Command::new(python);
    command.args(["-c", "import moto.server, flask"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// A bare PUT, which makes a bucket: the store itself never makes one.
async fn put(url: &str) -> bool {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let request =
        format!("PUT /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).starts_with("HTTP/1.1 200")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blobs_live_in_object_storage_as_on_disk() {
    let Some(server) = Server::start() else {
        println!("skipped: no TOWNHALL_TEST_S3, and no Python with moto");
        return;
    };
    let world = World::sqlite().await;
    let settings = server.bucket().await;
    let blobs = Blobs::open(&BlobSettings::S3(settings.clone()), world.folder.path(), &world.store).unwrap();

    // Small, empty, and of several parts.
    let large: Vec<u8> = (0..5_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let mut kept = Vec::new();
    for bytes in [&b"small"[..], b"", &large] {
        let id = blobs.put_bytes(bytes).await.unwrap();
        assert_eq!(id, BlobId::of(bytes));
        assert_eq!(blobs.put_bytes(bytes).await.unwrap(), id);
        assert_eq!(blobs.size(&id).await.unwrap(), Some(bytes.len() as u64));
        blobs.verify(&id).await.unwrap();
        kept.push(id);
    }
    let [small, empty, large_id] = kept[..] else { unreachable!() };
    assert_eq!(blobs.read(&small, 10).await.unwrap(), "small");
    assert_eq!(blobs.read(&empty, 10).await.unwrap(), "");
    assert_eq!(blobs.range(&large_id, 8_388_600..8_388_616).await.unwrap(), large[8_388_600..8_388_616]);
    assert_eq!(blobs.range(&large_id, 19_999_999..99_000_000).await.unwrap(), large[19_999_999..]);
    assert_eq!(blobs.range(&large_id, 99_000_000..99_000_001).await.unwrap(), "");
    let pieces: Vec<bytes::Bytes> =
        blobs.stream(&large_id, 1..2_000_000).await.unwrap().try_collect().await.unwrap();
    assert_eq!(pieces.concat(), large[1..2_000_000]);

    let open = blobs.open_file(&large_id).await.unwrap();
    assert_eq!(std::fs::read(open.path()).unwrap(), large);
    assert_eq!(world.temporary_files(), 1);
    drop(open);
    assert_eq!(world.temporary_files(), 0);
    assert_eq!(blobs.local_path(&large_id), None);
    let unknown = BlobId::of(b"unknown");
    assert_eq!(blobs.size(&unknown).await.unwrap(), None);
    assert_eq!(message(blobs.open_file(&unknown).await), format!("there is no blob `{unknown}`"));

    // What something refers to stays, what nothing refers to goes, what was never registered is found.
    let record = world.store.put_records(&world.actor(), datasets(0..1)).await.unwrap()[0].id.unwrap();
    let file = StoredFile {
        distribution: "small.csv".to_owned(),
        name: "small.csv".to_owned(),
        media_type: "text/csv".to_owned(),
        blob: small,
        bytes: 5,
    };
    world.store.put_file(&world.actor(), record, &file).await.unwrap();
    world.raw(&format!("delete from blobs where id = '{large_id}'")).await;
    let tomorrow = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24);
    assert_eq!(blobs.sweep(tomorrow).await.unwrap(), 2);
    assert_eq!((blobs.size(&empty).await.unwrap(), blobs.size(&large_id).await.unwrap()), (None, None));
    assert_eq!(world.store.check(&blobs, true).await.unwrap(), []);

    let wrong = S3Settings { bucket: "no-such-bucket".to_owned(), ..settings };
    let elsewhere = Blobs::open(&BlobSettings::S3(wrong), world.folder.path(), &world.store).unwrap();
    assert!(elsewhere.put_bytes(b"lost").await.is_err());
}
