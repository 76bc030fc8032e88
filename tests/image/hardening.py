#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reads from the programs of a build what makes them hard to exploit:

    tests/image/hardening.py BUILD_DIRECTORY

For each: position-independent, relocations read-only once it runs, no executable stack, canaries on the stack, checked
calls of the C library. The last line is `N passed, N failed`."""
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from lib.checks import Checks

PROGRAMS = ("rxlease", "rxleasectl", "rxlease-device-plugin")


def readelf(option, program):
    return subprocess.run(["readelf", "--wide", option, program], check=True, capture_output=True, text=True).stdout


class Program:
    def __init__(self, path):
        self.headers = readelf("--file-header", path)
        self.segments = readelf("--segments", path)
        self.dynamic = readelf("--dynamic", path)
        self.symbols = readelf("--symbols", path)

    def is_position_independent(self):
        return "DYN (" in self.headers and bool(re.search(r"FLAGS_1.*\bPIE\b", self.dynamic))

    def has_read_only_relocations(self):
        return "GNU_RELRO" in self.segments and bool(re.search(r"FLAGS_1.*\bNOW\b", self.dynamic))

    def has_no_executable_stack(self):
        return bool(re.search(r"GNU_STACK\s.*\sRW\s", self.segments))

    def has_canaries(self):
        return "__stack_chk_fail" in self.symbols

    def has_checked_calls(self):
        return bool(re.search(r"__(memcpy|vsnprintf|fprintf|snprintf|printf|read|poll|realpath|memmove|fdelt)_chk", self.symbols))


def main():
    build = pathlib.Path(sys.argv[1])
    check = Checks()
    for name in PROGRAMS:
        check.chapter(name)
        program = Program(build / "bin" / name)
        check("is position-independent", program.is_position_independent)
        check("has its relocations read-only", program.has_read_only_relocations)
        check("has no executable stack", program.has_no_executable_stack)
        check("has canaries on its stack", program.has_canaries)
        check("calls the C library's checking functions", program.has_checked_calls)
    return check.totals()


sys.exit(main())
