# SPDX-License-Identifier: Apache-2.0
"""CHANGELOG.md, in the form of https://keepachangelog.com/en/1.1.0/."""
import datetime
import re

KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
VERSION = re.compile(r"^## \[([0-9]+\.[0-9]+\.[0-9]+)\] - ([0-9]{4}-[0-9]{2}-[0-9]{2})( \[YANKED\])?$")


class WrongForm(Exception):
    """The changelog lacks what is asked for."""


def sections(text):
    """Returns the sections of the second level: the heading and the lines below it, in the file's order."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("## "):
            found.append((number, line, []))
        elif found:
            found[-1][2].append((number, line))
    return found


def is_date(text):
    try:
        datetime.date.fromisoformat(text)
        return True
    except ValueError:
        return False


def mistakes_in_section(lines):
    """Yields what is not of the form below a version's heading."""
    kinds, kind = [], None
    for number, line in lines:
        if line.startswith("### "):
            kind = line[4:]
            if kind not in KINDS:
                yield f"line {number}: '{kind}' is none of {', '.join(KINDS)}"
            elif kind in kinds:
                yield f"line {number}: '{kind}' comes twice in this version"
            elif kinds and KINDS.index(kind) < KINDS.index(kinds[-1]):
                yield f"line {number}: '{kind}' comes before '{kinds[-1]}'"
            if kind in KINDS:
                kinds.append(kind)
        elif line.startswith("#"):
            yield f"line {number}: a heading of another level"
        elif line and kind is None and not line.startswith("["):
            yield f"line {number}: an entry that is under none of {', '.join(KINDS)}"
        elif line and not line.startswith(("- ", "  ", "[")):
            yield f"line {number}: neither an entry ('- …') nor its continuation (two spaces)"


def mistakes(text):
    """Returns what is not of the form, one sentence each."""
    found = []
    if "\n# Changelog\n" not in f"\n{text}":
        found.append("there is no heading # Changelog")
    parts = sections(text)
    if not parts or parts[0][1] != "## [Unreleased]":
        found.append("the first section is not ## [Unreleased]")
    dates = []
    for number, heading, lines in parts:
        version = VERSION.match(heading)
        if heading != "## [Unreleased]" and not (version and is_date(version[2])):
            found.append(f"line {number}: '{heading}' is not of the form ## [X.Y.Z] - YYYY-MM-DD")
        if version:
            dates.append((number, [int(part) for part in version[1].split(".")], version[2]))
        found += mistakes_in_section(lines)
    for (_, later, late), (number, earlier, early) in zip(dates, dates[1:]):
        if earlier >= later or early > late:
            found.append(f"line {number}: versions are not in order, the newest first")
    return found


def notes_of(text, version):
    """Returns the entries of a version, or those that have none yet if the changelog does not know the version."""
    parts = {heading.split("]")[0]: [line for _, line in lines] for _, heading, lines in sections(text)}
    for heading in (f"## [{version}", "## [Unreleased"):
        if heading in parts:
            return f"# rxlease {version}\n\n" + "\n".join(parts[heading]).strip("\n") + "\n"
    raise WrongForm(f"CHANGELOG.md: has neither the version {version} nor [Unreleased]")
