# SPDX-License-Identifier: Apache-2.0
"""What several contestants took, round by round: a line each time, of a name and numbers."""
import statistics


def rows(path):
    """The file's lines, as lists of numbers by the name that each begins with."""
    found = {}
    with open(path, encoding="ascii") as lines:
        for name, *numbers in (line.split() for line in lines):
            found.setdefault(name, []).append([float(number) for number in numbers])
    return found


def ratio(above, below, column):
    """Of what was measured in the same round: the middle one, and the range of the middle half."""
    each = [a[column] / b[column] for a, b in zip(above, below)]
    low, middle, high = statistics.quantiles(each, n=4)
    return f"{middle:.2f}× ({low:.2f}–{high:.2f})"


def middle(of, column):
    return statistics.median(row[column] for row in of)
