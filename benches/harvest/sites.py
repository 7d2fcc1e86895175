"""Twenty sources of all kinds that live for a month on one server: records come, change and go, and servers have their bad days."""

import collections
import datetime
import gzip
import json
import pathlib
import random
import threading
import urllib.parse

from rounds import Server, Site

CONTEXT = "https://project-open-data.cio.gov/v1.1/schema"


class Source:
    """What a source holds, and what ails it today."""

    def __init__(self, number, kind, count):
        self.number, self.kind = number, kind
        self.name = f"s{number:02}-{kind}"
        self.random = random.Random(number)
        self.records = {}
        self.ever = 0
        self.trouble = None
        self.broken = set()
        self.asked = 0
        # Whether nothing goes any more by itself.
        self.is_still = False
        for _ in range(count):
            self.add("2026-01-01")

    def add(self, day):
        self.ever += 1
        self.records[f"r{self.number:02}-{self.ever:04}"] = (1, day)

    def title(self, key):
        return f"{self.name} {key} edition {self.records[key][0]}"

    def live(self, day):
        """A day goes by: a few records change, some come, one may go."""
        if self.kind in ("flapping",):
            # One record is there every other day only.
            key = f"r{self.number:02}-flap"
            if key in self.records:
                del self.records[key]
            else:
                self.records[key] = (1, "2026-01-01")
            return
        keys = sorted(self.records)
        for key in self.random.sample(keys, max(1, len(keys) // 50)):
            self.records[key] = (self.records[key][0] + 1, day)
        if self.random.random() < 0.5:
            self.add(day)
        if self.random.random() < 0.3 and len(keys) > 30 and not self.is_still:
            del self.records[self.random.choice(keys)]

    def dataset(self, key, day):
        edition, modified = self.records[key]
        if key in self.broken:
            return {"@type": "dcat:Dataset", "identifier": f"https://example.gov/{key}", "description": "No title today."}
        members = {
            "@type": "dcat:Dataset",
            "identifier": f"https://example.gov/{key}",
            "title": self.title(key),
            "description": f"What {key} is about.",
            "keyword": ["water", key],
            "modified": modified,
            "publisher": {"@type": "org:Organization", "name": f"Bureau {self.number}"},
            "contactPoint": {"@type": "vcard:Contact", "fn": "Desk", "hasEmail": "mailto:desk@example.gov"},
            "accessLevel": "public",
            "bureauCode": ["010:12"],
            "programCode": ["010:001"],
        }
        # The same in other bytes every other day.
        return members if int(day[-2:]) % 2 else dict(reversed(members.items()))

    def catalog(self, day):
        return {"conformsTo": CONTEXT, "dataset": [self.dataset(key, day) for key in sorted(self.records)]}


KINDS = [
    "catalog", "catalog-etag", "catalog-shaken", "gzip", "json-lines", "turtle", "rdf-xml", "package",
    "ckan", "ckan-large", "dkan", "socrata", "opendatasoft", "arcgis-hub", "arcgis-server", "waf", "waf-iso",
    "sitemap", "file", "flapping",
]  # fmt: skip


def iso(source, key):
    edition, modified = source.records[key]
    text = lambda words: f"<gco:CharacterString>{words}</gco:CharacterString>"  # noqa: E731
    return f"""<?xml version="1.0"?><gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">
<gmd:fileIdentifier>{text(key)}</gmd:fileIdentifier><gmd:dateStamp><gco:Date>{modified}</gco:Date></gmd:dateStamp>
<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation><gmd:title>{text(source.title(key))}</gmd:title>
</gmd:CI_Citation></gmd:citation><gmd:abstract>{text("What it is about.")}</gmd:abstract></gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>"""


def turtle(source):
    lines = ["@prefix dcat: <http://www.w3.org/ns/dcat#> .", "@prefix dct: <http://purl.org/dc/terms/> .", "<> a dcat:Catalog ."]
    for key in sorted(source.records):
        about = f"<https://example.gov/{key}>"
        lines.append(f"<> dcat:dataset {about} .")
        lines.append(f'{about} a dcat:Dataset ; dct:title "{source.title(key)}" ; dct:identifier "{key}" ; dct:description "d" .')
    return "\n".join(lines)


def rdf_xml(source):
    parts = []
    for key in sorted(source.records):
        parts.append(
            f'<dcat:dataset><dcat:Dataset rdf:about="https://example.gov/{key}"><dct:title>{source.title(key)}</dct:title>'
            f"<dct:identifier>{key}</dct:identifier><dct:description>d</dct:description></dcat:Dataset></dcat:dataset>"
        )
    return (
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#" '
        f'xmlns:dct="http://purl.org/dc/terms/"><dcat:Catalog rdf:about="https://example.gov/{source.name}">{"".join(parts)}</dcat:Catalog></rdf:RDF>'
    )


def page(source, key):
    said = {"@context": "https://schema.org/", "@type": "Dataset", "name": source.title(key), "description": "d", "identifier": key}
    return f'<html><head><script type="application/ld+json">{json.dumps(said)}</script></head><body></body></html>'


def ckan(source, path, query):
    keys = sorted(source.records)
    stamp = lambda key: f"{source.records[key][1]}T{source.records[key][0] % 24:02}:00:00.000000"  # noqa: E731

    def package(key):
        return {
            "id": key, "name": key, "title": source.title(key), "notes": "Notes", "metadata_created": "2020-01-01T00:00:00",
            "metadata_modified": stamp(key), "state": "active", "private": False, "type": "dataset", "extras": [],
            "resources": [{"id": "r", "url": "https://example.gov/x.csv", "format": "CSV"}],
        }  # fmt: skip

    if path.endswith("/package_show"):
        return {"success": True, "result": package(query["id"])} if query["id"] in source.records else None
    if not path.endswith("/package_search"):
        return None
    start, rows = int(query.get("start", 0)), int(query.get("rows", 10))
    # Half a listing says how much there is and ends early.
    end = len(keys) // 2 if source.trouble == "half" else len(keys)
    some = keys[:end][start : start + rows]
    short = "fl" in query
    results = [{"id": k, "name": k, "metadata_modified": f"{stamp(k)[:23]}Z"} if short else package(k) for k in some]
    return {"success": True, "result": {"count": len(keys), "results": results}}


def socrata(source, path, query):
    if not path.endswith("/catalog/v1"):
        return None
    # Their identifiers are four letters, a dash and four more.
    ids = sorted((key[0] + key[1:3] + "x-" + key[-4:], key) for key in source.records)
    after, limit = query.get("scroll_id", ""), int(query.get("limit", 100))
    some = [(id, key) for id, key in ids if id > after][:limit]
    results = [
        {
            "resource": {"id": id, "name": source.title(key), "description": "d", "updatedAt": f"{source.records[key][1]}T00:00:00.{source.records[key][0]:03}Z"},
            "classification": {"categories": [], "tags": [], "domain_tags": []},
            "metadata": {"domain": "data.example.gov"},
            "permalink": f"https://data.example.gov/d/{id}", "link": "https://data.example.gov/x",
        }
        for id, key in some
    ]  # fmt: skip
    return {"results": results, "resultSetSize": len(ids)}


def opendatasoft(source, path, query):
    if not path.endswith("/catalog/datasets"):
        return None
    keys = sorted(source.records)
    offset, limit = int(query.get("offset", 0)), int(query.get("limit", 10))
    results = [
        {
            "dataset_id": key, "dataset_uid": "da_x", "has_records": True, "features": [], "attachments": [],
            "metas": {"default": {"title": source.title(key), "description": "<p>d</p>",
                                  "modified": f"{source.records[key][1]}T00:00:{source.records[key][0]:02}+00:00", "publisher": "City"}},
        }
        for key in keys[offset : offset + limit]
    ]  # fmt: skip
    return {"total_count": len(keys), "results": results}


def arcgis_server(source, path, query):
    if path.rstrip("/").endswith("/services"):
        return {"currentVersion": 11.1, "folders": [], "services": [{"name": key, "type": "FeatureServer"} for key in sorted(source.records)]}
    key = path.split("/services/")[-1].split("/")[0]
    if key not in source.records:
        return None
    return {
        "currentVersion": 11.1, "serviceDescription": "d", "copyrightText": "", "supportedQueryFormats": "JSON",
        "documentInfo": {"Title": key}, "layers": [{"id": 0, "name": source.title(key), "type": "Feature Layer", "subLayerIds": None}], "tables": [],
    }  # fmt: skip


APIS = {"ckan": ckan, "ckan-large": ckan, "socrata": socrata, "opendatasoft": opendatasoft, "arcgis-server": arcgis_server}
ADDRESSES = {"ckan": "/", "ckan-large": "/", "dkan": "/", "socrata": "/", "opendatasoft": "/", "arcgis-hub": "/", "arcgis-server": "/arcgis/rest/services",
             "waf": "/waf/", "waf-iso": "/waf/", "sitemap": "/sitemap.xml", "gzip": "/data.json.gz", "json-lines": "/data.jsonl", "turtle": "/catalog.ttl",
             "rdf-xml": "/catalog.rdf", "package": "/datapackage.json"}  # fmt: skip
# What the program calls them, where an address alone does not say it.
NAMED = {"ckan": "ckan", "ckan-large": "ckan", "dkan": "dkan", "socrata": "socrata", "opendatasoft": "opendatasoft", "arcgis-hub": "arcgis-hub",
         "arcgis-server": "arcgis-server", "waf": "waf", "waf-iso": "waf", "sitemap": "sitemap"}  # fmt: skip


def folder(rows):
    lines = "\n".join(f'<img> <a href="{name}">{name}</a>   {time}  12K' for name, time in rows)
    return f'<html><head><title>Index of /waf</title></head><body><pre><a href="?C=N;O=D">Name</a><hr><a href="/">Parent Directory</a>  -\n{lines}\n<hr></pre></body></html>'


def answer(source, path, query, origin, day):
    """A content type and a body, or nothing."""
    kind, html, plain = source.kind, "text/html", "application/json"
    keys = sorted(source.records)
    if kind in APIS:
        said = APIS[kind](source, path, query)
        return said and (plain, json.dumps(said))
    if kind in ("waf", "waf-iso"):
        ending = "xml" if kind == "waf-iso" else "json"
        if path == "/waf/":
            clock = lambda key: f"{source.records[key][1]} {source.records[key][0] % 24:02}:00"  # noqa: E731
            return html, folder([(f"{key}.{ending}", clock(key)) for key in keys])
        key = path.removeprefix("/waf/").removesuffix(f".{ending}")
        if key not in source.records:
            return None
        return ("text/xml", iso(source, key)) if kind == "waf-iso" else (plain, json.dumps({"conformsTo": CONTEXT, "dataset": [source.dataset(key, day)]}))
    if kind == "sitemap":
        if path == "/sitemap.xml":
            urls = "".join(f"<url><loc>{origin}/dataset/{key}</loc><lastmod>{source.records[key][1]}T{source.records[key][0] % 24:02}:00:00Z</lastmod></url>" for key in keys)
            return "text/xml", f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
        key = path.removeprefix("/dataset/")
        return (html, page(source, key)) if key in source.records else None
    if kind == "dkan":
        return (plain, json.dumps([source.dataset(key, day) for key in keys])) if path.endswith("/schemas/dataset/items") else None
    if kind == "arcgis-hub":
        return (plain, json.dumps(source.catalog(day))) if "dcat-us" in path or path == "/data.json" else None
    if path != ADDRESSES.get(kind, "/data.json"):
        return None
    if kind == "gzip":
        return "application/gzip", gzip.compress(json.dumps(source.catalog(day)).encode())
    if kind == "json-lines":
        return "application/x-ndjson", "\n".join(json.dumps(source.dataset(key, day)) for key in keys)
    if kind == "turtle":
        return "text/turtle", turtle(source)
    if kind == "rdf-xml":
        return "application/rdf+xml", rdf_xml(source)
    if kind == "package":
        parts = [{"name": key, "title": source.title(key), "path": f"{key}.csv", "profile": "data-resource"} for key in keys]
        return plain, json.dumps({"name": "all", "title": f"{source.name} package edition {len(keys)}", "resources": parts})
    return plain, json.dumps(source.catalog(day))


class World:
    """All sources, behind one server; each on an address of its own."""

    def __init__(self, folder, count):
        self.folder = pathlib.Path(folder)
        self.sources = [Source(n + 1, kind, count * (5 if kind == "ckan-large" else 1)) for n, kind in enumerate(KINDS)]
        self.day = datetime.date(2026, 12, 1)
        self.hooks = []
        world = self

        class Handler(Site):
            def do_GET(self):
                status, headers, body = world.reply(self.connection.getsockname()[0], self.path, self.headers)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_HEAD = do_GET

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                world.hooks.append((world.day.isoformat(), json.loads(body)))
                self.send_response(204)
                self.end_headers()

        self.server = Server(("", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.write_files()

    def origin(self, source):
        return f"http://127.1.0.{source.number}:{self.port}"

    def address(self, source):
        return str(self.folder / "catalogs") if source.kind == "file" else self.origin(source) + ADDRESSES.get(source.kind, "/data.json")

    def write_files(self):
        (self.folder / "catalogs").mkdir(exist_ok=True)
        for source in self.sources:
            if source.kind == "file":
                (self.folder / "catalogs" / "data.json").write_text(json.dumps(source.catalog(self.day.isoformat())))

    def settings(self):
        """The sources as the program's file of sources has them."""
        parts = []
        for source in self.sources:
            parts.append(
                f'[[source]]\nname = "{source.name}"\ntitle = "Source {source.number}"\naddress = "{self.address(source)}"\n'
                f'every = "daily {source.number % 24:02}:{source.number * 7 % 60:02}"\norganization = "Office {source.number}"\ndelay_ms = 0\n'
                + (f'kind = "{NAMED[source.kind]}"\n' if source.kind in NAMED else "")
                + f'[source.notify]\nwebhooks = ["http://127.1.0.200:{self.port}/hook"]\n'
            )
        return "\n".join(parts)

    def next_day(self):
        self.day += datetime.timedelta(days=1)
        for source in self.sources:
            source.live(self.day.isoformat())
        self.write_files()

    def reply(self, host, target, headers):
        split = urllib.parse.urlsplit(target)
        query = dict(urllib.parse.parse_qsl(split.query))
        number = int(host.rsplit(".", 1)[1])
        source = next((source for source in self.sources if source.number == number), None)
        if source is None or split.path == "/robots.txt":
            return 404, {}, b"none"
        source.asked += 1
        match source.trouble:
            case "down":
                return 503, {}, b"Service Unavailable"
            case "busy":
                return 429, {"Retry-After": "1"}, b"Slow down"
            case "login":
                body = b"<html><head><title>Sign in</title></head><body><form><input type=password></form></body></html>"
                return 200, {"Content-Type": "text/html"}, body
            case "firewall":
                return 403, {"Server": "cloudflare", "cf-mitigated": "challenge", "Content-Type": "text/html"}, b"<html><title>Just a moment...</title></html>"
        found = answer(source, split.path, query, self.origin(source), self.day.isoformat())
        if found is None:
            return 404, {"Content-Type": "text/plain"}, b"no such thing"
        kind, body = found
        body = body if isinstance(body, bytes) else body.encode()
        if source.trouble == "cut":
            body = body[: len(body) // 2]
        if source.trouble == "empty":
            body = json.dumps({"conformsTo": CONTEXT, "dataset": []}).encode()
        said = {"Content-Type": kind}
        if source.kind == "catalog-etag":
            said["ETag"] = f'"{hash(body)}"'
            if headers.get("If-None-Match") == said["ETag"]:
                return 304, said, b""
        return 200, said, body

    def told(self):
        """How often the program told what of which source."""
        counts = collections.defaultdict(collections.Counter)
        for _, event in self.hooks:
            counts[event["source"]][event["event"]] += 1
        return counts
