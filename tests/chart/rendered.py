# SPDX-License-Identifier: Apache-2.0
"""Renders the chart with helm, and reads the rendered objects."""
import os

import yaml
from lib.commands import output_of, run
from lib.conditions import Failed
from lib.places import ROOT

CHART = ROOT / "deploy/helm/rxlease"
VALUES = ROOT / "tests/chart/values"


class Rendered:
    """The objects of one rendering, and its text."""

    def __init__(self, text):
        self.text = text
        self.objects = [item for item in yaml.safe_load_all(text) if item]

    def of_kind(self, kind):
        return [item for item in self.objects if item["kind"] == kind]

    def only(self, kind):
        """Returns the only object of the kind."""
        found = self.of_kind(kind)
        if len(found) != 1:
            raise Failed(f"there are {len(found)} objects of kind {kind}, not one")
        return found[0]

    def file(self, name):
        """Returns the content of a file in the ConfigMap."""
        return self.configuration["data"][name]

    @property
    def configuration(self):
        """The ConfigMap with the daemon's configuration."""
        return next(item for item in self.of_kind("ConfigMap") if "config.yaml" in item["data"])

    @property
    def template(self):
        """The DaemonSet's pod template."""
        return self.only("DaemonSet")["spec"]["template"]

    @property
    def pod(self):
        return self.template["spec"]

    @property
    def container(self):
        return self.pod["containers"][0]

    def all_containers(self):
        """Yields the containers and init containers of every pod and every pod template."""
        for item in self.objects:
            spec = item.get("spec", {})
            pod = spec.get("template", {}).get("spec", spec)
            yield from pod.get("initContainers", []) + pod.get("containers", [])

    def volume(self, name):
        return next(volume for volume in self.pod["volumes"] if volume["name"] == name)


class Helm:
    """Calls helm with the chart. Helm keeps its own files in the scratch directory."""

    def __init__(self, program, scratch):
        self.program = program
        self.environment = os.environ | {f"HELM_{kind.upper()}_HOME": str(scratch / "helm" / kind)
                                         for kind in ("cache", "config", "data")}

    def call(self, *words):
        return output_of(self.program, *words, env=self.environment)

    def render(self, values, *options, release="fast", namespace="net"):
        """Renders the chart with a set of values from tests/chart/values, and options such as --set KEY=VALUE."""
        text = self.call("template", release, CHART, "--namespace", namespace, "--values", VALUES / f"{values}.yaml", *options)
        return Rendered(text + "\n")

    def refusal(self, values, *options):
        """Returns helm's error message for values that the chart must refuse."""
        command = [self.program, "template", "fast", CHART, "--values", VALUES / f"{values}.yaml", *options]
        status, _, said = run(command, env=self.environment)
        if not status:
            raise Failed("helm accepts these values")
        return said

    def lint(self, *options):
        """A condition that holds if `helm lint` finds nothing."""
        self.call("lint", "--quiet", "--strict", *options, CHART)
        return True

    def notes(self, values):
        """Returns the notes that helm prints after an installation."""
        said = self.call("install", "fast", CHART, "--namespace", "net", "--dry-run=client", "--values", VALUES / f"{values}.yaml")
        _, heading, notes = said.partition("\nNOTES:\n")
        if not heading:
            raise Failed(f"there are no notes in:\n{said}")
        return notes


def refusals(text):
    """Yields for each line of tests/chart/refusals the option, its value, and the expected error message."""
    for line in text.splitlines():
        if line.startswith("--"):
            given, _, words = line.partition(" => ")
            option, _, value = given.partition(" ")
            yield option, value, words


def keys_of(schema):
    """Returns all keys that a JSON schema describes, on every level."""
    if isinstance(schema, list):
        return set().union(*map(keys_of, schema))
    if isinstance(schema, dict):
        return set(schema.get("properties", {})).union(*map(keys_of, schema.values()))
    return set()


def allowed_by(profile):
    """Returns the system calls that a seccomp profile allows: pairs of a name and the conditions as text."""
    return {(name, repr(rule.get("args"))) for rule in profile["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW"
            for name in rule["names"]}


def names_allowed_by(profile):
    """Returns the names of the system calls that a seccomp profile allows, under whatever conditions."""
    return {name for name, _ in allowed_by(profile)}
