"""How well tables are found in the files of the ICDAR 2013 competition, and how long it takes.

    python3 benches/pdf/tables.py --binary target/release/townhall --truth DIR/icdar2013.jsonl --scorer DIR/score.py [--part tune|judge]

The scorer needs numpy, scipy and rapidfuzz. Every second document, in the order of their names, is for tuning; the others judge.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--truth", required=True, type=pathlib.Path)
    parser.add_argument("--scorer", required=True)
    parser.add_argument("--part", choices=["tune", "judge"])
    parser.add_argument("--per-doc", action="store_true")
    chosen = parser.parse_args()
    documents = [json.loads(line) for line in chosen.truth.read_text().splitlines()]
    documents.sort(key=lambda document: document["id"])
    parts = {None: documents, "tune": documents[0::2], "judge": documents[1::2]}
    with tempfile.TemporaryDirectory() as folder:
        predictions = pathlib.Path(folder, "townhall.jsonl")
        with open(predictions, "w") as out:
            for document in parts[chosen.part]:
                began = time.monotonic()
                done = subprocess.run([os.path.abspath(chosen.binary), "--json", "-q", "pdf", "tables", "--apart", str(chosen.truth.parent / document["pdf"])],
                                      capture_output=True, text=True)  # fmt: skip
                seconds = time.monotonic() - began
                found = json.loads(done.stdout)
                line = {"id": document["id"], "seconds": seconds, "pages": found["files"][0]["pages"], "error": None, "tables": found["tables"]}
                out.write(json.dumps(line) + "\n")
        ids = pathlib.Path(folder, "ids")
        ids.write_text("".join(document["id"] + "\n" for document in parts[chosen.part]))
        more = ["--per-doc"] if chosen.per_doc else []
        subprocess.run([sys.executable, chosen.scorer, str(chosen.truth), str(predictions), "--ids", str(ids), *more], check=True)


if __name__ == "__main__":
    main()
