#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Prints docs/messages.md: every message of the three programs, with its remedy, as the sources have them.

    tests/docs/messages >docs/messages.md

A message is what stands in a call that refuses, warns or throws; whatever is no literal there becomes "…"."""
import functools
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The daemon's folders that have messages for whoever operates it.
WINGS = ("nic", "pools", "guard", "prepare", "prepare/plan", "allocate", "kubelet", "kubelet/rpc", "xdp", "xdp/hand_off",
         "reconcile", "heal", "lend", "operate", "operate/http")
VERDICTS = r"about_pool|against_\w+|blame"  # what says why a queue or a pool is not well
# Where messages are from: heading, folders or files, and the calls that make them.
PARTS = [
    ("The CNI plugin", "The plugin's `msg`; the remedy is in `details`. kubelet shows both in the pod's events. What has no "
     "remedy may also be a warning, on standard error, which is in the container runtime's log.",
     ["attachment", "attachment/record", "attachment/addressing", "attachment/site", "attachment/nic", "cni", "cni/spec",
      "cni/conf", "cni/conf/json", "cni/system", "cni/verbs", "deviceplugin/node", "proto"],
      r"Error|NodeError|refuse|refuse_\w+|fail|without_queues|warn|unanswered|malformed"),
    ("The daemon's configuration",
     "In the daemon's log, from `--check-config`, and from `rxleasectl check`; file, line and key stand in front.",
     ["deviceplugin/config", "deviceplugin/config/yaml", "text/glob.cc"],
     r"refuse|require|add|Problem|refuse_\w+"),
    ("The installer", "From `install-cni`, `install-seccomp` and `uninstall-cni`.", ["deviceplugin/install"],
     r"InstallError"),
    ("The daemon", "In its log, and where a queue is unhealthy in `rxleasectl show queues` as the reason.",
     ["deviceplugin", *(f"deviceplugin/{wing}" for wing in WINGS)],
     rf"spdlog::(?:warn|error|critical)|lasts|attempt|warn|AllocationError|runtime_error|StaleMount|MasterHint|{VERDICTS}"),
    ("rxleasectl lease", "Also the daemon's answers to whoever asks at `node.sock`.", ["deviceplugin/lend", "deviceplugin/ctl/ask"],
     r"NodeError|runtime_error"),
    ("rxleasectl check", "Of the node, and with `--pod` of a container.", ["deviceplugin/ctl/check"], r"missing|warning"),
]
REASONS = ("claims.cc", "health.cc")  # have their messages in returns and assignments
TOKEN = re.compile(r'''//[^\n]*|/\*.*?\*/|R"\((?P<raw>.*?)\)"|"(?P<text>(?:\\.|[^"\\])*)"|'(?:\\.|[^'\\])*'|[\w:]+|\s+|.''', re.S)


def tokens(source):
    """Literals as ("text", value), everything else as ("code", token); neither comments nor white space."""
    for match in TOKEN.finditer(re.sub(r"^#.*$", "", source, flags=re.M)):
        token = match.group()
        if match.group("raw") is not None:
            yield "text", match.group("raw")
        elif match.group("text") is not None:
            yield "text", match.group("text").encode().decode("unicode_escape").encode("latin-1").decode()
        elif not token.isspace() and not token.startswith(("//", "/*")):
            yield "code", token


def arguments(stream, start):
    """The arguments of the call whose opening parenthesis is at `start`, as lists of tokens."""
    depth, found = 0, [[]]
    for kind, token in stream[start:]:
        if kind == "code" and token in "([{":
            depth += 1
            if depth == 1:
                continue
        elif kind == "code" and token in ")]}":
            depth -= 1
            if depth == 0:
                return [argument for argument in found if argument]
        elif kind == "code" and token == "," and depth == 1:
            found.append([])
            continue
        found[-1].append((kind, token))
    return []


def statement(stream, start):
    """The tokens from `start` to the end of the statement."""
    end = next(i for i in range(start, len(stream)) if stream[i] == ("code", ";"))
    return stream[start:end]


@functools.cache
def named_rules():
    """The texts of the configuration's rules, by the names that the sources give them."""
    found = {}
    for path in [*ROOT.glob("cni/**/*"), *ROOT.glob("deviceplugin/**/*")]:
        if path.suffix not in (".h", ".cc"):
            continue
        stream = list(tokens(path.read_text("utf-8")))
        for i, token in enumerate(stream[1:-2], 1):
            if token[1].endswith("_rule") and stream[i + 1] == ("code", "=") and stream[i + 2][0] == "text":
                found[token[1]] = "".join(text for kind, text in statement(stream, i + 2) if kind == "text")
    return found


@functools.cache
def words_of_parts():
    """What the plugin puts in front of message and remedy of an act's error, by the part that this is about."""
    source = (ROOT / "cni/verbs/refusal.cc").read_text("utf-8")
    fields = {part: field.replace('\\"', '"')
              for part, field in re.findall(r'case (Part::\w+):\s*return "((?:\\.|[^"\\])+)";', source)}
    givers = dict(re.findall(r'(Part::\w+) \? "([^"]+)" \+ error\.remedy\(\)', source))
    return {part: (fields.get(part, ""), givers.get(part, "")) for part in {*fields, *givers}}


