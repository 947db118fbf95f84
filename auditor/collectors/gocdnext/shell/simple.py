"""One simple command: what the shell does itself, what only starts another command, and what is left to be told apart by its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from auditor.collectors.gocdnext.shell.parse import parse
from auditor.collectors.gocdnext.shell.positional import hand, shift, take_back
from auditor.collectors.gocdnext.shell.printed import output
from auditor.collectors.gocdnext.shell.state import MAX_VALUES, Command, Context, Script, State
from auditor.collectors.gocdnext.shell.tree import ShellError, Simple
from auditor.model.place import At

SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh"})
MAX_FILES = 3
DECLARING = frozenset({"export", "local", "declare", "typeset", "readonly"})
_ASSIGN = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\+?=(.*)", re.DOTALL)
# Programs that run the rest of their words -> their options that take a value.
WRAPPERS: dict[str, frozenset[str]] = {
    "sudo": frozenset({"-u", "-g", "-h", "-p"}),
    "doas": frozenset({"-u"}),
    "env": frozenset({"-u", "-C"}),
    "timeout": frozenset({"-s", "-k", "--signal", "--kill-after"}),
    "nice": frozenset({"-n"}),
    "ionice": frozenset({"-c", "-n"}),
    "stdbuf": frozenset({"-i", "-o", "-e"}),
    "flock": frozenset({"-w", "-E", "-c"}),
    **dict.fromkeys(("nohup", "time", "command", "exec", "setsid", "builtin", "unbuffer", "tini", "dumb-init"), frozenset()),
}
_XARGS = frozenset({"-n", "-I", "-P", "-L", "-d", "-a", "-E", "-s", "--max-args", "--replace", "--max-procs"})
_ONE_WORD_FIRST = frozenset({"timeout", "flock"})


def command(words: list[str], node: Simple, prefix: Mapping[str, str], files: list[str], stdin: str, context: Context, state: State) -> str:
    """Take one command in; what it prints."""
    at = state.place(node.line)
    words, prefix = unwrap(words, dict(prefix))
    if words and words[0] in state.aliases:
        words, prefix = unwrap([*state.aliases[words[0]].split(), *words[1:]], prefix)
    if not words:
        return ""
    name = words[0].rsplit("/", 1)[-1]
    if name in DECLARING:
        _declare(words[1:], context, state)
    elif name == "set":
        _set(words[1:], state)
    elif name in {"unset", "read", "mapfile", "readarray"}:
        for variable in words[1:]:
            state.unset(variable)
    elif name in {"exit", "return"}:
        _exit(words, context, state)
    elif name == "shift":
        shift(words[1:2], context, state)
    elif name == "alias":
        state.aliases |= {assign[1]: assign[2] for assign in map(_ASSIGN.fullmatch, words[1:]) if assign is not None}
    elif name == "trap":
        _trap(words[1:], at, context, state)
    elif name == "xargs":
        return _xargs(words, node, prefix, files, stdin, context, state)
    elif prefix and (words[0] in state.functions or name in SHELLS or "/" in words[0]) and not _is_record(words, state):
        return _with(prefix, words, node, files, stdin, context, state)
    elif words[0] in state.functions:
        return _call(words, context, state)
    elif name in SHELLS:
        return _shell(words, stdin, at, context, state)
    elif words[0] in {".", "source"} and len(words) > 1:
        _source(words[1], at, context, state)
    elif name == "eval":
        return _eval(" ".join(words[1:]), at, context, state)
    elif "/" in words[0] and "$" not in words[0] and (script := state.script(words[0])) is not None:
        return _file(script, words, at, context, state)
    else:
        return _record(words, prefix, files, stdin, at, context, state)
    return ""


def _is_record(words: list[str], state: State) -> bool:
    """A program, of which the files tell nothing."""
    own = words[0] in state.functions or words[0].rsplit("/", 1)[-1] in SHELLS
    return not own and ("$" in words[0] or state.script(words[0]) is None)


def _with(prefix: Mapping[str, str], words: list[str], node: Simple, files: list[str], stdin: str, context: Context, state: State) -> str:
    """`NAME=value SCRIPT`: the script sees the value, what follows does not."""
    before = {name: state.variables.get(name) for name in prefix}
    for name, value in prefix.items():
        state.set(name, (value,), maybe=False)
    printed = command(words, node, {}, files, stdin, context, state)
    take_back(before, state)
    return printed


def unwrap(words: list[str], prefix: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """Without `sudo`, `env A=b`, `timeout 5m` and the like in front."""
    for _ in range(8):
        name = words[0].rsplit("/", 1)[-1] if words else ""
        options = WRAPPERS.get(name)
        if options is None or (name in {"command", "exec"} and len(words) > 1 and words[1] in {"-v", "-V"}):
            return words, prefix
        rest = words[1:]
        while rest and (rest[0].startswith("-") or (name in {"env", "sudo"} and _ASSIGN.fullmatch(rest[0]))):
            assign = _ASSIGN.fullmatch(rest[0])
            if assign is not None and not rest[0].startswith("-"):
                prefix[assign[1]] = assign[2]
            rest = rest[2:] if rest[0] in options else rest[1:]
        words = rest[1:] if name in _ONE_WORD_FIRST else rest
    return words, prefix


def _declare(words: list[str], context: Context, state: State) -> None:
    for word in words:
        assign = _ASSIGN.fullmatch(word)
        if assign is not None:
            state.set(assign[1], (assign[2],), maybe=context.conditional)


def _set(words: list[str], state: State) -> None:
    for index, word in enumerate(words):
        if word[:1] not in {"-", "+"} or word == "--":
            continue
        on = word[0] == "-"
        if "e" in word[1:]:
            state.errexit = on
        if word[-1:] == "o" and index + 1 < len(words):
            if words[index + 1] == "pipefail":
                state.pipefail = on
            elif words[index + 1] == "errexit":
                state.errexit = on


def _exit(words: list[str], context: Context, state: State) -> None:
    """`exit $code` hands on the status that was kept before.  What comes after is not reached, or perhaps not."""
    status = words[1] if len(words) > 1 else "$?"
    kept = state.last if status in {"$?", "${?}"} else state.saved.get(status.strip("${}"), [])
    for command in kept:
        command.fails, command.why = True, ""
    if not context.conditional:
        state.ended = words[0]
    elif status == "0":
        state.may_end = True


def _trap(words: list[str], at: At, context: Context, state: State) -> None:
    """What a trap does when the script ends or fails may run; one that exits with 0 hides every failure."""
    if len(words) < 2 or words[0] in {"-", "", "-p", "-l"} or not {"EXIT", "ERR", "0"} & set(words[1:]):
        return
    ended, may_end = state.ended, state.may_end
    _eval(words[0], at, context.dead("it runs in a trap").inside(), state)
    state.swallows = state.swallows or (not context.nested and re.search(r"(?:^|[;&|{\s])exit\s+0(?:$|[;&|}\s])", words[0]) is not None)
    state.ended, state.may_end = ended, may_end


def _eval(text: str, at: At, context: Context, state: State) -> str:
    """Text that is run as a script, in this shell."""
    if not text.startswith("$"):
        try:
            return _walk(text, context, state, lambda _: at)
        except ShellError:
            pass
    state.tell(f"what `eval {text[:80]}` runs cannot be told", at)
    return ""


def _xargs(words: list[str], node: Simple, prefix: Mapping[str, str], files: list[str], stdin: str, context: Context, state: State) -> str:
    """`xargs COMMAND`: once for each line of what is known, else with a reference in place of what it reads."""
    mark, rest = "", words[1:]
    while rest and rest[0].startswith("-"):
        option, value = rest[0], rest[1] if len(rest) > 1 else ""
        if option[:2] == "-I":
            mark = option[2:] or value
        elif option in {"-i", "--replace"} or option.startswith("--replace="):
            mark = option.partition("=")[2] or "{}"
        rest = rest[2:] if option in _XARGS and "=" not in option else rest[1:]
    known = bool(stdin) and "$" not in stdin
    for item in stdin.splitlines()[:MAX_VALUES] if known and mark else [stdin if known else "${stdin}"]:
        own = [word.replace(mark, item) if mark in word else word for word in rest] if mark else [*rest, *item.split()]
        if own:
            command(own, node, prefix, files, "", context, state)
    return ""


def _call(words: list[str], context: Context, state: State) -> str:
    from auditor.collectors.gocdnext.shell.run import nested

    before = hand(words[1:], state)
    printed = nested(state.functions[words[0]], state, context)
    state.ended = "" if state.ended == "return" else state.ended
    take_back(before, state)
    return printed


def _shell(words: list[str], stdin: str, at: At, context: Context, state: State) -> str:
    """`sh -c TEXT`, `bash FILE`, or a here-document that is fed to it."""
    flags, index, text = "", 1, ""
    while index < len(words) and words[index][:1] in {"-", "+"} and words[index] not in {"-", "--"}:
        flags += words[index][1:]
        index += 2 if words[index][-1:] == "o" and not words[index].startswith("--") else 1
    rest = words[index + 1 :] if index < len(words) and words[index] in {"-", "--"} else words[index:]
    if "c" in flags:
        text = rest[0] if rest else ""
    elif rest and (script := state.script(rest[0])) is not None:
        return _file(script, rest, at, replace(context), state)
    elif not rest and stdin and "$(" not in stdin:
        text = stdin
    if not text or text.startswith("$"):
        state.tell(f"what `{' '.join(words)[:80]}` runs cannot be told", at)
        return ""
    return _text(Script(text, lambda _: at), "e" in flags, context, state)


def _file(script: Script, words: list[str], at: At, context: Context, state: State) -> str:
    if script.text in state.in_files or len(state.in_files) >= MAX_FILES:
        state.tell(f"what the script {words[0]} does is not followed: scripts call one another", at)
        return ""
    before = hand(words[1:], state)
    state.in_files.append(script.text)
    strict = script.text.startswith("#!") and " -e" in script.text.split("\n", 1)[0]
    printed = _text(script, strict, context, state)
    state.in_files.pop()
    take_back(before, state)
    return printed


def _source(path: str, at: At, context: Context, state: State) -> None:
    script = state.script(path) if "$" not in path else None
    if script is None or path.endswith(".env") or script.text in state.in_files or len(state.in_files) >= MAX_FILES:
        state.sourced.append(path)
        return
    state.in_files.append(script.text)
    _walk(script.text, context, state, script.place)
    state.in_files.pop()
    state.ended = "" if state.ended == "return" else state.ended


def _text(script: Script, errexit: bool, context: Context, state: State) -> str:
    """Another shell's script: it has options of its own, and its status is the command's."""
    before = state.errexit, state.pipefail, state.ended, state.may_end
    passes = context.passes(state)
    state.errexit, state.pipefail = errexit, False
    own = replace(context, strict=passes, status=passes, exits=passes and context.exits)
    if not passes:
        own = own.dead(context.why or "`set +e` is in force")
    printed = _walk(script.text, own, state, script.place)
    state.errexit, state.pipefail, state.ended, state.may_end = before
    return printed


def _walk(text: str, context: Context, state: State, place: Callable[[int], At]) -> str:
    from auditor.collectors.gocdnext.shell.run import nested

    before, state.place = state.place, place
    try:
        return nested(parse(text), state, context)
    finally:
        state.place = before


def _record(words: list[str], prefix: Mapping[str, str], files: list[str], stdin: str, at: At, context: Context, state: State) -> str:
    fails = context.passes(state)
    why = "" if fails else context.why or ("`set +e` is in force" if context.strict else "its failure is not that of the script")
    stops = context.stops
    state.share()
    printed = output(words, stdin, state)
    found = Command(words, at, fails, why, stops, context.conditional or state.may_end, state.variables, state.files, prefix, stdin, printed, list(files), context.nested, state.place)
    if words[0] in {"[", "[[", "test"} and (stops or fails):
        for name in [word.strip("${}") for word in words if word.strip("${}") in state.saved]:
            for kept in state.saved[name]:
                kept.fails, kept.why = True, ""
    if words[0] == "tee":
        for file in [word for word in words[1:] if not word.startswith("-")]:
            state.write(file, stdin, append="-a" in words)
            found.writes.append(file)
    state.commands.append(found)
    state.last = [found]
    return printed
