#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the seccomp profile for pods that use io_uring: what a runtime's default profiles for one or more architectures
allow, and io_uring's three calls:

    deploy/seccomp/derive DEFAULT.json... >rxlease.json

A call that an architecture lacks allows nothing there, so one profile serves several. rxlease.json beside this is made of
containerd's defaults:

    deploy/seccomp/derive "$(tests/references/seccomp)" "$(tests/references/seccomp arm64)" >deploy/seccomp/rxlease.json"""
import argparse
import json
import pathlib
import sys
import textwrap

IO_URING = {"names": ["io_uring_enter", "io_uring_register", "io_uring_setup"], "action": "SCMP_ACT_ALLOW"}
WIDTH = 100


def joined(lists):
    """Returns the elements of all lists, each once, in the order of their first occurrence."""
    elements = []
    for element in (element for one in lists for element in one):
        if element not in elements:
            elements.append(element)
    return elements


def derived(defaults):
    """Returns the profile that is made of the default profiles. The first one says what happens to all other calls."""
    return defaults[0] | {"architectures": joined(one["architectures"] for one in defaults),
                          "syscalls": [*joined(one["syscalls"] for one in defaults), IO_URING]}


def text_of(profile):
    """Returns the profile as JSON, with as many names of system calls in a line as fit."""
    def rule(one):
        names = textwrap.wrap(", ".join(map(json.dumps, one["names"])), WIDTH)
        others = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in one.items() if key != "names"]
        return "    {\n      " + ",\n      ".join([*others, '"names": [\n        ' + "\n        ".join(names) + "\n      ]"]) + "\n    }"

    head = "".join(f"  {json.dumps(key)}: {json.dumps(value)},\n" for key, value in profile.items() if key != "syscalls")
    return "{\n" + head + '  "syscalls": [\n' + ",\n".join(map(rule, profile["syscalls"])) + "\n  ]\n}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("default", nargs="+", type=pathlib.Path, help="a runtime's default profile")
    sys.stdout.write(text_of(derived([json.loads(path.read_text(encoding="utf-8")) for path in parser.parse_args().default])))


if __name__ == "__main__":
    main()
