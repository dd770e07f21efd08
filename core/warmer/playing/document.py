"""The page as a document: one file, which fetches nothing and runs nothing but its own script."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from warmer.formulas.javascript import data_text, helpers_text
from warmer.pictures.svg import escaped
from warmer.playing.script import written
from warmer.playing.sides import Side
from warmer.playing.squeezing import squeezed, squeezed_style

SCRIPTS = ("engine.js", "numbers.js", "state.js", "figures.js", "panels.js", "page.js")
PLACE = re.compile(r"\{\{(\w+)\}\}")


def write_page(title: str, task: Mapping[str, Any], sides: Sequence[Side]) -> str:
    """Put data and formulas into the template.

    Parameters:
        title: of the page.
        task: the rows, where the weights start, and how many steps are taken.
        sides: a network or two.
    """
    script = squeezed(script_of(sides)).replace("</script", "<\\/script")
    style = squeezed_style(_file("page.css"))
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    parts = {
        "title": escaped(title),
        "policy": policy,
        "style": style,
        "data": data_text({"task": task, "sides": [dict(side.data) for side in sides]}),
        "script": script,
    }
    return PLACE.sub(lambda found: parts[found[1]], _file("page.html"))


def script_of(sides: Sequence[Side], files: Sequence[str] = SCRIPTS) -> str:
    """Write the script: how steps are taken, the formulas, and what is shown of them.

    Parameters:
        files: of the template, in order; the formulas stand after the first.
    """
    helpers = helpers_text({name for side in sides for name in side.helpers})
    formulas, like = ["const NETWORKS = [];"], None
    for side in sides:
        formulas.append(f"NETWORKS.push({written(side.script, like) if side.script else 'null'});")
        like = like or side.script
    first, *others = map(_file, files)
    return "\n".join([first, helpers, *formulas, *others])


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _file(name: str) -> str:
    return (resources.files("warmer.playing") / "page" / name).read_text(encoding="utf-8")
