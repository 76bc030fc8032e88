# SPDX-License-Identifier: Apache-2.0
"""Where the sources have what the documentation and the chart must have too. Whoever moves a source looks here."""
import re

from lib.places import ROOT

DAEMON_CONFIGURATION = ["deviceplugin/config/*.cc"]
PLUGIN_CONFIGURATION = ["cni/conf/*.cc"]
METRICS = ["deviceplugin/**/metrics.cc"]
LABELS = ["deviceplugin/**/metrics.cc", "deviceplugin/**/device_state.cc"]


def text_of(patterns):
    """The text of all files that the patterns name. A pattern that names none is a mistake."""
    texts = []
    for pattern in patterns:
        files = sorted(ROOT.glob(pattern))
        if not files:
            raise FileNotFoundError(f"{pattern}: there is no such file any more; see {__file__}")
        texts += [file.read_text(encoding="utf-8") for file in files]
    return "\n".join(texts)


def daemon_keys(text=None):
    """The keys of the daemon's configuration, which it reads by find, require, read_text and read_word only."""
    text = text_of(DAEMON_CONFIGURATION) if text is None else text
    return set(re.findall(r'(?:(?:find|require)\(|read_(?:text|word)\(\*?map, )"([A-Za-z]+)"', text))


def plugin_keys(text=None):
    """The keys of the plugin's configuration, which it reads by a reader."""
    text = text_of(PLUGIN_CONFIGURATION) if text is None else text
    read = re.findall(r'reader[.>-]+[a-z_]+(?:<[a-z_]+>)?\("([A-Za-z]+)"', text)
    return set(read) | set(re.findall(r'string_view key = "([A-Za-z]+)"', text))


def metrics_in(text):
    """The names of metrics that a text has."""
    return set(re.findall(r"rxlease_[a-z_]+", text))


def daemon_metrics():
    """Those that the daemon has. A name's beginning, which ends with _, is none."""
    return {name for name in metrics_in(text_of(METRICS)) if not name.endswith("_")}


def label_values():
    """The words that the daemon's metrics may have as labels: every text in the sources of these."""
    return set(re.findall(r'"([a-z_ ]+)"', text_of(LABELS)))


def label_values_in(text):
    """The words that queries ask for, or leave out, in those labels whose words are known. In JSON quotes are escaped."""
    return set(re.findall(r'(?:state|outcome|what|health)!?=\\?"([a-z_ ]+)\\?"', text))
