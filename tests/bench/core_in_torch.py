"""Compares the core in torch, which training needs, with the exact results of its numbers and with the pack's graph.

    python tests/bench/core_in_torch.py WORK

WORK is the folder of runtime.distill (the core's published weights are fetched into it if need be). Prints one JSON
object: the largest error of any score against float64, in parts of the scores' spread; the same for a conversation that
is read in two pieces; how far the surprise at answers to questions side by side is from that one by one; the error and
the share of equal next tokens of the pack's graph beside it. Exits with 1 where torch is further off than rounding
explains.
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

from runtime.distill.connector_prompts import Lines, batch  # noqa: E402
from runtime.distill.connector_train import answer_loss  # noqa: E402
from runtime.distill.core import Core, load, published  # noqa: E402
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
ASKED = [("What do you see?", "A cat and two dogs.", 0.5), ("How many cats are there?", "One.", 1.0)]
LARGEST = 1e-4


def main(work: Path) -> int:
    folder = open_pack("mini").path / "core"
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    chat = ChatFormat(config["chat"], Tokenizer(folder / "tokenizer.json"))
    ids = chat.encode(CHAT, config["context"])
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
        branched = side_by_side(core, chat)
    decoder = Decoder(folder, config, OnnxSessions("cpu"))
    packed = np.array([decoder.step(each).copy() for each in ids])
    spread = exact.std()
    result = {
        "places": len(ids),
        "torch_largest_error": float(np.abs(whole - exact).max() / spread),
        "torch_in_pieces_largest_error": float(np.abs(pieces - exact).max() / spread),
        "side_by_side_error": branched,
        "pack_mean_error": float(np.abs(packed - exact).mean() / spread),
        "pack_same_next_token": float((packed.argmax(1) == whole.argmax(1)).mean()),
    }
    print(json.dumps(result))
    errors = ("torch_largest_error", "torch_in_pieces_largest_error", "side_by_side_error")
    return int(max(result[each] for each in errors) > LARGEST)


def side_by_side(core: Core, chat: ChatFormat) -> float:
    """How far the mean surprise differs between two questions in one row and in a row each, in nats."""
    lines = Lines(chat, SYSTEM_PROMPT, 3)
    written = [lines.write(question, answer, "Camera: a cat.", weight) for question, answer, weight in ASKED]
    soft = core.embed(torch.tensor([lines.before[:3]]))
    before = core(core.embed(torch.tensor([lines.before])))[1]
    together, _ = answer_loss(core, before, soft, batch([written]))
    apart, _ = answer_loss(core, before, soft.expand(2, -1, -1), batch([[each] for each in written]))
    return abs(float(together - apart))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