def template(argument):
    """The text of an argument; what is no literal in it is "…". None when there is no literal."""
    rules = named_rules()
    argument = [("text", rules[token]) if kind == "code" and token in rules else (kind, token) for kind, token in argument]
    if not any(kind == "text" and token.strip() for kind, token in argument):
        return None
    text, gap = "", False
    for kind, token in argument:
        if kind == "text":
            text += ("…" if gap else "") + token
            gap = False
        elif token == ":":
            text, gap = text + " / ", False
        elif token == "?":
            gap = False
        elif token not in ("+", "(", ")", "{", "}", "std::string", "std::to_string"):
            gap = True
    return re.sub("……+", "…", text + ("…" if gap else "")).strip(" ;,")


def calls_in(source, calls, reasons_are_returned):
    """Each call's name and the texts of its arguments, "…" for one that has no literal, and the part of an act's error."""
    stream = list(tokens(source))
    for i, (kind, token) in enumerate(stream[:-1]):
        if kind != "code":
            continue
        if re.fullmatch(calls, token) or re.fullmatch(calls, token.split("::")[-1]):
            # A type's name may have a variable's behind it.
            opening = next((j for j in (i + 1, i + 2) if stream[j][1] in "({"), None)
            if opening:
                found = arguments(stream, opening)
                part = next((argument[0][1] for argument in found if argument[0][1].startswith("Part::")), "")
                yield token, [template(argument) or "…" for argument in found], part
        elif token == "return" and stream[i + 1][1] == "{" and stream[i + 2][1].startswith(("Code::", "Kind::")):
            yield "Error", [template(argument) or "…" for argument in arguments(stream, i + 1)], ""
        elif reasons_are_returned and (token == "return" or (token == "=" and stream[i - 1][1] == "reason")):
            yield token, [template(statement(stream, i + 1)) or "…"], ""


def messages(source, calls, reasons_are_returned=False):
    """The messages of a source, each with its remedy, or with "" where it has none."""
    for call, texts, part in calls_in(source, calls, reasons_are_returned):
        if call.split("::")[-1] in ("Error", "NodeError"):
            texts = texts[1:]  # the code
        if not any(" " in text for text in texts):
            continue
        what, remedy = texts[-2:] if len(texts) > 1 else (texts[0], "")
        field, giver = words_of_parts().get(part, ("", ""))
        what, remedy = field + what, giver + remedy
        if call in ("fail", "unanswered"):  # which say the rest themselves
            what, remedy = texts[-1], ""
        if call == "attempt":
            what, remedy = texts[1] + " …", ""
        if call == "malformed":
            what, remedy = "a message between plugin and daemon " + texts[-1], "install plugin and daemon of one release"
        if "spdlog" in call:
            what, remedy = re.sub(r"\{[^}]*\}", "…", texts[0]), ""
        if call == "require":
            what = f'"{texts[0]}" is missing'
        if call in ("InstallError", "AllocationError", "std::runtime_error", "warn") or re.fullmatch(VERDICTS, call):
            what, _, remedy = texts[-1].partition("; ")
        yield what, remedy


def cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;")


def rows_of(files, calls):
    """The rows of a table, in order, each once."""
    rows = {row for file in files for row in messages(file.read_text("utf-8"), calls, file.name in REASONS)}
    return [f"| {cell(what)} | {cell(remedy)} |" for what, remedy in sorted(rows)]


def untold_folders(told):
    """Folders of the programs whose messages no part tells. rxleasectl's other commands say their own on a terminal."""
    sources = [path for top in ("attachment", "cni", "deviceplugin") for path in ROOT.glob(f"{top}/**/*.cc")]
    folders = {path.parent for path in sources} - {file.parent for file in told}
    return sorted(str(folder.relative_to(ROOT)) for folder in folders if "ctl" not in folder.parts)


def page():
    """The lines of docs/messages.md."""
    yield from ["<!-- SPDX-License-Identifier: Apache-2.0 -->",
                "<!-- Made by tests/docs/messages; change the sources instead. -->",
                "# Messages", "",
                "Every message of the programs, by who says it; … stands for what differs, also where the remedy does. "
                "[Troubleshooting](troubleshooting.md) goes by symptoms."]
    told = set()
    for heading, where, patterns, calls in PARTS:
        named = [file for pattern in patterns
                 for file in sorted(ROOT.glob(pattern if "." in pattern else pattern + "/*.cc"))]
        # The daemon's are in all that no part before has looked at.
        files = [file for file in named if file not in told] if heading == "The daemon" else named
        told.update(files)
        rows = rows_of(files, calls)
        if not rows:
            sys.exit(f"no message of {heading} was found")
        yield from ["", f"## {heading}", "", where, "", "| message | remedy |", "|---|---|", *rows]
    if untold := untold_folders(told):
        sys.exit(f"{', '.join(untold)}: no part of {__file__} tells these folders' messages")


if __name__ == "__main__":
    print("\n".join(page()))
