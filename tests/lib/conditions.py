# SPDX-License-Identifier: Apache-2.0
"""Conditions: functions that decide whether a test's sentence holds, and explain why if it does not.

A condition returns True or False, or raises an exception whose text is the reason. None is an error: a function without
a return statement must not count as a condition that holds."""
import difflib
import pprint
import re
import traceback


class Failed(Exception):
    """A condition does not hold. The text says why."""


def why_not(condition, *arguments):
    """Returns None if the condition holds, else the reason. The condition may also be a plain True or False."""
    try:
        holds = condition(*arguments) if callable(condition) else condition
    except Failed as failure:
        return str(failure) or "it does not hold"
    except Exception:  # one condition that breaks must not end the others
        return traceback.format_exc().rstrip()
    if holds is True:
        return None
    if holds is False:
        return described(condition, arguments) if callable(condition) else "it is False"
    return f"{described(condition, arguments)} returned {holds!r}, which is neither True nor False"


def described(condition, arguments):
    """Returns the call as a programmer would write it."""
    name = getattr(condition, "__name__", None) or repr(condition)
    return f"{name}({', '.join(getattr(argument, '__name__', None) or repr(argument) for argument in arguments)})"


def value_of(value):
    """Calls a function and returns its result; returns any other value unchanged. So a condition can read a value late."""
    return value() if callable(value) else value


def same(expected, actual):
    """Holds if both are equal. Either may be a function that returns the value."""
    expected, actual = value_of(expected), value_of(actual)
    if expected == actual:
        return True
    raise Failed(difference(expected, actual))


def difference(expected, actual):
    """Returns both values if they are short, else the lines that differ."""
    short = f"expected <{expected}>, got <{actual}>"
    if len(short) < 200 and "\n" not in short:
        return short
    lines = [value.splitlines() if isinstance(value, str) else pprint.pformat(value).splitlines()
             for value in (expected, actual)]
    return "\n".join(difflib.unified_diff(*lines, "expected", "got", lineterm="", n=1))


def nothing_in(things):
    """Holds if the collection is empty; otherwise the reason lists its elements."""
    found = list(value_of(things))
    if not found:
        return True
    raise Failed("there should be none of these:\n" + "\n".join(str(thing) for thing in found))


def has(part, whole):
    """Holds if the text or the collection contains the part."""
    whole = value_of(whole)
    if part in whole:
        return True
    raise Failed(f"<{part}> is not in:\n{whole}")


def matches(pattern, text):
    """Holds if the regular expression matches somewhere in a line of the text."""
    text = value_of(text)
    if re.search(pattern, text, re.MULTILINE):
        return True
    raise Failed(f"nothing matches <{pattern}> in:\n{text}")


def no(condition, *arguments):
    """Holds if the condition does not."""
    if why_not(condition, *arguments) is None:
        raise Failed(f"{described(condition, arguments)} holds, and should not")
    return True
