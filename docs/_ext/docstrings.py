"""Docstrings in the style of numpydoc, whose template is read once and not for every object."""

from functools import cache
from pathlib import Path
from typing import Any

import numpydoc
from jinja2 import FileSystemLoader, Template
from jinja2.sandbox import SandboxedEnvironment
from numpydoc import docscrape, docscrape_sphinx
from numpydoc import numpydoc as renderer
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata


@cache
def template() -> Template:
    """Return numpydoc's own template of a docstring."""
    folder = Path(numpydoc.__file__).parent / "templates"
    environment = SandboxedEnvironment(loader=FileSystemLoader(folder))
    return environment.get_template("numpydoc_docstring.rst")


def get_doc_object(
    obj: object,
    what: str | None = None,
    doc: str | None = None,
    config: dict[str, Any] | None = None,
    builder: object = None,
) -> docscrape.NumpyDocString:
    """Return the sections of a docstring, as numpydoc's function of this name does."""
    return docscrape.get_doc_object(
        obj,
        what=what,
        doc=doc,
        config={**(config or {}), "template": template()},
        class_doc=docscrape_sphinx.SphinxClassDoc,
        func_doc=docscrape_sphinx.SphinxFunctionDoc,
        obj_doc=docscrape_sphinx.SphinxObjDoc,
    )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Set numpydoc up with this reader of docstrings."""
    metadata: ExtensionMetadata = renderer.setup(app, get_doc_object)
    return metadata
