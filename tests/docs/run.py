#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the documentation with the code: messages, keys, values, metrics, pictures, links, and the commands that readers
run.

    tests/docs/run [BUILD_DIRECTORY]     default: build/release

A block ```sh runs in a copy of the sources. The bench's suite `cluster` runs ```sh cluster, ```sh node (as root on a node)
and ```sh sender (on another machine), tests/arm64/run runs ```sh registry, and tests/release/run the kinds of
docs/release.md; here they are only parsed, and the chart is rendered with the arguments of `helm upgrade`.
tests/references/applications runs ```sh programs, and the suite `applications` ```sh pod. A line of ```sh long calls a
program of the work tree that takes minutes, which tests/all runs otherwise: here it must only be there. No test runs ```sh
elsewhere, which needs what no test has. For each command of rxlease's programs in the text, the program is asked whether it
accepts the command. The last line is `N passed, N failed`."""
import json
import os
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import yaml
from docs import sources
from docs.blocks import blocks, first_words
from docs.markdown import broken_links, first_column, names, section
from docs.named_commands import commands_in, is_taken
from docs.named_tests import claims_without_test, is_there, named_tests
from docs.pictures import copies
from docs.pictures.make import drawn
from docs.pod_security import added_capabilities, context_of, level_of, spec_of
from docs.workshop import Workshop, helm_lines, parsed
from lib.checks import Checks
from lib.commands import output_of, succeeds
from lib.conditions import has, nothing_in, same
from lib.places import ROOT, build_directory

README = ROOT / "README.md"
PAGES = [README, *sorted(ROOT.glob("docs/**/*.md"))]
OTHER_PAGES = [ROOT / f"{name}.md" for name in ("ARCHITECTURE", "CHANGELOG", "CONTRIBUTING", "SECURITY")]
FORMER_KEYS = {"podResourcesSocket"}  # which the plugin passes over
RUNTIMES_KEYS = {"ipMasq", "prevResult"}  # written by the runtime, not by a person
RUN_ELSEWHERE = ("cluster", "node", "sender", "registry", "pod", "programs", "download", "kernel", "version", "make")


def text_of(path):
    return (ROOT / path).read_text(encoding="utf-8")


def longest_part(message):
    """Returns the longest constant part of a message. A page that explains the message must contain it."""
    return max(re.split("…| / ", message), key=len).strip()


def untold(messages, page):
    """Returns the messages that have no remedy and that the page does not explain."""
    without_remedy = re.findall(r"^\| (.*) \|  \|$", messages, re.MULTILINE)
    return [message for message in without_remedy if longest_part(message.strip()) not in page]


def check_messages(check):
    check.chapter("Messages")
    check("the list of messages is the code's (tests/docs/messages >docs/messages.md)",
          lambda: same(output_of(ROOT / "tests/docs/messages"), text_of("docs/messages.md").rstrip("\n")))
    check("those without a remedy have one in troubleshooting",
          lambda: nothing_in(untold(text_of("docs/messages.md"), text_of("docs/troubleshooting.md"))))


def check_keys(check):
    check.chapter("Keys")
    for program, keys, others in (("daemon", sources.daemon_keys, set()),
                                  ("plugin", sources.plugin_keys, RUNTIMES_KEYS | FORMER_KEYS)):
        told = text_of(f"docs/{program}.md")
        in_table = names("\n".join(first_column(told)))
        check(f"every key of the {program} is explained", lambda: nothing_in(keys() - names(told) - others))
        check(f"and the {program} has every key of the table", lambda: nothing_in(in_table - keys()))


def values_of(schema):
    """Yields the chart's values as its documentation lists them: two levels, but three below conflist."""
    for key, described in schema["properties"].items():
        if key in ("global", "config"):
            continue
        if "properties" not in described:
            yield key
        for second, below in described.get("properties", {}).items():
            if second == "conflist":
                yield from (f"{key}.{second}.{third}" for third in below["properties"])
            else:
                yield f"{key}.{second}"


def check_values(check):
    schema = json.loads(text_of("deploy/helm/rxlease/values.schema.json"))
    table = "\n".join(first_column(section(text_of("docs/configuration.md"), "The chart")))
    check("every value of the chart is explained, and none that it has not",
          lambda: same(sorted(values_of(schema)), sorted(set(re.findall(r"`([^`]+)`", table)) - {"config"})))


def check_metrics(check):
    check.chapter("Metrics")
    told = [line for line in text_of("docs/operations.md").splitlines() if line.startswith("| `rxlease_")]
    check("every metric is explained, and none that there is not",
          lambda: same(sorted(sources.daemon_metrics()), sorted(sources.metrics_in("\n".join(told)))))
    files = sorted((ROOT / "deploy/monitoring").iterdir())
    for file in files:
        check(f"{file.name} has no other", lambda: nothing_in(sources.metrics_in(text_of(file)) - sources.daemon_metrics()))
    queries = "\n".join(map(text_of, files))
    check("and no other labels", lambda: nothing_in(sources.label_values_in(queries) - sources.label_values()))
    check("alerts are a PrometheusRule", succeeds, "node", ROOT / "tests/chart/typed.js",
          ROOT / "deploy/monitoring/alerts.yaml")
    check("the dashboard is JSON with panels",
          lambda: len(json.loads(text_of("deploy/monitoring/dashboard.json"))["panels"]) > 5)


def check_pictures(check):
    check.chapter("Pictures")
    told = "".join(map(text_of, PAGES))
    for name, text in drawn().items():
        check(f"{name} is what tests/docs/pictures/make draws", lambda: same(text, text_of(f"docs/pictures/{name}")))
        check("and a page shows it", has, f"pictures/{name})", told)
    page = text_of("docs/performance.md")
    for chart in copies.CHARTS:
        check(f"the performance page tells the recorded figures: {chart.title}",
              lambda: nothing_in(ratio for ratio in copies.ratios(chart) if ratio not in page))


def check_links(check):
    check.chapter("Links")
    for page in [*PAGES, *OTHER_PAGES]:
        check(f"{page.relative_to(ROOT)} has no broken link", lambda: nothing_in(broken_links(page)))


def is_network(block):
    """A condition that holds if the block is JSON: a network, or members of one that the plugin knows."""
    if block.startswith("{"):
        return has("cniVersion", json.loads(block))
    return nothing_in(set(json.loads(f"{{{block}}}")) - sources.plugin_keys())


def check_blocks(check, workshop):
    """Checks the blocks that readers run, and the YAML and JSON that they copy."""
    check.chapter("Commands")
    for page in PAGES:
        name, text = page.relative_to(ROOT), text_of(page)
        for block in blocks(text, "sh"):
            check(f"{name}: {first_words(block)}", workshop.runs, block)
        for kind in RUN_ELSEWHERE:
            for block in blocks(text, f"sh {kind}"):
                check(f"{name}, {kind}: {first_words(block)}", parsed, block)
                for line in helm_lines(block):
                    check(f"helm can do: {line}", workshop.runs, f"helm template {line}")
        for block in blocks(text, "sh elsewhere"):
            check(f"{name}, not run: {first_words(block)}", parsed, block)
        for line in "".join(blocks(text, "sh long")).splitlines():
            check(f"{name}: {line} is a program", os.access, ROOT / line, os.X_OK)
        for block in blocks(text, "yaml"):
            check(f"{name}: this is YAML: {first_words(block)}", lambda: yaml.safe_load(block) is not None)
        for block in blocks(text, "json"):
            check(f"{name}: this is a network, or members of one: {first_words(block)}", is_network, block)


def check_named_tests(check):
    """Checks that the tests exist that show the claims of the security page, and of where traffic must come from."""
    check.chapter("Tests in the text")
    for page in ("security", "concepts"):
        text = text_of(f"docs/{page}.md")
        for file, name in named_tests(text):
            check(f"{file} has the test: {name}", is_there, ROOT, file, name)
        check(f"every claim in a table of {page}.md names a test", lambda: nothing_in(claims_without_test(text)))


def row_of_pod(path):
    """Returns the example pod's row in the table of the security page, but for how it receives."""
    spec = spec_of(yaml.safe_load(path.read_text(encoding="utf-8")))
    profile = context_of(spec)["seccompProfile"]
    return [f"`{path.name}`", ", ".join(added_capabilities(spec)),
            f"`{profile['localhostProfile']}`" if profile["type"] == "Localhost" else "the runtime's",
            "initial" if spec.get("hostUsers", True) else "its own", level_of(spec)]


def check_example_pods(check):
    check.chapter("Example pods")
    rows = [[cell.strip().partition(";")[0] for cell in line.strip("|").split("|")]
            for line in section(text_of("docs/security.md"), "The example pods").splitlines() if line.startswith("| `")]
    told = {row[0]: [row[0], *row[2:]] for row in rows}
    pods = sorted((ROOT / "deploy/examples/pods").glob("*.yaml"))
    for path in pods:
        check(f"the security page says what {path.name} needs", lambda: same(row_of_pod(path), told.get(f"`{path.name}`")))
    check("and of no other", lambda: nothing_in(set(told) - {f"`{path.name}`" for path in pods}))


def check_named_commands(check, programs):
    check.chapter("Commands in the text")
    for page in PAGES:
        for words in sorted(commands_in(text_of(page))):
            check(f"{page.relative_to(ROOT)}: {' '.join(words)}", is_taken, programs, words)


def main():
    build = build_directory(sys.argv[1:])
    tools = pathlib.Path(output_of(ROOT / "tests/chart/tools"))
    os.environ["NODE_PATH"] = str(tools / "node_modules")
    check = Checks()
    check_messages(check)
    check_keys(check)
    check_values(check)
    check_metrics(check)
    check_pictures(check)
    check_links(check)
    with tempfile.TemporaryDirectory() as scratch:
        check_blocks(check, Workshop(pathlib.Path(scratch), build, tools))
    check_named_tests(check)
    check_example_pods(check)
    check_named_commands(check, build / "bin")
    return check.totals()


if __name__ == "__main__":
    sys.exit(main())
