"""Walk a script's tree once, in order, without running anything."""

from __future__ import annotations

from dataclasses import replace

from auditor.collectors.gocdnext.shell import simple
from auditor.collectors.gocdnext.shell.expand import Substitute, values, vectors
from auditor.collectors.gocdnext.shell.parse import parse
from auditor.collectors.gocdnext.shell.state import MAX_COMMANDS, MAX_LEVEL, MAX_VALUE, Context, State
from auditor.collectors.gocdnext.shell.tree import Case, Function, Group, If, Item, Loop, Part, Piece, Pipe, Redirect, ShellError, Simple

PIPED = "only the last command of a pipe counts"
SUBSTITUTED = "the failure of a substitution inside a command is not seen"


def run(text: str, state: State) -> None:
    """Walk a script; the commands are then in `state`.  Raises ShellError."""
    tree = parse(text)
    try:
        _items(tree, Context(), state)
    except RecursionError:
        raise ShellError("a script nested too deep", 0) from None


def nested(tree: tuple[Item, ...], state: State, context: Context) -> str:
    """Walk a part of a script in a context; what it prints."""
    state.level += 1
    if state.level > MAX_LEVEL:
        state.level -= 1
        raise ShellError(f"scripts inside scripts, more than {MAX_LEVEL} levels", 0)
    try:
        return _items(tree, context, state)
    finally:
        state.level -= 1


def _items(items: tuple[Item, ...], context: Context, state: State) -> str:
    printed = []
    for index, item in enumerate(items):
        own = context if index == len(items) - 1 else replace(context, status=False, stops=False)
        printed.append(_item(item, own, state))
    return "\n".join(text for text in printed if text)[: MAX_VALUE * 2]


def _item(item: Item, context: Context, state: State) -> str:
    if item.background:
        context = context.dead("it runs in the background")
    printed = ""
    for index, pipe in enumerate(item.pipes):
        own = _in_chain(item, index, context, state) if len(item.pipes) > 1 else context
        printed = _pipe(pipe, own.inside() if index else own, state)
    return printed


def _in_chain(item: Item, index: int, context: Context, state: State) -> Context:
    """What the failure of one pipe of `a && b || c` means."""
    after = item.operators[index:]
    if not after:
        return context
    stops = after[0] == "&&" and fails_always((Item((item.pipes[index + 1],)),), state)
    if "||" not in after:
        why = "in the middle of `&&` a failure does not stop the script"
        return replace(context, strict=False, why=context.why or why, stops=stops)
    handler = item.pipes[index + after.index("||") + 1]
    if fails_always((Item((handler,)),), state):
        return replace(context, strict=False, status=True, stops=stops)
    return context.dead(f"`|| {_shown(handler)}` hides its failure", stops=stops)


def _shown(pipe: Pipe) -> str:
    node = pipe.parts[0].node
    return " ".join(word.raw for word in node.words)[:40] if isinstance(node, Simple) else "{ ... }"


def fails_always(items: tuple[Item, ...], state: State, depth: int = 0) -> bool:
    """Do these commands, once reached, make the script fail?"""
    for item in items:
        node = item.pipes[-1].parts[-1].node
        if "||" in item.operators or item.background or depth > 8:
            continue
        if isinstance(node, Group) and fails_always(node.body, state, depth + 1):
            return True
        if not isinstance(node, Simple) or not node.words:
            continue
        name, argument = node.words[0].raw, node.words[1].raw if len(node.words) > 1 else ""
        if name == "exit":
            return argument != "0"
        if name == "false" or (name == "return" and argument not in {"0", ""}):
            return True
        if name in state.functions and fails_always(state.functions[name], state, depth + 1):
            return True
    return False


def _pipe(pipe: Pipe, context: Context, state: State) -> str:
    printed = ""
    for index, part in enumerate(pipe.parts):
        own = context
        if index < len(pipe.parts) - 1 and not state.pipefail:
            own = context.dead(PIPED)
        elif pipe.negated:
            passes = context.status or (context.strict and state.errexit)
            own = replace(context, strict=False, status=context.stops, stops=context.status, why="" if passes and context.stops else "`!` turns its failure into success")
        printed = _part(part, own, state, printed)
    return printed


