import pytest

BUILD = """
b:
  stage: s
  image: a
  outputs: {d: IMAGE_DIGEST, t: TAG}
  script:
    - |
      docker buildx build --push -t r.io/a/b:pre-$TAG --metadata-file m.json .
      %s
      echo "IMAGE_DIGEST=$D" >> "$GOCDNEXT_OUTPUT_FILE"
"""
DEPLOY = "needs: [b]\nuses: gocdnext/helm@v1\nwith: {command: 'upgrade a b --set image.digest=%s'}"


def deployed(job):
    (setting,) = job.touches[0].images
    return setting.trace.kind, setting.trace.job.rpartition("/")[2]


@pytest.mark.parametrize(
    ("digest", "expected"),
    [
        ("D=$(crane digest r.io/a/b:pre-$TAG)", ("build", "b")),
        ('D=$(jq -r \'."containerimage.digest"\' m.json)', ("build", "b")),
        ("D=$(docker buildx imagetools inspect r.io/a/b:pre-$TAG --format '{{.Manifest.Digest}}')", ("build", "b")),
        ("D=$(crane digest r.io/a/other:pre-$TAG)", ("tag", "")),
        ("D=$TAG", ("input", "")),
        ("D=", ("none", "")),
    ],
)
def test_an_output_of_a_build_is_traced_to_it(does, digest, expected):
    """A script that writes the digest of what it built hands on a build; one that writes something else does not."""
    job = does(DEPLOY % "${{ needs.b.outputs.d }}", head="variables: {TAG: ''}", others=BUILD % digest)
    assert deployed(job) == expected


def test_a_build_names_the_output_with_its_digest(collect):
    """`digest_output` is the alias that the script fills; one that it declares and never writes is `declared_output`."""
    text = "stages: [s]\njobs:\n  b:\n    stage: s\n    image: a\n    outputs: {digest: IMAGE_DIGEST}\n    script: ['docker build -t a/b:1 .', '%s']\n"
    written = collect({"p.yaml": text % "echo IMAGE_DIGEST=$(crane digest a/b:1) >> $GOCDNEXT_OUTPUT_FILE"}).job("b").builds[0]
    assert (written.digest_output, written.declared_output) == ("digest", "")
    missing = collect({"p.yaml": text % "echo done"}).job("b").builds[0]
    assert (missing.digest_output, missing.declared_output) == ("", "digest")


@pytest.mark.parametrize(
    ("reference", "needs", "version", "kind"),
    [
        ("${{ needs.b.outputs.d }}", "[b]", "documented", "build"),
        ("${{ needs.b.outputs.d }}", "[b]", "0.93", "unresolved"),
        ("${{ needs.b.outputs.d }}", "[]", "documented", "build"),
        ("${{ needs.b.outputs.gone }}", "[b]", "documented", "unresolved"),
        ("${{ needs.gone.outputs.d }}", "[b]", "documented", "unresolved"),
    ],
)
def test_what_buildx_hands_on(does, reference, needs, version, kind):
    """In version 0.93 buildx writes no outputs; the documentation has it write IMAGE_DIGEST."""
    others = "b: {stage: s, uses: gocdnext/buildx@v1, outputs: {d: IMAGE_DIGEST}, with: {image: r.io/a/b, tags: v1.0.0}}"
    body = f"needs: {needs}\nuses: gocdnext/helm@v1\nwith: {{command: 'upgrade a b --set image.digest={reference}'}}"
    assert deployed(does(body, version, others=others))[0] == kind


def test_expressions_in_scripts_are_text_in_version_093(does):
    """`${{ }}` in a script is resolved as documented, and left as text by version 0.93; through a variable it is resolved by both."""
    others = "b: {stage: s, image: a, outputs: {d: D}, script: ['docker build -t a/b:1 --push .', 'echo D=$(crane digest a/b:1) >> $GOCDNEXT_OUTPUT_FILE']}"
    direct = "needs: [b]\nimage: a\nscript: ['helm upgrade a b --set image.digest=${{ needs.b.outputs.d }}']"
    others = others.replace("docker build -t a/b:1 --push .", "docker buildx build -t a/b:1 --push .")
    assert deployed(does(direct, "0.93", others=others))[0] == "unresolved"
    assert deployed(does(direct, "documented", others=others)) == ("build", "b")
    variable = "needs: [b]\nimage: a\nvariables: {D: '${{ needs.b.outputs.d }}'}\nscript: ['helm upgrade a b --set image.digest=$D']"
    assert deployed(does(variable, "0.93", others=others)) == ("build", "b")


