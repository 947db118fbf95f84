import pytest

from auditor.collectors.gocdnext.catalogue import known
from auditor.collectors.gocdnext.plugins import identity, plugin_of


@pytest.mark.parametrize(
    ("reference", "name", "version", "catalogue", "official"),
    [
        ("gocdnext/cosign@v1", "cosign", "v1", "cosign", True),
        ("gocdnext/cosign", "cosign", "", "cosign", True),
        ("ghcr.io/klinux/gocdnext-plugin-cosign@v1", "cosign", "v1", "gocdnext-plugin-cosign", True),
        ("ghcr.io/klinux/gocdnext-plugin-cosign:v1", "cosign", "v1", "gocdnext-plugin-cosign", True),
        ("registry:5000/mirror/gocdnext-plugin-helm:v2", "helm", "v2", "gocdnext-plugin-helm", False),
        ("registry:5000/helm", "helm", "", "helm", False),
    ],
)
def test_spellings_share_a_name(reference, name, version, catalogue, official):
    """Registry, prefix, tag and version do not change which plugin it is; only the short form is in the server's catalogue."""
    found = identity(reference)
    assert (found.name, found.tag, found.catalogue, found.official) == (name, version, catalogue, official)


def test_digests_pin():
    """A digest is no tag; both may stand."""
    found = identity("ghcr.io/klinux/gocdnext-plugin-trivy:v1@sha256:abc")
    assert (found.name, found.tag, found.digest) == ("trivy", "v1", "sha256:abc")


def test_inputs_fall_back_to_defaults(job):
    """What the plugin gets is what is written, else its default: buildx pushes `latest` unless told otherwise."""
    plugin = plugin_of(job("uses: gocdnext/buildx@v1\nwith: {image: i}").pipeline.jobs["j"], "0.93")
    assert [plugin.value(name) for name in ("image", "push", "tags", "registry", "nonsense")] == ["i", "true", "latest", "", ""]


def test_the_legacy_form_is_a_plugin_without_a_script(job):
    """`image` with `settings` runs the image's own entry point, unless there is a script."""
    legacy = plugin_of(job("image: ghcr.io/klinux/gocdnext-plugin-helm:v1\nsettings: {command: x}").pipeline.jobs["j"], "0.93")
    assert (legacy.name, legacy.legacy, legacy.value("command")) == ("helm", True, "x")
    assert plugin_of(job("image: a\nsettings: {b: c}\nscript: [x]").pipeline.jobs["j"], "0.93") is None
    assert plugin_of(job("image: a").pipeline.jobs["j"], "0.93") is None


def test_the_catalogue_says_what_0_93_has():
    """Outputs and inputs that only the documentation knows are not in 0.93; plugins that run the repository's commands may write any
    output."""
    real, documented = known("0.93"), known("documented")
    assert (real["buildx"].outputs, documented["buildx"].outputs) == (frozenset(), {"IMAGE_DIGEST"})
    assert "require-digest-match" not in real["check-pipeline-run"].inputs
    assert "require-digest-match" in documented["check-pipeline-run"].inputs
    assert documented["check-pipeline-run"].outputs > real["check-pipeline-run"].outputs
    assert real["image-copy"].outputs == {"PROMOTED_DIGEST", "SOURCE", "TARGET", "BACKEND"}
    assert (real["go"].outputs, real["trivy"].inputs["exit-code"].default, real["tag"].inputs["force"].default) == (None, "1", "false")
