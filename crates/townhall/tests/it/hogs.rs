//! Queries that would take all memory or never end: each ends within its limits, and everybody else is served meanwhile.

use std::fmt::Write;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::harness::{Sandbox, Server};

/// What a query does with far more rows than anybody stored.
const SHAPES: [&str; 10] = [
    "select count(*) from {rows}",
    "select array_agg(a.note || b.note) from {rows}",
    "select string_agg(a.note, b.note) from {rows}",
    "select a.note from {rows} order by b.id * 3, a.note desc",
    "select distinct a.id * 31 + b.id from {rows}",
    "select a.note || b.note as n, count(*) from {rows} group by n order by 2",
    "select sum(a.id) over (partition by a.note order by b.id) from {rows}",
    "select max(lpad(a.note, 1000, b.note)) from {rows}",
    "select sum(levenshtein(lpad(a.note, 900, 'ab'), lpad(b.note, 900, 'ba'))) from {rows}",
    "select median(a.id), count(distinct concat(a.note, b.id)) from {rows}",
];

/// How it comes by them.
const ROWS: [&str; 5] = [
    "heap a join heap b on a.same = b.same",
    "heap a join heap b on a.same = b.same join heap c on c.same = b.same",
    "heap a left join heap b on a.same = b.same and a.id <> b.id",
    "(select * from heap union all select * from heap) a join heap b on a.same = b.same",
    "heap a full join heap b on a.same = b.same full join heap c on a.same = c.same",
];

fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "%{byte:02X}");
        out
    })
}

#[test]
fn fifty_hogs_end_within_limits_and_others_are_served() {
    let sandbox = Sandbox::new();
    let mut csv = String::from("id,same,note\n");
    for id in 1..=20_000 {
        writeln!(csv, "{id},x,a note of row {id} that is long enough to be felt").unwrap();
    }
    sandbox.write("heap.csv", csv);
    assert_eq!(sandbox.run(&["import", "--publish", "heap.csv"]).code, 0);
    let mut command = sandbox.command(&["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]);
    command.envs([
        ("TOWNHALL_QUERY__SQL_TIMEOUT_S", "1"),
        ("TOWNHALL_QUERY__SQL_MEMORY_MB", "48"),
        ("TOWNHALL_QUERY__SQL_SPILL_MB", "64"),
        ("TOWNHALL_QUERY__SQL_CONCURRENCY", "2"),
    ]);
    let server = Server::of(command.stdout(Stdio::piped()).stderr(Stdio::null()));
    let queries: Vec<String> =
        SHAPES.iter().flat_map(|shape| ROWS.iter().map(|rows| shape.replace("{rows}", rows))).collect();
    assert_eq!(queries.len(), 50);

    let (next, done) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (served, ended) = std::thread::scope(|scope| {
        let ask = || {
            let mut ended = Vec::new();
            while let Some(query) = queries.get(next.fetch_add(1, Ordering::Relaxed)) {
                let answer = server.get(&format!("/api/sql?sql={}", percent(query)));
                ended.push((query, answer.status, answer.text()));
            }
            ended
        };
        let hogs: Vec<_> = (0..3).map(|_| scope.spawn(ask)).collect();
        let reader = scope.spawn(|| {
            let mut served = 0;
            while !done.load(Ordering::Relaxed) {
                let page = server.get("/data/heap/table?_sort=-id");
                assert_eq!(page.status, 200, "{}", page.text());
                served += 1;
            }
            served
        });
        let ended: Vec<_> = hogs.into_iter().flat_map(|hog| hog.join().unwrap()).collect();
        done.store(true, Ordering::Relaxed);
        (reader.join().unwrap(), ended)
    });
    for (query, status, text) in &ended {
        // Too large, too long, busy, or a file that was cut: said so, and never our own failure.
        assert!(matches!(status, 200 | 413 | 422 | 429 | 503 | 504), "{status} {query}\n{text}");
    }
    let refused = ended.iter().filter(|(_, status, _)| *status != 200).count();
    assert!(refused >= 40, "only {refused} of 50 were stopped");
    assert!(served > 50, "only {served} pages were served meanwhile");
    // Whoever asks for little is still answered.
    let last = server.json("/api/sql?sql=select%20count(*)%20as%20n%20from%20heap");
    assert_eq!(last["data"][0]["n"], 20_000);
    assert_eq!(server.stop(), 0);
}
