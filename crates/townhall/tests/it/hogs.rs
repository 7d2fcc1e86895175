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

/// Questions about rows that want more than anybody may have: orders and groups of everything, patterns, files of it all.
const ROW_HOGS: [&str; 10] = [
    "rows?_sort=note,-id",
    "rows?_group=id,note&_aggregate=count&_sort=-count",
    "rows?_aggregate=count_distinct(note),median(id),stddev(id)",
    "rows?_group=note&_aggregate=median(id),count_distinct(id)",
    "rows?_where=note%20ilike%20'%25z%25'%20or%20note%20like%20'%25y%25'",
    "rows?_facet=note,id,same&_search=long%20felt",
    "rows.csv?_sort=-note",
    "rows.xlsx?_sort=note",
    "rows.json?_group=note,id&_aggregate=max(id)",
    "rows.parquet?_sort=same,note",
];

#[test]
fn fifty_hogs_of_rows_and_files_end_within_limits_and_others_are_served() {
    let sandbox = Sandbox::new();
    let mut csv = String::from("id,same,note\n");
    for id in 1..=20_000 {
        writeln!(csv, "{id},x,a note of row {id} that is long enough to be felt").unwrap();
    }
    sandbox.write("heap.csv", csv);
    sandbox.write("small.csv", "id,name\n1,a\n2,b\n");
    assert_eq!(sandbox.run(&["import", "--publish", "heap.csv", "small.csv"]).code, 0);
    let mut command = sandbox.command(&["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]);
    command.envs([
        ("TOWNHALL_SITE__DRAFTS", "nobody"),
        ("TOWNHALL_QUERY__ANONYMOUS_TIMEOUT_S", "2"),
        ("TOWNHALL_QUERY__ANONYMOUS_MEMORY_MB", "8"),
        ("TOWNHALL_QUERY__ANONYMOUS_CONCURRENCY", "2"),
        ("TOWNHALL_QUERY__ANONYMOUS_QUEUE", "8"),
        // Beyond a megabyte it is work for a job.
        ("TOWNHALL_QUERY__ANONYMOUS_WORK_MB", "1"),
        ("TOWNHALL_QUERY__JOB_MEMORY_MB", "32"),
    ]);
    let server = Server::of(command.stdout(Stdio::piped()).stderr(Stdio::null()));
    let tables = server.json("/api/tables");
    let table = |title: &str| {
        let tables = tables["data"].as_array().unwrap();
        let found = tables.iter().find(|table| table["rows"] == if title == "heap" { 20_000 } else { 2 });
        found.unwrap()["id"].as_str().unwrap().to_owned()
    };
    let (heap, small) = (table("heap"), table("small"));

    let (next, done) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (served, ended) = std::thread::scope(|scope| {
        let ask = || {
            let mut ended = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= 50 {
                    return ended;
                }
                // Each is a question of its own, so that none is answered from memory.
                let more = format!("&id__gt={}", number / ROW_HOGS.len());
                let path = format!("/api/tables/{heap}/{}{more}", ROW_HOGS[number % ROW_HOGS.len()]);
                let answer = server.get(&path);
                ended.push((path, answer.status, answer.text()));
            }
        };
        let hogs: Vec<_> = (0..3).map(|_| scope.spawn(ask)).collect();
        let reader = scope.spawn(|| {
            let mut served = 0;
            while !done.load(Ordering::Relaxed) {
                let page = server.get(&format!("/api/tables/{small}/rows?_sort=-id"));
                assert_eq!(page.status, 200, "{}", page.text());
                served += 1;
            }
            served
        });
        let ended: Vec<_> = hogs.into_iter().flat_map(|hog| hog.join().unwrap()).collect();
        done.store(true, Ordering::Relaxed);
        (reader.join().unwrap(), ended)
    });
    assert_eq!(ended.len(), 50);
    for (path, status, text) in &ended {
        assert!(matches!(status, 200 | 202 | 413 | 503 | 504), "{status} {path}\n{text}");
    }
    let jobs = ended.iter().filter(|(_, status, _)| *status == 202).count();
    assert!(jobs >= 20, "only {jobs} of 50 became jobs");
    assert!(served > 50, "only {served} pages were served meanwhile");
    assert_eq!(server.stop(), 0);
}

#[test]
fn a_question_too_heavy_to_wait_for_is_answered_though_the_server_was_killed() {
    const PATIENCE: usize = 100_000;
    let sandbox = Sandbox::new();
    let mut csv = String::from("id,note\n");
    for id in 1..=20_000 {
        writeln!(csv, "{id},note {} of row {id} that is long enough to weigh something", id * 7919 % 20_011)
            .unwrap();
    }
    sandbox.write("heap.csv", csv);
    assert_eq!(sandbox.run(&["import", "--publish", "heap.csv"]).code, 0);
    let serve = |arguments: &[&str]| {
        let fixed = ["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"];
        let mut command = sandbox.command(&[&fixed, arguments].concat());
        command.env("TOWNHALL_QUERY__STAFF_WORK_MB", "1");
        Server::of(command.stdout(Stdio::piped()).stderr(Stdio::null()))
    };
    let mut server = serve(&["--no-worker"]);
    let table = server.json("/api/tables")["data"][0]["id"].as_str().unwrap().to_owned();
    let question = format!("/api/tables/{table}/rows.csv?_sort=-note&_select=note");
    let later = server.get(&question);
    assert_eq!(later.status, 202, "{}", later.text());
    server.child.kill().unwrap();
    server.child.wait().unwrap();

    let server = serve(&[]);
    let answer = (0..PATIENCE).map(|_| server.get(&question)).find(|answer| answer.status != 202).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    let text = answer.text();
    let notes: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(notes.len(), 20_000);
    assert!(notes.is_sorted_by(|one, next| one >= next), "in the order that was asked for");
}
