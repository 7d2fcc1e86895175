"""How well the text of PDF files agrees with what poppler reads, and how fast it is read beside poppler and pdfplumber.

    python3 benches/pdf/text.py --binary target/release/townhall --files DIR/reader [--plumber]

Characters are compared as a bag, and three in a row of each word, as every reader has its own order of blocks. Needs pdftotext, and for
`--plumber` the module pdfplumber.
"""

import argparse
import collections
import os
import pathlib
import subprocess
import time
import unicodedata

PASSWORDS = {"encrypted": "userpassword", "password-example": "test", "libreoffice-writer-password": "openpassword"}
CHARS_MIN = 20
# Poppler itself is odd on these: no mapping of characters, and text of a turned page that it leaves out.
ODD = {"Type3WordSpacing", "rotated_page"}


def plain(text):
    text = unicodedata.normalize("NFKC", text)
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf", "Co") and c != "\ufffd")


def grams(text):
    return collections.Counter(word[at : at + 3] for word in unicodedata.normalize("NFKC", text).split() for at in range(len(word) - 2))


def share(common, whole):
    return sum(common.values()) / max(1, sum(whole.values()))


def timed(command):
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True)
    return done.stdout.decode("utf-8", "replace"), time.monotonic() - began


def plumbed(path, password):
    import pdfplumber

    began = time.monotonic()
    with pdfplumber.open(path, password=password) as pdf:
        for page in pdf.pages:
            page.extract_text()
    return time.monotonic() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", required=True)
    parser.add_argument("--files", required=True, type=pathlib.Path)
    parser.add_argument("--plumber", action="store_true")
    chosen = parser.parse_args()
    sums = collections.Counter()
    for path in sorted(chosen.files.glob("*.pdf")):
        password = PASSWORDS.get(path.stem, "")
        ours, own = timed([os.path.abspath(chosen.binary), "-q", "pdf", "text", str(path), "--password", password])
        theirs, poppler = timed(["pdftotext", "-enc", "UTF-8", *(["-upw", password] if password else []), str(path), "-"])
        sums.update({"townhall s": own, "pdftotext s": poppler})
        if chosen.plumber:
            try:
                sums["pdfplumber s"] += plumbed(path, password)
            except Exception as error:  # it gives up on some
                print(f"{path.stem}: pdfplumber: {type(error).__name__}")
        if len(plain(theirs)) < CHARS_MIN or path.stem in ODD:
            continue
        a, b = collections.Counter(plain(ours)), collections.Counter(plain(theirs))
        recall, precision = share(a & b, b), share(a & b, a)
        three = share(grams(ours) & grams(theirs), grams(theirs))
        sums.update({"files": 1, "recall": recall, "precision": precision, "three": three, "good": recall > 0.99 and precision > 0.99})
        print(f"{path.stem:48} recall {recall:.4f} precision {precision:.4f} three in a row {three:.4f}")
    files = sums["files"]
    print(f"\n{files} files: recall {sums['recall'] / files:.4f}, precision {sums['precision'] / files:.4f}, "
          f"three in a row {sums['three'] / files:.4f}; above 0.99 in both: {sums['good']}")  # fmt: skip
    print("seconds in all, starting the programs included:", {name: round(seconds, 2) for name, seconds in sums.items() if name.endswith(" s")})


if __name__ == "__main__":
    main()
