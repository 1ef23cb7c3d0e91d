"""How the documentation is built; see CONTRIBUTING.md for the command."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "gp-cin7-bridge"
author = "The gp-cin7-bridge authors"
html_title = "gp-cin7-bridge"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_copyright = False
# No page asks another host for anything, and no source is shown twice.
html_show_sourcelink = False
html_copy_source = False
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_use_ivar = True
# Models inherit pydantic's own methods; its documentation describes them.
autodoc_default_options = {"members": True, "show-inheritance": True, "exclude-members": "model_config,key_fields"}
