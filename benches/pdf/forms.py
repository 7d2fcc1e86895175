"""How well forms are filled: every case is filled, read back by other programs, and looked at as a picture.

    python3 benches/pdf/forms.py --binary target/release/townhall --cases DIR/forms/cases [--keep DIR] [--only NAME]
    python3 benches/pdf/forms.py --filled DIR --cases DIR/forms/cases

A case is a file `{"id", "pdf", "password", "values": {name: value}}`. With `--filled`, `ID.pdf` and `ID.flat.pdf` are there already.
Needs pypdf, pikepdf, pillow and numpy, and the programs qpdf, pdftk, pdftoppm and pdftotext.
"""

import argparse
import collections
import html
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unicodedata

import numpy
import pikepdf
import pypdf
from PIL import Image

DOTS = 100  # per inch


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--binary", help="fills by `BINARY pdf fill FORM --values VALUES --output OUT [--flatten] [--password P]`")
    source.add_argument("--filled", type=pathlib.Path, help="a directory of filled files")
    parser.add_argument("--cases", required=True, type=pathlib.Path)
    parser.add_argument("--keep", type=pathlib.Path, help="where filled files go")
    parser.add_argument("--only", help="a single case")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        filled = chosen.filled or chosen.keep or pathlib.Path(folder)
        filled.mkdir(parents=True, exist_ok=True)
        sums = collections.Counter()
        for path in sorted(chosen.cases.glob("*.json")):
            case = json.loads(path.read_text())
            if chosen.only and chosen.only != case["id"]:
                continue
            form = chosen.cases.parent.parent / case["pdf"]
            if chosen.binary:
                sums["seconds"] += fill(chosen.binary, form, case, filled)
            figures = judge(case, form, filled / f"{case['id']}.pdf", filled / f"{case['id']}.flat.pdf")
            sums.update(figures)
            sums["cases"] += 1
            print(f"{case['id']:18}", " ".join(f"{name} {count}" for name, count in figures.items()), flush=True)
    print("\nall:", " ".join(f"{name} {round(count, 2)}" for name, count in sums.items()))


def fill(binary, form, case, folder):
    """Fills a form twice, the second time flat, and tells how long both took."""
    values = folder / f"{case['id']}.values.json"
    values.write_text(json.dumps(case["values"]))
    began = time.monotonic()
    for name, more in [(f"{case['id']}.pdf", []), (f"{case['id']}.flat.pdf", ["--flatten"])]:
        password = ["--password", case["password"]] if case["password"] else []
        subprocess.run([os.path.abspath(binary), "pdf", "fill", form, "--values", values, "--output", folder / name, *more, *password],
                       check=True, capture_output=True)  # fmt: skip
    return time.monotonic() - began


def judge(case, form, filled, flat):
    wanted = {name: [plain(one) for one in (value if isinstance(value, list) else [value])] for name, value in case["values"].items()}
    widgets, all_rects = places(filled, wanted, case["password"])
    figures = {"values": len(wanted)}
    with tempfile.TemporaryDirectory() as folder:
        # Neither pypdf nor pdftk opens all locks.
        unlocked = pathlib.Path(folder, "unlocked.pdf")
        subprocess.run(["qpdf", "--decrypt", f"--password={case['password']}", filled, unlocked], capture_output=True)
        figures["pypdf"] = agree(wanted, by_pypdf(unlocked), "pypdf")
        figures["pdftk"] = agree(wanted, by_pdftk(unlocked), None)
    figures["pikepdf"] = agree(wanted, by_pikepdf(filled, case["password"]), "pikepdf")
    figures["qpdf"] = int(is_clean(filled, case["password"])) + int(is_clean(flat, case["password"]))
    seen, stray = ink(form, filled, widgets, all_rects, by_pikepdf(form, case["password"]), wanted, case["password"])
    figures.update({"seen": seen, "stray_pixels": stray})
    figures.update(judge_flat(flat, filled, wanted, case))
    return figures


def plain(value):
    return unicodedata.normalize("NFC", str(value).replace("\r\n", "\n").replace("\r", "\n"))


def agree(wanted, found, tool):
    count = 0
    for name, value in wanted.items():
        if found.get(name) == value:
            count += 1
        elif tool:
            print(f"  {tool}: {name!r} is {found.get(name)!r}, not {value!r}", file=sys.stderr)
    return count


def by_pypdf(path):
    reader = pypdf.PdfReader(path)
    found = {}
    for name, field in (reader.get_fields() or {}).items():
        value = field.get("/V")
        if value is None:
            continue
        is_name = isinstance(value, pypdf.generic.NameObject)
        values = list(value) if isinstance(value, list) else [value]
        found[name] = [plain(str(one)[1:] if is_name else one) for one in values]
    return found


def by_pikepdf(path, password):
    found = {}

    def visit(field, name, value, depth):
        if "/T" in field:
            name = f"{name}.{field.T}" if name else str(field.T)
        value = field.get("/V", value)
        kids = [kid for kid in field.get("/Kids", []) if "/T" in kid]
        if kids and depth < 32:
            for kid in kids:
                visit(kid, name, value, depth + 1)
        elif value is not None:
            if isinstance(value, pikepdf.Name):
                found[name] = [plain(str(value)[1:])]
            elif isinstance(value, pikepdf.Array):
                found[name] = [plain(one) for one in value]
            elif isinstance(value, pikepdf.Stream):
                found[name] = [plain(value.read_bytes().decode("latin-1"))]
            elif isinstance(value, pikepdf.String):
                found[name] = [plain(value)]

    with pikepdf.open(path, password=password) as pdf:
        for field in pdf.Root.get("/AcroForm", {}).get("/Fields", []):
            visit(field, "", None, 0)
    return found


