#!/usr/bin/env python3
"""One table over HTTP: Townhall beside Datasette and ROAPI, in one run, as ratios.

Needs `pip install datasette roapi duckdb` in the Python that runs it, and wrk.

    benches/tables/over_http.py --townhall target/release/townhall --folder /tmp/bench [--rows 1000000] [--seconds 4]

Each server answers alone. "the same" asks one address again and again, as a page that many open; "different" asks for another state
and amount, or another key, each time, so that no answer can be kept. Figures of a loaded machine only show the order.
"""

import argparse
import csv
import json
import pathlib
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request

STATES = ["AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD",
          "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC",
          "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY"]
WORDS = "permit zoning water main street school river bridge north south tower garden harbor signal survey repair annual".split()
COLUMNS = [("id", "integer primary key"), ("year", "integer"), ("state", "text"), ("county", "text"), ("tract", "text"),
           ("agency", "text"), ("kind", "integer"), ("status", "integer"), ("amount", "real"), ("rate", "real"), ("income", "integer"),
           ("day", "text"), ("note", "text"), ("city", "text"), ("ward", "integer"), ("score", "real")]


def generate(path, rows):
    """Rows of a permit register; the same for the same number of rows."""
    rng = random.Random(20260101)
    with open(path, "w", newline="") as out:
        write = csv.writer(out, lineterminator="\n")
        write.writerow(name for name, _ in COLUMNS)
        for row in range(1, rows + 1):
            state = rng.randrange(50)
            write.writerow([
                row, 2018 + rng.randrange(6), STATES[state], f"{state:02}{rng.randrange(200):03}", f"{rng.randrange(10**10):011}",
                f"A{rng.randrange(400):04}", rng.randrange(1, 9), rng.randrange(1, 6), rng.randrange(5, 2000) * 1000.0,
                round(rng.uniform(2, 9), 3) if rng.random() < 0.8 else "", rng.randrange(10, 500),
                f"{2018 + rng.randrange(6)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}", " ".join(rng.choices(WORDS, k=6)),
                rng.choice(WORDS).title(), rng.randrange(60), round(rng.random(), 4),
            ])


def sqlite(csv_path, path):
    """The database that Datasette serves, with an index on what is filtered by."""
    db = sqlite3.connect(path)
    db.execute("pragma synchronous = off")
    db.execute(f"create table t ({', '.join(f'{name} {kind}' for name, kind in COLUMNS)})")
    with open(csv_path, newline="") as rows:
        reader = csv.reader(rows)
        next(reader)
        db.executemany(f"insert into t values ({', '.join('?' * len(COLUMNS))})", ([cell or None for cell in row] for row in reader))
    db.execute("create index by_state on t (state)")
    db.commit()
    db.close()


def wait(url):
    for _ in range(600):
        try:
            urllib.request.urlopen(url, timeout=5).read()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"nothing answers at {url}")


