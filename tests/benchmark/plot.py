#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Plots what the script `streams` or `packets` measured, as SVG: plot.py streams|packets FIGURES

FIGURES is a directory with the files that the script wrote: a line for each round and contestant."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from docs.pictures.copies import draw

if __name__ == "__main__":
    sys.stdout.write(draw(pathlib.Path(sys.argv[2]), (sys.argv[1],)).finish())
