//! The accept loop over real sockets: slow, greedy and rude clients don't keep the others waiting.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use townhall_testkit::TestApp;
use townhall_web::server::{ServerLimits, serve};

struct Served {
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<std::io::Result<()>>,
    _app: TestApp,
}

async fn served(limits: ServerLimits) -> Served {
    let app = TestApp::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let ended = tokio::spawn(serve(listener, app.router(), limits, async {
        // Dropping the sender stops the server as well.
        let _ = stopped.await;
    }));
    Served { address, stop, ended, _app: app }
}

/// Asks over a connection of its own; the whole answer.
async fn ask(address: std::net::SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A server that cuts the connection has said all it will.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

const PLAIN: &str = "GET /about HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn clients_that_never_finish_their_headers_are_cut_and_others_served() {
    let limits = ServerLimits { header_timeout: Duration::from_millis(300), ..ServerLimits::default() };
    let served = served(limits).await;
    let mut slow = Vec::new();
    for _ in 0..300 {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await.unwrap();
        slow.push(stream);
    }
    assert!(ask(served.address, PLAIN).await.starts_with("HTTP/1.1 200"));
    for stream in &mut slow {
        let mut rest = Vec::new();
        // Each is closed by the server; a client that waits for ever would hang here.
        let _ = stream.read_to_end(&mut rest).await;
    }
    assert!(ask(served.address, PLAIN).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn one_address_has_no_more_connections_than_its_share() {
    let limits = ServerLimits { connections_per_address: 8, ..ServerLimits::default() };
    let served = served(limits).await;
    let mut kept = Vec::new();
    for _ in 0..8 {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        stream.write_all(b"GET /about HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut first = [0; 15];
        stream.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 200 OK");
        kept.push(stream);
    }
    assert_eq!(ask(served.address, PLAIN).await, "", "the ninth is turned away");
    drop(kept);
    // The server notices that they left before long; each try is a new connection.
    while !ask(served.address, PLAIN).await.starts_with("HTTP/1.1 200") {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn headers_beyond_the_limit_are_refused() {
    let served = served(ServerLimits::default()).await;
    let request = format!("GET /about HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n", "x".repeat(200_000));
    let answer = ask(served.address, &request).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    for rude in ["\0\0\0\0", "GET / HTTP/9.9\r\n\r\n", "HELO mail\r\n\r\n", "GET  HTTP/1.1\r\n\r\n"] {
        let answer = ask(served.address, rude).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{rude:?}: {answer}");
    }
    assert!(ask(served.address, PLAIN).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_ends_and_idle_connections_do_not_hold_it() {
    let limits = ServerLimits { shutdown_grace: Duration::from_secs(30), ..ServerLimits::default() };
    let served = served(limits).await;
    let mut idle = TcpStream::connect(served.address).await.unwrap();
    idle.write_all(b"GET /about HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut first = [0; 15];
    idle.read_exact(&mut first).await.unwrap();
    served.stop.send(()).unwrap();
    served.ended.await.unwrap().unwrap();
    assert!(TcpStream::connect(served.address).await.is_err(), "nobody listens any more");
}
