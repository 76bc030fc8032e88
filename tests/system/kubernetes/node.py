# SPDX-License-Identifier: Apache-2.0
"""The node that the scripts in tests/bench/node start, and the kernel's list of its queues."""
import json
import os
import pathlib
import re

from lib.commands import output_of
from lib.conditions import Failed
from lib.places import ROOT

SCRIPTS = ROOT / "tests/bench/node"
START, STOP, RESTART_KUBELET, POD, PLUGIN = (
    SCRIPTS / name for name in ("start", "stop", "restart-kubelet", "pod", "device-plugin"))
BUILD = pathlib.Path(os.environ.get("RXLEASE_BUILD", ROOT / "build/release"))


def pod(*words):
    """Calls tests/bench/node/pod, and returns its output."""
    return output_of(POD, *words)


def plugin(*words):
    """Calls tests/bench/node/device-plugin, and returns its output."""
    return output_of(PLUGIN, *words)


def known_devices():
    """Returns the ids of the queues that kubelet knows."""
    return plugin("devices").split()


def given_to(name):
    """Returns the ids of the queues that kubelet has given to the pod."""
    return plugin("given", name).split()


def queues(nic):
    """Returns the kernel's list of the NIC's receive queues, as demo_queues prints it."""
    return output_of(BUILD / "bin/demo_queues", nic)


def leased_by(listing, ifindex, netns_id):
    """Returns the numbers of the queues that this device in this namespace leases, according to such a list."""
    found = []
    for line in listing.splitlines():
        row = re.match(rf"rx(\d+)(?:-rx(\d+))? +rx\d+ of ifindex {ifindex}, netns-id {netns_id}\s", line)
        if row:
            found += range(int(row[1]), int(row[2] or row[1]) + 1)
    return found


def netns_id(listing, name):
    """Returns the host's id of a network namespace, from the output of `ip netns list-id`."""
    found = re.search(rf"^nsid (\d+) .*\b{re.escape(name)}\)$", listing, re.MULTILINE)
    if not found:
        raise Failed(f"the host has no id of the namespace {name}:\n{listing}")
    return int(found[1])


def leased_by_pod(name, nic):
    """Returns the numbers of the NIC's queues that the pod's eth0 leases, according to the kernel."""
    namespace = pod("netns", name)
    device = json.loads(output_of("nsenter", f"--net={namespace}", "ip", "-json", "link", "show", "dev", "eth0"))[0]
    number = netns_id(output_of("ip", "netns", "list-id"), os.path.basename(namespace))
    return leased_by(queues(nic), device["ifindex"], number)
