"""How long a nightly round of the scorecard takes, and its board afterwards, from a server on this machine.

    python3 benches/harvest/offices.py --binary target/release/townhall [--offices 2000] [--datasets 50] [--pause-ms 0]

Each office has an address of its own, a listing, a page and a digital strategy, of which one in ten is missing and one in ten is
broken. Prints a line a measurement: the first round, a second one in which nothing is new, the board as page, JSON and CSV, an office.
"""

import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import time
import urllib.request

from rounds import Server, Site, dataset, run


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--offices", type=int, default=2_000)
    parser.add_argument("--datasets", type=int, default=50)
    parser.add_argument("--pause-ms", type=int, default=0)
    chosen = parser.parse_args()

    def listing(number):
        records = [dataset(number * 1_000 + n, False) for n in range(chosen.datasets)]
        if number % 10 == 3:
            del records[0]["title"]
        return json.dumps({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": records}).encode()

    class Office(Site):
        def do_GET(self):
            _, _, high, low = self.connection.getsockname()[0].split(".")
            number = int(high) * 250 + int(low) - 1
            if self.path == "/data.json" and number % 10 != 7:
                return self.answer(listing(number), "application/json")
            if self.path == "/digitalstrategy.json":
                return self.answer(b'{"generated": "2025-01-01", "items": []}', "application/json")
            if self.path == "/data":
                return self.answer(b"<html><title>Open data</title></html>", "text/html")
            self.send_error(404)

        do_HEAD = do_GET

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        server = Server(("", 0), Office)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        rows = [f"Office {n},http://127.2.{n // 250}.{n % 250 + 1}:{server.server_address[1]}/" for n in range(chosen.offices)]
        (folder / "offices.csv").write_text("name,website\n" + "\n".join(rows) + "\n")
        common = [os.path.abspath(chosen.binary), "--data", str(folder / "data"), "--set", "fetch.allow=127.0.0.0/8",
                  "--set", f"scorecard.pause_ms={chosen.pause_ms}"]  # fmt: skip
        loaded, memory, out = run([*common, "--json", "scorecard", "load", str(folder / "offices.csv")])
        print(f"{chosen.offices} offices loaded: {loaded:.1f} s, {memory:.0f} MB")
        for name in ("first round", "nothing new"):
            seconds, memory, out = run([*common, "--json", "scorecard", "run"])
            print(f"{name}: {seconds:.1f} s, {chosen.offices / seconds:.0f} offices/s, {memory:.0f} MB; {out.decode().strip()[:200]}")
        portal = subprocess.Popen([*common, "--set", "scorecard.every=never", "--set", "links.every=never", "serve", "--listen", "127.0.0.1:0",
                                   "--admin-listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # fmt: skip
        url = portal.stdout.readline().strip()
        try:
            for path in ("/scorecard", "/scorecard", "/scorecard.json", "/scorecard.csv", "/api/scorecard", "/scorecard/office-7", "/scorecard/office-8"):
                began = time.monotonic()
                with urllib.request.urlopen(url + path, timeout=120) as answer:
                    size = len(answer.read())
                print(f"{path}: {(time.monotonic() - began) * 1000:.0f} ms, {size // 1000} kB")
        finally:
            portal.kill()


if __name__ == "__main__":
    main()
