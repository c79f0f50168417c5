"""The pack's eyes, opened once for all tests of sight."""

import pytest

from runtime.model.session import OnnxSessions
from runtime.sight.percepts import Eyes


@pytest.fixture(scope="session")
def eyes(pack):
    """Loaded eyes; a test that minds what they saw before calls `forget`."""
    eyes = Eyes(pack.path / "sight", OnnxSessions("cpu", 2))
    eyes.load()
    return eyes
