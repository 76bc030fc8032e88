# SPDX-License-Identifier: Apache-2.0
"""Timeouts that allow for a busy machine: the Python version of patience.sh and within.sh in tests/bench/lib."""
import os
import pathlib
import time

from lib.conditions import Failed, why_not

LOAD = pathlib.Path("/proc/loadavg")
PAUSE = 0.1  # seconds between two attempts


def load_in_percent(load=LOAD):
    """Returns the load per processor in percent; at 100 the machine is fully used."""
    hundredths = int(load.read_text(encoding="ascii").split()[0].replace(".", ""))
    return hundredths // len(os.sched_getaffinity(0))


def patience(load=LOAD):
    """Returns the factor by which a timeout for an idle machine is multiplied.

    The bench cannot see the host's load, so tests/bench/boot passes the factor as RXLEASE_PATIENCE. A kernel that checks
    itself is ten times as slow."""
    told = os.environ.get("RXLEASE_PATIENCE")
    if told:
        return int(told)
    return (2 + load_in_percent(load) // 100) * (10 if os.environ.get("RXLEASE_LINUX_CHECKS") else 1)


def scaled(seconds):
    """Takes a timeout for an idle machine, in seconds, and returns the timeout for this machine now."""
    return seconds * patience()


def within(seconds, condition, *arguments):
    """Holds as soon as the condition does. Tests the condition repeatedly and quietly, and fails after the scaled time."""
    limit = scaled(seconds)
    deadline = time.monotonic() + limit
    while reason := why_not(condition, *arguments):
        if time.monotonic() >= deadline:
            raise Failed(f"not within {limit} s; the last time: {reason}")
        time.sleep(PAUSE)
    return True
