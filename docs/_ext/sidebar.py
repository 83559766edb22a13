"""The navigation of the sidebar, made once and then marked for each page.

The theme asks for the tree of all pages again on every page, which is quadratic in their number:
with hundreds of modules it was most of the build.
"""

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment.adapters.toctree import global_toctree_for_doc
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

BEFORE_THEME, AFTER_THEME = 400, 600
TARGET = re.compile(r'href="(?!#)')
TREES: dict[StandaloneHTMLBuilder, str] = {}


def offer_one_tree(app: Sphinx, page: str, template: str, context: Any, doctree: Any) -> None:
    """Give the theme the tree as the first page has it; the theme works on equal trees once."""
    if "toctree" in context:
        context["toctree"] = lambda **options: _tree(app, options)


def _tree(app: Sphinx, options: dict[str, Any]) -> str:
    builder = app.builder
    assert isinstance(builder, StandaloneHTMLBuilder)
    if builder not in TREES:
        root = app.config.root_doc
        tree = global_toctree_for_doc(app.env, root, builder, tags=app.tags, **options)
        TREES[builder] = builder.render_partial(tree)["fragment"]
    return TREES[builder]


def mark_page(app: Sphinx, page: str, template: str, context: Any, doctree: Any) -> None:
    """Point the links of the tree from where the page lies, and mark the page and what holds it."""
    if "furo_navigation_tree" not in context:
        return
    tree = context["furo_navigation_tree"]
    for holder in _holders(app, page):
        tree = _mark(tree, app.builder.get_target_uri(holder), page if holder == page else None)
    up = "../" * page.count("/")
    context["furo_navigation_tree"] = TARGET.sub(f'href="{up}', tree)


def _holders(app: Sphinx, page: str) -> list[str]:
    """Return the page and the pages above it, without the first page of all."""
    above = {child: parent for parent, of in app.env.toctree_includes.items() for child in of}
    found: list[str] = []
    while page in above:
        found.append(page)
        page = above[page]
    return found


def _mark(tree: str, target: str, page: str | None) -> str:
    """Mark one entry as current and open it; `page` when it is the page itself."""
    entry = re.compile(
        rf'<li class="([^"]*)"><a class="(reference internal)" href="{re.escape(target)}">'
        r"(.*?)</a>(<input )?"
    )

    def marked(found: re.Match[str]) -> str:
        kind, link, title, box = found.groups()
        href, here = ("#", " current-page") if page else (target, "")
        opened = '<input checked="" ' if box else ""
        return (
            f'<li class="{kind} current{here}"><a class="current {link}" href="{href}">'
            f"{title}</a>{opened}"
        )

    tree, count = entry.subn(marked, tree)
    if count != 1:
        logger.warning("found %d entries for %s in the sidebar, expected one", count, target)
    return tree


def setup(app: Sphinx) -> ExtensionMetadata:
    """Work before and after the theme on every page."""
    app.connect("html-page-context", offer_one_tree, priority=BEFORE_THEME)
    app.connect("html-page-context", mark_page, priority=AFTER_THEME)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
