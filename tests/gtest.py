#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs GoogleTest programs, as many at once as there are CPUs, and adds up their tests:

    tests/gtest PROGRAM...

A skipped or disabled test counts as failed. So does a program that ends badly although no test failed: that is how a
sanitizer reports. RXLEASE_EMULATOR is a command, with its options, that runs programs of another architecture. The last
line is `N passed, N failed`."""
import concurrent.futures
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

from lib.googletest import verdicts

EMULATOR = shlex.split(os.environ.get("RXLEASE_EMULATOR", ""))


def run(program, directory):
    """The program's output, and how many of its tests passed and failed."""
    name = pathlib.Path(program).name
    report = pathlib.Path(directory, f"{name}.xml")
    try:
        ended = subprocess.run([*EMULATOR, program, "--gtest_brief=1", f"--gtest_output=xml:{report}"], check=False,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as error:
        return f"FAILED: {program}: {error}\n".encode(), 0, 1
    try:
        found = [verdict for _, verdict in verdicts(report)]
    except (OSError, xml.ParseError):
        found = []
    passed = found.count("passed")
    failed = len(found) - passed
    said = ended.stdout
    if (ended.returncode or not found) and not failed:
        said += f"FAILED: {name} ended with status {ended.returncode}, though no test failed\n".encode()
        failed = 1
    return said, passed, failed


def main():
    with tempfile.TemporaryDirectory() as directory, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        passed = failed = 0
        for said, good, bad in workers.map(lambda program: run(program, directory), sys.argv[1:]):
            sys.stdout.buffer.write(said)
            passed, failed = passed + good, failed + bad
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
