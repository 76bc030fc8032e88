# SPDX-License-Identifier: Apache-2.0
"""Questions to a cluster whose pods have queues. The API server, kubectl or rxleasectl answers."""
import json
import time

from lib.commands import output_of, succeeds
from lib.conditions import Failed, nothing_in, same
from lib.patience import scaled
from system.kubernetes.node import BUILD

RESOURCE = "rxlease.dev/rxq"


def ours(*words):
    """A condition that holds if kubectl succeeds in rxlease's namespace."""
    return succeeds("kubectl", "--namespace", "kube-system", *words)


def becomes(state, *objects, seconds=120):
    """A condition that holds if the objects reach the state in time, according to `kubectl wait`."""
    return succeeds("kubectl", "wait", "--timeout", f"{scaled(seconds)}s", "--for", state, *objects)


class Questions:
    """Questions that the API server answers."""

    def __init__(self, api):
        self.api = api

    def knows(self, *kinds):
        """A condition that holds once the API server has published these types. Until then it is busy, and may answer nobody
        for ten seconds, so it is asked seldom."""
        time.sleep(2)
        types = self.api.get("/openapi/v2")["definitions"]
        return nothing_in(kind for kind in kinds if not any(name.endswith(f".{kind}") for name in types))

    def daemon(self):
        """Returns the newest pod of the DaemonSet."""
        pods = self.api.pods("kube-system", "app.kubernetes.io/name=rxlease")
        if not pods:
            raise Failed("the DaemonSet has no pod")
        return max(pods, key=lambda pod: pod["metadata"]["creationTimestamp"])

    def daemon_uid(self):
        return self.daemon()["metadata"]["uid"]

    def why_not_ready(self):
        """Returns the message of the node's condition Ready."""
        return next(condition["message"] for condition in self.api.node()["status"]["conditions"]
                    if condition["type"] == "Ready")

    def offers(self, number):
        """A condition that holds once the node has this number of queues, and can allocate them all."""
        escaped = RESOURCE.replace(".", r"\.")
        becomes(f"jsonpath={{.status.allocatable.{escaped}}}={number}", "node/bench")
        return same(str(number), self.api.node()["status"]["capacity"][RESOURCE])

    def allocatable(self):
        return self.api.node()["status"]["allocatable"][RESOURCE]

    def pods(self):
        """Returns the pods of the Deployment that are not being deleted."""
        return [pod for pod in self.api.pods("default", "app=web") if "deletionTimestamp" not in pod["metadata"]]

    def phases(self):
        return sorted(pod["status"]["phase"] for pod in self.pods())

    def running(self):
        """Returns the names of the running pods, as NAMESPACE/NAME."""
        return sorted(f"default/{pod['metadata']['name']}" for pod in self.pods() if pod["status"]["phase"] == "Running")

    def why_pending(self):
        """Returns the scheduler's messages about pending pods."""
        return "\n".join(f"{condition.get('reason')}: {condition.get('message')}"
                         for pod in self.pods() if pod["status"]["phase"] == "Pending"
                         for condition in pod["status"].get("conditions", []) if condition["type"] == "PodScheduled")

    def lives(self):
        """Returns for each pod what an upgrade of the chart must not change."""
        return sorted((pod["metadata"]["uid"], pod["status"].get("podIP"),
                       [container.get("containerID") for container in pod["status"].get("containerStatuses", [])])
                      for pod in self.pods())

    def everyone_leases(self):
        """A condition that holds if exactly the running pods lease queues, according to the kernel and the plugin's records."""
        holders = [f"{lease['holder']['podNamespace']}/{lease['holder']['podName']}" for lease in leases()]
        return same(self.running(), sorted(holders))


def leases():
    """Returns the leases that rxleasectl shows."""
    shown = json.loads(output_of(BUILD / "bin/rxleasectl", "show", "leases", "-o", "json"))
    return [lease for lease in shown["leases"] if lease["state"] == "leased"]


def rights_of(account):
    """Returns the rights of a service account in rxlease's namespace."""
    user = f"system:serviceaccount:kube-system:{account}"
    return sorted(output_of("kubectl", "auth", "can-i", "--list", "--namespace", "kube-system", "--as", user).splitlines())
