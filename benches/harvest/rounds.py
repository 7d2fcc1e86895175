"""How fast other people's catalogs are harvested, links checked and sites crawled, from a server on this machine.

    python3 benches/harvest/rounds.py --binary target/release/townhall [--datasets 100000] [--links 5000] [--pages 2000]

Prints a line a measurement: the first harvest of a catalog, the harvest of the same in other bytes (other order of keys, so that
every record is read and none is written), the harvest of one that the server says has not changed, the same without a word of
the server, links checked, pages crawled. Memory is the largest that the program held (VmHWM of /proc).
"""

import argparse
import http.server
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import time


def dataset(number, is_reversed):
    members = {
        "@type": "dcat:Dataset",
        "identifier": f"https://example.gov/id/{number}",
        "title": f"Readings of gauge {number}",
        "description": "Water level of a gauge, every hour, with the quality flags of the office that keeps it. " * 4,
        "keyword": ["water", "gauges", f"river {number % 500}"],
        "modified": "2025-02-03",
        "publisher": {"@type": "org:Organization", "name": f"Bureau {number % 40}"},
        "contactPoint": {"@type": "vcard:Contact", "fn": "River Desk", "hasEmail": "mailto:rivers@example.gov"},
        "accessLevel": "public",
        "bureauCode": ["010:12"],
        "programCode": ["010:001"],
        "license": "https://creativecommons.org/publicdomain/zero/1.0/",
        "distribution": [
            {"@type": "dcat:Distribution", "downloadURL": f"https://example.gov/{number}.csv", "mediaType": "text/csv"},
            {"@type": "dcat:Distribution", "accessURL": f"https://example.gov/{number}", "format": "API"},
        ],
    }
    return dict(reversed(members.items())) if is_reversed else members


def write_catalog(path, count, is_reversed):
    with open(path, "w") as out:
        out.write('{"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": [')
        for number in range(count):
            out.write(",\n" if number else "\n")
            json.dump(dataset(number, is_reversed), out)
        out.write("]}")


class Site(http.server.SimpleHTTPRequestHandler):
    """Files of a folder with ETags, links that all work, and pages that lead to one another."""

    protocol_version = "HTTP/1.1"
    # An answer leaves as one piece: else its end waits for the client's word that it has the beginning.
    wbufsize = -1
    disable_nagle_algorithm = True
    etags = True
    pages = 0

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path.startswith("/link/"):
            return self.answer(b"a,b\n1,2\n", "text/csv")
        if self.path.startswith("/page/"):
            number = int(self.path.rsplit("/", 1)[1])
            links = "".join(
                f'<a href="/page/{next}">page</a>' for next in (2 * number + 1, 2 * number + 2) if next < self.pages
            )
            return self.answer(f"<title>Page {number}</title>{links}<a href='/link/{number}.csv'>data</a>".encode(), "text/html")
        path = pathlib.Path(self.directory, self.path.lstrip("/"))
        if not path.is_file():
            return self.send_error(404)
        etag = f'"{path.stat().st_mtime_ns}"'
        if self.etags and self.headers.get("If-None-Match") == etag:
            self.send_response(304)
            self.send_header("Content-Length", "0")
            return self.end_headers()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(path.stat().st_size))
        if self.etags:
            self.send_header("ETag", etag)
        self.end_headers()
        with open(path, "rb") as file:
            while chunk := file.read(1 << 20):
                self.wfile.write(chunk)

    do_HEAD = do_GET

    def answer(self, body, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        """Whoever only looks at the beginning of a file leaves before its end."""


def run(command):
    """Runs a command to its end: seconds, the most memory in megabytes, and what it printed."""
    began = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    largest = 0

    def watch():
        nonlocal largest
        while child.poll() is None:
            try:
                for line in open(f"/proc/{child.pid}/status"):
                    if line.startswith("VmHWM"):
                        largest = max(largest, int(line.split()[1]))
            except OSError:
                return
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, _ = child.communicate()
    watcher.join()
    return time.monotonic() - began, largest / 1024, out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--datasets", type=int, default=100_000)
    parser.add_argument("--links", type=int, default=5_000)
    parser.add_argument("--pages", type=int, default=2_000)
    chosen = parser.parse_args()
    binary = os.path.abspath(chosen.binary)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "www").mkdir()
        Site.pages = chosen.pages
        handler = lambda *args: Site(*args, directory=str(folder / "www"))  # noqa: E731
        server = Server(("", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        origin = f"http://127.0.0.1:{server.server_address[1]}"
        common = [binary, "--json", "--set", "fetch.allow=127.0.0.0/8", "--set", "fetch.per_host=16"]
        harvest = [*common, "--data", str(folder / "data"), "harvest", f"{origin}/data.json", "--once"]
        listing = folder / "www" / "data.json"

        def measure(name, command, count, unit):
            seconds, memory, out = run(command)
            print(f"{name}: {seconds:.2f} s, {count / seconds:,.0f} {unit}/s, {memory:,.0f} MB", flush=True)
            return out

        write_catalog(listing, chosen.datasets, False)
        print(f"{chosen.datasets:,} datasets, {listing.stat().st_size / 1e6:,.0f} MB")
        report = json.loads(measure("first harvest", harvest, chosen.datasets, "datasets"))
        assert report["added"] == chosen.datasets, report
        measure("unchanged, and the server says so", harvest, chosen.datasets, "datasets")
        Site.etags = False
        measure("unchanged, and the server does not say so", harvest, chosen.datasets, "datasets")
        write_catalog(listing, chosen.datasets, True)
        report = json.loads(measure("the same in other bytes", harvest, chosen.datasets, "datasets"))
        assert (report["unchanged"], report["changed"]) == (chosen.datasets, 0), report

        # Two requests at a time are one host's share, so many hosts are asked: every address of 127.0.0.0/8 is this machine.
        def host(number):
            return origin.replace("127.0.0.1", f"127.0.0.{1 + number % 64}")

        links = [
            {**dataset(number, False), "distribution": [{"downloadURL": host(number) + f"/link/{number}.csv", "mediaType": "text/csv"}]}
            for number in range(chosen.links)
        ]
        (folder / "links.json").write_text(
            json.dumps({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": links})
        )
        measure("links checked", [*common, "--set", "links.delay_ms=0", "check-links", str(folder / "links.json")], chosen.links, "links")
        crawl = [*common, "crawl", f"{origin}/page/0", "--pages", str(chosen.pages), "--depth", "40"]
        measure("pages crawled", crawl, chosen.pages, "pages")


if __name__ == "__main__":
    main()