def load(folder, seconds, connections, url, script=None):
    """Requests per second and the slowest hundredth in milliseconds, of one address or of a script's."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "--latency"]
    if script:
        path = folder / "requests.lua"
        path.write_text(f"math.randomseed(7)\nlocal states = {{{', '.join(json.dumps(state) for state in STATES)}}}\n{script}")
        command += ["-s", str(path)]
    said = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        sys.exit(f"{url} was not answered well:\n{said}")
    slowest, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
    scale = {"us": 0.001, "ms": 1, "s": 1000}[unit]
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1)), float(slowest) * scale


def fetch(url, headers=None):
    """Bytes per second of a whole table, and seconds to its first byte."""
    begun = time.perf_counter()
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=600) as answer:
        size = len(answer.read(1))
        first = time.perf_counter() - begun
        while piece := answer.read(1 << 20):
            size += len(piece)
    return size / (time.perf_counter() - begun), first


def measure(folder, seconds, base, same, different, point, points, whole, headers=None):
    figures = {}
    for connections in (1, 8, 32):
        figures[f"filter, the same, {connections} at once"], slowest = load(folder, seconds, connections, base + same)
    figures["slowest hundredth of those, ms"] = slowest
    figures["filter, different, 8 at once"], _ = load(folder, seconds, 8, base, different)
    figures["key, the same, 8 at once"], _ = load(folder, seconds, 8, base + point)
    figures["key, different, 8 at once"], _ = load(folder, seconds, 8, base, points)
    fetch(base + whole, headers)
    speed, first = fetch(base + whole, headers)
    figures["whole table as CSV, MB/s"] = speed / 1e6
    figures["its first byte, ms"] = first * 1000
    return figures


def lua(path):
    return f"request = function() return wrk.format('GET', {path}) end"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    arguments.add_argument("--townhall", required=True, type=pathlib.Path)
    arguments.add_argument("--folder", required=True, type=pathlib.Path)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--seconds", type=int, default=4)
    args = arguments.parse_args()
    folder, rows = args.folder.absolute(), args.rows
    folder.mkdir(parents=True, exist_ok=True)
    table, database, parquet = folder / f"t{rows}.csv", folder / f"t{rows}.db", folder / f"t{rows}.parquet"
    if not table.exists():
        generate(table, rows)
    if not database.exists():
        sqlite(table, database)
    if not parquet.exists():
        import duckdb
        duckdb.execute(f"copy (from read_csv('{table}', types={{'tract': 'varchar', 'county': 'varchar'}})) to '{parquet}' (format parquet)")
    data = folder / "data"
    shutil.rmtree(data, ignore_errors=True)
    townhall = [str(args.townhall.absolute()), "--data", str(data)]
    subprocess.run([*townhall, "import", "--publish", "-q", str(table)], check=True, stdout=subprocess.DEVNULL)

    middle, found = rows * 3 // 4, {}
    server = subprocess.Popen([*townhall, "serve", "--listen", "127.0.0.1:8123", "--admin-listen", "127.0.0.1:0"], stdout=subprocess.DEVNULL)
    base = "http://127.0.0.1:8123"
    wait(f"{base}/api/tables")
    rows_url = "/api/tables/" + json.load(urllib.request.urlopen(f"{base}/api/tables"))["data"][0]["id"] + "/rows"
    found["Townhall"] = measure(
        folder, args.seconds, base, f"{rows_url}?state=CA&_limit=100",
        lua(f"'{rows_url}?_limit=100&state=' .. states[math.random(50)] .. '&amount__gt=' .. math.random(5000, 1900000)"),
        f"{rows_url}?id={middle}", lua(f"'{rows_url}?id=' .. math.random({rows})"), f"{rows_url}.csv")
    found["Townhall"]["memory, MB"] = int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{server.pid}/status").read_text()).group(1)) / 1024
    server.terminate(), server.wait()

    server = subprocess.Popen(["datasette", "serve", "-i", str(database), "-p", "8124", "--setting", "sql_time_limit_ms", "20000", "--setting", "max_csv_mb", "0"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base, t = "http://127.0.0.1:8124", f"/t{rows}/t"
    wait(f"{base}{t}.json?_size=1")
    found["Datasette"] = measure(
        folder, args.seconds, base, f"{t}.json?state=CA&_size=100&_shape=array",
        lua(f"'{t}.json?_size=100&_shape=array&state=' .. states[math.random(50)] .. '&amount__gt=' .. math.random(5000, 1900000)"),
        f"{t}/{middle}.json?_shape=array", lua(f"'{t}/' .. math.random({rows}) .. '.json?_shape=array'"), f"{t}.csv?_stream=on&_size=max")
    server.terminate(), server.wait()

    server = subprocess.Popen(["roapi", "-a", "127.0.0.1:8125", "--table", f"t={parquet}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base, t = "http://127.0.0.1:8125", "/api/tables/t"
    wait(f"{base}{t}?limit=1")
    quote = "%27"
    found["ROAPI"] = measure(
        folder, args.seconds, base, f"{t}?filter[state]={quote}CA{quote}&limit=100",
        lua(f"'{t}?limit=100&filter[state]={quote}' .. states[math.random(50)] .. '{quote}&filter[amount]gt=' .. math.random(5000, 1900000)"),
        f"{t}?filter[id]={middle}", lua(f"'{t}?filter[id]=' .. math.random({rows})"), t, {"Accept": "application/csv"})
    server.terminate(), server.wait()

    print(f"{rows:,} rows, {len(COLUMNS)} columns, {table.stat().st_size / 1e6:.0f} MB; requests per second unless said\n")
    print("| | Townhall | Datasette | ratio | ROAPI | ratio |\n|---|--:|--:|--:|--:|--:|")
    for name, ours in found["Townhall"].items():
        cells = [name, f"{ours:,.1f}"]
        for peer in ("Datasette", "ROAPI"):
            theirs = found[peer].get(name)
            cells += [f"{theirs:,.1f}", f"{ours / theirs:.1f}"] if theirs else ["", ""]
        print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
