# SPDX-License-Identifier: Apache-2.0
"""Results that take minutes are made once per machine and kept outside the work tree: the Python version of
tests/bench/lib/cache.sh. The directory CACHE (see places.py) may be removed at any time to start afresh."""
import contextlib
import fcntl
import pathlib
import shutil
import tempfile
import time

from lib.progress import say

TELL_EVERY = 30  # seconds, while another process has the lock


@contextlib.contextmanager
def locked(directory):
    """Makes the directory, and holds its lock. Waits while another process holds it."""
    directory.mkdir(parents=True, exist_ok=True)
    with open(directory / "lock", "w", encoding="ascii") as lock:
        began = told = time.monotonic()
        while not has_locked(lock):
            time.sleep(0.2)
            if time.monotonic() - told >= TELL_EVERY:
                told = time.monotonic()
                say(f"waiting for another process that is at work in {directory}: {told - began:.0f} s")
        yield


def has_locked(file):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


@contextlib.contextmanager
def scratch_in(directory):
    """Makes a directory on the file system on which results are renamed into place, and removes it afterwards. Also removes
    leftovers of killed processes: the caller has the lock."""
    for left in directory.glob("scratch.*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix="scratch.", dir=directory) as scratch:
        yield pathlib.Path(scratch)
