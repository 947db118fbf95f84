"""Names of remotes: `host/owner/name` from any form of URL that git takes, credentials never kept."""

from __future__ import annotations

import string
from urllib.parse import unquote, urlsplit

_SCHEMES = frozenset({"https", "http", "ssh", "git", "git+ssh", "ssh+git", "git+https"})
_PATH = frozenset(string.ascii_letters + string.digits + "._~-+/")
_HOST = frozenset(string.ascii_lowercase + string.digits + ".-_")
_ALIASES = {"ssh.github.com": "github.com", "www.github.com": "github.com", "altssh.gitlab.com": "gitlab.com", "altssh.bitbucket.org": "bitbucket.org"}


def remote_name(url: str) -> str:
    """`host/owner/name` of a remote's URL, in lower case up to the host; "" for a path on this machine and for what is no URL.

    Groups below groups stay (`gitlab.com/group/sub/name`).  User names, passwords, ports, queries and `.git` do not.
    """
    url = url.strip()
    scheme, mark, _ = url.partition("://")
    if mark:
        if scheme.lower() not in _SCHEMES:
            return ""
        try:
            parts = urlsplit(url)
            host, path = parts.hostname or "", parts.path
        except ValueError:
            return ""
    else:
        host, path = _scp_like(url)
    return _join(host.lower().rstrip("."), unquote(path))


def _scp_like(url: str) -> tuple[str, str]:
    """`[user@]host:path`.  A slash before the colon makes it a path, and so does a drive letter."""
    place, colon, path = url.partition(":")
    host = place.rpartition("@")[2]
    if not colon or "/" in place or "\\" in url or len(host) < 2:
        return "", ""
    return host, path


def _join(host: str, path: str) -> str:
    steps = [step for step in path.split("/") if step]
    if steps:
        steps[-1] = steps[-1].removesuffix(".git")
    clean = "/".join(steps)
    sound = _HOST.issuperset(host) and _PATH.issuperset(clean) and not any(step in {"", ".", ".."} or step.startswith("~") for step in steps)
    if not host or len(steps) < 2 or not sound or len(clean) > 300:
        return ""
    return f"{_ALIASES.get(host, host)}/{clean}"
