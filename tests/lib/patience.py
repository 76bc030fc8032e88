# SPDX-License-Identifier: Apache-2.0
"""How long to wait on a machine that may be busy: patience.sh and within.sh of tests/bench/lib, for Python."""
import os
import pathlib
import time

from lib.conditions import Failed, why_not

LOAD = pathlib.Path("/proc/loadavg")
PAUSE = 0.1  # seconds between two looks


def load_in_percent(load=LOAD):
    """The load of one processor: 100 is all that the machine has."""
    hundredths = int(load.read_text(encoding="ascii").split()[0].replace(".", ""))
    return hundredths // len(os.sched_getaffinity(0))


def patience(load=LOAD):
    """How many times as long as on an idle machine a wait may take.

    In the bench the host's load cannot be seen: tests/bench/boot tells it as RXLEASE_PATIENCE. A kernel that checks
    itself is ten times as slow."""
    told = os.environ.get("RXLEASE_PATIENCE")
    if told:
        return int(told)
    return (2 + load_in_percent(load) // 100) * (10 if os.environ.get("RXLEASE_LINUX_CHECKS") else 1)


def scaled(seconds):
    """How many they are on this machine. They are meant for an idle one."""
    return seconds * patience()


def within(seconds, condition, *arguments):
    """The condition holds at once or in at most so many scaled seconds. It is asked again and again, quietly."""
    limit = scaled(seconds)
    deadline = time.monotonic() + limit
    while reason := why_not(condition, *arguments):
        if time.monotonic() >= deadline:
            raise Failed(f"not within {limit} s; the last time: {reason}")
        time.sleep(PAUSE)
    return True
