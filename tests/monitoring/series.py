# SPDX-License-Identifier: Apache-2.0
"""The daemon's series as a node in the bench had them (series.txt, which the bench's suite `prep` compares with those of the
daemon that was built), and what in promtool's tests does not agree with them."""
import re

from docs.sources import label_values
from lib.places import ROOT

SERIES = ROOT / "tests/monitoring/series.txt"
WITH_FIXED_VALUES = ("state", "health", "outcome", "what")
OF_THE_NODE = {"node"}  # a label that the chart's PodMonitor adds to all series
OF_THE_DAEMON = {"namespace", "pod"}  # labels that the operator adds to the series that have none


def parsed(series):
    """Returns the name and the labels of a series: 'up{job="x"}'."""
    name, _, labels = series.partition("{")
    return name, dict(re.findall(r'([a-z_]+)="([^"]*)"', labels))


def labels_of(text):
    """Returns the names of the labels by metric, of a scrape's text."""
    series = [parsed(line.rpartition(" ")[0]) for line in text.splitlines() if line and not line.startswith("#")]
    return {name: set(labels) for name, labels in series}


def objections(series, text):
    """Yields why a Prometheus that scrapes such a daemon would not have the series."""
    name, labels = parsed(series)
    known = labels_of(text)
    if name not in known:
        yield f"{series}: the daemon has no such metric"
        return
    expected = known[name] | OF_THE_NODE | OF_THE_DAEMON
    if set(labels) != expected:
        yield f"{series}: its labels should be {', '.join(sorted(expected))}"
    for label in WITH_FIXED_VALUES:
        if label in labels and labels[label] not in label_values():
            yield f"{series}: {label} is never {labels[label]}"


def objections_to_tests(tests, text):
    """Returns the objections to all input series of promtool's tests."""
    return [objection for test in tests["tests"] for entry in test["input_series"]
            for objection in objections(entry["series"], text)]
