#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests the Helm chart without a cluster: lints it, renders it with several sets of values, compares the objects with
Kubernetes' types, has the daemon check its configuration, and checks the error messages for wrong values.

    tests/chart/run [BUILD_DIRECTORY]     default: build/release

The last line is `N passed, N failed`."""
import functools
import json
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import yaml
from chart.networks import check_documented_values, check_networks
from chart.options import check_options, check_sources
from chart.rendered import CHART, VALUES, Helm, allowed_by, keys_of, names_allowed_by, refusals
from docs.sources import daemon_keys
from lib.checks import Checks
from lib.commands import output_of, succeeds
from lib.conditions import has, no, nothing_in, same
from lib.places import ROOT, build_directory

DEPLOY = ROOT / "deploy"
TYPED = ROOT / "tests/chart/typed.js"
CLONE_NEWNET = 0x40000000
# Names that YAML would read as numbers, booleans or null, beside a release 123 in the namespace 1234.
NUMBERS = [("--set-string", "fullnameOverride=,serviceAccount.name="),
           ("--set-string", "fullnameOverride=123,serviceAccount.name=456,podLabels.a=1,podAnnotations.b=true,nodeSelector.c=1e3"),
           ("--set-string", "fullnameOverride=,nameOverride=5,image.digest=,image.tag=1,config.pools[0].name=7"),
           ("--set-string", "priorityClassName=10", "--set", "priorityClass.create=false,terminationGracePeriodSeconds=2000000"),
           ("--set", "tolerations=null,networkAttachmentDefinitions[0].name=a"),
           ("--set-string", "networkAttachmentDefinitions[0].name=1,networkAttachmentDefinitions[0].namespace=2")]


def check_each_set(check, helm, scratch, build):
    """Checks that helm, the daemon and Kubernetes accept every set of values. Returns the renderings by the sets' names, and
    writes each to a file in the scratch directory."""
    check.chapter("Every set of values")
    rendered = {}
    for values in sorted(VALUES.glob("*.yaml")):
        name = values.stem
        check(f"{name}: helm has nothing to complain about", helm.lint, "--values", values)
        chart = rendered[name] = helm.render(name)
        (scratch / f"{name}.yaml").write_text(chart.text, encoding="utf-8")
        config = scratch / f"{name}.config"
        config.write_text(chart.file("config.yaml"), encoding="utf-8")
        check(f"{name}: the daemon takes its configuration",
              succeeds, build / "bin/rxlease-device-plugin", "--config", config, "--check-config")
    check("Kubernetes knows what is rendered, and the examples", succeeds, "node", TYPED,
          *(scratch / f"{name}.yaml" for name in rendered), DEPLOY / "kubernetes/rxlease.yaml",
          *sorted(DEPLOY.glob("examples/*/*.yaml")))
    numbers = {option: helm.render("most", *option, release="123", namespace="1234") for option in NUMBERS}
    for i, chart in enumerate(numbers.values()):
        (scratch / f"{i}.numbers").write_text(chart.text, encoding="utf-8")
    check("names that look like numbers are text all the same", succeeds, "node", TYPED,
          *(scratch / f"{i}.numbers" for i in range(len(numbers))))
    misspelt = scratch / "misspelt"
    misspelt.write_text(rendered["least"].text.replace("hostNetwork:", "hostNetwrok:"), encoding="utf-8")
    check("and would not know what is misspelt", no, succeeds, "node", TYPED, misspelt)
    check("helm has nothing to complain about without any", helm.lint)
    return rendered


def mounted(container, volume):
    """Returns the container's mount of a volume."""
    return next(mount for mount in container["volumeMounts"] if mount["name"] == volume)


def writable(container):
    """Returns the names of the volumes that the container can write to."""
    return sorted(mount["name"] for mount in container["volumeMounts"] if not mount.get("readOnly"))


