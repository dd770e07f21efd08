"""Pages to play with for every rule that ships, in a folder: `python docs/gallery.py FOLDER`.

Each rule walks on one weight and on a table (norris), two of them side by side; `index.html` leads
to them.
"""

import html
import sys
from pathlib import Path

import warmer

WALK = {"inputs": [2.0], "targets": [0.8], "weights": 1.0}
INDEX = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>Rules to play with</title>
<body style="max-width:40em;margin:2em auto;padding:0 1em;font:16px/1.6 system-ui,sans-serif">
<h1>Rules to play with</h1>
<ul>
{entries}
</ul>
</html>
"""


def pages():
    """Each page with its file's name and what it shows."""
    table = warmer.prepare(warmer.data("norris"), ["y"])
    names = [*table.features, "bias"]
    rules = [plugin.name for plugin in warmer.Registry(allowed=[]).plugins("rule")]
    for rule in rules:
        yield rule, f"{rule}, one weight", warmer.play(rule=rule, **WALK)
        page = warmer.play(table.inputs, table.targets[:, 0], rule, names=names)
        yield f"{rule}-norris", f"{rule} on the table norris", page
    first, second = rules[:2]
    page = warmer.play(rule=first, against=second, **WALK)
    yield f"{first}-{second}", f"{first} beside {second}", page
    logistic = {"predict": "logistic", "compare": "log-loss"}
    page = warmer.play(rule=first, modifiers=["schedule"], **logistic, **WALK)
    yield f"{first}-logistic", f"{first} with a schedule, for a chance", page


def main(folder):
    """Write the pages and their index."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for name, title, page in pages():
        page.save(folder / f"{name}.html")
        entries.append(f'<li><a href="{name}.html">{html.escape(title)}</a></li>')
    index = INDEX.format(entries="\n".join(entries))
    (folder / "index.html").write_text(index, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