def test_a_copy_hands_on_a_promotion(does):
    """image-copy's PROMOTED_DIGEST is traced to the copy, and the copy to what it copied."""
    others = "b: {stage: s, uses: gocdnext/image-copy@v1, outputs: {d: PROMOTED_DIGEST}, with: {source: 'r.io/a/b:rc', target: 'r.io/a/b:v1.0.0'}}"
    assert deployed(does(DEPLOY % "${{ needs.b.outputs.d }}", others=others)) == ("promotion", "b")


def test_outputs_of_jobs_that_are_not_needed(does):
    """Version 0.93 hands on outputs of the jobs in `needs` only, the documentation those of any job."""
    others = "b: {stage: s, uses: gocdnext/image-copy@v1, outputs: {d: PROMOTED_DIGEST}, with: {source: 'r.io/a/b:rc', target: 'r.io/a/b:v1.0.0'}}"
    body = (DEPLOY % "${{ needs.b.outputs.d }}").replace("[b]", "[]")
    assert deployed(does(body, "0.93", others=others)) == ("unresolved", "")
    assert deployed(does(body, "documented", others=others)) == ("promotion", "b")


def test_a_file_of_another_pipeline_is_an_artifact(does):
    """A digest read from an artifact is traced to the job that made it."""
    body = "image: a\nneeds_artifacts: [{from_job: build, from_pipeline: p, paths: [out/]}]\nscript: ['helm upgrade a b --set image.digest=$(cat out/digest.txt)']"
    job = does(body)
    (setting,) = job.touches[0].images
    assert (setting.trace.kind, setting.trace.job) == ("artifact", "my-org#p/build")


CHECK = """
now=$(crane digest r.io/a/b:$TAG)
released=%s
%s
echo "IMAGE_DIGEST=$now" >> "$GOCDNEXT_OUTPUT_FILE"
"""
OUTPUT = "outputs: {digest: IMAGE_DIGEST}\nneeds_artifacts: [{from_job: build, from_pipeline: release, paths: [released.txt]}]"


@pytest.mark.parametrize(
    ("released", "comparison", "honoured"),
    [
        ("$(cat released.txt)", '[ "$now" = "$released" ] || exit 1', True),
        ("$(cat released.txt)", 'if [ "$now" != "$released" ]; then echo no; exit 1; fi', True),
        ("$(cat released.txt)", '[ "$now" = "$released" ]', True),
        ("$(cat released.txt)", '[[ "$now" == "$released" ]] || { echo; exit 1; }', True),
        ("$(curl -fsS https://api/runs | jq -r .digest)", 'test "$released" = "$now" || exit 1', True),
        ("$(cat released.txt)", '[ "$now" = "$released" ] || echo no', False),
        ("$(cat released.txt)", 'if [ "$now" != "$released" ]; then echo no; fi', False),
        ("$(cat released.txt)", '[ "$now" = "$released" ] || true', False),
        ("$(cat released.txt)", 'if [ -n "$X" ]; then [ "$now" = "$released" ] || exit 1; fi', False),
        ("$EXPECTED", '[ "$now" = "$released" ] || exit 1', False),
        ("$(crane digest r.io/a/b:stable)", '[ "$now" = "$released" ] || exit 1', False),
        ("${{ needs.gone.outputs.d }}", '[ "$now" = "$released" ] || exit 1', False),
    ],
)
def test_comparisons_of_digests(runs, released, comparison, honoured):
    """A comparison counts where a difference fails the job and one side is really the released digest."""
    (check,) = runs(CHECK % (released, comparison), more=OUTPUT).digest_checks
    assert (check.honoured, check.output) == (honoured, "digest" if honoured else "")
    assert bool(check.why) is not honoured


