#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a man page of what a program says with --help, and of the same of its commands.

    tests/ctl/man.py PROGRAM      prints the page

The help has the form that CLI11 gives it: a description, `Usage:`, then `Positionals:`, `Options:` and `Subcommands:`, whose
entries have their explanation in column 31 or on the next lines, and what is left is the end."""
import dataclasses
import re
import subprocess
import sys

SECTIONS = {"1": "User Commands", "8": "System Manager's Manual"}
COLUMN = 30  # where explanations begin
HEADINGS = ("Positionals", "Options", "Subcommands")
SEE_ALSO = {"rxleasectl": ["rxlease-device-plugin(8)", "kubectl-rxlease(1)"],
            "rxlease-device-plugin": ["rxleasectl(8)"],
            "kubectl-rxlease": ["rxleasectl(8)", "kubectl(1)"]}


@dataclasses.dataclass
class Help:
    """What --help says, in its parts."""

    description: str
    usage: str
    entries: dict  # by heading: pairs of what is explained and its explanation
    end: list  # paragraphs


def entry_of(line):
    """Returns the pair of a line: "  -w,--watch    print it again" is ("-w,--watch", "print it again")."""
    if len(line) > COLUMN and line[COLUMN - 1] == " " and line[:COLUMN].strip():
        return [line[:COLUMN].strip(), line[COLUMN:].strip()]
    return [line.strip(), ""]


def parsed(text):
    """Returns the Help that is in a text."""
    before, usage, rest = re.fullmatch(r"(.*?)^Usage: ([^\n]*)\n(.*)", text, re.DOTALL | re.MULTILINE).groups()
    entries, end, heading = {}, [], None
    for line in rest.splitlines():
        if line.rstrip(":") in HEADINGS and line.endswith(":"):
            heading = line.rstrip(":")
            entries[heading] = []
        elif heading and line.startswith(" " * COLUMN):
            entry = entries[heading][-1]
            entry[1] = f"{entry[1]} {line.strip()}".strip()
        elif heading and line.startswith("  "):
            entries[heading].append(entry_of(line))
        elif line.strip():
            if heading or not end:
                end.append("")
            end[-1] = f"{end[-1]} {line.strip()}".strip()
            heading = None
        else:
            heading = None
    return Help(" ".join(before.split()), usage.strip(), entries, end)


def escaped(text):
    """Returns text that roff shows as it is."""
    text = text.replace("\\", r"\e").replace("-", r"\-")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.MULTILINE)


def paragraphs(heading, pairs):
    lines = []
    for name, explanation in pairs:
        lines += [".TP", rf"\fB{escaped(name)}\fR", escaped(explanation or name)]
    return [heading, *lines] if pairs else []


def command_lines(usage, part):
    """Returns the lines of one command: how it is called, its positionals and its options, and what comes last."""
    lines = [f".SS {escaped(usage)}", escaped(part.description)]
    pairs = [*part.entries.get("Positionals", []), *part.entries.get("Options", [])]
    lines += paragraphs(".PP", [pair for pair in pairs if not pair[0].startswith("-h,")])
    for paragraph in part.end:
        lines += [".PP", escaped(paragraph)]
    return lines


def commands_of(program, words, help_of):
    """Yields the usage and the Help of each command that takes no further one, below these words."""
    for name, _ in help_of(program, words).entries.get("Subcommands", []):
        part = help_of(program, [*words, name])
        if "Subcommands" in part.entries:
            yield from commands_of(program, [*words, name], help_of)
        else:
            yield part.usage, part


def page(name, section, program, help_of):
    """Returns the page of a program. `help_of` returns the Help of a program's command, by its words."""
    whole = help_of(program, [])
    called, _, arguments = whole.usage.partition(" [")
    short = whole.description.split(". ")[0].rstrip(".")
    lines = [r'.\" SPDX-License-Identifier: Apache-2.0', rf'.\" Made by tests/ctl/man.py of what {name} says with --help.',
             f'.TH {name.upper()} {section} "" rxlease "{SECTIONS[section]}"',
             ".SH NAME", rf"{escaped(name)} \- {escaped(short[:1].lower() + short[1:])}",
             ".SH SYNOPSIS", rf"\fB{escaped(called)}\fR {escaped('[' + arguments)}",
             ".SH DESCRIPTION", escaped(whole.description)]
    for paragraph in whole.end:
        lines += [".PP", escaped(paragraph)]
    lines += paragraphs(".SH ARGUMENTS", whole.entries.get("Positionals", []))
    lines += paragraphs(".SH OPTIONS", whole.entries.get("Options", []))
    commands = list(commands_of(program, [], help_of))
    if commands:
        lines.append(".SH COMMANDS")
        for its_usage, part in commands:
            lines += command_lines(its_usage, part)
    lines += [".SH SEE ALSO", ", ".join(rf"\fB{escaped(other[:-3])}\fR{other[-3:]}" for other in SEE_ALSO[name])]
    return "\n".join(lines) + "\n"


def asked(program, words):
    """Returns the Help that the program itself prints."""
    said = subprocess.run([program, *words, "--help"], check=True, capture_output=True, text=True, timeout=30)
    return parsed(said.stdout)


def main():
    program = sys.argv[1]
    name = program.rsplit("/", 1)[-1]
    section = "1" if name.startswith("kubectl-") else "8"
    sys.stdout.write(page(name, section, program, asked))


if __name__ == "__main__":
    main()
