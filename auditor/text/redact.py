"""Takes secrets out of text before anybody sees it.  Shapes of well-known tokens, private keys, and values of keys that say they are secret."""

from __future__ import annotations

import re

MARK = "[redacted]"

_TOKENS = re.compile(
    r"gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}|glpat-[A-Za-z0-9_-]{16,64}|gnk_(?:sa_)?[A-Z2-7a-z]{16,128}|xox[abprs]-[A-Za-z0-9-]{10,255}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{35}|eyJ[A-Za-z0-9_-]{8,2048}\.[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{8,1024}"
    r"|https://hooks\.slack\.com/services/[A-Za-z0-9/]{10,200}"
)
_PRIVATE = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----.{0,20000}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----", re.DOTALL)
_USERINFO = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]{1,20}://)[^\s/@:'\"]{0,256}:[^\s/@'\"$]{1,256}@")
_VALUE = re.compile(
    r"(?P<key>\b[A-Za-z0-9_-]{0,64}(?:password|passwd|secret|token|private[_-]?key|api[_-]?key|credentials?)\b[\"']?\s{0,8}[:=]\s{0,8})"
    r"(?P<quote>[\"']?)(?P<value>[^\s\"'${},\[\]#|>][^\s\"'$]{7,400})",
    re.IGNORECASE,
)


def text(value: str) -> str:
    """`value` without secrets; line breaks stay where they are.  References such as ${TOKEN} are no secrets and stay."""
    value = _PRIVATE.sub(_keep_lines, value)
    value = _TOKENS.sub(MARK, value)
    value = _USERINFO.sub(lambda match: match["scheme"] + MARK + "@", value)
    return _VALUE.sub(lambda match: match["key"] + match["quote"] + MARK, value)


def _keep_lines(match: re.Match[str]) -> str:
    return MARK + "\n" * match[0].count("\n")
