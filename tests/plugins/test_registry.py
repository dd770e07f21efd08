"""The registry: what may be named, and who answers to a name."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import warmer
from warmer.exceptions import PluginError

RULE = """
import attrs, warmer

@attrs.frozen(eq=False)
class Rule:
    @warmer.hookimpl
    def learn(self, weight: float) -> float:
        return weight + {step}
"""
HERE = Path(__file__).parent
SHIPPED = ["alpha-scaled", "hot-and-cold", "raw-gradient"]


def named(registry: warmer.Registry, kind: str = "rule") -> list[str]:
    """The names that a registry lists."""
    return [plugin.name for plugin in registry.plugins(kind)]


class TestListing:
    """Listing reads metadata and nothing else."""

    def test_nothing_is_imported_until_it_is_named(self, install) -> None:
        """Listing, finding and failing to find import no package; loading imports its own."""
        install("first", {"warmer.rules": {"jump": "first_rules:Rule"}},
                {"first_rules.py": RULE.format(step=1)})  # fmt: skip
        install("second", {"warmer.rules": {"skip": "second_rules:Rule"}},
                {"second_rules.py": RULE.format(step=2)})  # fmt: skip
        registry = warmer.Registry()
        registry.plugins()
        found = registry.find("jump")
        with pytest.raises(warmer.UnknownNameError):
            registry.find("jmp")
        assert not {"first_rules", "second_rules"} & set(sys.modules)
        found.load()

        assert {"first_rules"} == {"first_rules", "second_rules"} & set(sys.modules)

    def test_what_a_plugin_says_of_itself(self, install) -> None:
        """A listed plugin has its kind, name, distribution, version and source."""
        install("My.Rules", {"warmer.rules": {"jump": "nowhere:Rule"}}, version="2.5")
        found = warmer.Registry().find("jump")

        assert (
            found.kind, found.name, found.distribution, found.version, found.source
        ) == ("rule", "jump", "my-rules", "2.5", "nowhere:Rule")  # fmt: skip
        assert found.qualified == "my-rules/jump"

    def test_all_kinds_in_order(self, install) -> None:
        """The list goes by kind, then by name; one kind can be asked for alone."""
        kinds = ["rule", "predictor", "comparison", "modifier", "observer"]
        install("extra", {f"warmer.{kind}s": {"zz": "nowhere:X"} for kind in reversed(kinds)})
        found = [(p.kind, p.name) for p in warmer.Registry().plugins()]

        assert found == sorted(found, key=lambda each: (kinds.index(each[0]), each[1]))
        assert {(kind, "zz") for kind in kinds} <= set(found)
        for kind in kinds:
            assert named(warmer.Registry(), kind) == [name for k, name in found if k == kind]

    @pytest.mark.parametrize("kind", ["rule", "predictor", "comparison", "modifier", "observer"])
    def test_shipped_plugins_come_through_entry_points(self, kind: str) -> None:
        """What warmer ships is declared as any other package would declare it, and installed."""
        project = tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
        declared = project["project"]["entry-points"].get(f"warmer.{kind}s", {})
        shipped = warmer.Registry(allowed=[]).plugins(kind)

        assert declared == {plugin.name: plugin.source for plugin in shipped}, (
            "an editable install does not see a new entry point: run `pip install -e .` again"
        )

    @pytest.mark.parametrize("name", ["Jump", "a/b", "two words", "1st", "-x", "wärmer"])
    def test_a_name_that_is_no_name_is_not_listed(self, install, name: str) -> None:
        """Names are lower-case letters, digits and hyphens; what else is installed is left out."""
        install("extra", {"warmer.rules": {name: "nowhere:X", "good": "nowhere:X"}})

        assert "good" in named(warmer.Registry())
        assert name not in named(warmer.Registry())

    @pytest.mark.parametrize("name", ["Jump", "a/b", "two words", "1st", "-x", "wärmer"])
    def test_a_name_that_is_no_name_is_not_silent(self, install, name: str) -> None:
        """What is left out for its name is listed as such, and told to whoever asks for it."""
        install("extra", {"warmer.predictors": {name: "nowhere:X", "good": "nowhere:X"}})
        registry = warmer.Registry()
        (left_out,) = registry.misnamed()
        reason = (
            f"predictor {name!r} of extra 1.0 cannot be named: a name has lower-case letters, "
            "digits and hyphens, and starts with a letter (its package has to rename it)"
        )

        assert (left_out.kind, left_out.name, left_out.distribution) == ("predictor", name, "extra")
        assert registry.misnamed("predictor") == [left_out]
        assert registry.misnamed("rule") == []
        assert left_out.misnaming == reason
        for asked in (name, f"extra/{name}", name.casefold()):
            with pytest.raises(warmer.UnknownNameError) as caught:
                registry.find(asked, "predictor")
            assert str(caught.value).endswith(f"; {reason}")
        assert "nowhere" not in sys.modules

    def test_a_good_name_is_no_misnaming(self, install) -> None:
        """What may be named is not among what may not."""
        install("extra", {"warmer.rules": {"good": "nowhere:X"}})

        assert warmer.Registry().find("good").misnaming is None
        assert warmer.Registry().misnamed() == []

    def test_a_name_that_is_no_name_is_not_admitted(self, install) -> None:
        """Of packages that are not admitted, nothing is listed and nothing told."""
        install("extra", {"warmer.rules": {"Jump": "nowhere:X"}})
        registry = warmer.Registry(allowed=[])

        assert registry.misnamed() == []
        with pytest.raises(warmer.UnknownNameError, match="raw-gradient$"):
            registry.find("Jump")

    @pytest.mark.parametrize(
        ("file", "content"),
        [
            ("entry_points.txt", b"[warmer.rules]\nno equals sign\n"),
            ("entry_points.txt", b"[warmer.rules]\n\xff = a:B\n"),
            ("entry_points.txt", b"stray = a:B\n[warmer.rules]\n"),
            ("METADATA", None),
            ("METADATA", b""),
            ("METADATA", b"\xff\xfe"),
        ],
    )
    def test_damaged_metadata_hurts_nobody_else(self, install, file, content) -> None:
        """A package whose metadata cannot be read is left out; every other stays listed."""
        damaged = install("damaged", {"warmer.rules": {"lost": "nowhere:X"}})
        install("extra", {"warmer.rules": {"good": "nowhere:X"}})
        (damaged / file).unlink()
        if content is not None:
            (damaged / file).write_bytes(content)
        names = named(warmer.Registry())

        assert {*SHIPPED, "good"} <= set(names)
        assert "lost" not in names


class TestNames:
    """Who answers to a name."""

    def test_two_distributions(self, install) -> None:
        """A bare name in two distributions is refused, naming both, whichever came first."""
        install("aaa", {"warmer.rules": {"jump": "nowhere:X"}})
        install("bbb", {"warmer.rules": {"jump": "nowhere:X"}})
        with pytest.raises(warmer.UnknownNameError) as caught:
            warmer.Registry().find("jump")

        assert (
            str(caught.value) == "rule 'jump' stands in 2 distributions: say aaa/jump or bbb/jump"
        )
        assert warmer.Registry().find("bbb/jump").distribution == "bbb"

    def test_nobody_shadows_what_warmer_ships(self, install) -> None:
        """A shipped name means the shipped plugin; the other is there under its full name."""
        install("aaa", {"warmer.rules": {"alpha-scaled": "nowhere:X"},
                        "warmer.predictors": {"linear": "nowhere:X"}})  # fmt: skip
        registry = warmer.Registry()

        assert registry.find("alpha-scaled").distribution == "warmer"
        assert registry.find("linear", "predictor").distribution == "warmer"
        assert registry.find("aaa/alpha-scaled").distribution == "aaa"

    @pytest.mark.parametrize("spelling", ["My.Rules", "my-rules", "MY_RULES"])
    def test_distributions_have_one_name(self, install, spelling: str) -> None:
        """Case and separators of a distribution's name do not matter."""
        install("My.Rules", {"warmer.rules": {"jump": "nowhere:X"}})

        assert warmer.Registry().find(f"{spelling}/jump").distribution == "my-rules"

    @pytest.mark.parametrize("kind", ["rule", "predictor", "comparison"])
    def test_every_shipped_name_has_its_full_form(self, kind: str) -> None:
        """`warmer/name` is the plugin that `name` is."""
        registry = warmer.Registry(allowed=[])
        for plugin in registry.plugins(kind):
            assert registry.find(plugin.name, kind) == registry.find(plugin.qualified, kind)

    def test_unknown_name(self) -> None:
        """A name that nobody has is answered with the nearest one and the list."""
        with pytest.raises(warmer.UnknownNameError) as caught:
            warmer.Registry(allowed=[]).find("alpha-scald")

        assert str(caught.value) == (
            "no rule is called 'alpha-scald' (did you mean 'alpha-scaled'?); "
            "there is alpha-scaled, hot-and-cold, raw-gradient"
        )

    def test_unknown_full_name(self) -> None:
        """A full name is answered with full names."""
        with pytest.raises(warmer.UnknownNameError, match="did you mean 'warmer/raw-gradient'"):
            warmer.Registry(allowed=[]).find("warmer/raw-gradent")

    def test_no_plugin_of_a_kind(self, monkeypatch) -> None:
        """Where there is nothing to list, that is said."""
        for where, nothing in (("installed", ()), ("shipped_by_name", {})):
            monkeypatch.setattr(f"warmer.plugins.registry.{where}", lambda _kind, n=nothing: n)
        with pytest.raises(warmer.UnknownNameError) as caught:
            warmer.Registry(allowed=[]).find("clip", "modifier")

        assert str(caught.value) == "no modifier is called 'clip'; there is none"


