import time

from auditor.collectors.gocdnext.graph import Order, governing_by_environment

CHAIN = """
    stages: [build, stage, ship]
    jobs:
      build: {stage: build, image: a, script: [x]}
      first: {stage: stage, approval: {}}
      security: {stage: ship, approval: {}}
      release: {stage: ship, needs: [security], approval: {}}
      deploy: {stage: ship, needs: [release], image: a, script: [x], deploy: {environment: prod}}
      beside: {stage: ship, image: a, script: [x], deploy: {environment: other}}
      null-gate: {stage: build, approval: }
"""


def test_stages_and_needs_order_jobs(read):
    """An earlier stage precedes, and so does a job needed through others; one in the same stage without needs does not."""
    order = Order(read(CHAIN).pipeline)
    assert order.precedes("build", "deploy")
    assert order.precedes("security", "deploy")
    assert not order.precedes("release", "beside")
    assert not order.precedes("deploy", "first")
    assert not order.precedes("deploy", "deploy")
    assert not order.precedes("deploy", "nobody")
    assert [job.name for job in order.following("security")] == ["release", "deploy"]


def test_all_preceding_gates_block_the_nearest_govern(read):
    """Every gate before a job must clear; only those that no nearer one shadows govern; a null approval is neither."""
    pipeline = read(CHAIN).pipeline
    order = Order(pipeline)
    assert [gate.name for gate in order.preceding_gates("deploy")] == ["first", "security", "release"]
    assert [gate.name for gate in order.governing_gates("deploy")] == ["release"]
    assert governing_by_environment(pipeline) == {"prod": ["release"], "other": ["first"]}


def test_circles_and_unknown_names_are_harmless(read):
    """What the product refuses is ordered as far as it goes, and never precedes itself."""
    order = Order(
        read("stages: [s]\njobs: {a: {stage: s, needs: [b, zz]}, b: {stage: s, needs: [a]}, g: {stage: nowhere, approval: {}}}\n").pipeline
    )
    assert order.cycle() == ["a", "b"]
    assert (order.needs("a", "b"), order.needs("a", "a")) == (True, False)
    assert (order.precedes("a", "b"), order.precedes("a", "a"), order.precedes("g", "a")) == (True, False, False)


def test_a_stage_listed_twice_orders_nothing_between_its_places(read, codes):
    """Which place counts is uncertain, so a gate there is not taken to precede."""
    file = read("stages: [a, b, a]\njobs: {g: {stage: a, approval: {}}, d: {stage: b, image: a, script: [x]}}\n")
    assert codes(file.ignored) == ["stage-twice"]
    assert Order(file.pipeline).preceding_gates("d") == []


def test_large_pipelines_are_ordered_quickly(read):
    """Two thousand jobs in a chain, in a circle too, take a fraction of a second."""
    jobs = "".join(f"  j{n}: {{stage: s, image: a, script: [x], needs: [j{(n + 1) % 2000}]}}\n" for n in range(2000))
    begin = time.monotonic()
    order = Order(read("stages: [s]\njobs:\n" + jobs).pipeline)
    assert order.precedes("j1999", "j5")
    assert time.monotonic() - begin < 40
