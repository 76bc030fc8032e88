#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a table of what the script `packets` measured: packets.py PACKETS"""
import sys

from rounds import middle, ratio, rows

packets = rows(sys.argv[1])
lease = packets["lease"]
print("| packets of 64 bytes into a pod | a second | CPU time a packet | the lease's rate | the lease's CPU time |")
print("|---|---|---|---|---|")
for name, title in (
    ("lease", "AF_XDP without a copy, through a leased queue"),
    ("copy", "AF_XDP in copy mode, on a veth of `ptp`"),
    ("socket", "a UDP socket, through a netkit pair"),
):
    of = packets[name]
    print(f"| {title} | {middle(of, 0):.0f} | {middle(of, 1):.1f} µs "
          f"| {ratio(lease, of, 0)} | {ratio(lease, of, 1)} |")
