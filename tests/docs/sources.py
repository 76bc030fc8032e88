# SPDX-License-Identifier: Apache-2.0
"""Keys, metrics and labels in the sources, with which the documentation and the chart must agree. If a source moves, its
path changes here."""
import re

from lib.places import ROOT

DAEMON_CONFIGURATION = ["deviceplugin/config/**/*.cc"]
PLUGIN_CONFIGURATION = ["cni/conf/**/*.cc"]
METRICS = ["deviceplugin/**/metrics.cc", "deviceplugin/operate/add_durations.cc", "deviceplugin/operate/trouble.cc"]
LABELS = ["deviceplugin/**/metrics.cc", "deviceplugin/*.cc", "deviceplugin/operate/probe_server.cc"]


def text_of(patterns):
    """Returns the text of all files that match the patterns. A pattern that matches no file is an error."""
    texts = []
    for pattern in patterns:
        files = sorted(ROOT.glob(pattern))
        if not files:
            raise FileNotFoundError(f"{pattern}: there is no such file any more; see {__file__}")
        texts += [file.read_text(encoding="utf-8") for file in files]
    return "\n".join(texts)


def daemon_keys(text=None):
    """Returns the keys of the daemon's configuration, read with find, require, read_text and read_word only."""
    text = text_of(DAEMON_CONFIGURATION) if text is None else text
    return set(re.findall(r'(?:(?:find|require)\(|read_(?:text|word)\(\*?map, )"([A-Za-z]+)"', text))


def plugin_keys(text=None):
    """Returns the keys of the plugin's configuration. The plugin reads them with an object called reader."""
    text = text_of(PLUGIN_CONFIGURATION) if text is None else text
    read = re.findall(r'reader[.>-]+[a-z_]+(?:<[a-z_]+>)?\("([A-Za-z]+)"', text)
    return set(read) | set(re.findall(r'string_view key = "([A-Za-z]+)"', text))


def metrics_in(text):
    """Returns the names of metrics in a text. A histogram's three series count as the histogram."""
    return {re.sub("_(bucket|sum|count)$", "", name) for name in re.findall(r"rxlease_[a-z_]+", text)}


def daemon_metrics():
    """Returns the names of the daemon's metrics. A word that ends with _ is only a prefix."""
    return {name for name in metrics_in(text_of(METRICS)) if not name.endswith("_")}


def label_values():
    """Returns the values that labels of the daemon's metrics may have: all strings in their sources."""
    return set(re.findall(r'"([a-z_]+)"', text_of(LABELS)))


def label_values_in(text):
    """Returns the values that queries select or exclude in the labels with a fixed set of values, also several of them by =~.
    JSON escapes the quotes."""
    selected = re.findall(r'(?:state|outcome|what|health)(?:!?=|[=!]~)\\?"([^"\\]+)\\?"', text)
    return {value for values in selected for value in values.split("|")}
