#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests what belongs to rxleasectl beside the program: completions in real shells, man pages, and kubectl-rxlease against a
scripted kubectl.

    tests/ctl/run [BUILD_DIRECTORY]     default: build/release

The last line is `N passed, N failed`."""
import contextlib
import json
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from ctl.shells import Zsh, by_bash, by_fish
from lib.checks import Checks
from lib.commands import output_of, run, succeeds
from lib.conditions import has, nothing_in, same
from lib.places import ROOT, build_directory

PROGRAM = "rxleasectl"
COMMANDS = {"show", "top", "check", "guard", "lease", "support-bundle", "completion"}
TOPICS = {"nics", "pools", "queues", "leases", "pods"}
# What bash and fish offer for the last word of a line.
OFFERED = [("", COMMANDS), ("s", {"show", "support-bundle"}), ("show ", TOPICS), ("show po", {"pools", "pods"}),
           ("show -o ", {"table", "wide", "json"}), ("show --output ", {"table", "wide", "json"}),
           ("--config show show ", TOPICS), ("-o json show q", {"queues"}), ("top ", {"nics", "pods", "queues"}),
           ("guard ", {"release"}), ("l", {"lease"}), ("lease ", {"add", "remove"}), ("lease add --poo", {"--pool"}),
           ("completion ", {"bash", "zsh", "fish"}), ("check -o ", {"text", "json"}),
           ("top --interval ", set()), ("show --output=w", {"wide"})]
# What zsh makes of a line.
COMPLETED = [("sh", "show"), ("show q", "show queues"), ("show -o w", "show -o wide"), ("gu", "guard"),
             ("guard r", "guard release"), ("le", "lease"), ("lease a", "lease add"), ("completion z", "completion zsh"), ("show --wa", "show --watch"),
             ("support-bundle --an", "support-bundle --anonymous"), ("--config x top po", "--config x top pods")]
PAGES = {"rxleasectl.8": "bin/rxleasectl", "rxlease-device-plugin.8": "bin/rxlease-device-plugin",
         "kubectl-rxlease.1": ROOT / "deploy/kubectl/kubectl-rxlease"}


def interfaces():
    return set(os.listdir("/sys/class/net"))


def check_completions(check, build, scratch):
    scripts = {}
    for shell in ("bash", "zsh", "fish"):
        scripts[shell] = scratch / f"completion.{shell}"
        scripts[shell].write_text(output_of(build / "bin/rxleasectl", "completion", shell) + "\n", encoding="utf-8")
    (scratch / "a-configuration.yaml").touch()
    for shell, ask in (("bash", by_bash), ("fish", by_fish)):
        check.chapter(f"Completion in {shell}")
        for line, offered in OFFERED:
            check(f"{PROGRAM} {line}_", lambda: same(offered, ask(scripts[shell], PROGRAM, line)))
        check("the host's interfaces are offered as NICs",
              lambda: same(interfaces(), ask(scripts[shell], PROGRAM, "guard release ")))
        check("a file is offered as configuration", lambda: same(
            {f"{scratch}/a-configuration.yaml"}, ask(scripts[shell], PROGRAM, f"show --config {scratch}/a-con")))
        check("options are offered behind a dash", lambda: nothing_in(
            {"--watch", "--output", "--config", "--help"} - ask(scripts[shell], PROGRAM, "show --")))
    check("shellcheck finds nothing in bash's script", succeeds, "shellcheck", scripts["bash"])
    check.chapter("Completion in zsh")
    with contextlib.closing(Zsh(scripts["zsh"], PROGRAM)) as zsh:
        for line, completed in COMPLETED:
            check(f"{PROGRAM} {line}_ is {PROGRAM} {completed}", lambda: same(completed, zsh.completed(line)))


def check_man_pages(check, build):
    check.chapter("Man pages")
    for page, program in PAGES.items():
        path = ROOT / "docs/man" / page
        check(f"{page} is what --help says (tests/ctl/man.py PROGRAM >docs/man/{page})", lambda: same(
            path.read_text(encoding="utf-8"), output_of(ROOT / "tests/ctl/man.py", build / program) + "\n"))
        check("groff has no warning", lambda: same(
            "", run(["groff", "-man", "-Tutf8", "-ww", "-z", path])[2]))
        status, shown, said = run(["man", "--warnings", "--local-file", path],
                                  env={**os.environ, "MANWIDTH": "100", "LC_ALL": "C.UTF-8"})
        check("nor has man", same, (0, shown), (status, said))
        check("and it shows the options", has, "--help", shown)


class Cluster:
    """A scripted kubectl: nodes with a daemon, what each answers, and what was asked."""

    def __init__(self, scratch):
        self.directory = scratch / "cluster"
        self.directory.mkdir()
        (self.directory / "kubectl").symlink_to(ROOT / "tests/ctl/scripted_kubectl")

    def has(self, **nodes):
        """Sets the nodes; each value is what rxleasectl prints there, and its status."""
        (self.directory / "asked").write_text("")
        (self.directory / "pods").write_text("".join(f"{node} kube-system daemon-{node}\n" for node in nodes))
        for node, (text, status) in nodes.items():
            (self.directory / f"{node}.out").write_text(text)
            (self.directory / f"{node}.status").write_text(str(status))

    def run(self, *words):
        """Returns status and output, without and with the standard error."""
        path = f"{self.directory}:{os.environ['PATH']}"
        return run([ROOT / "deploy/kubectl/kubectl-rxlease", *words], env={**os.environ, "PATH": path, "SCRIPTED": str(self.directory)})

    def asked(self):
        return (self.directory / "asked").read_text().splitlines()


def check_kubectl(check, scratch):
    check.chapter("kubectl rxlease")
    cluster = Cluster(scratch)
    cluster.has(n1=("one\n", 0), n2=("two\n", 1))
    status, printed, said = cluster.run("check")
    check("each node's output follows its name", same, "== n1\none\n== n2\ntwo\n", printed)
    check("the status is the greatest", same, 1, status)
    check("what a node says on standard error names it", lambda: has("n2: of n2\n", said))
    check("the command runs in the daemon's container", lambda: has(
        "exec --namespace kube-system daemon-n1 --container device-plugin -- rxleasectl check", cluster.asked()))
    check("without a command it is show", lambda: cluster.run() and has("-- rxleasectl show", "\n".join(cluster.asked())))
    cluster.has(n1=('{"x": 1}\n', 0), n2=("", 2))
    check("JSON is one object", lambda: same(
        {"nodes": [{"node": "n1", "output": {"x": 1}}, {"node": "n2", "output": None}]},
        json.loads(cluster.run("show", "pods", "-o", "json")[1])))
    cluster.has(n1=("one\n", 0), n2=("two\n", 0), n3=("three\n", 0))
    check("one node alone is asked, without a heading", lambda: same("two\n", cluster.run("top", "--node", "n2")[1]))
    check("and top goes on there", lambda: has("rxleasectl top", cluster.asked()[-1]) and same(False, "--once" in cluster.asked()[-1]))
    check("several that are named are asked", lambda: same("== n1\none\n== n3\nthree\n",
                                                           cluster.run("--node=n3", "show", "--node", "n1")[1]))
    check("top prints once where there are several", lambda: cluster.run("top", "pods") and has(
        "rxleasectl top pods --once", "\n".join(cluster.asked())))
    check("kubectl gets its own options, and the place of the daemon", lambda: cluster.run(
        "--context", "prod", "--namespace", "net", "--selector", "app=x", "--node", "n1", "show") and has(
        "--context prod get pods --namespace net --selector app=x", "\n".join(cluster.asked())))
    for words, why in ((["--node"], "--node needs a value"), (["show", "--watch"], "choose it with --node"),
                       (["--node", "n9"], "no daemon runs on node n9, but on: n1 n2 n3")):
        check(f"{' '.join(words)} is refused, with what to do", lambda: has(why, cluster.run(*words)[2]))
    check("wrong usage is status 2", lambda: same(2, cluster.run("show", "-w")[0]))
    cluster.has()
    check("a cluster without a daemon is told", lambda: has("--selector names others", cluster.run("show")[2]))


def main():
    build = build_directory(sys.argv[1:])
    check = Checks()
    with tempfile.TemporaryDirectory() as directory:
        scratch = pathlib.Path(directory)
        check_completions(check, build, scratch)
        check_man_pages(check, build)
        check_kubectl(check, scratch)
    return check.totals()


if __name__ == "__main__":
    sys.exit(main())
