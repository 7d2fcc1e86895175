#!/usr/bin/env python3
"""Ten million rows: CSV into a table, questions over it, and conversions; Townhall beside DuckDB and csvkit, in one run, as ratios.

Needs `pip install duckdb csvkit` in the Python that runs it.

    benches/tables/questions.py --townhall target/release/townhall --folder /tmp/bench --csv hmda.csv [--rounds 5] [--csvkit-rows 100000]

The file has the columns that the questions below name; its rows are numbered by `id` from 0. Ours are asked over HTTP, as users do,
and each time in other words (another limit, another key, another state), so that no answer can be kept; DuckDB is asked in its own
process, over a Parquet file of ours, where it is fastest. Both may use two threads. Medians of the rounds; `first` is the first time.
"""

import argparse
import http.client
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time
import urllib.parse

STATES = ["CA", "TX", "FL", "NY", "WA", "OH", "GA", "NC", "VA", "PA"]


def run(command, **options):
    """Seconds, CPU seconds and the most memory in MB of a command."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{said.decode(errors='replace')[-2000:]}")
    return time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def alternating(rounds, commands):
    """Medians of each command, all of them run in turn."""
    figures = {name: [] for name in commands}
    for _ in range(rounds):
        for name, (command, clean) in commands.items():
            clean()
            figures[name].append(run(command))
    return {name: [statistics.median(column) for column in zip(*rows)] for name, rows in figures.items()}


def questions(rows, round_):
    """The questions of a round: what they are called, ours as a path with `{rows}` and `{sql}`, and DuckDB's SQL."""
    state, limit, key = STATES[round_ % 10], 100 + round_, (rows * 3 // 4 + round_ * 7919) % rows
    enc = urllib.parse.quote
    return [
        ("filter, four columns, limit", f"{{rows}}?_select=id,lei,loan_amount,action_taken&state_code={state}&action_taken=1&_limit={limit}",
         f"select id, lei, loan_amount, action_taken from t where state_code='{state}' and action_taken=1 limit {limit}"),
        ("filter, all columns, limit", f"{{rows}}?state_code={state}&_limit={limit}", f"select * from t where state_code='{state}' limit {limit}"),
        ("filtered count", f"{{rows}}?state_code={state}&loan_amount__gt={500000 + round_ * 10000}&_aggregate=count(*)",
         f"select count(*) from t where state_code='{state}' and loan_amount > {500000 + round_ * 10000}"),
        ("group by two", f"{{rows}}?_group=state_code,action_taken&_aggregate=count(*),avg(loan_amount),avg(interest_rate)&_limit={1000 + round_}",
         f"select state_code, action_taken, count(*), avg(loan_amount), avg(interest_rate) from t group by 1, 2 order by 1, 2 limit {1000 + round_}"),
        ("group by many", f"{{rows}}?_group=census_tract&_aggregate=count(*),sum(loan_amount)&_sort=-count&_limit={20 + round_}",
         f"select census_tract, count(*) n, sum(loan_amount) s from t group by census_tract order by n desc, census_tract limit {20 + round_}"),
        ("count distinct", f"{{rows}}?_aggregate=count_distinct(lei)&_limit={1 + round_}", f"select count(distinct lei) from t limit {1 + round_}"),
        ("count distinct, filtered", f"{{rows}}?state_code={state}&_aggregate=count_distinct(lei)", f"select count(distinct lei) from t where state_code='{state}'"),
        ("key", f"{{rows}}?id={key}", f"select * from t where id = {key}"),
        ("full text", f"{{rows}}?_search=flood%20hazard&_limit={limit}",
         f"select *, count(*) over () from t where notes ilike '%flood%' and notes ilike '%hazard%' limit {limit}"),
        ("SQL: group by two", "/api/sql?sql=" + enc(f"select state_code, action_taken, count(*) n, avg(loan_amount) a from {{table}} group by 1, 2 order by 1, 2 limit {1000 + round_}", safe="{}"),
         f"select state_code, action_taken, count(*) n, avg(loan_amount) a from t group by 1, 2 order by 1, 2 limit {1000 + round_}"),
        ("SQL: first of an order", "/api/sql?sql=" + enc(f"select id, lei, loan_amount from {{table}} where state_code='{state}' order by loan_amount desc, id limit {limit}", safe="{}"),
         f"select id, lei, loan_amount from t where state_code='{state}' order by loan_amount desc, id limit {limit}"),
    ]


def ask(connection, path):
    begun = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    took = 1000 * (time.perf_counter() - begun)
    if answer.status != 200:
        sys.exit(f"{path} was answered {answer.status}: {body[:500]}")
    return took, len(json.loads(body)["data"])


def table(title, head, lines):
    print(f"\n{title}\n\n| {' | '.join(head)} |\n|---|{'--:|' * (len(head) - 1)}")
    for line in lines:
        print(f"| {' | '.join(line)} |")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    arguments.add_argument("--townhall", required=True, type=pathlib.Path)
    arguments.add_argument("--folder", required=True, type=pathlib.Path)
    arguments.add_argument("--csv", required=True, type=pathlib.Path)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--csvkit-rows", type=int, default=100_000)
    arguments.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting for our server")
    arguments.add_argument("--only", choices=["ingest", "questions", "convert"])
    args = arguments.parse_args()
    folder, csv, townhall = args.folder.absolute(), args.csv.absolute(), str(args.townhall.absolute())
    data, python = folder / "data", sys.executable
    nothing = lambda: None
    forget = lambda: shutil.rmtree(data, ignore_errors=True)
    duck = lambda text: [python, "-c", f"import duckdb; c = duckdb.connect(); c.execute('set threads=2'); c.execute({text!r})"]
    importing = [townhall, "--data", str(data), "import", "--publish", "-q", str(csv)]

    if args.only in (None, "ingest"):
        # The file is in the page cache for all of them. Pieces are small: a child's peak begins with our own.
        with csv.open("rb") as whole:
            while whole.read(1 << 20):
                pass
        found = alternating(args.rounds, {
            "Townhall: table with its profile, published": (importing, forget),
            "Townhall: to Parquet": ([townhall, "convert", str(csv), str(folder / "ours.parquet")], nothing),
            "DuckDB: to Parquet": (duck(f"copy (from read_csv('{csv}')) to '{folder / 'theirs.parquet'}' (format parquet, compression zstd, row_group_size 131072)"), nothing),
            "DuckDB: to Parquet, snappy": (duck(f"copy (from read_csv('{csv}')) to '{folder / 'theirs.parquet'}' (format parquet, compression snappy)"), nothing),
        })
        base = found["DuckDB: to Parquet"]
        table(f"{csv.stat().st_size / 1e6:.0f} MB of CSV, {args.rounds} rounds in turn", ["", "wall, s", "× DuckDB", "CPU, s", "peak memory, MB"],
              [[name, f"{wall:.2f}", f"{wall / base[0]:.2f}", f"{cpu:.2f}", f"{memory:.0f}"] for name, (wall, cpu, memory) in found.items()])

    if args.only in (None, "questions"):
        import duckdb
        if not data.exists():
            run(importing)
        server = subprocess.Popen([townhall, "--data", str(data), "serve", "--listen", "127.0.0.1:8133", "--admin-listen", "127.0.0.1:0", *(word for one in args.set for word in ("--set", one))], stdout=subprocess.DEVNULL)
        for _ in range(600):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", 8133, timeout=600)
                connection.request("GET", "/api/tables")
                known = json.loads(connection.getresponse().read())["data"][0]
                break
            except OSError:
                time.sleep(0.1)
        rows, place = known["rows"], {"rows": f"/api/tables/{known['id']}/rows", "table": urllib.parse.quote(f'"{known["id"]}"')}
        parquet = max(pathlib.Path(data, "blobs").rglob("*"), key=lambda file: (file.is_file() and file.open("rb").read(4) == b"PAR1", file.stat().st_size))
        theirs = duckdb.connect()
        theirs.execute("set threads=2")
        theirs.execute(f"create view t as select * exclude (_row) from read_parquet('{parquet}')")
        ours_ms, theirs_ms = {}, {}
        for round_ in range(args.rounds + 1):
            for name, path, sql in questions(rows, round_):
                took, count = ask(connection, path.format(**place))
                ours_ms.setdefault(name, []).append(took)
                begun = time.perf_counter()
                expected = len(theirs.execute(sql).fetchall())
                theirs_ms.setdefault(name, []).append(1000 * (time.perf_counter() - begun))
                if name != "full text" and count != expected:
                    sys.exit(f"{name}: {count} rows, and DuckDB has {expected}")
        memory = int(pathlib.Path(f"/proc/{server.pid}/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
        server.terminate(), server.wait()
        lines = []
        for name, took in ours_ms.items():
            ours, other = statistics.median(took[1:]), statistics.median(theirs_ms[name][1:])
            lines.append([name, f"{ours:.1f}", f"{other:.1f}", f"{ours / other:.2f}", f"{took[0]:.1f}", f"{theirs_ms[name][0]:.1f}"])
        table(f"{rows:,} rows, the same Parquet file, milliseconds; our server's peak memory {memory:.0f} MB",
              ["", "Townhall", "DuckDB", "ratio", "Townhall, first", "DuckDB, first"], lines)

    if args.only in (None, "convert"):
        head = folder / "head.csv"
        with csv.open("rb") as whole, head.open("wb") as part:
            for _ in range(args.csvkit_rows + 1):
                part.write(whole.readline())
        convert = lambda source, out: ([townhall, "convert", "-q", str(source), str(folder / out)], nothing)
        found = alternating(args.rounds, {
            "CSV to JSON lines: Townhall": convert(csv, "out.jsonl"),
            "CSV to JSON lines: DuckDB": (duck(f"copy (from read_csv('{csv}')) to '{folder / 'their.jsonl'}' (format json)"), nothing),
        })
        found |= alternating(1, {
            f"{args.csvkit_rows:,} rows to JSON lines: Townhall": convert(head, "out.jsonl"),
            f"{args.csvkit_rows:,} rows to JSON lines: csvkit": ([str(pathlib.Path(python).parent / "csvjson"), "--stream", "--no-inference", str(head)], nothing),
            f"{args.csvkit_rows:,} rows to XLSX: Townhall": convert(head, "out.xlsx"),
        })
        table("Conversions", ["", "wall, s", "CPU, s", "peak memory, MB"],
              [[name, f"{wall:.2f}", f"{cpu:.2f}", f"{memory:.0f}"] for name, (wall, cpu, memory) in found.items()])


if __name__ == "__main__":
    main()
