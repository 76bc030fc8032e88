#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the tests of what the tests themselves compute: every *_test.py below tests/.

    tests/scripts.py [NAME]...     only files whose path has one of the names in it

The last line is `N passed, N failed`; a skipped test counts as failed."""
import pathlib
import sys
import unittest

TESTS = pathlib.Path(__file__).resolve().parent


def files(names):
    """The tests' files, by their path."""
    found = [path.relative_to(TESTS) for path in sorted(TESTS.glob("**/*_test.py"))]
    return [path for path in found if not names or any(name in str(path) for name in names)]


def main():
    sys.path.insert(0, str(TESTS))
    modules = [".".join(path.with_suffix("").parts) for path in files(sys.argv[1:])]
    result = unittest.TextTestRunner(verbosity=2).run(unittest.defaultTestLoader.loadTestsFromNames(modules))
    failed = len(result.failures) + len(result.errors) + len(result.skipped) + len(result.unexpectedSuccesses)
    passed = result.testsRun - failed
    print(f"{passed} passed, {failed} failed", flush=True)
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
