"""The letters that byte-level vocabularies write bytes with; the core's and the ears' both do."""

from __future__ import annotations


def byte_letters() -> dict[str, int]:
    """GPT-2's letters for bytes (https://github.com/openai/gpt-2, `bytes_to_unicode`): printable Latin-1 characters
    stand for themselves, every other byte for the next free code point from 256."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {chr(byte): byte for byte in printable}
    others = [byte for byte in range(256) if chr(byte) not in letters]
    return letters | {chr(256 + place): byte for place, byte in enumerate(others)}
