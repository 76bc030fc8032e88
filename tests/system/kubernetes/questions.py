# SPDX-License-Identifier: Apache-2.0
"""What one asks a cluster whose pods have queues: of the API server, of the kernel, and of kubectl what only it knows."""
import json

from lib.commands import output_of, succeeds
from lib.conditions import Failed, same
from lib.patience import scaled
from system.kubernetes.node import BUILD

RESOURCE = "rxlease.dev/rxq"


def ours(*words):
    """A condition: kubectl does it in rxlease's namespace."""
    return succeeds("kubectl", "--namespace", "kube-system", *words)


def becomes(state, *objects, seconds=120):
    """A condition: kubectl wait sees that state of the objects in time."""
    return succeeds("kubectl", "wait", "--timeout", f"{scaled(seconds)}s", "--for", state, *objects)


class Questions:
    """To the API server."""

    def __init__(self, api):
        self.api = api

    def daemon(self):
        """The newest pod of the DaemonSet."""
        pods = self.api.pods("kube-system", "app.kubernetes.io/name=rxlease")
        if not pods:
            raise Failed("the DaemonSet has no pod")
        return max(pods, key=lambda pod: pod["metadata"]["creationTimestamp"])

    def daemon_uid(self):
        return self.daemon()["metadata"]["uid"]

    def why_not_ready(self):
        """What the node says of its condition Ready."""
        return next(condition["message"] for condition in self.api.node()["status"]["conditions"]
                    if condition["type"] == "Ready")

    def offers(self, number):
        """A condition: the node comes to have so many queues, and can allocate them all."""
        escaped = RESOURCE.replace(".", r"\.")
        becomes(f"jsonpath={{.status.allocatable.{escaped}}}={number}", "node/bench")
        return same(str(number), self.api.node()["status"]["capacity"][RESOURCE])

    def allocatable(self):
        return self.api.node()["status"]["allocatable"][RESOURCE]

    def pods(self):
        """The pods of the Deployment, but for those that are being deleted."""
        return [pod for pod in self.api.pods("default", "app=web") if "deletionTimestamp" not in pod["metadata"]]

    def phases(self):
        return sorted(pod["status"]["phase"] for pod in self.pods())

    def running(self):
        """The names of those that run, as NAMESPACE/NAME."""
        return sorted(f"default/{pod['metadata']['name']}" for pod in self.pods() if pod["status"]["phase"] == "Running")

    def why_pending(self):
        """What the scheduler says of those that wait."""
        return "\n".join(f"{condition.get('reason')}: {condition.get('message')}"
                         for pod in self.pods() if pod["status"]["phase"] == "Pending"
                         for condition in pod["status"].get("conditions", []) if condition["type"] == "PodScheduled")

    def lives(self):
        """Of each pod what must not change while the chart does."""
        return sorted((pod["metadata"]["uid"], pod["status"].get("podIP"),
                       [container.get("containerID") for container in pod["status"].get("containerStatuses", [])])
                      for pod in self.pods())

    def everyone_leases(self):
        """A condition: who leases queues, by the kernel and the plugin's records, are the pods that run."""
        holders = [f"{lease['holder']['podNamespace']}/{lease['holder']['podName']}" for lease in leases()]
        return same(self.running(), sorted(holders))


def leases():
    """The queues that are leased, as rxleasectl shows them."""
    shown = json.loads(output_of(BUILD / "bin/rxleasectl", "show", "leases", "-o", "json"))
    return [lease for lease in shown["leases"] if lease["state"] == "leased"]


def rights_of(account):
    """What a service account of rxlease's namespace may do."""
    user = f"system:serviceaccount:kube-system:{account}"
    return sorted(output_of("kubectl", "auth", "can-i", "--list", "--namespace", "kube-system", "--as", user).splitlines())
