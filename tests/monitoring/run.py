#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests what Prometheus makes of the daemon's metrics: a real Prometheus scrapes as the chart's PodMonitor says, and
promtool runs the alert rules' tests.

    tests/monitoring/run

The last line is `N passed, N failed`."""
import contextlib
import http.server
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import yaml
from chart.rendered import Helm
from lib.checks import Checks
from lib.commands import output_of, succeeds
from lib.conditions import Failed, nothing_in, same
from lib.patience import within
from lib.places import ROOT
from monitoring.series import SERIES, objections_to_tests
from monitoring.scraping import operators_labels, scrape_config

HERE = ROOT / "tests/monitoring"
ALERTS = ROOT / "deploy/monitoring/alerts.yaml"
DROPS = re.compile(r"^(rxlease_queue_rx_drops_total{.*}) \d+$", re.MULTILINE)


class Daemon(http.server.BaseHTTPRequestHandler):
    """Answers /metrics with what the real daemon said on a node where the pod shop/web-0 has a queue, but the pod loses 1000
    packets a second."""

    def do_GET(self):
        body = DROPS.sub(rf"\1 {int(1000 * time.monotonic())}", SERIES.read_text("utf-8")).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def daemon():
    """Yields the port of a server that answers as the daemon does."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Daemon) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


class Prometheus:
    """A server with a configuration, on a free port of 127.0.0.1."""

    def __init__(self, program, scratch, configuration):
        with http.server.HTTPServer(("127.0.0.1", 0), Daemon) as free:
            self.address = f"127.0.0.1:{free.server_address[1]}"
        (scratch / "prometheus.yaml").write_text(json.dumps(configuration), encoding="utf-8")
        with open(scratch / "prometheus.log", "wb") as log:
            self.process = subprocess.Popen(  # ended by close()
                [program, f"--config.file={scratch}/prometheus.yaml", f"--storage.tsdb.path={scratch}/data",
                 f"--web.listen-address={self.address}"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def close(self):
        self.process.terminate()
        self.process.wait(30)

    def ask(self, path, **parameters):
        url = f"http://{self.address}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)["data"]
        except OSError as error:
            raise Failed(f"{url}: {error}") from error

    def labels_of(self, metric):
        """Returns the labels of the metric's only series, without those of every scrape."""
        series = self.ask("query", query=metric)["result"]
        if len(series) != 1:
            raise Failed(f"there are {len(series)} series {metric}, not one")
        return {name: value for name, value in series[0]["metric"].items() if name not in ("__name__", "instance", "job")}

    def alerts(self):
        """Returns the alerts' names and labels."""
        return [(alert["labels"]["alertname"], alert["labels"]) for alert in self.ask("alerts")["alerts"]]


def check_rules(check, tools, scratch):
    check.chapter("The alert rules")
    rules = scratch / "rules.yaml"
    rules.write_text(json.dumps(yaml.safe_load(ALERTS.read_text("utf-8"))["spec"]), encoding="utf-8")
    (scratch / "alerts_test.yaml").write_text((HERE / "alerts_test.yaml").read_text("utf-8"), encoding="utf-8")
    tests = yaml.safe_load((HERE / "alerts_test.yaml").read_text("utf-8"))
    check("their tests have only series of the real daemon",
          lambda: nothing_in(objections_to_tests(tests, SERIES.read_text("utf-8"))))
    check("promtool takes them", succeeds, tools / "promtool", "check", "rules", rules)
    check("their tests pass", succeeds, tools / "promtool", "test", "rules", scratch / "alerts_test.yaml")
    # Faster than in a cluster, so that a test need not wait for minutes.
    hurried = json.loads(rules.read_text("utf-8"))
    for rule in hurried["groups"][0]["rules"]:
        rule["for"] = "0s"
    hurried["groups"][0]["interval"] = "1s"
    (scratch / "hurried.yaml").write_text(json.dumps(hurried), encoding="utf-8")


def check_scrape(check, tools, scratch, monitor):
    check.chapter("A Prometheus scrapes as the chart's PodMonitor says")
    with daemon() as port:
        configuration = {"global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
                         "rule_files": [str(scratch / "hurried.yaml")],
                         "scrape_configs": [scrape_config(monitor, f"127.0.0.1:{port}",
                                                          {"namespace": "kube-system", "pod": "rxlease-x", "node": "n1"})]}
        server = Prometheus(tools / "prometheus", scratch, configuration)
        try:
            own = {"device": "0000:0a:00.0.p0-rx5", "interface": "rxq0", "nic": "0000:0a:00.0.p0", "namespace": "shop",
                   "pod": "web-0", "pool": "rxq", "node": "n1"}
            check("a pod's series has the pod's namespace and name", within, 30, lambda: same(
                own, {name: value for name, value in server.labels_of("rxlease_queue_rx_drops_total").items()
                      if name not in operators_labels()}))
            check("the daemon's own series has the daemon's", within, 30, lambda: same(
                ("kube-system", "rxlease-x"),
                tuple(server.labels_of("rxlease_attachments")[name] for name in ("namespace", "pod"))))
            check("an alert names the pod that does not keep up", within, 60, lambda: same(
                [("shop", "web-0")], [(labels.get("namespace"), labels.get("pod")) for name, labels in server.alerts()
                                      if name == "RxleaseQueueDrops"]))
        finally:
            server.close()
        if check.failed:
            print((scratch / "prometheus.log").read_text("utf-8")[-3000:])


def run_checks(tools, scratch):
    check = Checks()
    helm = Helm(pathlib.Path(output_of(ROOT / "tests/chart/tools")) / "helm", scratch)
    check_rules(check, tools, scratch)
    check_scrape(check, tools, scratch, helm.render("most").only("PodMonitor"))
    return check.totals()


def main():
    tools = pathlib.Path(output_of(HERE / "tools"))
    with tempfile.TemporaryDirectory() as scratch:
        return run_checks(tools, pathlib.Path(scratch))


if __name__ == "__main__":
    sys.exit(main())