def check_rights(check, rendered):
    """Checks the rights of pods and of the service account."""
    check.chapter("What is rendered")
    every_text = "\n".join(chart.text for chart in rendered.values())

    def capabilities():
        return rendered["least"].container["securityContext"]["capabilities"]

    check("the daemon has two capabilities", lambda: same(["NET_ADMIN", "SYS_ADMIN"], capabilities()["add"]))
    check("and drops the rest", lambda: same(["ALL"], capabilities()["drop"]))
    check("the daemon can write only to its own directories, kubelet's device-plugins and the network's sysctls", lambda: same(
        ["device-plugins", "persistent", "state", "sysctls"], writable(rendered["least"].container)))
    check("can write only to its folder of the bpffs besides, and the interrupts, with a pool for AF_XDP and one with irqAffinity: follow", lambda: same(
        (["bpf", "bpf-parent", "device-plugins", "irqs", "persistent", "state", "sysctls"], "/sys/fs/bpf/other", "/sys/fs/bpf/other"),
        (writable(rendered["most"].container), rendered["most"].volume("bpf")["hostPath"]["path"],
         mounted(rendered["most"].container, "bpf")["mountPath"])))
    check("the sysctls are the host's, where the daemon looks for them", lambda: same(
        ("/proc/sys/net", "/run/host/proc/sys/net"),
        (rendered["least"].volume("sysctls")["hostPath"]["path"],
         mounted(rendered["least"].container, "sysctls")["mountPath"])))
    check("so are the interrupts", lambda: same(
        ("/proc/irq", "/run/host/proc/irq"),
        (rendered["most"].volume("irqs")["hostPath"]["path"], mounted(rendered["most"].container, "irqs")["mountPath"])))
    check("nothing is privileged", lambda: "privileged: true" not in every_text)
    check("every root file system is read-only", lambda: nothing_in(
        container["name"] for chart in rendered.values() for container in chart.all_containers()
        if container["securityContext"].get("readOnlyRootFilesystem") is not True))
    check("there are no rights on the API server", lambda: nothing_in(
        item["kind"] for chart in rendered.values() for item in chart.objects if "Role" in item["kind"]))


def check_probes(check, rendered):
    def asked(container):
        return container["readinessProbe"]["httpGet"]["host"], container["ports"][0]["containerPort"]

    check("kubelet asks where the daemon listens whether it is ready",
          lambda: same(("127.0.0.1", 9808), asked(rendered["least"].container)))
    check("over IPv6 too", lambda: same(("::1", 9810), asked(rendered["ipv6"].container)))
    check("and not where it does not", lambda: nothing_in({"readinessProbe", "ports"} & set(rendered["silent"].container)))
    check("whether it lives is asked without the network, whoever has the port", lambda: same(
        {name: ["rxlease-device-plugin", "probe", "--socket", f"{state}/probes.sock"]
         for name, state in (("least", "/run/rxlease"), ("silent", "/run/rxlease"), ("most", "/run/other"))},
        {name: rendered[name].container["livenessProbe"]["exec"]["command"] for name in ("least", "silent", "most")}))


def check_places(check, least, most):
    """Checks directories, networks, and tolerations."""
    check("directories are the configuration's",
          lambda: same("/data/kubelet/device-plugins", most.volume("device-plugins")["hostPath"]["path"]))
    check("a conflist is installed", lambda: same(["install-cni", "--conflist=/etc/rxlease/10-fast.conflist"],
                                                  most.pod["initContainers"][-1]["args"]))
    check("its text is the plugin's",
          lambda: same("net.example/fast", json.loads(most.file("10-fast.conflist"))["plugins"][0]["resource"]))
    check("on a node that is not ready, for want of a network",
          lambda: same(("node.kubernetes.io/not-ready", "NoSchedule"),
                       (most.pod["tolerations"][0]["key"], most.pod["tolerations"][0]["effect"])))
    check("the daemon's pod comes to a node that waits for the plugin, whoever placed the network",
          lambda: has("node.kubernetes.io/not-ready", str(least.pod["tolerations"])))
    check("the list is of 1.1.0 for runtimes that know it, and of 1.0.0 for the others", lambda: same(
        ("1.0.0", ["1.0.0", "1.1.0"]),
        (lambda conflist: (conflist["cniVersion"], conflist["cniVersions"]))(json.loads(most.file("10-fast.conflist")))))
    check("Prometheus keeps the labels namespace and pod of the daemon's series", lambda: same(
        True, most.only("PodMonitor")["spec"]["podMetricsEndpoints"][0]["honorLabels"]))
    check("networks of Multus name their resource", lambda: same(
        ["net.example/fast", "net.example/more", "net.example/fast"],
        [network["metadata"]["annotations"]["k8s.v1.cni.cncf.io/resourceName"]
         for network in most.of_kind("NetworkAttachmentDefinition")]))


def selects(chart):
    """Returns whether the DaemonSet selects the pod of `helm test`."""
    selected = chart.only("DaemonSet")["spec"]["selector"]["matchLabels"]
    return selected.items() <= chart.only("Pod")["metadata"]["labels"].items()


