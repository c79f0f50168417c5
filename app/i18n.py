"""Decides the words a person reads: every visible string goes through `tr`, so a translation is one file away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent.parent / "assets" / "i18n"
_words: Mapping[str, str] = {}


def tr(text: str, **values: object) -> str:
    """`text` in the person's language, with `{name}` places filled from `values`; English when nobody translated it."""
    found = _words.get(text, text)
    return found.format(**values) if values else found


def use(language: str, folder: Path = _FOLDER) -> bool:
    """Read `<language>.json` (English sentence → translation); False, and English, when there is no such file."""
    global _words
    try:
        _words = json.loads((folder / f"{language}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        _words = {}
        return False
    return True
