"""A new package: templates filled in, and put in place whole or not at all."""

import keyword
import os
import secrets
import shutil
from importlib import resources
from pathlib import Path
from string import Template

import attrs

from warmer.contract.arguments import check_choice, shown
from warmer.contract.hookspecs import A_KIND, KINDS
from warmer.exceptions import UsageError
from warmer.plugins.installed import NAME, RULES, SHIPPED, own_distribution, shipped_by_name

FILES = {
    "{module}.py": ("{kind}.py.in", "the {kind}"),
    "tests/test_{module}.py": ("{kind}_test.py.in", "what it does, by hand"),
    "tests/test_laws.py": ("laws.py.in", "the laws of every {kind}"),
    "pyproject.toml": ("pyproject.toml.in", "the names of both, and what they need"),
    "README.md": ("README.md.in", "for its users"),
    "LICENSE": ("LICENSE.in", "to be filled in"),
    ".github/workflows/check.yml": ("check.yml.in", "the tests, on a server"),
}
"""What a package consists of: the template of each file, and what it is."""

USE = {
    "rule": 'warmer.train([2.0], [0.8], "{name}")',
    "predictor": 'warmer.train([2.0], [0.8], "alpha-scaled", predict="{name}")',
    "comparison": 'warmer.train([2.0], [0.8], "alpha-scaled", compare="{name}")',
    "modifier": 'warmer.train([2.0], [0.8], "alpha-scaled", modifiers=["{name}"])',
    "observer": 'warmer.train([2.0], [0.8], "alpha-scaled", observers=["{name}"])',
}
"""How a plugin of each kind is used."""


@attrs.frozen
class NewPackage:
    """A package that was written: where it is, and what each file in it is."""

    path: Path
    files: dict[str, str]


def write_package(name: str, kind: str = "rule", path: str | None = None) -> NewPackage:
    """Write a package with one plugin: it builds, installs, and passes its own tests.

    Parameters:
        name: what the plugin is called; its package is called `warmer-NAME`.
        kind: of which kind it is.
        path: the folder to make; by default one of the package's name, here.

    Raises:
        UsageError: the name cannot be one, there is something at the path already, or it cannot
            be written; then nothing is left behind.
    """
    check_choice("kind", kind, KINDS)
    class_name = _class_name(name)
    distribution, module = f"{SHIPPED}-{name}", f"{SHIPPED}_{name}".replace("-", "_")
    target = Path(distribution if path is None else path)
    if os.path.lexists(target):
        raise UsageError(f"{target} is there already; name a folder that is not, after {name}")
    if not target.parent.is_dir():
        raise UsageError(f"{target}: there is no folder {target.parent}")
    own = own_distribution()
    words = {
        "name": name,
        "kind": kind,
        "distribution": distribution,
        "module": module,
        "class_name": class_name,
        "warmer": f"{SHIPPED}>={own.version}" if own else SHIPPED,
        "use": USE[kind].format(name=name),
    }
    filled = {
        place.format(**words): Template(_template(source.format(**words))).substitute(words)
        for place, (source, _) in FILES.items()
    }
    try:
        _put(target, filled)
    except (OSError, ValueError) as error:  # a path that is none
        raise UsageError(f"cannot write {target}: {getattr(error, 'strerror', error)}") from error
    whats = [what.format(**words) for _, what in FILES.values()]
    return NewPackage(target, dict(zip(filled, whats, strict=True)))


def _class_name(name: str) -> str:
    """What the class is called of a plugin of a name; refuses names that cannot be one."""
    why = None
    if not isinstance(name, str) or not NAME.fullmatch(name) or name.endswith("-"):
        why = "use lower-case letters, digits and hyphens between them, and start with a letter"
    elif name.startswith(f"{SHIPPED}-"):
        why = f"the package's name begins with {SHIPPED}-, and the plugin's need not: leave it out"
    elif f"{SHIPPED}_{name}".replace("-", "_") == RULES:
        why = f"{RULES} is the module of {SHIPPED}'s own plugins; choose another"
    else:
        for kind in KINDS:
            if name in shipped_by_name(kind):
                why = f"it is {A_KIND[kind]} that {SHIPPED} ships; choose another"
    if why is not None:
        raise UsageError(f"plugin name {shown(name)}: {why}")
    found = "".join(part.capitalize() for part in name.split("-"))
    if keyword.iskeyword(found):
        raise UsageError(f"plugin name {name!r}: no class can be called {found}; choose another")
    return found


def _template(name: str) -> str:
    return (resources.files("warmer.scaffold") / "templates" / name).read_text(encoding="utf-8")


def _put(target: Path, files: dict[str, str]) -> None:
    """Write files into a folder beside the target, which then takes its name."""
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        for place, text in files.items():
            (beside / place).parent.mkdir(parents=True, exist_ok=True)
            (beside / place).write_text(text, encoding="utf-8", newline="\n")
        beside.rename(target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
