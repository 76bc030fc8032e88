# SPDX-License-Identifier: Apache-2.0
"""Objects that tests make in a cluster."""

# The type of alerts. The operator that reads them is not needed.
PROMETHEUS_RULES = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "prometheusrules.monitoring.coreos.com"},
    "spec": {
        "group": "monitoring.coreos.com",
        "names": {"kind": "PrometheusRule", "listKind": "PrometheusRuleList", "plural": "prometheusrules",
                  "singular": "prometheusrule"},
        "scope": "Namespaced",
        "versions": [{"name": "v1", "served": True, "storage": True, "schema": {
            "openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}],
    },
}


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
