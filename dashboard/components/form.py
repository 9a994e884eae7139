"""Forms that do an act (dashboard/acts.py). They only stand on the page: the browser makes them
(assets/still.js) and sends them (assets/acts.js), so Dash has nothing to go through.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from charts import Language
from dashboard.live import WHOLE


class Element(Component):
    """An element of a form. Dash has no <input> without a life of its own and lets no list say
    which of its options is chosen."""

    _namespace = "dash_html_components"

    def __init__(self, tag: str, children: Any = None, **attributes: Any) -> None:
        self._type = tag
        self.children = children
        # An attribute that is there is on, whatever it says.
        on = {key: value for key, value in attributes.items() if value not in (None, False)}
        self.attributes = on

    def to_plotly_json(self) -> dict[str, Any]:
        """As any component is sent."""
        props = {**self.attributes, "children": self.children}
        return {"props": props, "type": self._type, "namespace": self._namespace}


def entry(kind: str, name: str, **attributes: Any) -> Element:
    """A field to type into: `kind` is the type of an <input>."""
    return Element("Input", type=kind, name=name, **attributes)


def text_area(name: str, text: str = "", **attributes: Any) -> Element:
    """A field for several lines."""
    return Element("Textarea", text, name=name, **attributes)


def act_form(
    name: str, act: str, body: Sequence[Any], language: Language, *, once: bool = False
) -> html.Div:
    """A form with the id `name` around `body`, which holds the button that sends it. What came of
    it is told below. A form used `once` is emptied when its act is done."""
    silent = language.t("The server does not answer. Nothing was changed; try again.")
    told = html.P(className="told", role="status", **{"data-silent": silent})  # type: ignore[arg-type]
    marks: dict[str, Any] = {"data-act": act, **({"data-once": "1"} if once else {})}
    form = html.Form([*body, told], className="act", **marks)
    return html.Div(form, id=name, **WHOLE)  # type: ignore[arg-type]


def labelled(text: str, field: Any, *, hint: str = "") -> html.Label:
    """An entry with its name above and, where it needs one, a hint below."""
    below = [html.Small(hint, className="hint")] if hint else []
    return html.Label([html.Span(text, className="entry-name"), field, *below], className="entry")


def ticked_box(name: str, text: str, *, on: bool = False, value: str = "1") -> html.Label:
    """A box to tick, with its text beside it."""
    return html.Label(
        [entry("checkbox", name, value=value, checked=on), html.Span(text)], className="entry-tick"
    )


def choice_of(
    name: str, options: Mapping[str, str], chosen: Collection[str] = (), **attributes: Any
) -> Element:
    """A list to choose from: value → text."""
    listed = [
        Element("Option", text, value=value, selected=value in chosen)
        for value, text in options.items()
    ]
    return Element("Select", listed, name=name, **attributes)


def hidden(name: str, value: object) -> Element:
    """What goes along without being seen; it is as untrusted as the rest."""
    return entry("hidden", name, value=str(value))


def send(
    text: str, *, name: str = "", value: str = "", quiet: bool = False, disabled: bool = False
) -> html.Button:
    """The button of a form; with a `name` it says which one of several was pressed. A `disabled`
    one waits for a script."""
    told: dict[str, Any] = {"name": name, "value": value} if name else {}
    if disabled:
        told["disabled"] = True
    look = "button button-quiet" if quiet else "button"
    return html.Button(text, type="submit", className=look, **told)
