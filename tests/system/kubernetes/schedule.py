# SPDX-License-Identifier: Apache-2.0
"""The suite `schedule`: a real kubelet hands out our device plugin's queues."""
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from lib.checks import Checks
from lib.commands import output_of, succeeds
from lib.conditions import Failed, nothing_in, same
from lib.patience import within
from system.kubernetes.node import (PLUGIN, POD, RESTART_KUBELET, START, STOP, given_to, known_devices, leased_by_pod, pod,
                                    queues)

NIC = "eth0"
FOUR = [f"netdevsim1.p1-rx{queue}" for queue in (4, 5, 6, 7)]
CONFIGURATION = pathlib.Path(__file__).resolve().parents[2] / "bench/node/rxlease.yaml"
PLACES_OF_OURS = ("/run/rxlease/attachments", "/run/rxlease/devices")


def leased(name):
    """Returns the ids of the queues that the pod's netkit leases."""
    return [f"netdevsim1.p1-rx{queue}" for queue in leased_by_pod(name, NIC)]


def holds_what_kubelet_gave(name):
    """A condition that holds if kubelet's record and the kernel name the same queues, at least one."""
    given = given_to(name)
    if not given:
        raise Failed(f"kubelet has given nothing to {name}")
    return same(given, leased(name))


def pods_leases():
    """Returns the leases but those of the daemon's guard."""
    rxleasectl = pathlib.Path(os.environ["RXLEASE_BUILD"], "bin/rxleasectl")
    return json.loads(output_of(rxleasectl, "show", "leases", "--config", CONFIGURATION, "-o", "json"))["leases"]


def left_behind():
    """Returns files and devices that only attachments have."""
    files = [path for place in PLACES_OF_OURS for path in pathlib.Path(place).glob("**/*") if path.is_file()]
    return files + output_of("ip", "-oneline", "link", "show", "type", "netkit").splitlines()


def has_ended(*words):
    """A condition that holds if tests/bench/node/pod succeeds."""
    return succeeds(POD, *words)


def check_start(check):
    """Returns whether the other checks make sense."""
    output_of("ip", "link", "set", NIC, "up")
    if not check("a node starts", succeeds, START) or not check("the device plugin registers", succeeds, PLUGIN, "start"):
        return False
    check("kubelet has four queues to give", same, FOUR, known_devices)
    pod("run", "one", "--queues", "2")
    return check("a pod that asks for two queues runs", has_ended, "wait", "one", "Running")


def lease_of(name, device):
    """Returns the interface and the NIC's queue that a pod reads in its lease.json."""
    lease = json.loads(pod("exec", name, "cat", f"/run/rxlease/{device}/lease.json"))
    return lease["interface"], lease["physicalQueue"]


def check_pod(check):
    """Checks what a pod with two queues has. Returns the ids of its queues."""
    check("its netkit leases those that kubelet recorded", holds_what_kubelet_gave, "one")
    first = given_to("one")
    check("there are two", same, 2, len(first))
    check("its environment names them", lambda: same(
        [f"RXLEASE_DEVICES_RXQ={','.join(first)}"],
        [line for line in pod("exec", "one", "env").splitlines() if "RXLEASE" in line]))
    for device in first:
        check(f"{device}: lease.json can be read in the container",
              lambda: same(("eth0", int(device.rpartition("-rx")[2])), lease_of("one", device)))
        check(f"{device}: it cannot be written there", lambda: same("refused", pod(
            "exec", "one", "sh", "-c", 'echo >"$0" || echo refused', f"/run/rxlease/{device}/lease.json")))
    check("the pod has its network", has_ended, "exec", "one", "ping", "-c", "1", "-q", "10.22.0.1")
    return first


def lease_of_pod(*words):
    """Has the daemon lend or take back."""
    rxleasectl = pathlib.Path(os.environ["RXLEASE_BUILD"], "bin/rxleasectl")
    return succeeds(rxleasectl, "lease", *words, "--config", CONFIGURATION)


