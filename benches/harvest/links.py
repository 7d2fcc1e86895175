"""What the link checker costs when there are millions of links, from a server on this machine.

    python3 benches/harvest/links.py --binary target/release/townhall [--links 3000000] [--hosts 20000] [--seconds 60]

Links are those of records of 10,000 links each, on hosts of 127.0.0.0/8. Prints a line a measurement: the import of the records, the
first round of checks as far as it comes in so many seconds (collecting the links of all records is a part of it), pages and counts of links
while it goes on, and how much memory it takes (VmHWM of /proc).
"""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import time
import urllib.request

from rounds import Server, Site, dataset, run

PER_RECORD = 10_000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--links", type=int, default=3_000_000)
    parser.add_argument("--hosts", type=int, default=20_000)
    parser.add_argument("--seconds", type=int, default=60)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        server = Server(("", 0), lambda *args: Site(*args, directory=str(folder)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        with open(folder / "data.json", "w") as out:
            out.write('{"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": [')
            for first in range(0, chosen.links, PER_RECORD):
                record = dataset(first, False)
                hosts = ((n % chosen.hosts) for n in range(first, first + PER_RECORD))
                record["distribution"] = [
                    {"downloadURL": f"http://127.3.{host // 250}.{host % 250 + 1}:{port}/link/{first + n}.csv", "mediaType": "text/csv"}
                    for n, host in enumerate(hosts)
                ]
                out.write(",\n" if first else "\n")
                json.dump(record, out)
            out.write("]}")
        common = [os.path.abspath(chosen.binary), "--data", str(folder / "data"), "--set", "fetch.allow=127.0.0.0/8",
                  "--set", "links.delay_ms=0", "--set", "links.robots=false"]  # fmt: skip
        seconds, memory, _ = run([*common, "import", str(folder / "data.json")])
        print(f"{chosen.links} links in {chosen.links // PER_RECORD} records: imported in {seconds:.0f} s, {memory:.0f} MB", flush=True)
        began = time.monotonic()
        log = open(folder / "log", "w+")
        check = subprocess.Popen([*common, "--verbose", "check-links", "--store"], stdout=subprocess.DEVNULL, stderr=log)
        kept, first_at = 0, None
        while time.monotonic() - began < chosen.seconds + (first_at or 1_000) and check.poll() is None:
            time.sleep(0.2)
            lines = [line for line in (folder / "log").read_text().splitlines() if "kept what" in line]
            if lines and first_at is None:
                first_at = time.monotonic() - began
                print(f"links of all records collected, and the first checked: {first_at:.0f} s", flush=True)
            kept = int(lines[-1].split(" gave, ")[1].split()[0]) if lines else 0
        memory = max(int(line.split()[1]) for line in open(f"/proc/{check.pid}/status") if line.startswith("VmHWM")) // 1024 if check.poll() is None else 0
        spent = time.monotonic() - began - (first_at or 0)
        check.send_signal(signal.SIGINT)
        check.wait()
        print(f"{kept} links checked in {spent:.0f} s: {kept / spent:.0f} links/s; {memory} MB", flush=True)
        portal = subprocess.Popen([*common, "--set", "links.every=never", "serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # fmt: skip
        url = portal.stdout.readline().strip()
        try:
            for path in ("/api/links/counts", "/links", "/links", "/api/links?state=all&limit=1000", "/links?host=127.3.0.1"):
                began = time.monotonic()
                with urllib.request.urlopen(url + path, timeout=300) as answer:
                    size = len(answer.read())
                print(f"{path}: {(time.monotonic() - began) * 1000:.0f} ms, {size // 1000} kB", flush=True)
        finally:
            portal.kill()
        size = sum(file.stat().st_size for file in (folder / "data").rglob("*") if file.is_file())
        print(f"{size // 1_000_000} MB on disk")


if __name__ == "__main__":
    main()
