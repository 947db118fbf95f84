"""The values of controls' parameters: defaults from METADATA, overridden in auditor.yaml, checked against their schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditor.errors import ConfigurationError
from auditor.model.control import Control
from auditor.text.decode import meant


def resolve(controls: Mapping[str, Control], overrides: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Control id -> parameter -> value.  Raises ConfigurationError for unknown controls and parameters and for values outside their schema."""
    values = {identity: {name: parameter.default for name, parameter in control.parameters.items()} for identity, control in controls.items()}
    for identity, given in overrides.items():
        if identity not in controls:
            raise ConfigurationError(f"controls.parameters: no control is called `{identity}`", meant(identity, controls))
        for name, value in given.items():
            parameter = controls[identity].parameters.get(name)
            if parameter is None:
                known = ", ".join(controls[identity].parameters) or "it has none"
                raise ConfigurationError(f"controls.parameters: {identity} has no parameter `{name}`", f"its parameters: {known}")
            trouble = _mismatch(value, parameter.schema)
            if trouble:
                raise ConfigurationError(f"controls.parameters: {identity}.{name}: {trouble}")
            values[identity][name] = value
    return values


def _mismatch(value: Any, schema: dict[str, Any]) -> str:
    import jsonschema

    error = next(iter(sorted(jsonschema.Draft202012Validator(schema).iter_errors(value), key=str)), None)
    return error.message if error is not None else ""
