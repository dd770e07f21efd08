"""Keeping: what is kept holds little memory, and what was used last stays."""

from hypothesis import given
from hypothesis import strategies as st

from warmer.formulas.keeping import Kept


@given(
    st.integers(0, 30),
    st.lists(st.tuples(st.booleans(), st.integers(0, 6), st.integers(0, 12)), max_size=40),
)
def test_the_least_recently_used_go_first(most, uses) -> None:
    """What is kept are the latest uses that fit together, and the newest whatever it holds."""
    kept: Kept[str] = Kept(most)
    sizes: dict[int, int] = {}  # by key, the least recently used first
    for put, key, size in uses:
        if put:
            assert kept.put(key, f"value {key}", size) == f"value {key}"
            sizes.pop(key, None)
            sizes[key] = size
            while sum(sizes.values()) > most and len(sizes) > 1:
                del sizes[next(iter(sizes))]
        else:
            assert kept.get(key) == (f"value {key}" if key in sizes else None)
            if key in sizes:
                sizes[key] = sizes.pop(key)
    assert [key for key in range(7) if kept.get(key)] == sorted(sizes)
