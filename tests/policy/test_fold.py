"""The fold and its laws, over generated evidence."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model import At, Control, Gap
from auditor.model.record import prefixes
from auditor.policy.fold import Answer, Failure, World, fold

AT = At(source="s")
KINDS = ["job", "gate", "policy", "image"]
FIELDS = {"job": ["digest", "chart"], "gate": ["votes"], "policy": ["enforces"], "image": ["signed"]}
CONTAINERS = {"o/a": "repository", "o/b": "repository", "c1": "cluster"}


def control(**named) -> Control:
    base = {"population": ["job"], "requires": [], "consults": [], "seeks": [], "per": "repository"}
    return Control(id="f.n", title="t", description="d", severity="high", aspects=["design"], remediation="r", added_in="1", **{**base, **named})


def gated(facts):
    """Something must be found in the same pipeline: a gate with two votes."""
    subjects = set(facts["job"])
    gates = {identity.rsplit("/", 1)[0] for identity, gate in facts["gate"].items() if gate["votes"] is not None and gate["votes"] >= 2}
    return subjects, [(job, ["gate"]) for job in subjects if job.rsplit("/", 1)[0] not in gates]


def digest(facts):
    """A field of the subject itself."""
    return set(facts["job"]), [(job, []) for job, fields in facts["job"].items() if fields["digest"] is False]


def pinned(facts):
    """A field decides who is asked, a join by name what of them."""
    chosen = {job for job, fields in facts["job"].items() if fields["digest"]}
    return chosen, [(job, ["policy"]) for job in chosen if not any(policy["enforces"] for policy in facts["policy"].values())]


def signed(facts):
    """Subjects of the organisation, facts in clusters."""
    nobody = not any(policy["enforces"] for policy in facts["policy"].values())
    subjects = set(facts["image"])
    return subjects, [(i, ["policy"]) for i in subjects if nobody] + [(i, []) for i, fields in facts["image"].items() if fields["signed"] is False]


CASES = [
    (gated, control(seeks=["gate"])),
    (digest, control(requires=["job.digest"])),
    (pinned, control(population=["job", "job.digest"], seeks=["policy"])),
    (signed, control(population=["image"], requires=["image.signed"], seeks=["policy"], per="organization")),
]

booleans = st.booleans()
worlds = st.fixed_dictionaries(
    {
        "job": st.dictionaries(st.sampled_from([f"{r}#{p}/j{i}" for r in ("o/a", "o/b") for p in "pq" for i in range(2)]), st.fixed_dictionaries({"digest": booleans, "chart": st.sampled_from("xy")})),
        "gate": st.dictionaries(st.sampled_from([f"{r}#{p}/g{i}" for r in ("o/a", "o/b") for p in "pq" for i in range(2)]), st.fixed_dictionaries({"votes": st.integers(1, 3)})),
        "policy": st.dictionaries(st.sampled_from([f"c1/Policy/k{i}" for i in range(2)]), st.fixed_dictionaries({"enforces": booleans})),
        "image": st.dictionaries(st.sampled_from([f"r.example/{i}@sha256:0{i}" for i in range(2)]), st.fixed_dictionaries({"signed": booleans})),
    }
)


def lose(facts, draw):
    """Replace some facts and fields by gaps."""
    facts, gaps = msgspec.json.decode(msgspec.json.encode(facts)), []
    for kind in KINDS:
        for identity in list(facts[kind]):
            how = draw(st.sampled_from(["keep", "keep", "keep", "fact", *FIELDS[kind]]))
            if how == "fact":
                del facts[kind][identity]
                gaps.append(Gap(kind=kind, path=identity, reason="lost"))
            elif how != "keep":
                facts[kind][identity][how] = None
                gaps.append(Gap(kind=f"{kind}.{how}", path=identity, reason="lost"))
    return facts, gaps


def answer(policy, facts, gaps, asked):
    subjects, failures = policy(facts)
    world = World(CONTAINERS, enumerate(gaps), KINDS)
    return {row.subject: row.status for row in fold(asked, Answer(set(subjects), [Failure(s, "m", AT, tuple(absent)) for s, absent in failures]), world)}


@settings(max_examples=400, deadline=None)
@given(facts=worlds, data=st.data())
def test_losing_evidence_settles_nothing(facts, data):
    """Whatever facts and fields are replaced by gaps, no subject becomes pass, fail or not_applicable that was not."""
    lost, gaps = lose(facts, data.draw)
    for policy, asked in CASES:
        before, after = answer(policy, facts, [], asked), answer(policy, lost, gaps, asked)
        for subject, status in after.items():
            assert status == "unknown" or before.get(subject) == status, (policy.__name__, subject, before.get(subject), status, gaps)


@settings(max_examples=200, deadline=None)
@given(facts=worlds)
def test_without_gaps_nothing_is_unknown(facts):
    """Complete evidence gives each subject pass or fail, and one row * where there is no subject."""
    for policy, asked in CASES:
        got = answer(policy, facts, [], asked)
        subjects, failures = policy(facts)
        assert got == ({s: "fail" if any(f[0] == s for f in failures) else "pass" for s in subjects} or {"*": "not_applicable"})


def rows(asked, subjects, failures=(), gaps=(), errors=None, readable=KINDS):
    world = World(CONTAINERS, enumerate(gaps), readable)
    return {row.subject: row for row in fold(asked, Answer(set(subjects), list(failures), errors or {}), world)}


def test_a_gap_of_the_population_is_a_row_of_its_own():
    """What may be a subject and could not be read is unknown under its own path, beside the readable subjects."""
    got = rows(control(), {"o/a#p/j"}, gaps=[Gap(kind="job", path="o/a/.gocdnext/x.yaml", reason="r")])
    assert {path: row.status for path, row in got.items()} == {"o/a#p/j": "pass", "o/a/.gocdnext/x.yaml": "unknown"}


def test_a_gap_elsewhere_taints_only_its_container():
    """A gap in one repository leaves the subjects of another alone."""
    got = rows(control(consults=["gate"]), {"o/a#p/j", "o/b#p/j"}, gaps=[Gap(kind="gate", path="o/a#p/g", reason="r")])
    assert {path: row.status for path, row in got.items()} == {"o/a#p/j": "unknown", "o/b#p/j": "pass"}


def test_a_field_of_what_is_no_subject_is_required_of_none():
    """A required field that another fact lacks leaves the subjects alone; one of the fact they lie in does not, nor does a lost fact."""
    asked = control(population=["job.digest"], requires=["job.chart", "gate.votes"])

    def status(kind: str, path: str) -> str:
        return rows(asked, {"o/a#p/j"}, gaps=[Gap(kind=kind, path=path, reason="r")])["o/a#p/j"].status

    assert [status("job.chart", "o/a#q/k"), status("gate.votes", "o/a#p"), status("gate", "o/a#q/g")] == ["pass", "unknown", "unknown"]


def test_a_gap_in_a_container_of_another_sort_taints_all():
    """What a cluster did not tell matters to every repository that asks about clusters."""
    got = rows(control(consults=["policy"]), {"o/a#p/j", "o/b#p/j"}, gaps=[Gap(kind="policy", path="c1/Policy/k", reason="r")])
    assert {row.status for row in got.values()} == {"unknown"}


def test_a_sought_gap_alone_leaves_a_pass():
    """Where only finding nothing fails, and something was found, what else might be there does not matter."""
    got = rows(control(seeks=["gate"]), {"o/a#p/j"}, gaps=[Gap(kind="gate", path="o/a#p/g", reason="r")])
    assert got["o/a#p/j"].status == "pass"


def test_a_failure_from_absence_needs_a_source_that_reads_the_kind():
    """Nothing found of a kind that nobody reads is no failure but unknown."""
    failure = Failure("o/a#p/j", "none", AT, ("policy",))
    assert rows(control(seeks=["policy"]), {"o/a#p/j"}, [failure])["o/a#p/j"].status == "fail"
    assert rows(control(seeks=["policy"]), {"o/a#p/j"}, [failure], readable=["job"])["o/a#p/j"].status == "unknown"


def test_a_failure_that_stands_beats_every_gap():
    """What was seen to be wrong stays wrong whatever else was not seen."""
    got = rows(control(requires=["job.chart"]), {"o/a#p/j"}, [Failure("o/a#p/j", "m", AT)], gaps=[Gap(kind="job.chart", path="o/a#p/j", reason="r")])
    assert got["o/a#p/j"].status == "fail"


def test_an_engine_error_is_an_error_row_of_its_shard():
    """A shard whose policy failed to run is an error under the container's name."""
    got = rows(control(), {"o/a#p/j"}, errors={"o/b": "boom"})
    assert {path: row.status for path, row in got.items()} == {"o/a#p/j": "pass", "o/b": "error"}


def test_prefixes_are_the_places_a_path_lies_in():
    """Every cut at a separator, the longest first."""
    assert list(prefixes("o/a#p/j@x|y")) == ["o/a#p/j@x|y", "o/a#p/j@x", "o/a#p/j", "o/a#p", "o/a", "o"]
