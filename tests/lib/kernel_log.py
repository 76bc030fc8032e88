# SPDX-License-Identifier: Apache-2.0
"""Faults that the kernel reports in its log. tests/simnic/nic.sh searches for the same lines."""
import re

from lib.commands import output_of

COMPLAINT = re.compile(r"(WARNING|BUG): |waiting for .* to become free|leaked|stalled")


def complaints():
    """Returns the lines of the kernel's log that report a fault of the kernel."""
    return [line for line in output_of("dmesg").splitlines() if COMPLAINT.search(line)]
