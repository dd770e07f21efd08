"""`warmer new NAME`: a package with one plugin, ready to be changed."""

import shlex

import click

from warmer.cli.messages import HelpContext
from warmer.cli.options import one_of
from warmer.cli.output import columns, print_lines
from warmer.contract.hookspecs import A_KIND, KINDS


class _New(click.Command):
    context_class = HelpContext


@click.command(cls=_New, short_help="Begin a package with a plugin of your own.")
@click.argument("name", metavar="NAME")
@click.argument("path", metavar="[PATH]", required=False)
@click.option(
    "--kind", default="rule", show_default=True, help="what the plugin is", **one_of(tuple(KINDS))
)
def new(name: str, path: str | None, kind: str) -> int:
    """Begin a package with a plugin of your own.

    NAME is what the plugin will be called. The package, warmer-NAME, is written into the new
    folder PATH, or warmer-NAME here. It builds, installs, and passes its own tests.
    """
    from warmer.scaffold.package import write_package

    written = write_package(name, kind, path)
    print_lines(
        [
            f"{written.path}: {A_KIND[kind]} called {name}",
            "",
            *columns([(f"  {file}", what) for file, what in written.files.items()]),
            "",
            "to try it",
            f"  cd {shlex.quote(str(written.path))}",
            "  pip install -e '.[test]'",
            f"  warmer check {name}",
            "  pytest",
        ]
    )
    return 0
