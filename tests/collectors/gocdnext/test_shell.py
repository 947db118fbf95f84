import contextlib
import time

import pytest

from auditor.collectors.gocdnext.shell.run import run
from auditor.collectors.gocdnext.shell.state import Script, State
from auditor.collectors.gocdnext.shell.tree import ShellError
from auditor.model.place import At


def state(scripts=None, **variables):
    def place(line):
        return At(source="s", line=line + 1)

    return State(
        place=place,
        script=lambda path: Script(scripts[path], lambda line: At(source=path, line=line + 1)) if scripts and path in scripts else None,
        expression=lambda text: text,
        variables={name: (value,) for name, value in variables.items()},
    )


def commands(text, **options):
    found = state(**options)
    run(text, found)
    return found.commands


def lines(text, **options):
    return [" ".join(command.words) for command in commands(text, **options)]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("a b \\\n  c; d && e || f | g & h", ["a b c", "d", "e", "f", "g", "h"]),
        ("a 'b c' \"d $X\" \\$Y # no\n# nor this", ["a b c d x $Y"]),
        ("if a; then b; elif c; then d; else e; fi", ["a", "b", "c", "d", "e"]),
        ("for i in 1 2; do a $i; done; while b; do c; done", ["a 1", "a 2", "b", "c"]),
        ("case $X in\n a|b) c ;;\n *) d;;\nesac", ["c", "d"]),
        ("( a; { b; } ) && c", ["a", "b", "c"]),
        ("a() { b $1; }; a c", ["b c"]),
        ("cat <<EOF\nhelm upgrade\nEOF\na", ["cat", "a"]),
        ("bash <<'EOF'\nhelm upgrade\nEOF\n", ["helm upgrade"]),
        ("sh -c 'a; b'; bash -ec \"c $X\"", ["a", "b", "c x"]),
        ("sudo -u root env A=1 timeout -k 5 10m nice -n 3 a b", ["a b"]),
        ("echo x | xargs -n 1 a b", ["echo x", "a b x"]),
        ("a=(b --n '${{ x y }}'); a+=(c); e \"${a[@]}\"", ["e b --n ${{ x y }} c"]),
        ('f() { a "$@"; }; f b c; X=y f; X=z ./s.sh; b $X', ["a b c", "a", "./s.sh", "b x"]),
        ("f() { b $1; }; g() { f y; a $1; }; g x", ["b y", "a x"]),
        ("echo x | xargs -I{} a -n {}; b | xargs a", ["echo x", "a -n x", "b", "a ${stdin}"]),
        ("eval 'a b; c'; eval \"a $X\"", ["a b", "c", "a x"]),
        ("alias h='a b'; h c", ["a b c"]),
        ("trap 'a b' EXIT; c", ["a b", "c"]),
        ("a; exit 0; b", ["a"]),
        ("a || exit 0; b", ["a", "b"]),
        ("f() { return; a; }; f; b; (exit 0); c", ["b", "c"]),
        ("f() { shift; a $1; }; f x y", ["a y"]),
        ("f() { while c; do N=$2; shift 2; done; a $N; }; f -a x -n y", ["c", "a ${2}"]),
        ("[[ $X == x && $Y =~ ^(a|b)$ ]] || a", ["[[ x == x && ${Y} =~ ^(a|b)$", "a"]),
        ("N=prod\nexport M=${N}-1 K=$N\na $M $K ${L:-d} ${N%od} ${N#p}", ["a prod-1 prod d pr rod"]),
        ('N=$(a b)\nc $N "$(cat f)"', ["a b", "cat f", "c $(a b) $(cat f)"]),
        ('a b > f\nc "$(cat f)"\necho 1 > g; d $(cat g)', ["a b", "cat f", "c $(a b)", "echo 1", "cat g", "d 1"]),
        ("a=(b 'c d'); e ${a}", ["e b c d"]),
    ],
)
def test_the_commands_of_a_script_are_found(script, expected):
    """Quotes, branches, loops, functions, here-documents, nested shells and wrappers hide no command."""
    assert lines(script, X="x") == expected


