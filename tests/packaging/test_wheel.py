"""What is shipped: one wheel, and room for other people's packages beside it.

The wheels are installed into a fresh environment that sees no other packages. pip gets
`--no-index --no-deps`, so nothing comes from the network; what warmer depends on are links into the
environment that runs the tests, to the files and folders that its metadata lists, so that each
dependency is installed properly and nothing else is visible; so are pytest and hatchling, for what
`warmer new` began and for the tutorial. Where `WARMER_WHEEL` names a wheel, that one is examined
instead of a new one.
"""

import email
import json
import os
import re
import runpy
import subprocess
import sys
import venv
import zipfile
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import pytest

import warmer
from warmer.contract.hookspecs import KINDS

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("warmer-*"))


def run(*command, cwd=None):
    """Run a command to its end and return what it printed; its errors are in the failure."""
    environment = {n: v for n, v in os.environ.items() if not n.startswith(("PYTHON", "WARMER_"))}
    ended = subprocess.run(
        list(map(str, command)), cwd=cwd, env=environment, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 0, f"{command}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout


BUILD = """
import importlib, os, sys, tomllib
folder, *sources = sys.argv[1:]
for source in sources:
    os.chdir(source)
    with open("pyproject.toml", "rb") as file:
        backend = tomllib.load(file)["build-system"]["build-backend"]
    importlib.import_module(backend).build_wheel(folder)
"""
"""What pip does for `pip wheel`, in one process for all wheels (PEP 517)."""


def build(folder, *sources):
    """Build wheels without the network, with the hatchling that is installed."""
    run(sys.executable, "-c", BUILD, folder, *sources)
    wheels = list(folder.glob("*.whl"))
    assert len(wheels) == len(sources)
    return wheels


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel of warmer."""
    if "WARMER_WHEEL" in os.environ:
        return Path(os.environ["WARMER_WHEEL"]).resolve(strict=True)
    return build(tmp_path_factory.mktemp("wheel"), ROOT)[0]


@pytest.fixture(scope="session")
def readme_package(tmp_path_factory):
    """The package that the README shows, as its reader would type it."""
    folder = tmp_path_factory.mktemp("warmer-sign")
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    files = re.findall(r"`(\S+)`:\n\n```\w+\n(.*?)^```", text, flags=re.M | re.S)
    assert [name for name, _ in files] == ["pyproject.toml", "warmer_sign.py"]
    for name, content in files:
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def dependencies():
    """The installed distributions that warmer needs, llvmlite, pytest and hatchling with theirs."""
    found = {name: metadata.distribution(name) for name in ("pytest", "hatchling", "llvmlite")}
    wanted = ["warmer", "pytest", "hatchling"]
    while wanted:
        name = wanted.pop()
        for requirement in metadata.requires(name) or ():
            needed = re.match(r"[\w.-]+", requirement)[0].lower()
            if ";" not in requirement and needed not in found:
                found[needed] = metadata.distribution(needed)
                wanted.append(needed)
    return found.values()


@pytest.fixture(scope="session")
def environment(wheel, readme_package, tmp_path_factory):
    """The folder of commands of an environment with warmer and third-party packages."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    for distribution in dependencies():
        for name in {file.parts[0] for file in distribution.files} - {"..", "__pycache__"}:
            (site / name).symlink_to(distribution.locate_file(name))
    packages = build(tmp_path_factory.mktemp("third-party"), *EXAMPLES, readme_package)
    install(folder / "bin", wheel, *packages)
    return folder / "bin"


def install(environment, *wheels):
    """Install wheels into an environment, without the network."""
    run(
        sys.executable, "-m", "pip", "--python", environment / "python", "install", "--quiet",
        "--no-index", "--disable-pip-version-check", "--no-deps", "--no-compile", *wheels,
    )  # fmt: skip


def test_the_wheel_holds_what_it_should(wheel):
    """The top level is the two packages and their dist-info; types, license, plugins are in."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (info,) = {n.split("/")[0] for n in names if ".dist-info/" in n}
        points = archive.read(f"{info}/entry_points.txt").decode()
        about = email.message_from_bytes(archive.read(f"{info}/METADATA"))
    assert {name.split("/")[0] for name in names} == {"warmer", "warmer_rules", info}
    assert "warmer/tables/published/norris.csv" in names
    assert {"warmer/py.typed", "warmer_rules/py.typed", "warmer/cli/__init__.py"} <= set(names)
    assert any(name.endswith("/LICENSE") for name in names)
    assert about["Version"] == warmer.__version__
    assert about["Requires-Python"] == ">=3.11"
    source = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    declared = re.findall(r"^[a-z-]+ = \"warmer[\w.]*:\w+\"$", source, flags=re.M)
    assert len(declared) >= 6
    for line in declared:
        assert line.replace('"', "") in points


def test_third_party_rules_are_listed(environment):
    """Installed packages are listed with their versions, beside what warmer ships."""
    listed = run(environment / "warmer", "rules")
    for name in ("momentum", "warmer-momentum", "sign", "warmer-sign", "alpha-scaled"):
        assert name in listed
    for example in EXAMPLES:
        assert re.search(rf"{example.name} +1\.0$", listed, flags=re.M)


def test_third_party_rules_have_help(environment):
    """A rule of a package stands in the help, with its parameters as options."""
    assert "momentum" in run(environment / "warmer", "train", "--help")
    help_ = run(environment / "warmer", "train", "momentum", "--help")
    assert "--beta" in help_
    assert "share of the velocity to keep" in help_


@pytest.mark.parametrize(("rule", "options"), [("momentum", ["--beta", "0.5"]), ("sign", [])])
def test_third_party_rules_train(environment, rule, options, tmp_path):
    """A rule of a package trains, and the answer names the package."""
    data = ROOT / "docs" / "examples" / "norris.csv"
    command = [environment / "warmer", "train", rule, data, "--target", "y", "--json", *options]
    answer = json.loads(run(*command, cwd=tmp_path))
    assert answer["rule"]["distribution"] == f"warmer-{rule}"
    assert answer["rule"]["version"] == "1.0"
    if rule == "momentum":
        assert answer["rule"]["parameters"] == {"alpha": 0.1, "beta": 0.5}
        assert answer["coefficients"]["x"] == pytest.approx(1.00211681802045, rel=1e-9)


def test_a_table_comes_along(environment, tmp_path):
    """The README's main command runs in an empty folder, and finds the certified line."""
    shown = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "warmer train alpha-scaled --data norris --target y" in shown
    command = [environment / "warmer", "train", "alpha-scaled", "--data", "norris", "--target", "y"]
    answer = json.loads(run(*command, "--json", cwd=tmp_path))
    assert answer["coefficients"]["x"] == pytest.approx(1.00211681802045, rel=1e-9)
    assert answer["intercept"] == pytest.approx(-0.262323073774029, rel=1e-9)
    assert not [*tmp_path.iterdir()]


def test_third_party_predictors_train(environment, tmp_path):
    """A rule and a predictor of two packages train together."""
    data = ROOT / "docs" / "examples" / "norris.csv"
    command = [environment / "warmer", "train", "spsa", data, "--target", "y", "--json", "--steps"]
    answer = json.loads(run(*command, "5", "--predict", "two-layers", cwd=tmp_path))
    assert answer["rule"]["distribution"] == "warmer-spsa"
    assert len(answer["weights"]) == 12


def test_nothing_but_the_wheels_was_used(environment):
    """The environment of these tests runs the wheel, not the source tree beside it."""
    where = run(environment / "python", "-c", "import warmer; print(warmer.__file__)")
    assert Path(where.strip()).is_relative_to(environment.parent)


EACH_KIND = [
    pytest.param(kind, marks=[] if kind == "rule" else [pytest.mark.nightly]) for kind in KINDS
]


@pytest.fixture(scope="session", params=EACH_KIND)
def begun(request, environment, tmp_path_factory):
    """A package that `warmer new` began, of each kind; what the plugin is called, and its kind."""
    kind = request.param
    folder = tmp_path_factory.mktemp("begun") / f"of-{kind}"
    run(environment / "warmer", "new", f"new-{kind}", "--kind", kind, folder)
    return folder, f"new-{kind}", kind


@pytest.fixture(scope="session")
def installed(begun, environment, tmp_path_factory):
    """The same, built and installed."""
    install(environment, *build(tmp_path_factory.mktemp("new"), begun[0]))
    return begun


def test_a_new_package_is_listed(installed, environment):
    """What `warmer new` began builds and installs; its plugin is listed, shown, and in order."""
    _, name, kind = installed
    listed = json.loads(run(environment / "warmer", "rules", "--check", "--json"))
    shown = json.loads(run(environment / "warmer", "rules", name, "--json"))

    (entry,) = [entry for entry in listed if entry["name"] == name]
    assert entry["kind"] == shown["kind"] == kind
    assert entry["distribution"] == f"warmer-{name}"
    assert entry["notes"] == shown["notes"] == []
    assert shown["summary"]
    assert [each["help"] for each in shown["parameters"]]


def test_a_new_package_is_right(installed, environment):
    """Every law holds for what `warmer new` began."""
    _, name, kind = installed
    report = json.loads(run(environment / "warmer", "check", name, "--json"))

    assert (report["passed"], report["kind"]) == (True, kind)


def test_a_new_package_passes_its_tests(installed, environment):
    """Its own tests pass, each of them, with warnings for errors."""
    folder, _, _ = installed
    told = run(
        environment / "python", "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider",
        cwd=folder,
    )  # fmt: skip

    assert re.search(r"^\d+ passed in", told, re.MULTILINE)


PIP = """#!/bin/sh
asked=$1; shift
exec {python} -m pip --python {environment}/python $asked --no-index --no-deps \\
    --no-build-isolation --disable-pip-version-check "$@"
"""
"""pip without the network, for an environment that has none of its own."""


@pytest.mark.nightly
def test_the_tutorial(environment, tmp_path):
    """Every command of the tutorial shows what really happens, from the first rule to the wheel."""
    pip = tmp_path / "bin" / "pip"
    pip.parent.mkdir()
    pip.write_text(PIP.format(python=sys.executable, environment=environment), encoding="utf-8")
    pip.chmod(0o755)
    blocks = runpy.run_path(str(ROOT / "tests" / "docs" / "test_blocks.py"))
    tools = os.pathsep.join(map(str, [pip.parent, environment]))

    faults = blocks["faults_of"](ROOT / "docs" / "tutorial.md", tmp_path / "here", tools, {})

    assert not faults, "\n\n" + "\n\n".join(faults)
    assert list((tmp_path / "here" / "dist").glob("warmer_rolling-*.whl"))


if find_spec("mypy"):  # where the linters are: `.ci/run` has them

    @pytest.mark.nightly
    def test_the_types_of_a_new_package(begun, environment, tmp_path_factory):
        """Its plugin and its tests pass `mypy --strict` against the installed wheel."""
        folder, _, _ = begun
        cache = tmp_path_factory.getbasetemp() / "mypy"
        told = run(
            sys.executable, "-m", "mypy", "--strict", "--cache-dir", cache,
            "--python-executable", environment / "python", *folder.glob("**/*.py"), cwd=folder,
        )  # fmt: skip

        assert "no issues found" in told
