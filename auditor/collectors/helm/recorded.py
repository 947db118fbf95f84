"""A rendering that travels with the chart, for where Helm is not.

It says in its first lines what it was made from, and is used only for exactly that: the chart's files, the values, the settings, name and namespace.
Changing any of them makes it useless until it is rendered again.  Where Helm is there, Helm is asked and the recording is not.
"""

from __future__ import annotations

import hashlib
import json

from auditor.collectors.helm.render import Rendering, Request, split
from auditor.text.files import Unreadable

_FROM = "# auditor: rendered from sha256:"
_TEXT = "# auditor: manifests sha256:"
_COMPLETE = " complete"


def inputs(request: Request) -> str:
    """The hash of all that decides what Helm renders, in hexadecimal."""
    parts = {
        "chart": {path: hashlib.sha256(data).hexdigest() for path, data in request.chart.files.items()},
        "values": [hashlib.sha256(text.encode()).hexdigest() for text in request.values],
        "set": request.settings,
        "release": request.release,
        "namespace": request.namespace,
        "api_versions": request.api_versions,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def write(request: Request, rendering: Rendering) -> str:
    """The text of a recording."""
    body = "".join(f"---\n# Source: {path}\n{text.rstrip()}\n" for path, text in rendering.manifests)
    return f"{_FROM}{inputs(request)}\n{_TEXT}{_hash(body)}{_COMPLETE if rendering.complete else ''}\n{body}"


def read(text: str, request: Request) -> Rendering:
    """The rendering in a recording of this very request.  Raises Unreadable if it is of something else, or was changed by hand."""
    first, _, rest = text.replace("\r\n", "\n").partition("\n")
    second, _, body = rest.partition("\n")
    if not first.startswith(_FROM) or not second.startswith(_TEXT):
        raise Unreadable("the recorded rendering does not say what it was made from")
    if first.removeprefix(_FROM).strip() != inputs(request):
        raise Unreadable("the recorded rendering was made from other files or values")
    if second.removeprefix(_TEXT).removesuffix(_COMPLETE).strip() != _hash(body):
        raise Unreadable("the recorded rendering was changed after it was made")
    return Rendering(split(body), complete=second.endswith(_COMPLETE))


def _hash(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
