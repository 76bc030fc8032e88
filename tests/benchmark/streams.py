#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a table of what the script `streams` measured: streams.py STREAMS ADDS"""
import statistics
import sys


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


streams, adds = rows(sys.argv[1]), rows(sys.argv[2])
zero_copy = streams["zero-copy"]
print("| a stream of 128 MiB into a pod | MiB a second | CPU time a KiB | zero-copy's rate | zero-copy's CPU time |")
print("|---|---|---|---|---|")
for name, title in (
    ("zero-copy", "zero-copy through a leased queue"),
    ("netkit", "copied, through the same netkit"),
    ("veth", "copied, through a veth of `ptp`"),
):
    of = streams[name]
    print(f"| {title} | {middle(of, 0):.0f} | {middle(of, 1):.0f} ns "
          f"| {ratio(zero_copy, of, 0)} | {ratio(zero_copy, of, 1)} |")
print()
print("| ADD, with cnitool and host-local | time | with steering / without |")
print("|---|---|---|")
for name, title, base in (
    ("plain", "one queue", None),
    ("one_rule", "one queue, one flow: a rule", "plain"),
    ("two_queues", "two queues", None),
    ("context", "two queues, one flow: an RSS context and a rule", "two_queues"),
):
    of = adds[name]
    compared = ratio(of, adds[base], 0) if base else ""
    print(f"| {title} | {middle(of, 0) / 1000:.0f} ms | {compared} |")