@pytest.mark.parametrize(
    ("script", "fails"),
    [
        ("x", True),
        ("x || true", False),
        ("x || exit 1", True),
        ("x || { echo; exit 2; }", True),
        ("x || echo no", False),
        ("x && echo\necho", False),
        ("x && echo", True),
        ("x | tee f", False),
        ("set -o pipefail\nx | tee f", True),
        ("a | x", True),
        ("set +e\nx\necho", False),
        ("set +e\nx\ncode=$?\nset -e\nexit $code", True),
        ("set +e\nx\ncode=$?\nif [ $code -ne 0 ]; then exit 1; fi", True),
        ("if x; then a; fi", False),
        ("if ! x; then a; exit 1; fi", True),
        ("if ! x; then a; fi", False),
        ("if x; then a; else exit 1; fi", True),
        ("x &", False),
        ("! x", False),
        ("while x; do a; done", False),
        ("for i in 1; do x; done\na", True),
        ("y=$(x)\na", True),
        ("echo $(x)\na", False),
        ("export y=$(x)\na", False),
        ("( x ) || true", False),
        ("sh -c 'x; a'\nb", False),
        ("sh -ec 'x; a'\nb", True),
        ("sh -ec 'x' || true", False),
        ("die() { echo; exit 1; }\nx || die", True),
        ("x; exit 0", True),
    ],
)
def test_whether_a_failure_fails_the_job(script, fails):
    """The product runs a script with `set -e`; what hides a failure from it is seen, and said."""
    found = next(command for command in commands(script) if command.name == "x")
    assert found.fails is fails
    assert bool(found.why) is not fails


def test_a_comparison_stops_by_success():
    """`if [ a != b ]; then exit 1` and `[ a != b ] && exit 1` fail the job when the comparison succeeds."""
    for script in ("if [ a != b ]; then exit 1; fi\nc", "[ a != b ] && exit 1\nc", "if ! [ a = b ]; then exit 1; fi"):
        found = commands(script)[0]
        assert found.stops or found.fails, script


def test_a_case_that_passes_one_word_is_a_test():
    """`case` with one word that passes and `*` that fails compares, as `[` does."""
    (tested, *_) = commands('case "$X" in "$Y") ;; *) exit 1 ;; esac', X="x")
    assert (tested.words, tested.fails) == (["[", "x", "=", "${Y}", "]"], True)
    assert commands('case "$X" in a) b ;; *) c ;; esac')[0].words == ["b"]


@pytest.mark.parametrize("script", ["trap 'exit 0' EXIT\na", "( a || exit 1 ) || true", "{ a || exit 1; } &", '[ -n "$S" ] && exit 0\na', "if b; then a; fi"])
def test_a_failure_that_is_hidden_or_not_reached(script):
    """Traps, subshells, the background and branches keep a failure from failing the job, or the command from running."""
    assert next(command for command in commands(script) if command.words == ["a"]).weakness


@pytest.mark.parametrize("script", ["trap 'rm x' EXIT\na", "{ a || exit 1; } || true", "for i in 1 2; do a; done", "(a)", "f() { a || exit 1; }\nf || true", "b && a"])
def test_a_failure_that_counts(script):
    """Braces, functions, loops over known words and traps that clean up hide nothing."""
    assert not next(command for command in commands(script) if command.words == ["a"]).weakness


def test_a_variable_that_a_branch_sets_has_both_values():
    """What a script may do in one branch is looked at besides what it does in the other."""
    assert lines("N=stage\nif a; then N=prod; fi\nhelm -n $N")[1:] == ["helm -n stage", "helm -n prod"]


def test_scripts_of_the_repository_are_followed():
    """A script that is called is read in its own place, and so is one that it calls; a script that calls itself ends, and is said to be unread."""
    found = state(scripts={"./a.sh": "helm upgrade $1 b\n./b.sh\n", "./b.sh": "c $1\n./a.sh"})
    run("./a.sh x", found)
    assert [(" ".join(command.words), command.at.source) for command in found.commands] == [("helm upgrade x b", "./a.sh"), ("c ${1}", "./b.sh")]
    assert len(found.unread) == 1


@pytest.mark.parametrize("script", ["'a", '"a $(b', "$(a", "if a; then", "case a in b", "a )", "fi", "${a", "`a", "(" * 5000, "if a; then\n" * 200, "f() { f; }; f"])
def test_what_is_no_script_is_an_error_with_its_line(script):
    """Unbalanced, endless and too deep scripts stop with a reason."""
    with pytest.raises(ShellError) as error:
        run(script, state())
    assert error.value.reason
    assert error.value.line >= 0


@pytest.mark.parametrize("script", ["helm upgrade a b\n" * 10_000, "A=aaaaaaaaaaaaaaaa\n" + "A=$A$A$A$A\n" * 200 + "a $A", "$" * 50_000, "a " + "$A " * 20_000, "for i in $A; do\n" * 30 + "a\n" + "done\n" * 30])
def test_hostile_scripts_are_bounded(script):
    """Neither time nor memory grows beyond what a script's size justifies."""
    begin = time.process_time()
    with contextlib.suppress(ShellError):
        run(script, state())
    assert time.process_time() - begin < 80
