"""Prepares a page for being updated in place, so that a filter change keeps what a person has
opened, sorted or scrolled to.

Dash makes everything below a changed `children` anew: charts flash and grids forget their order.
So a page says of itself which parts it has: whatever has an id is a part that can be set alone, the
rest is the frame around them. The browser (`drawn` in assets/arrears.js) knows what it shows: while
the frame stays the same it sets the parts that differ, else it takes the whole tree.

The browser decides, because answers can overtake each other: each one must be complete in itself.
"""

from hashlib import sha256
from typing import Any

import orjson
from dash.development.base_component import Component

# Marks a component whose children are one part, with whatever ids are in them.
WHOLE = {"data-update": "whole"}

# Properties that a component does not take well a second time; they belong to the frame.
_FIXED = {"AgGrid": ("columnDefs", "defaultColDef")}

Parts = dict[str, dict[str, Any]]


def sent(tree: Any) -> str:
    """The page as JSON text. Dash would look through every part of a tree on its way, here and in
    the browser; a text it passes on."""
    return _text(drawn(tree)).decode()


def drawn(tree: Any) -> dict[str, Any]:
    """The page as sent: its `tree`, a fingerprint of its `frame`, and of each part by id the
    `print` of its content and the `names` of the properties that are set in place."""
    parts: Parts = {}
    frame = _frame(tree, parts)
    return {
        "tree": tree,
        "frame": _fingerprint(frame),
        "parts": {
            name: {"print": _fingerprint(props), "names": list(props)}
            for name, props in parts.items()
        },
    }


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
    kept |= {"fixed": fixed, "names": sorted(props)}
    return kept if whole else {**kept, "children": _frame(children, parts)}


def _has_ids(node: Any) -> bool:
    if isinstance(node, (list, tuple)):
        return any(_has_ids(child) for child in node)
    if not isinstance(node, Component):
        return False
    return getattr(node, "id", None) is not None or _has_ids(getattr(node, "children", None))


def _fingerprint(value: Any) -> str:
    return sha256(_text(value)).hexdigest()[:16]


def _text(value: Any) -> bytes:
    return orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS)


def _plain(value: Any) -> Any:
    return value.to_plotly_json() if isinstance(value, Component) else str(value)
