"""Reads the tensors of a PyTorch checkpoint of the old (not zipped) kind, without PyTorch and without trusting it.

Such a file holds three small pickles (magic, version, machine), the pickled state dictionary, the sorted list of
storage keys, then each storage as a little-endian int64 element count and its raw elements. A pickle can run any code,
so only the three constructors that a table of tensors needs are let in.
"""

from __future__ import annotations

import math
import pickle
import struct
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from runtime.errors import Fault

_MAGIC = 0x1950A86A20F9469CFC6C
_DTYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8"), "HalfStorage": np.dtype("<f2")}
_LARGEST = 1 << 28
"""Bytes; no tensor of a network for these packs comes near, so a larger claim is a damaged or hostile file."""


@dataclass(frozen=True, slots=True)
class _Storage:
    key: str
    dtype: np.dtype[Any]
    elements: int


@dataclass(frozen=True, slots=True)
class _Tensor:
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class _StorageKind:
    """Stands for torch.FloatStorage and its like."""

    def __init__(self, name: str) -> None:
        self.name = name


class _Table(OrderedDict[str, Any]):
    """The state dictionary; the bookkeeping attributes that PyTorch hangs on it are let through and never read."""

    def __setstate__(self, state: object) -> None:
        pass


def _tensor(storage: object, offset: object, shape: object, strides: object, *_rest: object) -> _Tensor:
    if not isinstance(storage, _Storage) or not isinstance(offset, int) or offset < 0:
        raise pickle.UnpicklingError("a tensor is not described as one")
    shape, strides = _whole_numbers(shape), _whole_numbers(strides)
    if len(shape) != len(strides) or 0 in shape:
        raise pickle.UnpicklingError("a tensor has an impossible shape")
    last = offset + sum((size - 1) * step for size, step in zip(shape, strides, strict=True))
    if last >= storage.elements or math.prod(shape) > storage.elements:
        raise pickle.UnpicklingError("a tensor reaches beyond its storage")
    return _Tensor(storage, offset, shape, strides)


def _whole_numbers(value: object) -> tuple[int, ...]:
    if not isinstance(value, tuple) or not all(type(each) is int and each >= 0 for each in value):
        raise pickle.UnpicklingError("a tensor has an impossible shape")
    return value


class _TensorsOnly(pickle.Unpickler):
    """Knows OrderedDict, the tensor constructor and the storages by name, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return _Table
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if module == "torch" and name in _DTYPES:
            return _StorageKind(name)
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no table of weights needs")

    def persistent_load(self, pid: Any) -> _Storage:
        match pid:
            case ("storage", _StorageKind() as kind, str(key), str(), int(elements), *_) if elements >= 0:
                return _Storage(key, _DTYPES[kind.name], elements)
        raise pickle.UnpicklingError("a storage is not described as one")


def read_checkpoint(path: Path) -> dict[str, NDArray[Any]]:
    """Tensors by name, from a PyTorch checkpoint of the old (not zipped) kind.

    Raises `Fault` when the file is damaged, is of another kind, or asks for anything but tensors.
    """
    try:
        with path.open("rb") as file:
            if _TensorsOnly(file).load() != _MAGIC:
                raise pickle.UnpicklingError("it does not begin as such a checkpoint does")
            _TensorsOnly(file).load()
            if not (_TensorsOnly(file).load() or {}).get("little_endian", False):
                raise pickle.UnpicklingError("its numbers are not little-endian")
            table = _TensorsOnly(file).load()
            keys = _TensorsOnly(file).load()
            if not isinstance(table, _Table) or not isinstance(keys, list):
                raise pickle.UnpicklingError("it holds no table of tensors")
            tensors = {name: each for name, each in table.items() if isinstance(each, _Tensor)}
            storages = {each.storage.key: each.storage for each in tensors.values()}
            data = {key: _read_storage(file, storages.get(key)) for key in keys}
        return {name: _view(data[each.storage.key], each) for name, each in tensors.items()}
    except OSError as error:
        raise Fault(f"The checkpoint {path.name} cannot be read: {error.strerror}.") from error
    # A damaged pickle can raise nearly anything; each of these means the same to a person.
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise Fault(
            f"The checkpoint {path.name} cannot be used: {error}.", "Fetch it again; nothing in it was run."
        ) from error


def _view(data: NDArray[Any], tensor: _Tensor) -> NDArray[Any]:
    """The tensor's numbers inside its storage; `_tensor` has made sure that they lie there."""
    steps = tuple(step * data.itemsize for step in tensor.strides)
    return np.ndarray(tensor.shape, data.dtype, data, tensor.offset * data.itemsize, steps)


def _read_storage(file: IO[bytes], storage: _Storage | None) -> NDArray[Any]:
    if storage is None:
        raise pickle.UnpicklingError("it stores numbers that no tensor uses")
    (elements,) = struct.unpack("<q", file.read(8).ljust(8, b"\xff"))
    size = storage.elements * storage.dtype.itemsize
    if elements != storage.elements or size > _LARGEST:
        raise pickle.UnpicklingError("a storage has another size than it says")
    raw = file.read(size)
    if len(raw) != size:
        raise pickle.UnpicklingError("the file ends too early")
    return np.frombuffer(raw, storage.dtype)
