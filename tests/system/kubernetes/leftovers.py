# SPDX-License-Identifier: Apache-2.0
"""Files on the node that an uninstallation leaves behind, and those that the documentation says may stay."""
import os

from docs.markdown import first_column, in_backticks, section

# The directories that may contain files of rxlease, and directories below them that belong to the node.
PLACES = ("/etc", "/opt", "/run", "/sys/fs/bpf", "/var/lib/cni", "/var/lib/kubelet", "/var/lib/rxlease")
NODES_OWN = ("/run/containerd", "/run/rxlease-node", "/var/lib/kubelet/pods")


def files(places=PLACES, others=NODES_OWN):
    """Returns the paths of everything that is no directory. Links to directories count."""
    found = set()
    for place in places:
        for directory, below, names in os.walk(place):
            paths = [os.path.join(directory, name) for name in below]
            found.update(path for path in paths if os.path.islink(path))
            found.update(os.path.join(directory, name) for name in names)
            below[:] = [os.path.basename(path) for path in paths if path not in others]
    return found


def may_stay(page):
    """Returns the names in the table of docs/upgrade.md that lists what stays."""
    return [name for cell in first_column(section(page, "What stays")) for name in in_backticks(cell)]


def undocumented(paths, page):
    """Returns the paths that contain none of these names, sorted."""
    names = may_stay(page)
    return sorted(path for path in paths if not any(name in path for name in names))
