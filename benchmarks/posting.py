"""The request that a browser posts to have a page filled."""

from collections.abc import Mapping
from typing import Any


def body(spec: Mapping[str, Any], values: Mapping[str, Any], changed: str) -> dict[str, Any]:
    """What is posted for the callback `spec` of `/_dash-dependencies` where the browser knows
    `values` ("component.property" → value; what is not named is empty) and `changed` changed."""

    def filled(places: list) -> list:
        return [
            filled(p) if isinstance(p, list)
            else {**p, "value": values.get(f"{p['id']}.{p['property']}")}
            for p in places
        ]  # fmt: skip

    outputs = spec["output"].strip(".").split("...")
    return {
        "output": spec["output"],
        "outputs": [dict(zip(("id", "property"), o.rsplit(".", 1), strict=True)) for o in outputs],
        "inputs": filled(spec["inputs"]),
        "state": filled(spec["state"]),
        "changedPropIds": [changed],
    }
