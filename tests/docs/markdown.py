# SPDX-License-Identifier: Apache-2.0
"""Reads the parts of a page that tests compare with something else: sections, tables, links, names."""
import re

from docs.blocks import without_blocks


def section(text, heading):
    """Returns the text from the heading `## HEADING` to the next heading of that level."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def first_column(text):
    """Returns the first cell of each table row that begins with a name in backticks."""
    return [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]


def names(text):
    """Returns the names in backticks or quotation marks. A path is several names: `log.level` is log and level."""
    found = re.findall(r'[`"]([][A-Za-z.]+)[`":]', text)
    return {name for path in found for name in re.sub(r"[][]", "", path).split(".") if name}


def in_backticks(text):
    """Returns the texts in backticks, outside of blocks. Such a text may span lines, but neither paragraphs nor table rows."""
    paragraphs = re.split(r"\n\s*\n|\n(?=\|)", without_blocks(text))
    return [" ".join(code.split()) for paragraph in paragraphs for code in re.findall(r"`([^`]+)`", paragraph)]


def anchors(text):
    """Returns the anchors of the page's headings."""
    headings = re.findall(r"^#+ (.*)$", without_blocks(text), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(text):
    """Returns the targets of the page's links, except those to other sites."""
    return [link for link in re.findall(r"\]\(([^)]+)\)", text) if not re.match(r"[a-z]*:", link)]


def broken_links(page):
    """Returns the links of a page, a file, whose target file or heading does not exist."""
    broken = []
    for link in links(page.read_text(encoding="utf-8")):
        place, _, anchor = link.partition("#")
        target = page.parent / place if place else page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            broken.append(link)
    return broken
