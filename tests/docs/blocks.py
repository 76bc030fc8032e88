#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The commands that the documentation tells people to run, in fenced blocks:

    tests/docs/blocks.py PAGE KIND     prints those of the kind, with a NUL behind each

What kinds there are, tests/docs/run.py says."""
import pathlib
import re
import sys

FENCE = re.compile(r"^```(.*)$")


def blocks(text, kind):
    """The text of each block whose fence says exactly this kind."""
    found, inside = [], None
    for line in text.splitlines(keepends=True):
        fence = FENCE.match(line)
        if inside is not None and fence:
            if inside[0] == kind:
                found.append("".join(inside[1:]))
            inside = None
        elif inside is not None:
            inside.append(line)
        elif fence:
            inside = [fence[1]]
    return found


def without_blocks(text):
    """The text between the blocks."""
    kept, inside = [], False
    for line in text.splitlines(keepends=True):
        if FENCE.match(line):
            inside = not inside
        elif not inside:
            kept.append(line)
    return "".join(kept)


def first_words(block):
    """By which a reader finds the block."""
    return block.split("\n", 1)[0][:70]


if __name__ == "__main__":
    for block_found in blocks(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[2]):
        sys.stdout.write(block_found + "\0")
