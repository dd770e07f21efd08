"""A registry of your own: what is registered in it, and under which names."""

import pytest

import warmer


class TestRegister:
    """A registry of your own."""

    def test_only_there(self, momentum) -> None:
        """A registered class has its name in that registry and in no other."""
        own = warmer.Registry()
        own.register("momentum", momentum)
        run = warmer.train([1.0], [1.0], "momentum", registry=own, steps=3, friction=0.5)

        assert run.description["rule"]["parameters"]["friction"] == 0.5
        with pytest.raises(warmer.UnknownNameError):
            warmer.train([1.0], [1.0], "momentum", steps=3)

    def test_the_same_as_the_object(self, momentum) -> None:
        """A name, a class and an object of it take the same steps."""
        own = warmer.Registry()
        own.register("momentum", momentum)
        data = [[1.0], [2.0]], [1.0, 3.0]
        runs = [
            warmer.train(*data, "momentum", registry=own, alpha=0.2),
            warmer.train(*data, momentum, alpha=0.2),
            warmer.train(*data, momentum(alpha=0.2)),
        ]

        assert len({float(run.weights[0]).hex() for run in runs}) == 1

    @pytest.mark.parametrize("name", ["alpha-scaled", "momentum"])
    def test_a_name_is_taken_once(self, momentum, name: str) -> None:
        """A name that is shipped or registered already is refused, saying whose it is."""
        own = warmer.Registry(allowed=[])
        own.register("momentum", momentum)
        with pytest.raises(warmer.UsageError, match=f"'{name}' already exists: (warm|regist)er"):
            own.register(name, momentum)

    @pytest.mark.parametrize("name", ["", "Momentum", "a/b", "with space", "x_y", "3x"])
    def test_a_name_is_lower_case(self, momentum, name: str) -> None:
        """Names are lower-case letters, digits and hyphens, and start with a letter."""
        with pytest.raises(warmer.UsageError, match="use lower-case letters"):
            warmer.Registry().register(name, momentum)
