"""How well tables are found in the files of the ICDAR 2013 competition, and how long it takes.

    python3 benches/pdf/tables.py --binary target/release/townhall --truth DIR/icdar2013.jsonl --scorer DIR/score.py [--part tune|judge]
        [--peers DIR/adapters [--tabula TABULA.jar]] [--peer NAME=PROGRAM]

The scorer needs numpy, scipy and rapidfuzz. Every second document, in the order of their names, is for tuning; the others judge. Peers read the same
documents in the same run: those of PEERS that are installed for this Python, tabula-java where its jar and a JDK are there, and any program that is
given a name and a path of each document, and prints what the scorer reads.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

# Each with what it is best at of the settings that it has, by an earlier comparison of all of them.
PEERS = {"pdfplumber": ["pdfplumber_lines"], "camelot": ["camelot_lattice", "camelot_hybrid"], "pymupdf": ["pymupdf_lines"]}
TABULA = ["decide", "guess"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--truth", required=True, type=pathlib.Path)
    parser.add_argument("--scorer", required=True)
    parser.add_argument("--part", choices=["tune", "judge"])
    parser.add_argument("--per-doc", action="store_true")
    parser.add_argument("--peers", type=pathlib.Path)
    parser.add_argument("--tabula", type=pathlib.Path)
    parser.add_argument("--peer", action="append", default=[])
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
        files = [predictions, *peers(chosen, parts[chosen.part], pathlib.Path(folder))]
        ids = pathlib.Path(folder, "ids")
        ids.write_text("".join(document["id"] + "\n" for document in parts[chosen.part]))
        more = ["--per-doc"] if chosen.per_doc else []
        subprocess.run([sys.executable, chosen.scorer, str(chosen.truth), *map(str, files), "--ids", str(ids), *more], check=True)


def peers(chosen, documents, folder):
    """What other programs find in the same documents, a file of predictions for each."""
    for name, program in (peer.split("=", 1) for peer in chosen.peer):
        pairs = [part for document in documents for part in (document["id"], str(chosen.truth.parent / document["pdf"]))]
        with open(folder / f"{name}.jsonl", "w") as out:
            subprocess.run([program, *pairs], stdout=out, check=True)
        yield folder / f"{name}.jsonl"
    if chosen.peers is None:
        return
    wanted = folder / "wanted.tsv"
    paths = [(document["id"], str(chosen.truth.parent / document["pdf"])) for document in documents]
    wanted.write_text("".join(f"{name}\t{path}\t\n" for name, path in paths))
    tools = [tool for module, tools in PEERS.items() if importlib.util.find_spec(module) for tool in tools]
    for tool in tools:
        with open(folder / f"{tool}.jsonl", "w") as out:
            subprocess.run([sys.executable, chosen.peers / "pytools.py", tool, wanted], stdout=out, check=True)
        yield folder / f"{tool}.jsonl"
    if chosen.tabula is None:
        return
    subprocess.run(["javac", "-cp", chosen.tabula, "-d", folder, chosen.peers / "TabulaBatch.java"], check=True)
    for mode in TABULA:
        lines = "".join(f"{name}\t{path}\t{mode}\t\n" for name, path in paths)
        with open(folder / f"tabula_{mode}.jsonl", "w") as out:
            subprocess.run(["java", "-cp", f"{chosen.tabula}{os.pathsep}{folder}", "TabulaBatch"], input=lines, stdout=out, text=True, check=True)
        yield folder / f"tabula_{mode}.jsonl"


if __name__ == "__main__":
    main()
