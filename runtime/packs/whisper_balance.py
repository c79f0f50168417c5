"""Evens out what flows into the encoder's matrices, so that eight bits per number are enough for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime.packs.ctranslate2 import tensor

Values = NDArray[np.float32]
Tensors = Mapping[str, NDArray[Any]]


def balance(tensors: Tensors, norms: Mapping[str, list[str]], peaks: Mapping[str, Values]) -> dict[str, NDArray[Any]]:
    """Tensors that compute the same with channels of like loudness behind each norm (SmoothQuant, Xiao et al. 2023).

    `norms` maps the prefix of a layer norm to the linear layers it feeds, `peaks` the same prefix to the largest
    magnitude of each of its channels. Channel j of the norm is divided by sqrt(peak j / weight j), and the columns j
    of the layers' weights are multiplied by it.
    """
    changed = dict(tensors)
    for norm, layers in norms.items():
        by = factors(tensors, layers, peaks[norm])
        for part in ("gamma", "beta"):
            changed[norm + part] = tensors[norm + part].astype(np.float32) / by
        for layer in layers:
            changed[layer + "/weight"] = _weight(tensors, layer, len(by)) * by
    return changed


def factors(tensors: Tensors, layers: list[str], peaks: Values) -> Values:
    """What each channel is divided by, f32 [width]; between 1/32 and 32, so that nothing quiet is blown up."""
    largest = np.max([np.abs(_weight(tensors, layer, len(peaks))).max(axis=0) for layer in layers], axis=0)
    ratio = np.sqrt(np.maximum(peaks, 1e-5) / np.maximum(largest, 1e-5))
    return np.clip(ratio / np.exp(np.log(ratio).mean()), 1 / 32, 32).astype(np.float32)


def _weight(tensors: Tensors, layer: str, width: int) -> Values:
    """The weight of `layer` with any number of rows. Raises `Fault` when it is missing or not `width` wide."""
    name = layer + "/weight"
    rows = tensors[name].shape[:1] if name in tensors else ()
    return tensor(tensors, name, *rows, width)
