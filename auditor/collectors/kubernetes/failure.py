"""What happens to a request when the engine does not answer."""

from __future__ import annotations

from typing import Literal

from auditor.collectors.kubernetes.controller import Kyverno

FORCED = "forceFailurePolicyIgnore"


def failure_policy(written: str, kyverno: Kyverno) -> tuple[Literal["Fail", "Ignore"] | None, str]:
    """(effective policy, why): the controller's flag first, then what the policy says, then Fail.  None: the flag may be set where nobody could read."""
    if written == "Ignore":
        return "Ignore", "the policy says Ignore"
    forced = kyverno.is_set(FORCED)
    if forced:
        return "Ignore", f"the controller runs with --{FORCED}"
    if forced is None:
        return None, "the controller's flags could not be read"
    return "Fail", "the policy says Fail" if written else "nothing is said, and the default is Fail"
