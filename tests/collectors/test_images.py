"""Image references, taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.collectors.images import NotAnImage, is_digest, parse, tag_and_digest

D = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("nginx", ("docker.io", "library/nginx", "", "")),
        ("nginx:1.2", ("docker.io", "library/nginx", "1.2", "")),
        ("my-org/app", ("docker.io", "my-org/app", "", "")),
        (f"ghcr.io/my-org/app:v1@{D}", ("ghcr.io", "my-org/app", "v1", D)),
        (f"ghcr.io/my-org/app@{D}", ("ghcr.io", "my-org/app", "", D)),
        ("host:5000/app", ("host:5000", "app", "", "")),
        ("host:5000/app:1", ("host:5000", "app", "1", "")),
        ("localhost/app", ("localhost", "app", "", "")),
        ("index.docker.io/nginx", ("docker.io", "library/nginx", "", "")),
        ("registry-1.docker.io/library/nginx", ("docker.io", "library/nginx", "", "")),
        ("mirror.gcr.io/library/nginx", ("mirror.gcr.io", "library/nginx", "", "")),
        ("a/b__c/d-----e.f", ("docker.io", "a/b__c/d-----e.f", "", "")),
    ],
)
def test_parts(text: str, parts: tuple[str, str, str, str]) -> None:
    """Registry, repository, tag and digest of each form, Docker Hub's defaults filled in."""
    image = parse(text)
    assert (image.registry, image.repository, image.tag, image.digest) == parts


@pytest.mark.parametrize(
    "text",
    ["", "/", ":", "@", "a@", f"a@{D}x", "a@sha256:abc", "a@md5:" + "a" * 32, "a@sha256:" + "A" * 64, "A/b", "a:", "a:-x", "a//b", "a/", "/a", "a b", "a@sha256:" + D, "a:b:c", "h:x/a", "a..b", "a___b", "-a", "a" * 2000, "${IMAGE}", "{{ .Values.image }}", "a:" + "t" * 129],
)
def test_refused(text: str) -> None:
    """What no runtime runs is no image, and has neither tag nor digest."""
    with pytest.raises(NotAnImage):
        parse(text)
    assert tag_and_digest(text) == ("", "")


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    """Any text is an image or is refused; what is parsed parses again to the same."""
    try:
        image = parse(text)
    except NotAnImage:
        return
    assert parse(str(image)) == image


def test_digests() -> None:
    """sha256 and sha512 of their length are digests."""
    assert is_digest(D)
    assert is_digest("sha512:" + "0" * 128)
    assert not is_digest("sha512:" + "0" * 64)