def test_a_compared_digest_is_a_check(does):
    """What a comparing job hands on is traced to the comparison; without a comparison it is only what a tag says."""
    script = "      " + (CHECK % ("$(cat released.txt)", '[ "$now" = "$released" ] || exit 1')).strip().replace("\n", "\n      ")
    others = f"b:\n  stage: s\n  image: a\n  outputs: {{d: IMAGE_DIGEST}}\n  needs_artifacts: [{{from_job: x, paths: [released.txt]}}]\n  script:\n    - |\n{script}\n"
    assert deployed(does(DEPLOY % "${{ needs.b.outputs.d }}", others=others)) == ("check", "b")
    assert deployed(does(DEPLOY % "${{ needs.b.outputs.d }}", others=others.replace("|| exit 1", "|| true"))) == ("tag", "")


def test_a_documented_digest_match_is_inert_in_version_093(does):
    """`require-digest-match` compares only as the documentation has it."""
    others = "b: {stage: s, uses: ghcr.io/klinux/gocdnext-plugin-check-pipeline-run@v1, outputs: {d: IMAGE_DIGEST}, with: {api-url: u, api-token: t, project: p, pipeline: release, tag: v1, require-digest-match: true}}"
    assert deployed(does(DEPLOY % "${{ needs.b.outputs.d }}", "documented", others=others)) == ("check", "b")
    assert deployed(does(DEPLOY % "${{ needs.b.outputs.d }}", "0.93", others=others))[0] == "unresolved"


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("latest", "moving"), ("main", "moving"), ("main-latest", "moving"), ("v1", "moving"), ("1.2", "moving"), ("${CI_COMMIT_BRANCH}", "moving"),
        ("v1.2.3", "release"), ("1.2.3", "release"), ("${TAG}", "release"), ("v${VERSION}", "release"), ("${CI_TAG_NAME}", "release"),
        ("pre-${TAG}", "candidate"), ("${TAG}-rc", "candidate"), ("v1.2.3-rc.1", "candidate"), ("rc-1.2.3", "candidate"),
        ("${CI_COMMIT_SHA}", "commit"), ("main-${CI_COMMIT_SHORT_SHA}", "commit"), ("0123abcd", "commit"), ("$(git rev-parse --short HEAD)", "commit"),
        ("pr-${CI_PULL_REQUEST_KEY}", "pull_request"), ("pr-12", "pull_request"), ("build-${CI_RUN_COUNTER}", "other"), ("x", "other"),
    ],
)  # fmt: skip
def test_kinds_of_tags(does, tag, kind):
    """A tag's kind shows in its text and in the variables that it is made of."""
    job = does(f"image: a\nscript: ['crane copy r.io/a/b:x \"r.io/a/b:{tag}\"']")
    assert [found.tag_kind for found in job.publishes] == [kind]


def test_a_bumped_version_is_a_release(does):
    """The NEXT of semver-bump is the version that is released."""
    others = "b: {stage: s, uses: gocdnext/semver-bump@v1, outputs: {next: NEXT}}"
    body = "needs: [b]\nuses: gocdnext/buildx@v1\nwith: {image: r.io/a/b, tags: '${{ needs.b.outputs.next }}'}"
    assert [found.tag_kind for found in does(body, others=others).publishes] == ["release"]


def test_attestations_know_their_predicate(does):
    """The SBOM's origin, the type that ends up in the statement, and a predicate that is a statement already."""
    others = """
    b:
      stage: s
      image: a
      script:
        - syft r.io/a/b:v1 -o cyclonedx-json=sbom.json
        - |
          jq -n '{"_type": "https://in-toto.io/Statement/v1", "predicateType": "x"}' > slsa.json
      artifacts: {paths: [sbom.json, slsa.json]}
    """
    body = "needs: [b]\nneeds_artifacts: [{from_job: b, paths: [sbom.json, slsa.json]}]\nuses: gocdnext/cosign@v1\nwith: {image: r.io/a/b, action: attest, predicate: %s, predicate-type: %s}"
    (sbom,) = does(body % ("sbom.json", "cyclonedx"), others=others).attests
    assert (sbom.predicate_type, sbom.source.kind, sbom.doubts) == ("https://cyclonedx.org/bom", "tag", [])
    (slsa,) = does(body % ("slsa.json", "slsaprovenance"), others=others).attests
    assert slsa.predicate_type == "https://slsa.dev/provenance/v0.2"
    assert len(slsa.doubts) == 1