def by_pdftk(path):
    done = subprocess.run(["pdftk", path, "dump_data_fields_utf8"], capture_output=True)
    found, name = {}, None
    for block in done.stdout.decode("utf-8", "replace").split("---\n"):
        name = re.search(r"^FieldName: (.*)$", block, re.M)
        values = re.findall(r"^FieldValue: (.*(?:\n(?!Field[A-Z]).*)*)$", block, re.M)
        if name:
            values = [plain(html.unescape(value)).rstrip("\n") for value in values]
            # An empty value of a field above this one is told first.
            found[html.unescape(name[1])] = values[1:] if len(values) > 1 and not values[0] else values
    return found


def is_clean(path, password):
    done = subprocess.run(["qpdf", "--check", f"--password={password}", path], capture_output=True, text=True)
    if done.returncode:
        print(f"  qpdf: {path.name}: {done.stdout} {done.stderr}"[:600], file=sys.stderr)
    return done.returncode == 0


def places(path, wanted, password):
    """Where the fields that were set are: name -> [(page, box in pixels)]; and all of their boxes by page."""
    found, by_page = collections.defaultdict(list), collections.defaultdict(list)
    with pikepdf.open(path, password=password) as pdf:
        for number, page in enumerate(pdf.pages):
            for widget in page.get("/Annots", []):
                if widget.get("/Subtype") != "/Widget" or int(widget.get("/F", 0)) & 2:
                    continue
                names, node = [], widget
                for _ in range(32):
                    if node is None:
                        break
                    if "/T" in node:
                        names.append(str(node.T))
                    node = node.get("/Parent")
                name = ".".join(reversed(names))
                if name in wanted:
                    is_on = "/AP" not in widget or "/AS" not in widget or widget.AS != "/Off"
                    box = pixels(page, [float(side) for side in widget.Rect])
                    by_page[number].append(box)
                    if is_on and (box[2] - box[0]) * (box[3] - box[1]) > 0:
                        found[name].append((number, box))
    return found, by_page


def pixels(page, rect):
    left, lower, right, upper = [float(side) for side in page.cropbox]
    x0, x1 = sorted((rect[0], rect[2]))
    y0, y1 = sorted((rect[1], rect[3]))
    turn = int(page.get("/Rotate", 0)) % 360
    if turn == 90:
        box = (y0 - lower, x0 - left, y1 - lower, x1 - left)
    elif turn == 180:
        box = (right - x1, y0 - lower, right - x0, y1 - lower)
    elif turn == 270:
        box = (upper - y1, right - x1, upper - y0, right - x0)
    else:
        box = (x0 - left, upper - y1, x1 - left, upper - y0)
    return [side * DOTS / 72 for side in box]


def picture(path, page, password):
    with tempfile.TemporaryDirectory() as folder:
        command = ["pdftoppm", "-r", str(DOTS), "-gray", "-cropbox", "-f", str(page + 1), "-l", str(page + 1), "-singlefile", "-upw", password]
        subprocess.run([*command, path, f"{folder}/page"], check=True, capture_output=True)
        return numpy.asarray(Image.open(f"{folder}/page.pgm")).astype(int)


def ink(form, filled, widgets, by_page, before, wanted, password):
    """How many fields have more ink than before, and how many pixels outside of all of them look otherwise."""
    darker, stray = {}, 0
    for page, boxes in by_page.items():
        old, new = picture(form, page, password), picture(filled, page, password)
        if old.shape != new.shape:
            print(f"  the size of page {page + 1} is another one", file=sys.stderr)
            continue
        darker[page] = old - new > 24
        outside = abs(old - new) > 24
        for x0, y0, x1, y1 in boxes:
            outside[max(int(y0) - 2, 0) : int(y1) + 3, max(int(x0) - 2, 0) : int(x1) + 3] = False
        stray += int(outside.sum())
    seen = 0
    for name in wanted:
        found = [(page, box) for page, box in widgets.get(name, []) if page in darker]
        is_seen = all(darker[page][int(y0) : int(y1) + 1, int(x0) : int(x1) + 1].any() for page, (x0, y0, x1, y1) in found)
        # What was there before can't look otherwise.
        if (found and is_seen) or before.get(name) == wanted[name]:
            seen += 1
        else:
            print(f"  not seen: {name!r} {wanted[name]!r}", file=sys.stderr)
    return seen, stray


def judge_flat(flat, filled, wanted, case):
    with pikepdf.open(flat, password=case["password"]) as pdf:
        left = sum(widget.get("/Subtype") == "/Widget" for page in pdf.pages for widget in page.get("/Annots", []))
        left += "/AcroForm" in pdf.Root
    done = subprocess.run(["pdftotext", "-upw", case["password"], "-raw", flat, "-"], capture_output=True, text=True)
    squeeze = lambda text: re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    text, count, found = squeeze(done.stdout), 0, 0
    for name, value in wanted.items():
        meta = case.get("meta", {}).get(name, {})
        if meta.get("type") == "text" and not all(meta.get("hidden") or [False]) and not meta.get("pw"):
            count += 1
            if squeeze(value[0]) in text:
                found += 1
            else:
                print(f"  flat: no {value[0]!r} of {name!r}", file=sys.stderr)
    # Flat and filled have to look alike.
    unlike = 0
    with pikepdf.open(flat, password=case["password"]) as pdf:
        pages = len(pdf.pages)
    for page in range(min(pages, 4)):
        one, other = picture(filled, page, case["password"]), picture(flat, page, case["password"])
        unlike += int((abs(one - other) > 64).sum()) if one.shape == other.shape else one.size
    return {"widgets_left": left, "flat_texts": count, "flat_found": found, "flat_unlike": unlike}


if __name__ == "__main__":
    main()