def check_loan(check, first):
    """Checks that kubelet allocates no queue that the daemon has lent to a running pod."""
    full_name = json.loads(pod("show", "one"))["metadata"]["name"]
    free = sorted(set(FOUR) - set(first))
    check("the daemon lends the first pod another queue", lease_of_pod, "add", full_name)
    check("it is lent", lambda: same(free[:1], [lease["device"] for lease in pods_leases() if lease["lent"]]))
    check("kubelet no longer has it to give", lambda: same(sorted(first + free[1:]), known_devices()))
    pod("run", "greedy", "--queues", "2")
    check("a pod that asks for one more than is left is refused", has_ended, "wait", "greedy", "Failed")
    pod("delete", "greedy")
    pod("run", "modest", "--queues", "1")
    check("one that asks for what is left runs", has_ended, "wait", "modest", "Running")
    check("it has the queue that is not lent", lambda: same(free[1:], given_to("modest")))
    check("it is deleted", has_ended, "delete", "modest")
    check("the daemon takes the queue back", lease_of_pod, "remove", full_name, "rxq1")
    check("kubelet has all to give again", within, 10, same, FOUR, known_devices)


def check_full_pool(check, first):
    """Checks that a second pod gets the other queues, and that a third is refused."""
    pod("run", "two", "--queues", "1", "--with", '.spec.containers += [.spec.containers[0] | .name = "beside"]')
    check("a pod of two containers with a queue each runs", has_ended, "wait", "two", "Running")
    check("its netkit leases both", holds_what_kubelet_gave, "two")
    check("those are two others", lambda: same(FOUR, sorted(first + given_to("two"))))

    pod("run", "three", "--queues", "1")
    check("a third pod is refused, as the pool is empty", has_ended, "wait", "three", "Failed")
    check("kubelet says why", lambda: same("Failed UnexpectedAdmissionError", pod("status", "three")))
    pod("delete", "three")


def kubelet_restarts(*how):
    """A condition that holds if kubelet restarts and the device plugin registers with it."""
    return succeeds(RESTART_KUBELET, *how) and succeeds(PLUGIN, "await")


def plugin_restarts(*how):
    return succeeds(PLUGIN, "stop", *how) and succeeds(PLUGIN, "start")


def check_restarts(check, first):
    """Checks that a restart of kubelet or of the device plugin changes no lease."""
    for sentence, restarts, how in (("kubelet is restarted", kubelet_restarts, ()),
                                    ("kubelet is killed, and started", kubelet_restarts, ("--kill",)),
                                    ("the device plugin is restarted", plugin_restarts, ()),
                                    ("the device plugin is killed, and started", plugin_restarts, ("KILL",))):
        check(sentence, restarts, *how)
        check("kubelet has the same queues", same, FOUR, known_devices)
        check("the first pod leases what it did", lambda: same(first, leased("one")))
        check("the second too", holds_what_kubelet_gave, "two")
    pod("run", "four", "--queues", "1")
    check("the pool is still empty", has_ended, "wait", "four", "Failed")
    pod("delete", "four")


def check_end(check, first):
    """Checks that queues are given again, and that nothing is left in the end."""
    check("a pod is deleted", has_ended, "delete", "one")
    pod("run", "five", "--queues", "2")
    check("the next gets its queues", has_ended, "wait", "five", "Running")
    check("they are the same", lambda: same(first, given_to("five")))
    check("its netkit leases them", holds_what_kubelet_gave, "five")

    check("the node stops", succeeds, STOP)
    check("no pod has a queue", nothing_in, pods_leases)
    check("the device plugin stops", succeeds, PLUGIN, "stop")
    check("every queue is free", lambda: nothing_in(line for line in queues(NIC).splitlines() if " of ifindex " in line))
    check("nothing is left", nothing_in, left_behind)


def main():
    check = Checks()
    if check_start(check):
        first = check_pod(check)
        check_loan(check, first)
        check_full_pool(check, first)
        check_restarts(check, first)
        check_end(check, first)
    return check.totals(pathlib.Path(os.environ["RXLEASE_RESULTS"], "schedule.totals"))


if __name__ == "__main__":
    sys.exit(main())
