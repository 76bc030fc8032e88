#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a table of what the script `streams` measured: streams.py STREAMS ADDS"""
import sys

from rounds import middle, ratio, rows

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
