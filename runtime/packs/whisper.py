"""Turns the stored Whisper weights into the pack's hearing folder: two graphs, a tokenizer and their description."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from numpy.typing import NDArray

from runtime.errors import Fault
from runtime.packs import ctranslate2
from runtime.packs.whisper_balance import balance, factors
from runtime.packs.whisper_graphs import write_decoder, write_encoder
from runtime.packs.whisper_layers import Dimensions
from runtime.packs.whisper_silence import remember
from runtime.ports import Progress, no_progress


def export(
    parts: Sequence[Path],
    tokenizer: Path,
    config: Path,
    target: Path,
    progress: Progress = no_progress,
    bits: int = 8,
) -> None:
    """Write encoder.onnx, decoder.onnx (each with a .bin of weights), tokenizer.json and config.json into `target`.

    `parts` joined are a CTranslate2 Whisper `model.bin`; `tokenizer` and `config` are the files that come with it.
    `bits` is 8, or 32 for graphs that compute with the stored numbers and serve as the reference.
    Raises `Fault` when any of them is damaged.
    """
    progress("Reading the hearing model", 0.0)
    tensors = ctranslate2.read(parts)
    size = _dimensions(tensors)
    described = _described(config)
    watched = described["alignment_heads"]
    if any(not (0 <= layer < size.decoder_layers and 0 <= head < size.heads) for layer, head in watched) or not watched:
        raise Fault("The hearing model's configuration names attention heads that are not there.", _AGAIN)
    target.mkdir(parents=True, exist_ok=True)
    progress("Writing the hearing encoder", 0.1)
    with tempfile.TemporaryDirectory(dir=target) as folder:
        plain = Path(folder) / "encoder.onnx"
        write_encoder(tensors, size, plain, bits=32)
        silence = remember(plain, size.encoder_layers, size.audio_positions)
    norms = _norms(size)
    last = "encoder/layer_norm/"
    states = silence.states / factors(tensors, norms[last], silence.peaks[last])
    balanced = balance(tensors, norms, silence.peaks)
    write_encoder(balanced, size, target / "encoder.onnx", bits, replace(silence, states=states))
    progress("Writing the hearing decoder", 0.5)
    write_decoder(tensors, size, watched, target / "decoder.onnx", bits)
    shutil.copyfile(tokenizer, target / "tokenizer.json")
    values = {
        "width": size.width,
        "heads": size.heads,
        "decoder_layers": size.decoder_layers,
        "bins": size.bins,
        "audio_positions": size.audio_positions,
        "text_positions": size.text_positions,
        "vocabulary": size.vocabulary,
        "bits": bits,
        "suppressed": described["suppress_ids"],
        "suppressed_first": described["suppress_ids_begin"],
        "languages": described["lang_ids"],
    }
    (target / "config.json").write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    progress("Hearing is written", 1.0)


_AGAIN = "Fetch its package again."


def _norms(size: Dimensions) -> dict[str, list[str]]:
    """Which linear layers each layer norm of the encoder feeds; the last one feeds every layer of the decoder."""
    norms = {"encoder/layer_norm/": [f"decoder/layer_{i}/attention/linear_1" for i in range(size.decoder_layers)]}
    for layer in range(size.encoder_layers):
        for part in ("self_attention", "ffn"):
            prefix = f"encoder/layer_{layer}/{part}/"
            norms[prefix + "layer_norm/"] = [prefix + "linear_0"]
    return norms


def _dimensions(tensors: Mapping[str, NDArray]) -> Dimensions:
    def shape(name: str, rank: int) -> tuple[int, ...]:
        found = tensors.get(name)
        if found is None or found.ndim != rank:
            raise Fault(f"The hearing model has no proper {name}.", _AGAIN)
        return found.shape

    def layers(side: str) -> int:
        count = 0
        while f"{side}/layer_{count}/ffn/linear_0/weight" in tensors:
            count += 1
        if count == 0:
            raise Fault(f"The hearing model has no {side}.", _AGAIN)
        return count

    shape("encoder/num_heads", 0)
    heads = int(tensors["encoder/num_heads"])
    width, bins, _ = shape("encoder/conv1/weight", 3)
    if heads <= 0 or width % heads or width % 32:
        raise Fault(f"The hearing model cannot split {width} numbers among {heads} heads.", _AGAIN)
    return Dimensions(
        width=width,
        heads=heads,
        encoder_layers=layers("encoder"),
        decoder_layers=layers("decoder"),
        bins=bins,
        audio_positions=shape("encoder/position_encodings/encodings", 2)[0],
        text_positions=shape("decoder/position_encodings/encodings", 2)[0],
        vocabulary=shape("decoder/embeddings/weight", 2)[0],
    )


def _described(config: Path) -> dict[str, list]:
    try:
        values = json.loads(config.read_text(encoding="utf-8"))
        return {
            "alignment_heads": [(int(layer), int(head)) for layer, head in values["alignment_heads"]],
            **{key: [int(each) for each in values[key]] for key in ("suppress_ids", "suppress_ids_begin", "lang_ids")},
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Fault(f"The hearing model's configuration cannot be read: {error!r}.", _AGAIN) from error
