"""Drives a portal with the clients that people have: ckanapi for CKAN's DataStore, sodapy for SODA, and has its OpenAPI judged."""

import csv
import io
import json
import sys
import urllib.request

import ckanapi
import openapi_spec_validator
import sodapy

base, table = sys.argv[1:3]

portal = ckanapi.RemoteCKAN(base, user_agent="townhall tests")
rows = portal.action.datastore_search(resource_id=table, limit=2, sort="level desc")
assert [row["gauge"] for row in rows["records"]] == [3, 2], rows
assert rows["total"] == 3, rows
assert {"id": "level", "type": "float8"} in rows["fields"], rows
found = portal.action.datastore_search(resource_id=table, filters={"gauge": [1, 3]}, fields=["gauge"])
assert found["records"] == [{"gauge": 1}, {"gauge": 3}], found
ranged = portal.call_action("datastore_search", {"resource_id": table, "filters": {"level": {"gte": 3}}, "limit": 0})
assert ranged["total"] == 2 and ranged["records"] == [], ranged
by_get = ckanapi.RemoteCKAN(base, get_only=True).action.datastore_search(resource_id=table, q="deep")
assert [row["gauge"] for row in by_get["records"]] == [3], by_get
sums = portal.action.datastore_search_sql(sql='SELECT count(*) AS n, sum(level) AS s FROM "%s"' % table)
assert sums["records"] == [{"n": 3, "s": 10.5}], sums
info = portal.action.datastore_info(id=table)
assert [field["id"] for field in info["fields"]] == ["gauge", "level", "note"], info
for action, data, wanted in [
    ("datastore_search", {"resource_id": "none"}, ckanapi.NotFound),
    ("datastore_search", {"resource_id": table, "fields": ["depth"]}, ckanapi.ValidationError),
    ("datastore_search_sql", {"sql": "DROP TABLE x"}, ckanapi.ValidationError),
]:
    try:
        portal.call_action(action, data)
    except wanted:
        pass
    else:
        raise AssertionError((action, data))
with urllib.request.urlopen("%s/datastore/dump/%s?bom=true&fields=gauge,note" % (base, table)) as answer:
    text = answer.read().decode("utf-8-sig")
assert list(csv.reader(io.StringIO(text))) == [["gauge", "note"], ["1", ""], ["2", "a, b"], ["3", "deep"]], text

client = sodapy.Socrata(base.split("://")[1], None)
# The client speaks https alone; the portal of this test has no certificate.
client.uri_prefix = "http://"
assert client.get(table, where="level > 3", order="level DESC", select="gauge") == [{"gauge": "3"}, {"gauge": "2"}]
assert client.get(table, gauge=2)[0]["note"] == "a, b"
assert client.get(table, query="SELECT count(*) AS n WHERE note IS NOT NULL") == [{"n": "2"}]
assert [row["gauge"] for row in client.get_all(table, order="gauge", limit=2)] == ["1", "2", "3"]

for path in ["/api/openapi.json", "/api/tables/%s/openapi.json" % table]:
    with urllib.request.urlopen(base + path) as answer:
        openapi_spec_validator.validate(json.load(answer))
print("every client was answered")
