# SPDX-License-Identifier: Apache-2.0
"""The suite `cluster`: runs the documentation's commands in a real cluster of one node.

The wrapper in tests/bench/suites plugs in the NIC, wires it, and sets PATH."""
import json
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
import yaml
from lib.checks import Checks
from lib.commands import output_of, run, succeeds, succeeds_aloud
from lib.conditions import has, matches, no, nothing_in, same
from lib.kernel_log import complaints
from lib.patience import scaled, within
from lib.places import ROOT
from system.kubernetes.api import Api
from system.kubernetes.documentation import Documentation, lines_before_helm
from system.kubernetes.leftovers import files, undocumented
from system.kubernetes.node import BUILD, START
from system.kubernetes.objects import FURTHER_TYPES, deployment
from system.kubernetes.questions import Questions, becomes, leases, ours, rights_of

KUBECONFIG = pathlib.Path("/etc/kubernetes/admin.conf")
OTHER_NETWORK = pathlib.Path("/etc/cni/net.d/20-other.conflist")
PTP = {"cniVersion": "1.0.0", "name": "other", "plugins": [
    {"type": "ptp", "ipam": {"type": "host-local", "subnet": "10.23.0.0/24", "routes": [{"dst": "0.0.0.0/0"}]}}]}
MULTUS_PLUGIN = pathlib.Path("/opt/cni/bin/multus")
MULTUS = pathlib.Path("/etc/cni/net.d/00-multus.conf")  # before all others, as Multus installs it
BYTES = 67108864  # that the quick start sends


