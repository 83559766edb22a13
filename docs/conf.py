"""How the documentation is built: offline, every page that stands in docs/, warnings are errors."""

import sys
from pathlib import Path

import diapedesis

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "Diapedesis"
author = "The Diapedesis developers"
project_copyright = author
version = release = diapedesis.__version__

extensions = [
    "docstrings",
    "mathml",
    "myst_parser",
    "sidebar",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
]
exclude_patterns = ["_build"]
templates_path = ["_templates"]

myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

autodoc_typehints = "none"  # numpydoc sections say it, with units
autodoc_member_order = "bysource"
# A name is described where it is defined, not again in the room that offers it.
autodoc_default_options = {"members": True, "show-inheritance": True, "ignore-module-all": True}
numpydoc_show_class_members = False

html_theme = "furo"
html_math_renderer = "mathml"
html_title = f"Diapedesis {version}"
html_static_path = ["_static"]
html_css_files = ["diapedesis.css"]
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
