# SPDX-License-Identifier: Apache-2.0
"""What the Prometheus operator makes of a PodMonitor, as far as the chart's uses it."""


def operators_labels():
    """The labels that the operator adds to every series of a PodMonitor, besides namespace and pod."""
    return {"container", "endpoint"}


def scrape_config(monitor, address, target):
    """Returns the scrape configuration for a monitor's only endpoint and one target: `target` has the namespace, the pod
    and the node that the operator's relabelling finds by the API server."""
    endpoint, = monitor["spec"]["podMetricsEndpoints"]
    labels = {name: target[name] for name in ("namespace", "pod")}
    for rule in endpoint.get("relabelings", []):
        if rule["sourceLabels"] == ["__meta_kubernetes_pod_node_name"]:
            labels[rule["targetLabel"]] = target["node"]
    return {"job_name": f"podMonitor/{monitor['metadata']['name']}", "metrics_path": endpoint["path"],
            "honor_labels": endpoint.get("honorLabels", False),
            "static_configs": [{"targets": [address],
                                "labels": labels | {"container": "device-plugin", "endpoint": endpoint["port"]}}]}
