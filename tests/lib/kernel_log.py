# SPDX-License-Identifier: Apache-2.0
"""What the kernel complains about. tests/simnic/nic.sh looks for the same."""
import re

from lib.commands import output_of

COMPLAINT = re.compile(r"(WARNING|BUG): |waiting for .* to become free|leaked|stalled")


def complaints():
    """The lines of the kernel's log that tell of a fault in it."""
    return [line for line in output_of("dmesg").splitlines() if COMPLAINT.search(line)]
