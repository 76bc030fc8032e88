# SPDX-License-Identifier: Apache-2.0
"""Progress on standard error, for a person who waits: the Python version of tests/bench/lib/progress.sh."""
import shutil
import subprocess
import sys
import time

HEARTBEAT = 10  # seconds


def say(text):
    print(f"rxlease: {text}", file=sys.stderr, flush=True)


def die(text):
    say(text)
    raise SystemExit(1)


def require(*programs):
    """Ends the script if a program is missing, and names all that are."""
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        die(f"missing: {' '.join(missing)}. tests/setup installs what rxlease needs.")


def step(name, log, command, **options):
    """Runs the command with its output in the log, and prints its progress every ten seconds. If the command fails, prints
    the end of its output and ends the script."""
    say(name)
    began = time.monotonic()
    with open(log, "wb") as output, subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                                                     stdout=output, stderr=subprocess.STDOUT, **options) as process:
        while True:
            try:
                status = process.wait(HEARTBEAT)
                break
            except subprocess.TimeoutExpired:
                lines = last_words(log)
                last = " ".join(lines[-1].split())[:80] if lines else ""
                say(f"{name}: {time.monotonic() - began:.0f} s, {len(lines)} lines, now {last}")
    if status:
        print("\n".join(last_words(log)[-40:]), file=sys.stderr)
        die(f"{name} failed: {' '.join(map(str, command))}")


def last_words(log):
    return log.read_text(encoding="utf-8", errors="replace").splitlines()
