#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the documentation's pictures, which lie in docs/pictures:

    tests/docs/pictures/make [--dark|--light] [DIRECTORY]

Without an option a picture is light or dark as the reader's browser asks. The other two are for programs that do not ask,
such as rsvg-convert. DIRECTORY is docs/pictures unless it is given."""
import argparse
import importlib
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from lib.places import ROOT

NAMES = ("architecture", "paths", "pod_life", "copies")


def drawn(dark=None):
    """Returns the pictures' texts, by the names of their files."""
    return {f"{name}.svg": importlib.import_module(f"docs.pictures.{name}").draw().finish(dark) for name in NAMES}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--dark", action="store_true", default=None)
    which.add_argument("--light", action="store_false", dest="dark", default=None)
    parser.add_argument("directory", nargs="?", type=pathlib.Path, default=ROOT / "docs/pictures")
    options = parser.parse_args()
    options.directory.mkdir(parents=True, exist_ok=True)
    for name, text in drawn(options.dark).items():
        (options.directory / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
