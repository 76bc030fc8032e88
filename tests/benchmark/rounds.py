# SPDX-License-Identifier: Apache-2.0
"""What several contestants took, round by round: a line each time, of a name and numbers."""
import statistics


def rows(path):
    """The file's lines, as lists of numbers by the name that each begins with. Those that begin with # are comments."""
    found = {}
    with open(path, encoding="ascii") as lines:
        for name, *numbers in (line.split() for line in lines if not line.startswith("#")):
            found.setdefault(name, []).append([float(number) for number in numbers])
    return found


def quarters(above, below, column):
    """Of the ratios of what was measured in the same round: the middle one between the ends of the middle half."""
    return statistics.quantiles([a[column] / b[column] for a, b in zip(above, below)], n=4)


def ratio(above, below, column):
    """The same as text: the middle one, and the range of the middle half."""
    low, middle, high = quarters(above, below, column)
    return f"{middle:.2f}× ({low:.2f}–{high:.2f})"


def middle(of, column):
    return statistics.median(row[column] for row in of)
