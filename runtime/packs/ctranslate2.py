"""Reads the tensors of a CTranslate2 model file, and believes nothing in it that it has not checked."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from runtime.errors import Fault

_VERSIONS = (5, 6)
_MAX_VARIABLES = 100_000
_MAX_RANK = 8
_DTYPES: tuple[np.dtype | None, ...] = (
    np.dtype("<f4"),
    np.dtype("i1"),
    np.dtype("<i2"),
    np.dtype("<i4"),
    np.dtype("<f2"),
    None,  # bfloat16: no model of ours stores it
)


def read(parts: Sequence[Path]) -> dict[str, NDArray]:
    """Tensors by name from the file that `parts`, put one after the other, make up.

    The layout (CTranslate2 `ModelReader`, binary versions 5 and 6), all little-endian: u32 version, name of the
    specification, u32 its revision, u32 count; per variable its name, u8 rank, u32 per dimension, u8 type, u32 bytes,
    data; then u32 count and pairs of names (alias, variable). A name is u16 length and that many bytes, the last one 0.

    Arrays are read-only views into one buffer. Raises `Fault` when the file is not such a model or is damaged.
    """
    try:
        data = b"".join(path.read_bytes() for path in parts)
    except OSError as error:
        raise Fault(f"The hearing model cannot be read: {error}.", "Fetch its package again.") from error
    return parse(data)


def parse(data: bytes) -> dict[str, NDArray]:
    """The tensors in `data`, see `read`."""
    cursor = _Cursor(data)
    version = cursor.number("I", "the format version")
    if version not in _VERSIONS:
        raise Fault(
            f"This is not a CTranslate2 model of a known version: it begins with {version}.",
            available=f"Versions {_VERSIONS[0]} and {_VERSIONS[1]} can be read.",
        )
    cursor.name("the name of the specification")
    cursor.number("I", "the revision")
    tensors: dict[str, NDArray] = {}
    for index in range(cursor.count("the number of variables")):
        name, tensor = _variable(cursor, index)
        if name in tensors:
            raise _damaged(f"it holds {name} twice")
        tensors[name] = tensor
    for index in range(cursor.count("the number of aliases")):
        alias = cursor.name(f"alias {index}")
        name = cursor.name(f"the variable of alias {alias}")
        if name not in tensors:
            raise _damaged(f"the alias {alias} stands for {name}, which is not there")
        tensors[alias] = tensors[name]
    if cursor.left:
        raise _damaged(f"{cursor.left} bytes follow its end")
    return tensors


def tensor(tensors: Mapping[str, NDArray], name: str, *shape: int) -> NDArray[np.float32]:
    """The tensor `name` as float32. Raises `Fault` when it is missing, not of `shape`, or not finite."""
    found = tensors.get(name)
    if found is None:
        raise _damaged(f"it has no {name}")
    if found.shape != shape:
        raise _damaged(f"{name} has the shape {list(found.shape)} instead of {list(shape)}")
    if found.dtype.kind != "f":
        raise Fault(f"The model file stores {name} as {found.dtype}.", "Use a float16 or float32 model.")
    values = found.astype(np.float32)
    if not np.isfinite(values).all():
        raise _damaged(f"{name} holds numbers that are not finite")
    return values


def _variable(cursor: _Cursor, index: int) -> tuple[str, NDArray]:
    name = cursor.name(f"the name of variable {index}")
    rank = cursor.number("B", f"the rank of {name}")
    if rank > _MAX_RANK:
        raise _damaged(f"{name} has {rank} dimensions")
    shape = tuple(cursor.number("I", f"the shape of {name}") for _ in range(rank))
    kind = cursor.number("B", f"the type of {name}")
    dtype = _DTYPES[kind] if kind < len(_DTYPES) else None
    if dtype is None:
        raise _damaged(f"{name} has the unknown type {kind}")
    size = cursor.number("I", f"the size of {name}")
    expected = dtype.itemsize
    for length in shape:  # Python integers: a huge shape cannot overflow
        expected *= length
    if size != expected:
        raise _damaged(f"{name} takes {size} bytes where its shape {list(shape)} needs {expected}")
    return name, np.frombuffer(cursor.take(size, name), dtype=dtype).reshape(shape)


class _Cursor:
    """Walks through the bytes and never past their end."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, size: int, what: str) -> memoryview:
        if size > self.left:
            raise _damaged(f"it ends within {what}")
        taken = self._data[self._at : self._at + size]
        self._at += size
        return taken

    def number(self, code: str, what: str) -> int:
        return struct.unpack("<" + code, self.take(struct.calcsize(code), what))[0]

    def count(self, what: str) -> int:
        count = self.number("I", what)
        if count > _MAX_VARIABLES:
            raise _damaged(f"{what} is {count}")
        return count

    def name(self, what: str) -> str:
        raw = bytes(self.take(self.number("H", what), what))
        if not raw.endswith(b"\0"):
            raise _damaged(f"{what} does not end")
        try:
            return raw[:-1].decode("ascii")
        except UnicodeDecodeError as error:
            raise _damaged(f"{what} is not plain text") from error


def _damaged(how: str) -> Fault:
    return Fault(f"The model file is damaged: {how}.", "Fetch its package again.")
