# SPDX-License-Identifier: Apache-2.0
"""The commands of our own programs that pages name in passing, and whether the programs would take them.

A program is called with the command's words and one more, an option that no program has. It reads all words before it
does anything, refuses, and tells which of them it did not expect: only that one may be among them."""
import re
import shlex

from docs.blocks import blocks
from docs.markdown import in_backticks
from lib.commands import run
from lib.conditions import Failed

PROGRAMS = ("rxleasectl", "rxlease-device-plugin")
SHELLS = ("sh", "sh cluster", "sh node", "sh sender")
NO_OPTION = "--an-option-that-no-program-has"
ANSWERED = ("--help", "--version")  # whatever else there is
SECONDS = 10


def words_of(text):
    """The words of a command, up to what is the shell's. None if it calls none of our programs."""
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
    """The commands that the text of a page names: in backticks, at a console's prompt, and in what is to be run."""
    lines = [line[2:] for block in blocks(page, "console") for line in block.splitlines() if re.match(r"[#$] ", line)]
    lines += [line for kind in SHELLS for block in blocks(page, kind) for line in block.replace("\\\n", " ").splitlines()]
    return {words for words in map(words_of, in_backticks(page) + lines) if words}


def is_taken(programs, words):
    """A condition: the program in that directory knows every word of the command."""
    command = [programs / words[0], *words[1:], NO_OPTION]
    status, _, said = run(["timeout", SECONDS, *command])
    if status == 0 and set(words) & set(ANSWERED):
        return True
    unexpected = re.search(r"not expected: ([^;\n]*)", said)
    if unexpected and unexpected[1].split() == [NO_OPTION]:
        return True
    raise Failed(said.replace(f" {NO_OPTION}", "").strip() or f"it ended with status {status}")
