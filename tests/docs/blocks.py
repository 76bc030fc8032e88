#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Fenced blocks of the documentation, with the commands that readers are told to run:

    tests/docs/blocks.py PAGE KIND     prints the page's blocks of that kind, each followed by a NUL

tests/docs/run.py lists the kinds."""
import pathlib
import re
import sys

FENCE = re.compile(r"^```(.*)$")


def blocks(text, kind):
    """Returns the text of each block whose opening fence names exactly this kind."""
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


def block_after(text, block):
    """Returns the kind and the text of the block that follows the first one with this text, or None."""
    found, kind, inside = [], None, []
    for line in text.splitlines(keepends=True):
        fence = FENCE.match(line)
        if kind is not None and fence:
            found.append((kind, "".join(inside)))
            kind = None
        elif kind is not None:
            inside.append(line)
        elif fence:
            kind, inside = fence[1], []
    texts = [content for _, content in found]
    place = texts.index(block) + 1
    return found[place] if place < len(found) else None


def without_blocks(text):
    """Returns the text outside of the blocks."""
    kept, inside = [], False
    for line in text.splitlines(keepends=True):
        if FENCE.match(line):
            inside = not inside
        elif not inside:
            kept.append(line)
    return "".join(kept)


def first_words(block):
    """Returns the start of the block, by which a reader finds it."""
    return block.split("\n", 1)[0][:70]


if __name__ == "__main__":
    for block_found in blocks(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[2]):
        sys.stdout.write(block_found + "\0")
