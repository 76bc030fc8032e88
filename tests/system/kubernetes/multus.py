#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Stands in for Multus, which is in no package of Debian's: a CNI plugin that the runtime calls as `multus`, with Multus'
own configuration and objects.

It gives a pod the main network, `delegates[0]` of its configuration, as the interface that the runtime asked for; then a
further interface for each network, a NetworkAttachmentDefinition, that the pod's annotation names. What the plugins
answered becomes the pod's annotation `network-status`. DEL goes by what ADD has kept in a file for the container. It
calls a list of plugins as libcni does. Devices, which Multus hands to networks that name a resource, are left to the
suite `beside`."""
import dataclasses
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from system.kubernetes.api import Api

KEPT = pathlib.Path("/var/lib/cni/multus")
NETWORKS = "k8s.v1.cni.cncf.io/networks"
STATUS = "k8s.v1.cni.cncf.io/network-status"
VERSIONS = {"cniVersion": "1.0.0", "supportedVersions": ["0.3.1", "0.4.0", "1.0.0"]}


class PluginFailed(Exception):
    """A plugin's answer is an error, which becomes that of this plugin."""


@dataclasses.dataclass
class Attachment:
    """A network of a pod: the list of plugins, with all that they need, and what the last one answered."""

    interface: str
    network: dict
    result: dict | None = None

    def configuration(self, plugin, previous):
        """Returns what the plugin reads from its standard input."""
        given = {"cniVersion": self.network["cniVersion"], "name": self.network["name"]}
        return plugin | given | ({"prevResult": previous} if previous else {})

    def add(self):
        for plugin in self.network["plugins"]:
            self.result = json.loads(call("ADD", self.interface, self.configuration(plugin, self.result)))

    def delete(self):
        for plugin in reversed(self.network["plugins"]):
            call("DEL", self.interface, self.configuration(plugin, self.result))

    def status(self, name, is_default):
        """Returns the pod's entry for this network in the annotation `network-status`."""
        addresses = [entry["address"].partition("/")[0] for entry in self.result.get("ips", [])]
        default = {"default": True} if is_default else {}
        return {"name": name, "interface": self.interface, "ips": addresses} | default | {"dns": {}}


def call(verb, interface, configuration):
    """Calls the plugin of this type in CNI_PATH, and returns its answer."""
    program = next((path for path in (pathlib.Path(directory, configuration["type"])
                                      for directory in os.environ["CNI_PATH"].split(":")) if path.exists()), None)
    if not program:
        raise PluginFailed(json.dumps({"code": 100, "msg": f"there is no plugin {configuration['type']}"}))
    ended = subprocess.run([program], input=json.dumps(configuration), capture_output=True, text=True, check=False,
                           env=os.environ | {"CNI_COMMAND": verb, "CNI_IFNAME": interface})
    if ended.returncode:
        raise PluginFailed(ended.stdout)
    return ended.stdout


def as_list(configuration):
    """Returns the configuration of one plugin, or of a list, as that of a list."""
    if "plugins" in configuration:
        return configuration
    return {"cniVersion": configuration["cniVersion"], "name": configuration["name"], "plugins": [configuration]}


def named_networks(annotation, namespace):
    """Returns namespace, name and interface of each network of `[NAMESPACE/]NAME[@INTERFACE], …`."""
    found = []
    for number, word in enumerate(annotation.split(","), 1):
        path, _, interface = word.strip().partition("@")
        of, _, name = path.rpartition("/")
        found.append((of or namespace, name, interface or f"net{number}"))
    return found


def further_attachments(api, pod):
    """Returns name and attachment of each network that the pod's annotation asks for."""
    found = []
    annotation = pod["metadata"].get("annotations", {}).get(NETWORKS, "")
    for namespace, name, interface in named_networks(annotation, pod["metadata"]["namespace"]) if annotation else []:
        path = f"/apis/k8s.cni.cncf.io/v1/namespaces/{namespace}/network-attachment-definitions/{name}"
        definition = api.get(path)
        found.append((f"{namespace}/{name}", Attachment(interface, as_list(json.loads(definition["spec"]["config"])))))
    return found


def keep(file, attachments):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([dataclasses.asdict(attachment) for attachment in attachments]), encoding="utf-8")


def add(configuration, file):
    """Attaches the pod to all its networks, and returns the answer of the main one."""
    api = Api(pathlib.Path(configuration["kubeconfig"]))
    arguments = dict(pair.split("=", 1) for pair in os.environ["CNI_ARGS"].split(";"))
    path = f"/api/v1/namespaces/{arguments['K8S_POD_NAMESPACE']}/pods/{arguments['K8S_POD_NAME']}"
    main = Attachment(os.environ["CNI_IFNAME"], as_list(configuration["delegates"][0]))
    networks = [(main.network["name"], main), *further_attachments(api, api.get(path))]
    attachments = [attachment for _, attachment in networks]
    for attachment in attachments:
        keep(file, attachments)  # a failure of the next is undone by DEL
        attachment.add()
    keep(file, attachments)
    status = [attachment.status(name, attachment is main) for name, attachment in networks]
    api.patch(path, {"metadata": {"annotations": {STATUS: json.dumps(status, indent=4)}}})
    return main.result


def delete(file):
    """Detaches the pod from all networks that ADD has begun with."""
    if not file.exists():
        return
    for kept in reversed(json.loads(file.read_text("utf-8"))):
        Attachment(**kept).delete()
    file.unlink()


def main():
    verb = os.environ["CNI_COMMAND"]
    if verb == "VERSION":
        print(json.dumps(VERSIONS))
        return 0
    configuration = json.load(sys.stdin)
    file = KEPT / os.environ["CNI_CONTAINERID"]
    try:
        if verb == "ADD":
            print(json.dumps(add(configuration, file)))
        elif verb == "DEL":
            delete(file)
    except PluginFailed as failure:
        print(failure)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
