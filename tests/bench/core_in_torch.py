"""Compares the core in torch, which training needs, with the exact results of its numbers and with the pack's graph.

    python tests/bench/core_in_torch.py WORK

WORK is the folder of runtime.distill (the core's published weights are fetched into it if need be). Prints one JSON
object: the largest error of any score against float64, in parts of the scores' spread; the same for a conversation that
is read in two pieces; the error and the share of equal next tokens of the pack's graph beside it. Exits with 1 where
torch is further off than rounding explains.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path

import numpy as np
import torch

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from runtime.distill.core import load, published  # noqa: E402
from runtime.model.decoder import Decoder  # noqa: E402
from runtime.model.manifest import open_pack  # noqa: E402
from runtime.model.prompt import SYSTEM_PROMPT, ChatFormat, Message  # noqa: E402
from runtime.model.session import OnnxSessions  # noqa: E402
from runtime.model.tokenizer import Tokenizer  # noqa: E402
from runtime.packs import gguf  # noqa: E402
from tests.gguf_writer import reference_logits  # noqa: E402

CHAT = (
    Message("system", SYSTEM_PROMPT),
    Message("user", "What is the capital of France, and what do people do there on a Sunday?"),
    Message("assistant", "The capital of France is Paris. On Sundays people walk along the river."),
    Message("user", "Camera: a cup, two books.\nHow many books are there?"),
)
LARGEST = 1e-4


def main(work: Path) -> int:
    folder = open_pack("mini").path / "core"
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    ids = ChatFormat(config["chat"], Tokenizer(folder / "tokenizer.json")).encode(CHAT, config["context"])
    source = gguf.read(published(work))

    @cache
    def values(name: str) -> np.ndarray | None:
        return source.tensors[name].values() if name in source.tensors else None

    exact = reference_logits(values, source.metadata, ids)
    core = load(published(work))
    with torch.inference_mode():
        embeds = core.embed(torch.tensor([ids]))
        whole = core.logits(core(embeds)[0])[0].numpy()
        first, past = core(embeds[:, :30])
        pieces = core.logits(torch.cat([first, core(embeds[:, 30:], past)[0]], 1))[0].numpy()
    decoder = Decoder(folder, config, OnnxSessions("cpu"))
    packed = np.array([decoder.step(each).copy() for each in ids])
    spread = exact.std()
    result = {
        "places": len(ids),
        "torch_largest_error": float(np.abs(whole - exact).max() / spread),
        "torch_in_pieces_largest_error": float(np.abs(pieces - exact).max() / spread),
        "pack_mean_error": float(np.abs(packed - exact).mean() / spread),
        "pack_same_next_token": float((packed.argmax(1) == whole.argmax(1)).mean()),
    }
    print(json.dumps(result))
    return int(max(result["torch_largest_error"], result["torch_in_pieces_largest_error"]) > LARGEST)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