class Cluster:
    """The cluster, and the site: the directory where the documentation's commands run."""

    def __init__(self, check, site):
        self.check = check
        self.site = site
        (site / "deploy").symlink_to(ROOT / "deploy")
        for image in ("image.tar", "examples.tar"):
            (site / image).symlink_to(BUILD / image)
        self.documentation = Documentation(site)
        self.ask = None  # once it answers

    def chapter(self, title):
        uptime = pathlib.Path("/proc/uptime").read_text("ascii").split()[0]
        self.check.chapter(f"{title} ({uptime} s after boot)")

    def documented(self, sentence, page, words):
        return self.check(sentence, self.documentation.runs, page, words)

    def change_pool(self, **members):
        """Changes the first pool in values.yaml, as a person would with an editor."""
        self.change_values(lambda values: values["config"]["pools"][0].update(members))

    def change_values(self, change, name="values.yaml"):
        file = self.site / name
        values = yaml.safe_load(file.read_text("utf-8"))
        change(values)
        file.write_text(json.dumps(values), encoding="utf-8")

    def starts(self):
        """Returns whether the other checks make sense."""
        check = self.check
        if not check("a cluster starts, with no network for pods", succeeds, START, "--cluster",
                     "--cni-bin", output_of(ROOT / "tests/references/build"), "--cni-conf", "/dev/null"):
            return False
        self.ask = Questions(Api(KUBECONFIG))
        self.documented("it takes the images, as the quick start says", "quickstart", "images import image.tar")
        check("its node is not ready", becomes, "condition=Ready=false", "node/bench")
        check("for want of a network", has, "cni", self.ask.why_not_ready)
        return True

    def has_multus(self):
        """Gives the cluster a main network and Multus, as an administrator had before rxlease came."""
        check = self.check
        MULTUS_PLUGIN.symlink_to(pathlib.Path(__file__).with_name("multus.py"))
        MULTUS.write_text(json.dumps({"cniVersion": "1.0.0", "name": "multus-cni-network", "type": "multus",
                                      "kubeconfig": str(KUBECONFIG), "delegates": [PTP]}), encoding="ascii")
        check("the cluster gets the main network ptp, and Multus", within, 60, applied, FURTHER_TYPES)
        check("its types are known", within, 180, self.ask.knows, "NetworkAttachmentDefinition", "PrometheusRule")
        check("and its node is ready", becomes, "condition=Ready", "node/bench")

    def write_values(self, words, name="values.yaml"):
        """Writes the values in the quick start's block with these words, with this node's driver."""
        output_of("bash", "-euc", lines_before_helm("quickstart", words), cwd=self.site)
        file = self.site / name
        file.write_text(file.read_text("utf-8").replace("mlx5_core", "simnic"), encoding="utf-8")

    def is_installed(self):
        """Returns whether the other checks make sense."""
        check = self.check
        self.chapter("The chart is installed")
        self.write_values("cat >values.yaml")
        self.documented("the node gets its label", "quickstart", "kubectl label")
        self.documented("as the quick start says: its DaemonSet becomes ready, and misses nothing",
                        "quickstart", "helm upgrade --install")
        if check.failed:
            print(run(["kubectl", "--namespace", "kube-system", "get", "all,events"])[2], run(["kubectl", "describe", "node"])[2])
            return False
        check("which has four queues, and can allocate them all", self.ask.offers, 4)
        check("its service account has the rights that every account has, and no more",
              lambda: same(rights_of("default"), rights_of("rxlease")))
        check("its pod has no token", lambda: nothing_in(
            volume for volume in self.ask.daemon()["spec"]["volumes"] if "secret" in volume or "projected" in volume))
        return True

    def receives_beside_a_main_network(self):
        check, documentation = self.check, self.documentation
        self.chapter("A pod receives without a copy beside its main network, as the quick start says")
        self.documented("the example pod runs", "quickstart", "deploy/examples/pods/beside.yaml")
        os.environ["ADDRESS"] = address_of_net1("beside")
        check("and listens", within, 30, lambda: has("listening", output_of("kubectl", "logs", "beside")))
        self.documented("a stream is sent to it", "quickstart", "# to net1")
        check("and copied nowhere", within, 30, lambda: has(
            f"zero-copy {BYTES} bytes, copied 0 bytes", documentation.output("quickstart", "kubectl logs beside --tail")))
        check("the pod is deleted", succeeds, "kubectl", "delete", "pod", "beside")
        check("and then has no queue", within, 60, nothing_in, leases)

    def makes_it_the_main_network(self):
        self.chapter("rxlease becomes the main network, as the quick start says")
        MULTUS.unlink()
        MULTUS_PLUGIN.unlink()
        self.write_values("10-rxlease.conflist")
        self.documented("helm upgrades the release", "quickstart", "helm upgrade --install")
        self.check("the node has the network", within, 120, pathlib.Path("/etc/cni/net.d/10-rxlease.conflist").exists)

    def receives_without_a_copy(self):
        check, documentation = self.check, self.documentation
        self.chapter("A pod receives without a copy")
        self.documented("the example pod runs", "quickstart", "deploy/examples/pods/zerocopy.yaml")
        os.environ["ADDRESS"] = address_of("zerocopy")
        check("and listens", within, 30, documentation.runs, "quickstart", "kubectl logs zerocopy\n")
        self.documented("a stream is sent to it", "quickstart", "ip route replace")
        # Before the container is cleared away, which it soon is, and its log with it.
        check("and copied nowhere", within, 30, lambda: has(
            f"zero-copy {BYTES} bytes, copied 0 bytes", documentation.output("quickstart", "kubectl logs zerocopy --tail")))
        check("the pod ends well", becomes, "jsonpath={.status.phase}=Succeeded", "pod/zerocopy")

    def echoes_by_af_xdp(self):
        check, documentation = self.check, self.documentation
        self.chapter("A pod echoes by AF_XDP, as the quick start says")
        self.write_values("cat >values-afxdp.yaml", "values-afxdp.yaml")
        self.documented("the NIC's packets fit into a buffer", "quickstart", "mtu 1500")
        self.documented("the NIC's queues become those of another pool, and the echo runs", "quickstart", "pods/afxdp.yaml")
        os.environ["ADDRESS"] = address_of("afxdp")
        check("and listens", within, 30, documentation.runs, "quickstart", "kubectl logs afxdp")
        self.documented("packets come back", "quickstart", "/dev/udp")
        check("the pod is deleted", succeeds, "kubectl", "delete", "pod", "afxdp")
        self.documented("and the NIC is turned back", "upgrade", "helm upgrade rxlease")
        check("the node has its four queues again", self.ask.offers, 4)
        check("the daemon takes its XDP program off the NIC", within, 30, no_link_has_a_program)

    def gives_queues(self):
        check, ask = self.check, self.ask
        self.chapter("Pods ask for queues")
        check("a Deployment of four pods is made", applied, deployment(4))
        check("they run", succeeds, "kubectl", "rollout", "status", "deployment/web", "--timeout", f"{scaled(120)}s")
        check("and lease a queue each", ask.everyone_leases)
        check("of four different ones", lambda: same(4, len({lease["device"] for lease in leases()})))
        check("one more is asked for", scaled_to, 5)
        check("which stays pending", within, 30, matches, r"Unschedulable: .*Insufficient rxlease\.dev/rxq", ask.why_pending)
        print(ask.why_pending(), flush=True)
        full = ["Pending", "Running", "Running", "Running", "Running"]
        check("while the others go on", same, full, ask.phases)
        check("one of these is deleted", lambda: succeeds("kubectl", "delete", "pod", ask.running()[0].partition("/")[2]))
        check("its queue goes to one that waited", within, 60, same, full, ask.phases)
        check("who leases it", within, 30, ask.everyone_leases)
        check("three go", scaled_to, 2)
        check("and give their queues back", within, 60, ask.everyone_leases)
        check("none is pending", same, ["Running", "Running"], ask.phases)
        self.documented("helm's own test gets a queue", "quickstart", "helm --namespace kube-system test")

    def shows_an_operator(self):
        self.chapter("An operator looks")
        self.documented("at alerts", "operations", "alerts.yaml")
        self.documented("at the queues", "operations", "rxleasectl show")
        self.documented("at those of every node", "operations", "kubectl-rxlease show")
        self.documented("and makes a namespace for pods with queues", "neighbours", "namespace fast")

    def changes(self):
        """Returns the pods' lives, which the upgrades must not change."""
        check, ask = self.check, self.ask
        self.chapter("The pool changes")
        lives, daemon = ask.lives(), ask.daemon_uid()
        self.change_pool(queues={"count": 5})
        self.documented("helm upgrades the release, with one queue more", "upgrade", "helm upgrade rxlease")
        check("the node has five", ask.offers, 5)
        check("the daemon is the same, and so are the pods", lambda: same([daemon, lives], [ask.daemon_uid(), ask.lives()]))
        check("which have their queues", ask.everyone_leases)

        self.chapter("The daemon changes")
        self.change_pool(queues={"count": 4})
        self.change_values(lambda values: values["config"].update(metrics={"address": "127.0.0.1:9809"}))
        self.documented("helm upgrades the release, with another address", "upgrade", "helm upgrade rxlease")
        check("the DaemonSet is rolled out", ours, "rollout", "status", "daemonset/rxlease", "--timeout", f"{scaled(180)}s")
        check("the daemon is another", no, same, daemon, ask.daemon_uid)
        check("the node has four queues again", ask.offers, 4)
        check("the pods are the same", same, lives, ask.lives)
        check("and have their queues", ask.everyone_leases)
        return lives

    def is_uninstalled(self, lives, files_before):
        check, ask = self.check, self.ask
        self.chapter("The chart is uninstalled")
        # As the documentation says, before: without any network nothing that has ended could be cleared away.
        OTHER_NETWORK.write_text(json.dumps(PTP), encoding="ascii")
        uninstallation = self.documentation.begins("upgrade", "--set uninstall=true")
        check("it waits for the pods", within, 180, lambda: matches("not given back: .*default/web", output_of(
            "kubectl", "--namespace", "kube-system", "logs", "daemonset/rxlease", "--container", "restore-nics")))
        check("which go on", same, lives, ask.lives)
        check("they are deleted", succeeds, "kubectl", "delete", "deployment", "web", "--cascade=foreground")
        check("now it is done", same, 0, uninstallation.wait)
        check("its pods are gone", ours, "wait", "pod", "--selector", "app.kubernetes.io/name=rxlease", "--for", "delete",
              "--timeout", f"{scaled(120)}s")
        check("nothing of it is left in the cluster but the pod of helm's test", lambda: same("pod/rxlease-test", output_of(
            "kubectl", "--namespace", "kube-system", "get", "all,configmap,serviceaccount,secret",
            "--selector", "app.kubernetes.io/instance=rxlease", "--output", "name")))
        check("the node has none to allocate", same, "0", ask.allocatable)
        check("and is still ready, with another network", becomes, "condition=Ready", "node/bench")
        check("no file of it is left, but what the documentation names", lambda: nothing_in(undocumented(
            files() - files_before - {str(OTHER_NETWORK)}, (ROOT / "docs/upgrade.md").read_text("utf-8"))))

    def goes_without_helm(self):
        check = self.check
        self.chapter("Without helm")
        # This Kubernetes does not know `hostUsers` yet, which devmem.yaml has.
        manifests = [ROOT / "deploy/kubernetes/rxlease.yaml", *(
            pod for pod in sorted(ROOT.glob("deploy/examples/pods/*.yaml")) if "hostUsers:" not in pod.read_text("utf-8"))]
        check("the API server takes the manifest for kubectl, and the examples", succeeds_aloud, "kubectl", "apply",
              "--dry-run=server", *(word for manifest in manifests for word in ("--filename", manifest)))
        check("a plugin is installed on a node", succeeds_aloud, "rxlease-device-plugin", "install-cni")
        self.documented("and removed by hand", "upgrade", "uninstall-cni")
        check("it is gone", lambda: not pathlib.Path("/opt/cni/bin/rxlease").exists())

    def run(self):
        if not self.starts():
            return
        files_before = files()
        self.has_multus()
        if not self.is_installed():
            return
        self.receives_beside_a_main_network()
        self.makes_it_the_main_network()
        self.receives_without_a_copy()
        self.echoes_by_af_xdp()
        self.gives_queues()
        self.shows_an_operator()
        lives = self.changes()
        self.is_uninstalled(lives, files_before)
        self.goes_without_helm()
        self.check("the kernel has nothing to complain about", nothing_in, complaints)
        self.check("every command of the documentation that needs a cluster was run", nothing_in, self.documentation.never_run)


