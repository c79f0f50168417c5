"""Runs the two Whisper graphs: sound to what can be attended to, then one token after the other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from runtime.errors import Fault
from runtime.ports import Sessions

_LONG = 1500
"""Frames: 15 s."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What config.json says about the graphs.

    `suppress` f32 [vocabulary] is -inf for tokens that are never said and 0 for the others; `suppressed_first` are
    those that nothing begins with.
    """

    heads: int
    head: int
    decoder_layers: int
    bins: int
    audio_positions: int
    text_positions: int
    vocabulary: int
    suppress: NDArray[np.float32]
    suppressed_first: list[int]


def read_shape(path: Path) -> Shape:
    """Raises `Fault` when the file is missing or damaged."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        numbers = {
            key: int(values[key])
            for key in ("heads", "decoder_layers", "bins", "audio_positions", "text_positions", "vocabulary")
        }
        suppress = np.zeros(numbers["vocabulary"], np.float32)
        suppress[[int(each) for each in values["suppressed"]]] = -np.inf
        return Shape(
            head=int(values["width"]) // numbers["heads"],
            suppress=suppress,
            suppressed_first=[int(each) for each in values["suppressed_first"]],
            **numbers,
        )
    except (OSError, ValueError, KeyError, TypeError, IndexError, ZeroDivisionError) as error:
        raise Fault(
            f"The hearing description {path.name} cannot be read: {error!r}.", "Build the pack again."
        ) from error


class Whisper:
    """The opened graphs; holds weights and no state of any utterance."""

    def __init__(self, folder: Path, sessions: Sessions) -> None:
        """Opens the graphs. Raises `Fault` when one is missing, damaged, or not of the described shape."""
        self.shape = read_shape(folder / "config.json")
        self._encoder = sessions.open(folder / "encoder.onnx", "encoder")
        self._decoder = sessions.open(folder / "decoder.onnx", "decoder")
        self._past = [f"past_{kind}_{i}" for i in range(self.shape.decoder_layers) for kind in ("key", "value")]
        self._cross = [f"cross_{kind}_{i}" for i in range(self.shape.decoder_layers) for kind in ("key", "value")]
        self._cross.append("cross_weight")
        self._check()

    def encode(self, mel: NDArray[np.float32]) -> Sound:
        """mel f32 [bins, frames], at most twice `audio_positions` frames."""
        binding = self._encoder.io_binding()
        binding.bind_cpu_input("mel", np.ascontiguousarray(mel))
        for name in self._cross:
            # Where the decoder reads it: a session can write to another device, but not read from one it does not know.
            binding.bind_output(name, _device(self._decoder))
        options = ort.RunOptions()
        if mel.shape[1] > _LONG:
            # Attention over 30 s takes 150 MB that nothing shorter needs again.
            options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        self._encoder.run_with_iobinding(binding, options)
        return dict(zip(self._cross, binding.get_outputs(), strict=True))

    def begin(self, sound: Sound) -> Decoding:
        """A fresh decoding of `sound`."""
        return Decoding(self._decoder, self.shape, sound)

    def _check(self) -> None:
        inputs = {each.name: each.shape for each in self._decoder.get_inputs()}
        outputs = {each.name: each.shape for each in self._decoder.get_outputs()}
        encoded = {each.name for each in self._encoder.get_outputs()}
        if (
            not {"tokens", "positions", *self._past, *self._cross} <= set(inputs)
            or not set(self._cross) <= encoded
            or outputs.get("logits", [0])[-1] != self.shape.vocabulary
            or inputs[self._past[0]][1::2] != [self.shape.heads, self.shape.head]
        ):
            raise Fault("The hearing graphs do not fit their description.", "Build the pack again.")


Sound = dict[str, Any]
"""Encoded sound: what each decoder layer attends to, as device values by name."""


class Decoding:
    """One run of the decoder over one sound, token after token."""

    def __init__(self, session: ort.InferenceSession, shape: Shape, sound: Sound) -> None:
        self._session = session
        self._shape = shape
        self._sound = sound
        self._binding = session.io_binding()
        for name, value in sound.items():
            self._binding.bind_ortvalue_input(name, value)
        names = [f"{kind}_{i}" for i in range(shape.decoder_layers) for kind in ("key", "value")]
        self._past = ["past_" + each for each in names]
        self._present = ["present_" + each for each in names]
        empty = np.zeros((1, shape.heads, 0, shape.head), np.float32)
        self._cache: list[Any] = [ort.OrtValue.ortvalue_from_numpy(empty)] * len(names)
        self.length = 0

    def branch(self) -> Decoding:
        """Another decoding that goes on from here; the two do not disturb each other."""
        other = Decoding(self._session, self._shape, self._sound)
        other._cache = list(self._cache)
        other.length = self.length
        return other

    @property
    def full(self) -> bool:
        """No further token fits."""
        return self.length >= self._shape.text_positions

    def step(self, tokens: Sequence[int]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Take in `tokens`; returns the logits f32 [vocabulary] of what follows and the gaze f32 [T]."""
        binding = self._binding
        binding.bind_cpu_input("tokens", np.array([tokens], np.int64))
        binding.bind_cpu_input("positions", np.arange(self.length, self.length + len(tokens), dtype=np.int64))
        for name, value in zip(self._past, self._cache, strict=True):
            binding.bind_ortvalue_input(name, value)
        binding.clear_binding_outputs()
        binding.bind_output("logits")
        binding.bind_output("gaze")
        for name in self._present:
            binding.bind_output(name, _device(self._session))
        self._session.run_with_iobinding(binding)
        logits, gaze, *self._cache = binding.get_outputs()
        self.length += len(tokens)
        return logits.numpy()[0], gaze.numpy()


def _device(session: ort.InferenceSession) -> str:
    return "cuda" if session.get_providers()[0] == "CUDAExecutionProvider" else "cpu"
