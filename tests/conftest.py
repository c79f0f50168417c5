"""Fixtures that many tests share."""

import pytest

from runtime.errors import Missing


@pytest.fixture(scope="session")
def pack():
    """The mini pack; built first where it is missing (the only step of the suite that fetches anything)."""
    from runtime.model.manifest import open_pack
    from runtime.packs.build import build

    try:
        return open_pack("mini")
    except Missing:
        build("mini")
        return open_pack("mini")