def no_link_has_a_program():
    """Whether no interface of the host has an XDP program."""
    return not any("xdp" in link for link in json.loads(output_of("ip", "-json", "link")))


def address_of(pod):
    """Returns the pod's address."""
    return output_of("kubectl", "get", "pod", pod, "--output", "jsonpath={.status.podIP}")


def address_of_net1(pod):
    """Returns the first address of the pod's net1, according to Multus."""
    annotation = output_of("kubectl", "get", "pod", pod, "--output",
                           r"jsonpath={.metadata.annotations.k8s\.v1\.cni\.cncf\.io/network-status}")
    return next(network for network in json.loads(annotation) if network["interface"] == "net1")["ips"][0]


def applied(thing):
    """A condition that holds if kubectl applies the object."""
    return succeeds("kubectl", "apply", "--validate=false", "--filename", "-", text=json.dumps(thing))


def scaled_to(replicas):
    """A condition that holds if kubectl sets the Deployment's number of replicas."""
    return succeeds("kubectl", "scale", "deployment", "web", "--replicas", replicas)


def main():
    os.environ.update(KUBECONFIG=str(KUBECONFIG), HELM_CACHE_HOME="/tmp/helm", HELM_CONFIG_HOME="/tmp/helm",
                      HELM_DATA_HOME="/tmp/helm", NODE="bench", NIC="eth0", NODE_ADDRESS="10.0.0.1")
    check = Checks()
    with tempfile.TemporaryDirectory() as site:
        Cluster(check, pathlib.Path(site)).run()
    return check.totals(pathlib.Path(os.environ["RXLEASE_RESULTS"], "cluster.totals"))


if __name__ == "__main__":
    sys.exit(main())
