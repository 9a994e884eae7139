"""Prepares a page for being updated in place, so that a filter change keeps what a person has
opened, sorted or scrolled to.

Dash makes everything below a changed `children` anew: charts flash and grids forget their order.
So a page says of itself which parts it has: whatever has an id is a part that can be set alone, the
rest is the frame around them. The browser (assets/drawing.js) knows what it shows: while the frame
stays the same it sets the parts that differ, else it takes the whole tree. A panel has a frame of
its own, so that one which has nothing to show any more does not take the others with it.

The browser decides, because answers can overtake each other: each one must be complete in itself.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import orjson
from dash import dcc
from dash.development.base_component import Component

# Marks a component whose children are one part, with whatever ids are in them. Where they only
# stand there (texts, marks, links), the browser makes them itself (assets/still.js): Dash goes
# through the whole page once for each component that it makes.
WHOLE = {"data-update": "whole"}

# Marks a component with a frame of its own: where that changes, it alone is made anew.
FRAMED = {"data-update": "framed"}

# Properties that a component does not take well a second time; they belong to the frame.
_FIXED = {"AgGrid": ("columnDefs", "defaultColDef")}


def sent(tree: Any, navigation: Any = None) -> str:
    """The page as JSON text, with the links to all pages above; None leaves those that there are.
    Dash would look through every part of a tree on its way, here and in the browser; a text it
    passes on."""
    page = drawn(tree)
    if navigation is not None:
        page["still"]["nav"] = {"print": _fingerprint(navigation), "children": navigation}
    return _text(page).decode()


def drawn(tree: Any) -> dict[str, Any]:
    """The page as sent: its `tree`, a fingerprint of its `frame`, `frames` of those parts that have
    one of their own, and of each part by id the `print` of its content and the `names` of the
    properties that are set in place. `still` holds by id, also with a `print`, the children that
    the browser makes and that the tree is without."""
    taken = _Taken()
    frame = taken.frame_of(tree)
    return {
        "tree": tree,
        "frame": _fingerprint(frame),
        "frames": taken.frames,
        "parts": {
            # Dash gives attributes in an order that differs between processes.
            name: {"print": _fingerprint(props), "names": sorted(props)}
            for name, props in taken.parts.items()
        },
        "still": {
            name: {"print": _fingerprint(children), "children": children}
            for name, children in taken.still.items()
        },
    }


@dataclass
class _Taken:
    """What is taken out of a tree: properties of parts, frames within the frame, still children."""

    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    frames: dict[str, str] = field(default_factory=dict)
    still: dict[str, Any] = field(default_factory=dict)

    def frame_of(self, node: Any) -> Any:
        """What is left of `node` when its parts are taken out."""
        if isinstance(node, (list, tuple)):
            return [self.frame_of(child) for child in node]
        if not isinstance(node, Component):
            return node
        described = node.to_plotly_json()
        props = dict(described["props"])
        children, name = props.pop("children", None), props.pop("id", None)
        kept: dict[str, Any] = {"type": described["type"], "id": name}
        if name is None:
            return {**kept, "props": props, "children": self.frame_of(children)}
        update = props.get("data-update")
        if update == WHOLE["data-update"] and _stands(children):
            self.still[name], children, node.children = children, None, None
        framed = update == FRAMED["data-update"]
        whole = update == WHOLE["data-update"] or not (framed or _has_ids(children))
        fixed = {key: props.pop(key) for key in _FIXED.get(described["type"], ()) if key in props}
        if whole and children is not None:
            props["children"] = children
        self.parts[name] = props
        kept |= {"fixed": fixed, "names": sorted(props)}
        inner = None if whole else self.frame_of(children)
        if framed:
            self.frames[name] = _fingerprint(inner)
            return kept
        return kept if whole else {**kept, "children": inner}


def _stands(node: Any) -> bool:
    """Whether all of a tree are elements without a life of their own, and links."""
    if isinstance(node, (list, tuple)):
        return all(map(_stands, node))
    if not isinstance(node, Component):
        return node is None or isinstance(node, (str, int))
    plain = isinstance(node, dcc.Link) or node._namespace == "dash_html_components"
    return plain and not hasattr(node, "style") and _stands(getattr(node, "children", None))


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