def _part(part: Part, context: Context, state: State, stdin: str) -> str:
    state.steps += 1
    if state.steps > MAX_COMMANDS:
        raise ShellError(f"a script of more than {MAX_COMMANDS} steps", 0)
    node = part.node
    if isinstance(node, Simple):
        given = [text for redirect in part.redirects if redirect.operator[0] == "<" for text in _input(redirect, state)]
        return _simple(node, part.redirects, context, state, given[-1] if given else stdin)
    for redirect in part.redirects:
        _input(redirect, state)
    first = len(state.commands)
    printed = _compound(node, context, state)
    for redirect in part.redirects:
        if redirect.operator in {">", ">>"}:
            for file in values(redirect.target, state, _substitute(context, state)):
                state.write(file, printed, append=redirect.operator == ">>")
                for command in state.commands[first:]:
                    command.writes.append(file)
    return printed


def _input(redirect: Redirect, state: State) -> list[str]:
    found = values(redirect.target, state, _substitute(Context().dead(SUBSTITUTED), state))
    if redirect.operator == "<":
        return [state.files.get(file, f"$(cat {file})") for file in found]
    return list(found) if redirect.operator in {"<<", "<<<"} else []


def _compound(node: If | Loop | Case | Group | Function, context: Context, state: State) -> str:
    if isinstance(node, Function):
        state.functions[node.name] = node.body
        return ""
    if isinstance(node, Group):
        return _items(node.body, context, state)
    if isinstance(node, If):
        return _if(node, context, state)
    if isinstance(node, Case):
        values(node.word, state, _substitute(context.dead(SUBSTITUTED), state))
        return "\n".join([_items(arm, context.inside(), state) for arm in node.arms])
    if node.variable:
        fields = [field for vector in vectors(node.words, state, _substitute(context.dead(SUBSTITUTED), state)) for field in vector]
        if fields:
            state.set(node.variable, tuple(dict.fromkeys(fields)), maybe=False)
        else:
            state.unset(node.variable)
    _items(node.condition, context.dead("its failure only ends a loop"), state)
    return _items(node.body, context.inside(), state)


def _if(node: If, context: Context, state: State) -> str:
    printed = []
    for index, (condition, body) in enumerate(node.branches):
        last = index == len(node.branches) - 1
        on_success = fails_always(body, state)
        on_failure = last and fails_always(node.otherwise, state)
        why = "" if on_failure else "its failure only decides a branch"
        _items(condition[:-1], context.dead("its failure only decides a branch"), state)
        for item in condition[-1:]:
            for pipe in item.pipes:
                _pipe(pipe, Context(strict=False, status=on_failure, stops=on_success, why=why, conditional=context.conditional or index > 0), state)
        printed.append(_items(body, context.inside(), state))
    printed.append(_items(node.otherwise, context.inside(), state))
    return "\n".join(text for text in printed if text)


def _substitute(context: Context, state: State, seen: dict[int, str] | None = None) -> Substitute:
    """Substitutions are walked once for each word they stand in."""
    known = {} if seen is None else seen

    def substitute(piece: Piece) -> str:
        if id(piece) not in known:
            known[id(piece)] = nested(piece.body, state, replace(context, nested=True)) or "$()"
        return known[id(piece)]

    return substitute


def _simple(node: Simple, redirects: tuple[Redirect, ...], context: Context, state: State, stdin: str) -> str:
    if not node.words:
        for name, word in node.assigns:
            if word.raw.strip('"') in {"$?", "${?}"}:
                state.saved[name] = list(state.last)
                state.set(name, (f"${{{name}}}",), maybe=False)
                continue
            state.set(name, values(word, state, _substitute(context, state)), maybe=context.conditional)
        return ""
    inner = _substitute(context.dead(SUBSTITUTED), state)
    prefix = {name: values(word, state, inner)[0] for name, word in node.assigns}
    files = [(redirect.operator == ">>", file) for redirect in redirects if redirect.operator in {">", ">>"} for file in values(redirect.target, state, inner)]
    printed = ""
    for words in vectors(node.words, state, inner):
        if words:
            printed = simple.command(words, node, prefix, [file for _, file in files], stdin, context, state)
    for append, file in files:
        state.write(file, printed, append=append)
    return "" if files else printed
