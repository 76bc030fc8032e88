# SPDX-License-Identifier: Apache-2.0
"""What a page of the documentation says, as far as tests compare it with something: sections, tables, links, names."""
import re

from docs.blocks import without_blocks


def section(text, heading):
    """From the heading `## HEADING` to the next of its kind."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def first_column(text):
    """The first cells of rows whose first cell begins with a name in backticks."""
    return [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]


def names(text):
    """The names in backticks or quotation marks, path by path: `log.level` is log and level, "pools[].use": pools and use."""
    found = re.findall(r'[`"]([][A-Za-z.]+)[`":]', text)
    return {name for path in found for name in re.sub(r"[][]", "", path).split(".") if name}


def in_backticks(text):
    """What stands in backticks, outside of blocks. Its line may end within, its paragraph and its row of a table not."""
    paragraphs = re.split(r"\n\s*\n|\n(?=\|)", without_blocks(text))
    return [" ".join(code.split()) for paragraph in paragraphs for code in re.findall(r"`([^`]+)`", paragraph)]


def anchors(text):
    """By which links reach the page's headings."""
    headings = re.findall(r"^#+ (.*)$", without_blocks(text), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(text):
    """Where the page's links lead to, but for those to other sites."""
    return [link for link in re.findall(r"\]\(([^)]+)\)", text) if not re.match(r"[a-z]*:", link)]


def broken_links(page):
    """The links of the page, a file, that lead to no file, or to no heading of one."""
    broken = []
    for link in links(page.read_text(encoding="utf-8")):
        place, _, anchor = link.partition("#")
        target = page.parent / place if place else page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            broken.append(link)
    return broken
