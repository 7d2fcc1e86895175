//! A query cluster of real processes: a scheduler, two executors, a portal, and a bucket that they share.

use crate::harness::Sandbox;

#[cfg(not(feature = "cluster"))]
#[test]
fn a_program_without_the_cluster_says_how_to_get_one_with_it() {
    let sandbox = Sandbox::new();
    for arguments in [
        &["cluster", "scheduler", "--listen", "127.0.0.1:0"][..],
        &["cluster", "executor", "--scheduler", "http://127.0.0.1:1"],
        &["--set", "query.cluster=http://127.0.0.1:1", "serve", "--listen", "127.0.0.1:0"],
    ] {
        let ended = sandbox.run(arguments);
        assert_eq!(ended.code, 7, "{ended:?}");
        assert!(ended.stderr.contains("--features cluster"), "{ended:?}");
    }
}

#[cfg(feature = "cluster")]
mod with {
    use std::fmt::Write;
    use std::io::{BufRead, BufReader};
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    use serde_json::Value;

    use super::Sandbox;
    use crate::harness::{Server, python};

    /// A process that ends with the test.
    struct Process(Child);

    impl Drop for Process {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    /// A bucket in a moto server, or nothing when there is no Python that has moto.
    fn bucket() -> Option<(Process, String)> {
        let python = python("moto.server, flask")?;
        let mut child = Command::new(python)
            .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let found = |line: std::io::Result<String>| {
            Some(line.unwrap().split_once("Running on ")?.1.trim().to_owned())
        };
        let endpoint = lines.by_ref().find_map(found).expect("the server says where it listens");
        // It stops when nobody reads what it says.
        std::thread::spawn(move || lines.for_each(drop));
        let made = asked(&endpoint, "PUT /tables");
        assert!(made.starts_with("HTTP/1.1 200"), "{made}");
        Some((Process(child), endpoint))
    }

    fn asked(url: &str, what: &str) -> String {
        use std::io::{Read, Write};
        let host = url.strip_prefix("http://").unwrap();
        let Ok(mut stream) = std::net::TcpStream::connect(host) else { return String::new() };
        let request =
            format!("{what} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        let mut answer = Vec::new();
        let outcome = stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_end(&mut answer));
        outcome.map(|_| String::from_utf8_lossy(&answer).into_owned()).unwrap_or_default()
    }

    fn sql(portal: &Server, text: &str) -> (u16, Value) {
        let escaped = text.bytes().fold(String::new(), |mut out, byte| {
            let _ = write!(out, "%{byte:02X}");
            out
        });
        let answer = portal.get(&format!("/api/sql?sql={escaped}"));
        (answer.status, serde_json::from_slice(&answer.body).unwrap())
    }

    #[test]
    fn processes_on_loopback_answer_from_a_bucket_and_one_of_them_may_be_killed() {
        let Some((_moto, endpoint)) = bucket() else {
            println!("skipped: no Python with moto");
            return;
        };
        let sandbox = Sandbox::new();
        let mut csv = String::from("id,state,amount\n");
        for id in 1..=20_000 {
            writeln!(csv, "{id},{},{}", ["MD", "VA", "DC"][id % 3], id * 7 % 1_000).unwrap();
        }
        sandbox.write("loans.csv", csv);
        let settings = |command: &mut Command| {
            command.envs([
                ("TOWNHALL_BLOBS__BUCKET", "tables"),
                ("TOWNHALL_BLOBS__ENDPOINT", &endpoint),
                ("TOWNHALL_BLOBS__ALLOW_HTTP", "true"),
                ("TOWNHALL_BLOBS__ACCESS_KEY_ID", "test"),
                ("TOWNHALL_BLOBS__SECRET_ACCESS_KEY", "test"),
                ("TOWNHALL_QUERY__CLUSTER_MIN_MB", "0"),
                ("TOWNHALL_QUERY__CLUSTER_PARTS", "4"),
            ]);
        };
        let mut import = sandbox.command(&["import", "--publish", "loans.csv"]);
        settings(&mut import);
        assert!(import.output().unwrap().status.success());

        let mut scheduler = sandbox.command(&["cluster", "scheduler", "--listen", "127.0.0.1:0"]);
        settings(&mut scheduler);
        let scheduler = Server::of(scheduler.stdout(Stdio::piped()).stderr(Stdio::null()));
        let mut executors: Vec<Process> = (0..2)
            .map(|number| {
                let work = sandbox.path(&format!("work-{number}"));
                let url = scheduler.url();
                let arguments =
                    ["cluster", "executor", "--scheduler", &url, "--threads", "2", "--memory-mb", "256"];
                let mut executor = sandbox.command(&arguments);
                settings(&mut executor);
                executor.arg("--work").arg(work).stdout(Stdio::null()).stderr(Stdio::null());
                Process(executor.spawn().unwrap())
            })
            .collect();
        let began = Instant::now();
        while !asked(&scheduler.url(), "GET /readyz").contains("ready: 2") {
            assert!(began.elapsed() < Duration::from_secs(120), "the executors are not there");
            std::thread::yield_now();
        }

        let mut portal =
            sandbox.command(&["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]);
        settings(&mut portal);
        portal.env("TOWNHALL_QUERY__CLUSTER", scheduler.url()).env("TOWNHALL_HTTP__REQUEST_TIMEOUT_S", "120");
        let portal = Server::of(portal.stdout(Stdio::piped()).stderr(Stdio::null()));
        let text =
            "select state, count(*) as n, sum(amount) as amount from loans group by state order by state";
        let expected: Vec<(&str, i64, i64)> = ["DC", "MD", "VA"]
            .into_iter()
            .map(|state| {
                let rows = (1..=20_000_i64).filter(|id| ["MD", "VA", "DC"][*id as usize % 3] == state);
                (state, rows.clone().count() as i64, rows.map(|id| id * 7 % 1_000).sum())
            })
            .collect();
        let check = || {
            let (status, answer) = sql(&portal, text);
            assert_eq!(status, 200, "{answer}");
            let found: Vec<(&str, i64, i64)> = answer["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| {
                    (
                        row["state"].as_str().unwrap(),
                        row["n"].as_i64().unwrap(),
                        row["amount"].as_i64().unwrap(),
                    )
                })
                .collect();
            assert_eq!(found, expected);
        };
        check();

        // One executor is killed: the other does the work.
        executors.pop();
        check();

        // The scheduler is killed: whoever asks is told, and everything else goes on.
        let address = scheduler.url();
        drop(scheduler);
        let (status, problem) = sql(&portal, text);
        assert_eq!(status, 503, "{problem}");
        assert_eq!(problem["detail"], format!("the query cluster at {address} does not answer"));
        assert!(problem["hint"].as_str().unwrap().contains("townhall cluster"), "{problem}");
        assert_eq!(portal.get("/data").status, 200);
    }
}
