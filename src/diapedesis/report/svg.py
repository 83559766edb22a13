"""Matplotlib figures as SVG inside an HTML page."""

from __future__ import annotations

import io
import re

from markupsafe import Markup, escape
from matplotlib.figure import Figure

_ID = re.compile(r'(?<= id=")[^"]+')
_USE = re.compile(r'(xlink:href="#|url\(#)([^")]+)')


def inline_svg(figure: Figure, name: str, label: str) -> Markup:
    """Return a figure as an ``<svg>`` element.

    The ids that matplotlib makes are numbered in order of appearance behind `name`: the same figure
    gives the same text, and several figures share a page. Date and addresses are left out.

    Parameters
    ----------
    figure : Figure
    name : str
        Prefix of the ids, unique on the page.
    label : str
        What a screen reader says.
    """
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r' xmlns(:xlink)?="[^"]*"', "", text)
    ids: dict[str, str] = {}
    text = _ID.sub(lambda m: ids.setdefault(m[0], f"{name}-{len(ids)}"), text)
    text = _USE.sub(lambda m: m[1].replace("xlink:", "") + ids.get(m[2], m[2]), text)
    return Markup(text.replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1))
