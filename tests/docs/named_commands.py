# SPDX-License-Identifier: Apache-2.0
"""Finds the commands of rxlease's programs that pages name, and asks the programs whether they accept them.

The test calls the program with the command's words and an option that no program has. The program parses all words before
it does anything, fails, and lists the unexpected words. Only the added option may be among them."""
import re
import shlex

from docs.blocks import blocks
from docs.markdown import in_backticks
from lib.commands import run
from lib.conditions import Failed

PROGRAMS = ("rxleasectl", "rxlease-device-plugin")
SHELLS = ("sh", "sh cluster", "sh node", "sh sender")
NO_OPTION = "--an-option-that-no-program-has"
ANSWERED = ("--help", "--version")  # for which a program ignores all other words
SECONDS = 10


def words_of(text):
    """Returns the words of a command up to the shell's first operator. Returns None if the command calls another program."""
    words = []
    reader = shlex.shlex(text, posix=True, punctuation_chars=True)
    reader.whitespace_split = True
    try:
        for word in reader:
            if set(word) <= set("();<>|&"):
                break
            words.append(word)
    except ValueError:  # a quotation mark that is not closed: no command
        return None
    if "--" in words and words[0] not in PROGRAMS:  # kubectl exec … -- COMMAND
        words = words[words.index("--") + 1:]
    if not words or words[0].rsplit("/", 1)[-1] not in PROGRAMS:
        return None
    return (words[0].rsplit("/", 1)[-1], *words[1:])


def commands_in(page):
    """Returns the commands that a page names: in backticks, after a console's prompt, and in blocks that readers run."""
    lines = [line[2:] for block in blocks(page, "console") for line in block.splitlines() if re.match(r"[#$] ", line)]
    lines += [line for kind in SHELLS for block in blocks(page, kind) for line in block.replace("\\\n", " ").splitlines()]
    return {words for words in map(words_of, in_backticks(page) + lines) if words}


def is_taken(programs, words):
    """A condition that holds if the program in that directory accepts every word of the command."""
    command = [programs / words[0], *words[1:], NO_OPTION]
    status, _, said = run(["timeout", SECONDS, *command])
    if status == 0 and set(words) & set(ANSWERED):
        return True
    unexpected = re.search(r"not expected: ([^;\n]*)", said)
    if unexpected and unexpected[1].split() == [NO_OPTION]:
        return True
    raise Failed(said.replace(f" {NO_OPTION}", "").strip() or f"it ended with status {status}")
