"""What the tests of tables share: a file to read, and the message of what is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from warmer.exceptions import DataError


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str | bytes], str]:
    """Write `t.csv` in the working directory and return its name."""
    monkeypatch.chdir(tmp_path)

    def write_file(content: str | bytes) -> str:
        data = content.encode() if isinstance(content, str) else content
        Path("t.csv").write_bytes(data)
        return "t.csv"

    return write_file


@pytest.fixture(scope="session")
def message() -> Callable[..., str]:
    """Return the message of the error that a call raises."""

    def message_of(call: Callable[[], object], error: type[Exception] = DataError) -> str:
        with pytest.raises(error) as caught:
            call()
        return str(caught.value)

    return message_of