def check_lives(check, helm, rendered):
    """Checks which pods and which changes of values start or end a daemon."""
    least = rendered["least"]
    check("the DaemonSet does not select the pod of helm's test", lambda: not selects(least))
    check("helm's test pod gets the networks that it is told to ask for", lambda: same(
        "default/zerocopy", rendered["silent"].only("Pod")["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"]))
    check("uninstalling leaves no daemon", lambda: same(["uninstall-cni", "--stay"], rendered["uninstall"].container["args"]))

    def annotations(*options):
        return helm.render("least", *options).template["metadata"]["annotations"]

    check("a changed pool restarts no daemon",
          lambda: same(annotations(), annotations("--set", "config.pools[0].queues.count=4")))
    check("a changed directory does", lambda: annotations() != annotations("--set", "config.stateDirectory=/run/other"))


def check_versions(check, helm, build):
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text("utf-8"))
    check("the chart is of the programs' version", lambda: same(
        [output_of(build / "bin/rxlease", "--version")] * 2, [f"rxlease {chart[key]}" for key in ("appVersion", "version")]))
    check("so is the image that its annotation for Artifact Hub names", lambda: same(
        [("rxlease:" + chart["appVersion"], ["linux/amd64", "linux/arm64"])],
        [(image["image"], image["platforms"]) for image in yaml.safe_load(chart["annotations"]["artifacthub.io/images"])]))
    check("the manifest for kubectl is the chart's", lambda: same(
        (DEPLOY / "kubernetes/rxlease.yaml").read_text("utf-8").rstrip("\n"),
        output_of(DEPLOY / "kubernetes/render", helm.program)))


def check_notes(check, helm):
    check.chapter("What to do next")
    notes = functools.cache(helm.notes)
    no_network = "No network of type rxlease comes with this release"
    check("names the resource", lambda: has("rxlease.dev/rxq", notes("least")))
    check("in a form that kubectl takes", lambda: has(r"QUEUES:.status.allocatable.rxlease\.dev/rxq", notes("least")))
    check("warns when there is no network", lambda: has(no_network, notes("least")))
    check("but only then", lambda: "No network" not in notes("most"))
    check("names the network of Multus", lambda: has("k8s.v1.cni.cncf.io/networks: shop/fast", notes("most")))
    check("tells how uninstalling goes on", lambda: has("helm --namespace net uninstall fast", notes("uninstall")))


def check_refusals(check, helm):
    check.chapter("What is refused")
    for option, value, words in refusals((ROOT / "tests/chart/refusals").read_text("utf-8")):
        check(f"{option} {value} => {words}", lambda: has(words, helm.refusal("least", option, value)))


def check_keys(check):
    check.chapter("Keys")
    schema = json.loads((CHART / "values.schema.json").read_text("utf-8"))["properties"]["config"]
    check("the schema has the daemon's keys, and no other", lambda: same(sorted(daemon_keys()), sorted(keys_of(schema))))


def check_daemons_seccomp(check, helm, rendered):
    """Checks the daemon's own profile, and how it comes to the nodes."""
    check.chapter("The daemon's seccomp profile")
    text = (CHART / "files/seccomp.json").read_text("utf-8")
    profile = json.loads(text)
    runtimes = json.loads(pathlib.Path(output_of(ROOT / "tests/references/seccomp")).read_text("utf-8"))
    least = rendered["least"]
    without = helm.render("least", "--set", "seccomp.install=false")
    check("is installed before the daemon starts, and before the network", lambda: same(
        [["install-seccomp", "--profile=/etc/rxlease/seccomp.json", "--pod-profile=/etc/rxlease/seccomp-pods.json"],
         ["install-cni"]],
        [container["args"] for container in least.pod["initContainers"]]))
    check("as it is in the chart", lambda: same(profile, json.loads(least.file("seccomp.json"))))
    check("where kubelet looks for profiles", lambda: same(
        ("/data/kubelet/seccomp", "/data/kubelet/seccomp"),
        (rendered["most"].volume("seccomp")["hostPath"]["path"],
         mounted(rendered["most"].pod["initContainers"][0], "seccomp")["mountPath"])))
    check("is the daemon's", lambda: same({"type": "Localhost", "localhostProfile": "rxlease-device-plugin.json"},
                                          least.container["securityContext"]["seccompProfile"]))
    check("can be left out, for the runtime's", lambda: same(
        (False, ["config.yaml"], [["install-cni"]]),
        ("seccompProfile" in without.container["securityContext"], list(without.configuration["data"]),
         [container["args"] for container in without.pod["initContainers"]])))
    check("is removed by uninstalling", lambda: "seccomp" in writable(rendered["uninstall"].container))
    check("refuses what it does not name", same, "SCMP_ACT_ERRNO", profile["defaultAction"])
    # The runtime allows `socket` of any family but one, and `clone` with conditions of its own.
    check("allows no more than containerd's default but five calls", lambda: same(
        ["bpf", "io_uring_register", "io_uring_setup", "setns", "unshare"], sorted(names_allowed_by(profile) - names_allowed_by(runtimes))))
    check("and far fewer", lambda: len(names_allowed_by(profile)) * 2 < len(names_allowed_by(runtimes)))
    check("enters and makes namespaces of the network only", lambda: same(
        {"setns": (1, CLONE_NEWNET), "unshare": (0, CLONE_NEWNET)},
        {rule["names"][0]: (rule["args"][0]["index"], rule["args"][0]["value"]) for rule in profile["syscalls"]
         if rule["names"][0] in ("setns", "unshare")}))


