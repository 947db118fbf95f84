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
    for command in state.commands if state.swallows else []:
        command.fails, command.stops, command.why = False, False, command.why or "a trap ends the script with success"


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
        if state.ended:
            break
        own = context if index == len(items) - 1 else replace(context, status=False, stops=False)
        printed.append(_item(item, own, state))
    return "\n".join(text for text in printed if text)[: MAX_VALUE * 2]


def _item(item: Item, context: Context, state: State) -> str:
    if item.background:
        context = replace(context.dead("it runs in the background"), exits=False)
    printed = ""
    for index, pipe in enumerate(item.pipes):
        own = _in_chain(item, index, context, state) if len(item.pipes) > 1 else context
        skipped = index > 0 and not (context.status and set(item.operators[:index]) == {"&&"})
        printed = _pipe(pipe, own.inside() if skipped else own, state)
    return printed


def _in_chain(item: Item, index: int, context: Context, state: State) -> Context:
    """What the failure of one pipe of `a && b || c` means."""
    after = item.operators[index:]
    if not after:
        return context
    stops = after[0] == "&&" and _fatal((Item((item.pipes[index + 1],)),), context, state)
    if "||" not in after:
        why = "in the middle of `&&` a failure does not stop the script"
        return replace(context, strict=False, why=context.why or why, stops=stops)
    handler = (Item((item.pipes[index + after.index("||") + 1],)),)
    if _fatal(handler, context, state):
        return replace(context, strict=False, status=True, stops=stops)
    why = context.why if fails_always(handler, state) else ""
    return context.dead(why or f"`|| {_shown(handler[0].pipes[0])}` hides its failure", stops=stops)


def _fatal(items: tuple[Item, ...], context: Context, state: State) -> bool:
    """Do these commands, once reached, fail the job?"""
    how = fails_always(items, state)
    return context.exits if how == "exit" else bool(how) and context.passes(state)


def _shown(pipe: Pipe) -> str:
    node = pipe.parts[0].node
    return " ".join(word.raw for word in node.words)[:40] if isinstance(node, Simple) else "{ ... }"


def fails_always(items: tuple[Item, ...], state: State, depth: int = 0) -> str:
    """Do these commands, once reached, make the script fail?  "" or how: `exit`, or `status`, where that depends on the place."""
    for item in items:
        node = item.pipes[-1].parts[-1].node
        if "||" in item.operators or item.background or depth > 8:
            continue
        if isinstance(node, Group) and (how := fails_always(node.body, state, depth + 1)):
            return "status" if node.subshell else how
        if not isinstance(node, Simple) or not node.words:
            continue
        name, argument = node.words[0].raw, node.words[1].raw if len(node.words) > 1 else ""
        if name == "exit":
            return "exit" if argument != "0" else ""
        if name == "false" or (name == "return" and argument not in {"0", ""}):
            return "status"
        if name in state.functions and (how := fails_always(state.functions[name], state, depth + 1)):
            return how
    return ""


def _pipe(pipe: Pipe, context: Context, state: State) -> str:
    printed = ""
    for index, part in enumerate(pipe.parts):
        own = context
        if index < len(pipe.parts) - 1 and not state.pipefail:
            own = replace(context.dead(PIPED), exits=False)
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
        return _subshell(node.body, context, state) if node.subshell else _items(node.body, context, state)
    if isinstance(node, If):
        return _if(node, context, state)
    if isinstance(node, Case):
        return _case(node, context, state)
    if node.variable:
        fields = [field for vector in vectors(node.words, state, _substitute(context.dead(SUBSTITUTED), state)) for field in vector]
        if fields:
            state.set(node.variable, tuple(dict.fromkeys(fields)), maybe=False)
        else:
            state.unset(node.variable)
    elif _mentions("shift", node.body):
        for name in [name for name in state.variables if name.isdigit() or name == "@"]:
            state.unset(name)
    _items(node.condition, context.dead("its failure only ends a loop"), state)
    certain = node.variable and any(word.raw for word in node.words)
    return _items(node.body, context if certain else context.inside(), state)


def _case(node: Case, context: Context, state: State) -> str:
    """Where one pattern passes and `*` fails, it is a test like `[ WORD = PATTERN ]`."""
    inner = _substitute(context.dead(SUBSTITUTED), state)
    subject = values(node.word, state, inner)
    passing = [patterns for patterns, arm in zip(node.patterns, node.arms, strict=False) if not _fatal(arm, context, state)]
    others = [patterns for patterns in node.patterns if patterns not in passing]
    if len(passing) == 1 and len(passing[0]) == 1 and passing[0][0].raw != "*" and any(word.raw == "*" for patterns in others for word in patterns):
        tested = replace(context, strict=False, status=True)
        for pattern in values(passing[0][0], state, inner):
            simple.command(["[", subject[0], "=", pattern, "]"], Simple((), (node.word,), node.word.line), {}, [], "", tested, state)
    return "\n".join([_items(arm, context.inside(), state) for arm in node.arms])


def _subshell(items: tuple[Item, ...], context: Context, state: State) -> str:
    """What it sets is kept, as if it were no subshell: rather too much is known than too little."""
    ended, may_end = state.ended, state.may_end
    printed = _items(items, context.apart(state), state)
    state.ended, state.may_end = ended, may_end
    return printed


def _mentions(word: str, items: tuple[Item, ...]) -> bool:
    """Is it a command of these, in branches too?"""
    for part in (part for item in items for pipe in item.pipes for part in pipe.parts):
        node = part.node
        if isinstance(node, Simple):
            if node.words and node.words[0].raw == word:
                return True
        elif any(_mentions(word, inner) for inner in _bodies(node)):
            return True
    return False


def _bodies(node: If | Loop | Case | Group | Function) -> list[tuple[Item, ...]]:
    if isinstance(node, If):
        return [*(body for _, body in node.branches), node.otherwise]
    return list(node.arms) if isinstance(node, Case) else [node.body]


def _if(node: If, context: Context, state: State) -> str:
    printed = []
    for index, (condition, body) in enumerate(node.branches):
        last = index == len(node.branches) - 1
        on_success = _fatal(body, context, state)
        on_failure = last and _fatal(node.otherwise, context, state)
        why = "" if on_failure else context.why or "its failure only decides a branch"
        _items(condition[:-1], context.dead("its failure only decides a branch"), state)
        for item in condition[-1:]:
            for pipe in item.pipes:
                _pipe(pipe, Context(strict=False, status=on_failure, stops=on_success, why=why, conditional=context.conditional or index > 0, exits=context.exits), state)
        printed.append(_items(body, context.inside(), state))
    printed.append(_items(node.otherwise, context.inside(), state))
    return "\n".join(text for text in printed if text)


def _substitute(context: Context, state: State, seen: dict[int, str] | None = None) -> Substitute:
    """Substitutions are walked once for each word they stand in."""
    known = {} if seen is None else seen

    def substitute(piece: Piece) -> str:
        if id(piece) not in known:
            ended, may_end = state.ended, state.may_end
            known[id(piece)] = nested(piece.body, state, replace(context.apart(state), nested=True)) or "$()"
            state.ended, state.may_end = ended, may_end
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
