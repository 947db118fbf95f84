def test_merges_by_the_products_rules(read):
    """Scalars and lists of the child replace, maps are laid over key by key, the rest comes from the parent; chains resolve from the
    root."""
    file = read("""
        stages: [s, t]
        jobs:
          .root: {stage: s, uses: a/b@v1, with: {x: '1', y: '2'}, variables: {A: a}, needs: [k], secrets: [S], deploy: {environment: e}}
          .mid: {extends: .root, with: {y: '3'}, tags: [m]}
          j: {extends: .mid, stage: t, with: {z: '4'}, needs: [], environment: e}
          k: {stage: s, image: a, script: [x]}
    """)
    assert file.refused == []
    job = file.pipeline.jobs["j"]
    assert {key: value.text for key, value in job.inputs.items()} == {"x": "1", "y": "3", "z": "4"}
    assert (job.stage.text, job.needs, [tag.text for tag in job.tags], [s.text for s in job.secrets]) == ("t", [], ["m"], ["S"])
    assert (job.deploy.environment.text, job.environment.text, job.at.line) == ("e", "e", 6)
    assert job.inputs["x"].at.line == 4
    assert (list(file.pipeline.jobs), list(file.pipeline.templates)) == (["j", "k"], [".root", ".mid"])


def test_long_chains_resolve(read):
    """A chain as long as a file may be is no recursion."""
    links = "".join(f"  .t{n}: {{extends: .t{n + 1}}}\n" for n in range(1500))
    file = read(f"stages: [s]\njobs:\n  j: {{extends: .t0}}\n{links}  .t1500: {{stage: s, image: a, script: [x]}}\n")
    assert (file.refused, file.pipeline.jobs["j"].image.text) == ([], "a")