def runtimes_profile(architecture):
    """Returns containerd's default profile."""
    return json.loads(pathlib.Path(output_of(ROOT / "tests/references/seccomp", architecture)).read_text("utf-8"))


def check_seccomp(check, least):
    check.chapter("The seccomp profile for pods")
    profile = json.loads((DEPLOY / "seccomp/rxlease.json").read_text("utf-8"))
    defaults = {architecture: runtimes_profile(architecture) for architecture in ("amd64", "arm64")}
    # Not equal: Debian's containerd goes on, and may come to allow more.
    check("allows three calls that containerd's default does not", lambda: same(
        [("io_uring_enter", "None"), ("io_uring_register", "None"), ("io_uring_setup", "None")],
        sorted(allowed_by(profile) - allowed_by(defaults["amd64"]) - allowed_by(defaults["arm64"]))))
    check("and refuses what is left", same, "SCMP_ACT_ERRNO", profile["defaultAction"])
    own_calls = {"amd64": "arch_prctl", "arm64": "set_tls"}
    for architecture, call in own_calls.items():
        check(f"knows the architectures of a kernel for {architecture}", lambda: nothing_in(
            set(defaults[architecture]["architectures"]) - set(profile["architectures"])))
        check(f"and allows what is only there: {call}", lambda: has(call, names_allowed_by(profile)))
    check("derive makes such a profile of any defaults", lambda: same(
        allowed_by(defaults["arm64"]) | {(name, "None") for name in ("io_uring_enter", "io_uring_register", "io_uring_setup")},
        allowed_by(json.loads(output_of(DEPLOY / "seccomp/derive", output_of(ROOT / "tests/references/seccomp", "arm64"))))))
    check("is what the chart installs", lambda: same(profile, json.loads(least.file("seccomp-pods.json"))))


def check_yaml(check, rendered, scratch):
    check.chapter("YAML")
    check("yamllint has nothing to complain about", succeeds, "yamllint", "--strict", "--config-file", DEPLOY / ".yamllint.yaml",
          CHART / "Chart.yaml", CHART / "values.yaml", DEPLOY / "kubernetes", DEPLOY / "monitoring", DEPLOY / "examples",
          VALUES, *(scratch / f"{name}.yaml" for name in rendered))


def run_checks(build, tools, scratch):
    check = Checks()
    helm = Helm(tools / "helm", scratch)
    rendered = check_each_set(check, helm, scratch, build)
    check_rights(check, rendered)
    check_probes(check, rendered)
    check_places(check, rendered["least"], rendered["most"])
    check_lives(check, helm, rendered)
    check_versions(check, helm, build)
    check_notes(check, helm)
    check_refusals(check, helm)
    check_keys(check)
    check_options(check, helm, rendered)
    check_networks(check, build, scratch)
    check_documented_values(check, helm, scratch)
    check_sources(check, scratch)
    check_daemons_seccomp(check, helm, rendered)
    check_seccomp(check, rendered["least"])
    check_yaml(check, rendered, scratch)
    return check.totals()


def main():
    build = build_directory(sys.argv[1:])
    tools = pathlib.Path(output_of(ROOT / "tests/chart/tools"))
    os.environ["NODE_PATH"] = str(tools / "node_modules")
    with tempfile.TemporaryDirectory() as scratch:
        return run_checks(build, tools, pathlib.Path(scratch))


if __name__ == "__main__":
    sys.exit(main())
