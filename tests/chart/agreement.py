# SPDX-License-Identifier: Apache-2.0
"""Asks the CNI plugin and its published schema what they think of a configuration."""
import json

import jsonschema
from lib.commands import run
from lib.conditions import Failed
from lib.places import ROOT

SCHEMA = ROOT / "deploy/schema/plugin.json"
TABLE = ROOT / "tests/chart/configurations"
# Errors of the specification that are about a configuration: version, unknown field, not JSON, invalid.
REFUSALS = {1, 2, 6, 7}


def configurations(text):
    """Yields from each line of tests/chart/configurations the verdict and the members."""
    for line in text.splitlines():
        if line and not line.startswith("#"):
            verdict, _, members = line.partition(" ")
            if verdict not in ("taken", "refused", "plugin"):
                raise Failed(f"{line}: the verdict is none of taken, refused and plugin")
            yield verdict, json.loads(members)


class Judges:
    """The plugin of a build, and the schema. The plugin finds no pod in the scratch directory, so that it changes nothing."""

    def __init__(self, build, scratch):
        self.plugin = build / "bin/rxlease"
        self.base = {"cniVersion": "1.1.0", "name": "zerocopy", "type": "rxlease", "stateDirectory": str(scratch / "state")}
        self.environment = {"CNI_COMMAND": "ADD", "CNI_CONTAINERID": "a", "CNI_IFNAME": "eth0",
                            "CNI_NETNS": str(scratch / "no-such-namespace"), "CNI_PATH": str(scratch),
                            "CNI_ARGS": "K8S_POD_NAMESPACE=a;K8S_POD_NAME=b"}
        schema = json.loads(SCHEMA.read_text("utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        self.validator = jsonschema.Draft202012Validator(schema)

    def schema_takes(self, members):
        return self.validator.is_valid(self.base | members)

    def plugin_takes(self, members):
        """Whether an ADD fails for want of a pod only, and not because of the configuration."""
        status, answer, _ = run([self.plugin], text=json.dumps(self.base | members), env=self.environment)
        if status == 0:
            raise Failed(f"there is no pod to ADD, and still: {answer}")
        return json.loads(answer)["code"] not in REFUSALS

    def verdict(self, members):
        """Returns the word for both judgements that the table has."""
        return {(True, True): "taken", (False, False): "refused", (False, True): "plugin", (True, False): "the schema alone refuses"}[
            self.plugin_takes(members), self.schema_takes(members)]


def keys_in(value):
    """Returns all keys of objects in the value."""
    if isinstance(value, dict):
        return set(value).union(*map(keys_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(keys_in, value))
    return set()
