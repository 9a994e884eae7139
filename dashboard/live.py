"""Updates a page in place, so that a filter change keeps what a person has opened, sorted or
scrolled to.

Dash makes everything below a changed `children` anew: charts flash and grids forget their order.
So a page is taken apart: whatever has an id is a part that can be set alone, the rest is the frame
around them. While the frame stays the same, only the parts that differ are sent.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from dash.development.base_component import Component

# Marks a component whose children are one part, with whatever ids are in them.
WHOLE = {"data-update": "whole"}

# Properties that a component does not take well a second time; they belong to the frame.
_FIXED = {"AgGrid": ("columnDefs", "defaultColDef")}

Parts = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Taken:
    """A page taken apart: a fingerprint of its frame, the parts by id and their fingerprints."""

    frame: str
    parts: Parts
    prints: Mapping[str, str]

    def differing(self, known: object) -> Parts | None:
        """The parts that differ from what the browser says it shows; None: the frame differs."""
        if not isinstance(known, dict) or known.get("frame") != self.frame:
            return None
        prints = known.get("parts")
        shown = prints if isinstance(prints, dict) else {}
        return {
            name: props
            for name, props in self.parts.items()
            if shown.get(name) != self.prints[name]
        }


def take_apart(tree: Any) -> Taken:
    parts: Parts = {}
    frame = _fingerprint(_frame(tree, parts))
    return Taken(frame, parts, {name: _fingerprint(props) for name, props in parts.items()})


def _frame(node: Any, parts: Parts) -> Any:
    """What is left of `node` when its parts are taken out and put into `parts`."""
    if isinstance(node, (list, tuple)):
        return [_frame(child, parts) for child in node]
    if not isinstance(node, Component):
        return node
    described = node.to_plotly_json()
    props = dict(described["props"])
    children, name = props.pop("children", None), props.pop("id", None)
    kept: dict[str, Any] = {"type": described["type"], "id": name}
    if name is None:
        return {**kept, "props": props, "children": _frame(children, parts)}
    whole = props.get("data-update") == WHOLE["data-update"] or not _has_ids(children)
    fixed = {key: props.pop(key) for key in _FIXED.get(described["type"], ()) if key in props}
    if whole and children is not None:
        props["children"] = children
    parts[name] = props
    kept |= {"fixed": fixed, "live": sorted(props)}
    return kept if whole else {**kept, "children": _frame(children, parts)}


def _has_ids(node: Any) -> bool:
    if isinstance(node, (list, tuple)):
        return any(_has_ids(child) for child in node)
    if not isinstance(node, Component):
        return False
    return getattr(node, "id", None) is not None or _has_ids(getattr(node, "children", None))


def _fingerprint(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=_plain)
    return sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    return value.to_plotly_json() if isinstance(value, Component) else str(value)
