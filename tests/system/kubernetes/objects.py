# SPDX-License-Identifier: Apache-2.0
"""Objects that tests make in a cluster."""


def type_of_objects(group, version, kind, plural):
    """Returns the definition of a namespaced type whose objects may have any members."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "names": {"kind": kind, "listKind": f"{kind}List", "plural": plural, "singular": kind.lower()},
            "scope": "Namespaced",
            "versions": [{"name": version, "served": True, "storage": True, "schema": {
                "openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}],
        },
    }


# The types of networks, which Multus brings, and of alerts. The operator that reads alerts is not needed.
FURTHER_TYPES = {"apiVersion": "v1", "kind": "List", "items": [
    type_of_objects("k8s.cni.cncf.io", "v1", "NetworkAttachmentDefinition", "network-attachment-definitions"),
    type_of_objects("monitoring.coreos.com", "v1", "PrometheusRule", "prometheusrules")]}


def deployment(replicas):
    """Returns a Deployment whose pods have a queue each and exit on SIGTERM."""
    container = {
        "name": "main",
        "image": "localhost/busybox:1",
        "command": ["/bin/sh", "-c", "trap exit TERM; sleep 2147483647 & wait"],
        "resources": {"limits": {"rxlease.dev/rxq": 1}},
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}},
                         "spec": {"terminationGracePeriodSeconds": 1, "containers": [container]}},
        },
    }
