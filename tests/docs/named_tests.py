# SPDX-License-Identifier: Apache-2.0
"""Finds the tests that a page names, as `FILE: NAME` in backticks, and looks whether there are such tests: in a C++ file
NAME is `Suite.Name`, in any other file a sentence of a check or the title of a chapter."""
import re

from docs.markdown import in_backticks

SHOWN_BY = "shown by"  # the heading of a table's last column whose cells name tests


def named_tests(text):
    """Returns the pairs of file and name in a text, without repetitions."""
    found = (re.fullmatch(r"(tests/\S+): (.+)", code) for code in in_backticks(text))
    return sorted({match.groups() for match in found if match})


def is_there(root, file, name):
    """Returns whether the file below the root has a test of the name."""
    path = root / file
    if not path.is_file():
        return False
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".cc":
        suite, _, test = name.partition(".")
        return bool(re.search(rf"\bTEST(_[FP])?\({re.escape(suite)},\s*{re.escape(test)}\)", text))
    return bool(re.search(rf"""(["']|\\n){re.escape(name)}""", text))


def claims_without_test(text):
    """Returns the rows of tables with a last column `shown by` that name no test there."""
    unproven, in_table = [], False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            in_table = False
        elif cells[-1] == SHOWN_BY:
            in_table = True
        elif in_table and not set(line) <= set("|-: ") and not named_tests(cells[-1]):
            unproven.append(line)
    return unproven
