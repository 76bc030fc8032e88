# SPDX-License-Identifier: Apache-2.0
"""Tests the chart's options for the cluster that it comes to, and that its copies are as their sources."""
import json
import shutil

import yaml
from chart.rendered import CHART, VALUES
from lib.commands import output_of, succeeds
from lib.conditions import has, no, nothing_in, same
from lib.places import ROOT

MONITORING = ROOT / "deploy/monitoring"


def check_options(check, helm, rendered):
    least, most = rendered["least"], rendered["most"]
    check.chapter("Options")
    namespaces = {"nics", "shop"}  # the second by a network that names it
    check("a namespace of the values' own is that of every object", lambda: nothing_in(
        f"{item['kind']} {item['metadata']['name']}" for item in most.objects
        if item["kind"] != "PriorityClass" and item["metadata"]["namespace"] not in namespaces))
    check("common labels are those of every object, and of the pods", lambda: nothing_in(
        item["metadata"]["name"] for item in [*most.objects, most.template] if item["metadata"].get("labels", {}).get("example/team") != "net"))
    check("an object's own label wins over a common one", lambda: same(
        ("prometheus", "everywhere"), (most.only("PodMonitor")["metadata"]["labels"]["release"],
                                       most.configuration["metadata"]["labels"]["release"])))
    check("the selector has none of them, so that they can change", lambda: same(
        {"app.kubernetes.io/name": "rxlease", "app.kubernetes.io/instance": "fast"},
        most.only("DaemonSet")["spec"]["selector"]["matchLabels"]))
    check("old revisions are kept as asked", lambda: same(
        (10, 0), tuple(chart.only("DaemonSet")["spec"]["revisionHistoryLimit"] for chart in (least, most))))
    check("SELinux's options are those of all containers", lambda: same(
        {"type": "spc_t", "level": "s0"}, most.pod["securityContext"]["seLinuxOptions"]))
    check("and none by themselves", lambda: "seLinuxOptions" not in least.pod["securityContext"])
    check("the daemon has variables and volumes beside its own", lambda: same(
        (["TZ", "NODE"], "/usr/share/zoneinfo", True),
        ([variable["name"] for variable in most.container["env"]], most.volume("zones")["hostPath"]["path"],
         {"name": "zones", "mountPath": "/usr/share/zoneinfo", "readOnly": True} in most.container["volumeMounts"])))
    check("the daemon runs on nodes with GPUs", lambda: same(
        ["node.kubernetes.io/not-ready", "nvidia.com/gpu", "amd.com/gpu"], [one["key"] for one in least.pod["tolerations"]]))
    check("a list of tolerations replaces that", lambda: "nvidia.com/gpu" not in str(most.pod["tolerations"]))
    check_monitoring(check, helm, rendered)


def check_monitoring(check, helm, rendered):
    least, most = rendered["least"], rendered["most"]
    source = yaml.safe_load((MONITORING / "alerts.yaml").read_text("utf-8"))["spec"]
    text = json.dumps(source).replace('daemonset=~\\".*rxlease.*\\"', 'daemonset=\\"queues\\", namespace=\\"nics\\"')
    check("alerts and dashboard are not there by themselves", lambda: nothing_in(
        item for item in least.objects if item["kind"] == "PrometheusRule" or "dashboard" in item["metadata"]["name"]))
    check("the alerts are those of deploy/monitoring, about this release's DaemonSet", lambda: same(
        json.loads(text), most.only("PrometheusRule")["spec"]))
    check("which they name", lambda: has('daemonset="queues", namespace="nics"', json.loads(json.dumps(most.text))))
    board = [item for item in most.of_kind("ConfigMap") if item["metadata"]["name"] == "queues-dashboard"]
    check("the dashboard is that of deploy/monitoring", lambda: same(
        json.loads((MONITORING / "dashboard.json").read_text("utf-8")), json.loads(board[0]["data"]["rxlease.json"])))
    check("where Grafana's sidecar finds it", lambda: same(
        ("1", "Network"), (board[0]["metadata"]["labels"]["grafana_dashboard"], board[0]["metadata"]["annotations"]["grafana_folder"])))
    check("helm's test shows its log where helm finds the pod", lambda: same(
        (True, False), ("--logs" in helm.notes("least"), "--logs" in helm.notes("most"))))


def check_sources(check, scratch):
    """Checks that what the chart has from elsewhere is as it is there, and that a difference is seen."""
    check.chapter("What the chart has from elsewhere")
    check("is as it is there (deploy/helm/assemble.py)", succeeds, ROOT / "deploy/helm/assemble.py", "--check")
    copy = scratch / "sources/deploy"
    for path in ("helm", "monitoring", "schema", "seccomp"):
        shutil.copytree(ROOT / "deploy" / path, copy / path)
    alerts = copy / "monitoring/alerts.yaml"
    alerts.write_text(alerts.read_text("utf-8").replace("for: 10m", "for: 11m"), encoding="utf-8")
    check("otherwise that is told", no, succeeds, copy / "helm/assemble.py", "--check")
    output_of(copy / "helm/assemble.py")
    check("and is mended by the same command", succeeds, copy / "helm/assemble.py", "--check")
    check("which changes nothing else", lambda: same(
        ["files/alerts.yaml"], [str(path.relative_to(CHART)) for path in sorted(CHART.rglob("*")) if path.is_file()
                                and path.read_bytes() != (copy / "helm/rxlease" / path.relative_to(CHART)).read_bytes()]))
    check("every option of the chart has a value in a set", lambda: nothing_in(
        yaml.safe_load((CHART / "values.yaml").read_text("utf-8")).keys() - set().union(
            *(yaml.safe_load(path.read_text("utf-8")) for path in VALUES.glob("*.yaml")))))
