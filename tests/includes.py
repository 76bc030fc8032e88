#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails when an #include points up: a folder of the programs may include itself and what stands below it in HOUSE."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# The drawing of ARCHITECTURE.md. Whoever stands right of an arrow may include all that is left of it in the line, and
# what those may include; folders with a comma between them do not see each other. A folder may stand in several lines:
# what these allow adds up.
HOUSE = """
kernel ← kernel/process
kernel ← kernel/netlink/socket ← kernel/netlink ← kernel/ethtool
kernel ← text
kernel/process, kernel/ethtool, text ← attachment/record ← attachment/addressing, attachment/site
attachment/site ← attachment/nic
attachment/addressing, attachment/nic ← attachment ← proto
text ← cni/spec ← cni/conf/json ← cni/conf
proto ← cni/conf ← cni/system ← cni/verbs ← cni
text ← deviceplugin/config/yaml ← deviceplugin/config
proto ← deviceplugin/config ← deviceplugin/nic ← deviceplugin/pools
deviceplugin/pools ← deviceplugin/prepare/plan ← deviceplugin/prepare
proto ← deviceplugin/kubelet/rpc ← deviceplugin/kubelet
deviceplugin/pools ← deviceplugin/prepare, deviceplugin/allocate ← deviceplugin/kubelet, deviceplugin/xdp
deviceplugin/xdp ← deviceplugin/xdp/hand_off
deviceplugin/pools ← deviceplugin/guard ← deviceplugin
deviceplugin/kubelet ← deviceplugin/heal ← deviceplugin
deviceplugin/pools ← deviceplugin/lend ← deviceplugin
proto ← deviceplugin/node
kernel/process ← deviceplugin/operate/http ← deviceplugin/operate
deviceplugin/kubelet, deviceplugin/xdp/hand_off, deviceplugin/node ← deviceplugin/reconcile ← deviceplugin/operate ← deviceplugin
deviceplugin/config ← deviceplugin/install ← deviceplugin
proto ← deviceplugin/ctl/ask ← deviceplugin/ctl/lease
deviceplugin/nic, deviceplugin/ctl/ask ← deviceplugin/ctl/guard
kernel ← deviceplugin/ctl/terminal
deviceplugin/prepare, deviceplugin/ctl/guard, deviceplugin/ctl/terminal ← deviceplugin/ctl/show ← deviceplugin/ctl/top
deviceplugin/prepare, deviceplugin/install, deviceplugin/ctl/guard, deviceplugin/ctl/terminal ← deviceplugin/ctl/check
deviceplugin/ctl/show, deviceplugin/ctl/check, deviceplugin/operate/http ← deviceplugin/ctl/bundle
deviceplugin/ctl/top, deviceplugin/ctl/bundle, deviceplugin/ctl/lease, deviceplugin/ctl/completion ← deviceplugin/ctl
"""


def read(drawing):
    """For each folder those that it may include, itself among them."""
    allowed = {}
    for line in drawing.strip().splitlines():
        below = set()
        for floor in line.split("←"):
            folders = [folder.strip() for folder in floor.split(",")]
            for folder in folders:
                allowed.setdefault(folder, {folder}).update(below)
            below = below.union(*(allowed[folder] for folder in folders))
    return allowed


def folder_of(path):
    """The folder that a path belongs to. What is below proto/ are the packages of other people's APIs: one folder."""
    return "proto" if path.startswith("proto/") else str(pathlib.PurePosixPath(path).parent)


def wrong_arrows(path, text, allowed):
    """A line for each include of the file that points elsewhere than down."""
    folder = folder_of(path)
    if folder not in allowed:
        yield f"{path}:1: the folder {folder} is not in the drawing of tests/includes.py: give it a place there"
        return
    for number, line in enumerate(text.splitlines(), 1):
        include = re.match(r'\s*#\s*include\s*"([^"]+)"', line)
        if include and folder_of(include[1]) not in allowed[folder]:
            yield (f"{path}:{number}: {folder} must not include {folder_of(include[1])}: includes point down, "
                   f"from here to {', '.join(sorted(allowed[folder]))}")


def sources():
    """The files of the programs."""
    tops = sorted({folder.split("/")[0] for folder in read(HOUSE)})
    listed = subprocess.run(["git", "ls-files", *tops], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for path in listed.splitlines() if path.endswith((".cc", ".h", ".c"))]


def main():
    allowed = read(HOUSE)
    wrong = [arrow for path in sources() for arrow in wrong_arrows(path, (ROOT / path).read_text("utf-8"), allowed)]
    for arrow in wrong:
        print(arrow, file=sys.stderr)
    if not wrong:
        print(f"the includes of {len(sources())} files in {len(allowed)} folders point down")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
