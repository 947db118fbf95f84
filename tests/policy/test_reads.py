"""Which kinds of fact a control reads."""

from auditor.policy.reads import Rules
from tests import auditing

CONTROL = """package controls.own.one

subjects contains id if some id, _ in input.chart

# input.signer is only spoken of
failures contains {"subject": id} if {
	some id, _ in input.chart
	data.lib.a.near(id)
}
"""
LIBRARY = """package lib.a

near(id) if _far[id]

_far[id] := job if some id, job in input.job

unasked if input.gate
"""


def test_a_kind_read_through_a_library_is_found():
    """What a rule of a library reads for the control counts; what its other rules read does not, nor what comments speak of."""
    assert Rules({"c.rego": CONTROL, "a.rego": LIBRARY}).kinds("own.one") == {"chart", "job"}


def test_our_controls_name_all_they_read():
    """No control of ours reads, itself or through a library, a kind that its METADATA does not name."""
    library = auditing.library()
    rules = Rules(library.modules)
    for control in library.controls.values():
        assert rules.kinds(control.id) <= {kind.partition(".")[0] for kind in control.kinds()}, control.id
        assert rules.kinds(control.id), control.id
