"""Twenty sources left alone for a month, on a clock that is set forward.

    python3 benches/harvest/month.py --binary target/release/townhall [--days 30] [--records 80]

It needs libfaketime (Debian: `apt install libfaketime`). The program runs as it is served; only its calendar is moved, half a
day at a time. Every day records of each source change, come and go; servers are down, busy, behind a login, behind a firewall,
cut short, empty, or half; the program is killed in the midst of its work, and its machine is off for two days. In the end every
source has been quiet for some days, and the portal must show what the sources show: nothing lost, nothing left over, but for
what waits for a person. Prints a line a day, and what was expected and found; ends with 1 if they differ.
"""

import argparse
import collections
import glob
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

from sites import World

# What happens when: the first day, the last day, the source's kind, the trouble.
TROUBLES = [
    (3, 5, "catalog", "down"),
    (4, 4, "ckan", "half"),
    (6, 7, "socrata", "login"),
    (6, 9, "rdf-xml", "firewall"),
    (8, 8, "turtle", "cut"),
    (9, 9, "catalog-shaken", "empty"),
    (10, 11, "waf", "busy"),
    (13, 13, "opendatasoft", "down"),
    (14, 16, "arcgis-server", "login"),
    (15, 15, "json-lines", "cut"),
    (18, 20, "sitemap", "down"),
    (19, 19, "ckan-large", "half"),
    (21, 22, "dkan", "firewall"),
]
KILLED = {7, 11, 20}
OFF = {17, 18}
QUIET = 4