class TestAllowed:
    """WARMER_PLUGINS decides which packages may be named."""

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (None, {"one", "two"}),
            ("", set()),
            (" , ", set()),
            ("first", {"one"}),
            ("First, no-such-thing", {"one"}),
            ("first,second", {"one", "two"}),
        ],
    )
    def test_setting(self, install, monkeypatch, value: str | None, expected: set[str]) -> None:
        """Unset: all installed; empty: only warmer's own; a list: those and warmer's own."""
        install("first", {"warmer.rules": {"one": "nowhere:X"}})
        install("second", {"warmer.rules": {"two": "nowhere:X"}})
        if value is not None:
            monkeypatch.setenv("WARMER_PLUGINS", value)
        names = set(named(warmer.Registry()))

        assert {*SHIPPED, *expected} == names & {*SHIPPED, "one", "two"}

    def test_what_is_said_goes_before_the_setting(self, install, monkeypatch) -> None:
        """`Registry(allowed=...)` is not overruled by the environment."""
        install("first", {"warmer.rules": {"one": "nowhere:X"}})
        monkeypatch.setenv("WARMER_PLUGINS", "first")

        assert "one" not in named(warmer.Registry(allowed=[]))

    def test_a_plugin_that_is_not_admitted(self, install, monkeypatch) -> None:
        """Naming a plugin that is there but not admitted is answered with who does not admit it."""
        install("first", {"warmer.rules": {"jump": "nowhere:X"}})
        with pytest.raises(warmer.UnknownNameError, match="first has one, but allowed does not"):
            warmer.Registry(allowed=[]).find("jump")
        monkeypatch.setenv("WARMER_PLUGINS", "")
        with pytest.raises(warmer.UnknownNameError, match="but WARMER_PLUGINS does not admit it"):
            warmer.Registry().find("jump")


def test_a_list_needs_no_numpy() -> None:
    """Listing every plugin imports neither NumPy nor any plugin."""
    code = (
        "import sys, warmer; warmer.Registry().plugins(); "
        "print([m for m in ('numpy', 'warmer_rules') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=True
    )

    assert done.stdout == "[]\n"


def test_plugin_errors_are_one_family() -> None:
    """Whatever is wrong with a plugin can be caught as PluginError."""
    assert all(
        issubclass(kind, PluginError)
        for kind in (warmer.LoadError, warmer.ContractError, warmer.HookError)
    )
