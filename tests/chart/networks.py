# SPDX-License-Identifier: Apache-2.0
"""Tests the published schema of the plugin's configuration: it knows the plugin's keys, and judges as the plugin does."""
import json

import yaml
from chart.agreement import SCHEMA, TABLE, Judges, configurations, keys_in
from chart.rendered import keys_of
from docs.sources import plugin_keys
from docs.blocks import blocks, first_words
from lib.conditions import nothing_in, same
from lib.places import ROOT

# What the plugin passes over and its sources read in other words.
READ_ELSEWHERE = {"args", "capabilities", "cni", "cniVersion", "cniVersions", "containerID", "disableCheck", "disableGC", "domain",
                  "ifname", "ips", "loadOnlyInlinedPlugins", "nameservers", "options", "pciBusID", "prevResult", "search", "type",
                  "cni.dev/attachments", "cni.dev/valid-attachments", "ipMasq", "runtimeConfig", "podResourcesSocket"}


def check_documented_values(check, helm, scratch):
    """Checks that the chart takes the values that its page shows."""
    check.chapter("The chart's page")
    for i, block in enumerate(blocks((ROOT / "docs/configuration.md").read_text("utf-8"), "yaml")):
        values = scratch / f"{i}.documented"
        values.write_text(block, encoding="utf-8")
        check(f"helm takes: {first_words(block)}", lambda: bool(helm.render("least", "--values", values).objects))


def our_plugins(network):
    """Returns what the plugin is told of a network: the network, or its part of a list."""
    shared = {key: network[key] for key in ("cniVersion", "name")}
    ours = [shared | plugin for plugin in network.get("plugins", [network]) if plugin["type"] == "rxlease"]
    assert ours, "the network has no plugin of ours"
    return ours


def check_networks(check, build, scratch):
    check.chapter("The schema of the plugin's configuration")
    keys = keys_of(json.loads(SCHEMA.read_text("utf-8")))
    check("has every key that the plugin reads", lambda: nothing_in(plugin_keys() - keys))
    check("and no other", lambda: nothing_in(keys - plugin_keys() - READ_ELSEWHERE))
    judges = Judges(build, scratch)
    rows = list(configurations(TABLE.read_text("utf-8")))
    for verdict, members in rows:
        check(f"{json.dumps(members)} is {'refused by the plugin alone' if verdict == 'plugin' else verdict}",
              lambda: same(verdict, judges.verdict(members)))
    seen = keys_in([members for _, members in rows]) | set(judges.base)
    check("each key was tried", lambda: nothing_in(keys - seen))
    for path in sorted((ROOT / "deploy/examples/networks").glob("*.yaml")):
        network = json.loads(yaml.safe_load(path.read_text("utf-8"))["spec"]["config"])
        check(f"the example {path.name} is taken", lambda: all(judges.schema_takes(ours) for ours in our_plugins(network)))
    check("the plugin has changed nothing", lambda: nothing_in(scratch.glob("state*")))