class Portal:
    """The program as it is served, on a calendar of ours."""

    def __init__(self, binary, folder, library, port):
        self.binary, self.folder, self.library, self.port = binary, folder, library, port
        self.clock = folder / "clock"
        self.process = None

    def environment(self):
        return os.environ | {
            "LD_PRELOAD": self.library,
            "FAKETIME_TIMESTAMP_FILE": str(self.clock),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def command(self, *arguments):
        settings = {
            "fetch.allow": "127.0.0.0/8",
            "harvest.sources": str(self.folder / "sources.toml"),
            "links.every": "never",
            "log.level": "warn",
        }
        set_ = [part for name, value in settings.items() for part in ("--set", f"{name}={value}")]
        return [self.binary, "--data", str(self.folder / "data"), *set_, *arguments]

    def set_clock(self, when):
        """Sets the calendar to a time."""
        offset = int(when - time.time())
        self.clock.write_text(f"{offset:+}\n")
        return offset

    def start(self):
        log = open(self.folder / "log", "a")
        self.process = subprocess.Popen(
            self.command("serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"),
            env=self.environment(), stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http://"), self.url

    def stop(self, how=signal.SIGTERM):
        if self.process:
            self.process.send_signal(how)
            self.process.wait()
        self.process = None

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=60) as answer:
            return json.load(answer)

    def megabytes(self):
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith("VmRSS"):
                return int(line.split()[1]) // 1024

    def is_harvesting(self):
        names = [source["name"] for source in self.get("/api/harvest/sources")["data"]]
        runs = (self.get(f"/api/harvest/sources/{name}/runs")["data"][:1] for name in names)
        return any(run["state"] == "running" for newest in runs for run in newest)

    def settle(self):
        """Waits until the schedules were looked at and no harvest is under way any more."""
        time.sleep(22)
        idle = 0
        while idle < 3:
            idle = 0 if self.is_harvesting() else idle + 1
            time.sleep(0.5)

    def run(self, *arguments):
        done = subprocess.run(self.command("--json", *arguments), env=self.environment(), capture_output=True, text=True)
        return json.loads(done.stdout or "null")


def titles_of(portal):
    """The titles that the portal shows the public, by the source that they name."""
    found = collections.defaultdict(set)
    with urllib.request.urlopen(portal.url + "/data.json", timeout=120) as answer:
        for dataset in json.load(answer)["dataset"]:
            if match := re.search(r"(s\d\d-\S+) .*edition", dataset.get("title", "")):
                # A layer has the name of its service before its own.
                found[match[1]].add(dataset["title"][match.start():])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--records", type=int, default=80)
    chosen = parser.parse_args()
    libraries = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    if not libraries:
        sys.exit("there is no libfaketime: apt install libfaketime")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        world = World(folder, chosen.records)
        (folder / "sources.toml").write_text(world.settings())
        by_kind = {source.kind: source for source in world.sources}
        portal = Portal(os.path.abspath(chosen.binary), folder, libraries[0], 0)
        midnight = 1796083200  # 2026-12-01
        portal.set_clock(midnight)
        portal.start()
        most, bad, held = 0, [], set()
        for day in range(1, chosen.days + 1):
            if day > 1 and day <= chosen.days - QUIET:
                world.next_day()
            for source in world.sources:
                source.trouble = next((what for first, last, kind, what in TROUBLES if kind == source.kind and first <= day <= last), None)
            # A batch of records that can't be taken, for a while.
            by_kind["catalog-etag"].broken = set(sorted(by_kind["catalog-etag"].records)[:3]) if 5 <= day <= 9 else set()
            if day == 12:
                # Half a source goes for good, which a person has to decide on.
                lost = by_kind["gzip"]
                # What came today was never seen there.
                gone = [key for key, (_, day_of) in sorted(lost.records.items()) if day_of != world.day.isoformat()][::2]
                lost.is_still = True
                held = {lost.title(key) for key in gone}
                for key in gone:
                    del lost.records[key]
            if day in OFF:
                portal.stop()
                continue
            for half in (1, 2):
                portal.set_clock(midnight + (day - 1) * 86400 + half * 43200 - 60)
                if portal.process is None:
                    portal.start()
                if day in KILLED and half == 1:
                    # In the midst of its work, or nearly so.
                    until = time.monotonic() + 25
                    while time.monotonic() < until and not portal.is_harvesting():
                        time.sleep(0.01)
                    portal.stop(signal.SIGKILL)
                    health = portal.run("doctor", "--deep")
                    if not health["healthy"]:
                        bad.append(f"day {day}: the doctor found damage after kill -9: {health}")
                    portal.start()
                portal.settle()
            sources = portal.get("/api/harvest/sources")["data"]
            states = collections.Counter((source["last"] or {"state": "none"})["state"] for source in sources)
            most = max(most, portal.megabytes())
            shown = sum(len(titles) for titles in titles_of(portal).values())
            print(f"day {day:2}: {dict(states)}; {shown} datasets shown; {portal.megabytes()} MB; {len(world.hooks)} messages so far", flush=True)
        found = titles_of(portal)
        for source in world.sources:
            wanted = {source.title(key) for key in source.records}
            if source.kind == "gzip":
                wanted |= held
            if source.kind == "flapping":
                # What comes and goes is damped: it may still be there.
                found[source.name] = {title for title in found[source.name] if "-flap " not in title}
                wanted = {title for title in wanted if "-flap " not in title}
            if source.kind == "package":
                wanted = {title for title in found[source.name] if title.endswith(f"edition {len(source.records)}")} or {"the package"}
            lost, left = wanted - found[source.name], found[source.name] - wanted
            print(f"{source.name}: {len(found[source.name])} shown, {len(lost)} lost, {len(left)} left over; asked {source.asked} times; "
                  f"told {dict(world.told()[source.name])}")  # fmt: skip
            if lost or left:
                bad.append(f"{source.name}: lost {sorted(lost)[:3]}, left over {sorted(left)[:3]}")
        portal.stop()
        health = portal.run("doctor", "--deep")
        size = sum(file.stat().st_size for file in (folder / "data").rglob("*") if file.is_file())
        print(f"at most {most} MB of memory, {size // 1_000_000} MB on disk; the doctor says healthy: {health['healthy']}")
        log = (folder / "log").read_text().splitlines()
        print(f"{len(log)} lines were logged, {sum('ERROR' in line for line in log)} of them errors")
        if not health["healthy"]:
            bad.append(f"the doctor found damage: {health}")
        for line in bad:
            print(f"BAD {line}")
        sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
