"""Equations as MathML, made while the docs are built: no script, no font file, nothing fetched."""

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

# Names that the converter does not know, with the same meaning under a name that it does.
SYNONYMS = {"{aligned}": "{split}", "{gathered}": "{gather}"}


def to_mathml(node: nodes.Element, display: str) -> str:
    """Convert one equation; warn where a command was not understood, so that the build fails."""
    latex = node.astext()
    for name, known in SYNONYMS.items():
        latex = latex.replace(name, known)
    mathml = convert(latex, display=display)
    if "\\" in mathml or "<mi>&</mi>" in mathml:
        logger.warning("part of this equation cannot be shown: %s", latex, location=node)
    return mathml


def visit_inline(translator: HTML5Translator, node: nodes.math) -> None:
    """Write an equation that stands in a sentence."""
    translator.body.append(to_mathml(node, "inline"))
    raise nodes.SkipNode


def visit_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write an equation on its own line, with its number if it has one."""
    number = f'<span class="eqno">({node["number"]})</span>' if node.get("number") else ""
    equation = to_mathml(node, "block")
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    translator.body.append(f"{number}{equation}</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    """Offer the renderer to Sphinx under the name ``mathml``."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
