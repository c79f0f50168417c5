"""Asks the pack's core the held-out questions, each route in turn, and says how many answers are right.

    raw       the camera line, as the program asks
    words     the camera line behind constant soft tokens trained for it
    picture   the connector's soft tokens, without a word about the picture
    blind     constant soft tokens trained without any picture
    commonest no core: the commonest answer of the training photos to questions that begin alike

The camera lines are those that runtime.distill.lines wrote. Prints one JSON object a route; WORK/answers-ROUTE.json has
every answer.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from runtime.distill import questions
from runtime.distill.connector import LEAD, Connector
from runtime.distill.connector_features import Sight, graph_of_pack
from runtime.distill.photos import arguments, rest
from runtime.distill.questions import Question
from runtime.model.manifest import open_pack
from runtime.model.omni import Core
from runtime.model.prompt import Message
from runtime.model.sampler import Sampling
from runtime.model.session import OnnxSessions
from runtime.model.soft_tokens import SoftTokens

ROUTES = ("commonest", "raw", "blind", "words", "picture")

GREEDY = Sampling(max_tokens=40)

Answer = Callable[[Question], str]


def commonest(known: Iterable[Question]) -> Answer:
    """The commonest answer to questions with the same first two words, or with the same first one."""
    answers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in known:
        for key in _beginnings(each.question):
            answers[key][each.answer] += 1
    return lambda asked: next(
        answers[key].most_common(1)[0][0] for key in _beginnings(asked.question) if key in answers
    )


def _beginnings(question: str) -> list[str]:
    words = question.lower().split()
    return [" ".join(words[:2]), words[0], ""]


class Routes:
    """The pack's core, and what stands before a question on each route."""

    def __init__(self, data: Path, work: Path, threads: int) -> None:
        pack = open_pack("mini").path
        self._photos, self._work = data / "images" / "coco_train2014_256", work
        self._core = Core(pack / "core", OnnxSessions("cpu", threads))
        self._core.load()
        self._lines: dict[str, str] = json.loads((work / "lines.json").read_text(encoding="utf-8"))
        self._sight = Sight(graph_of_pack(), threads)

    def answers(self, route: str) -> Answer:
        if route == "raw":
            return lambda asked: self._ask(f"{self._lines[asked.image]}\n{asked.question}", None)
        connector = trained(self._work / f"connector-{route}.pt")
        lead = SoftTokens(connector.lead.detach().numpy())
        if route == "blind":
            return lambda asked: self._ask(asked.question, lead)
        if route == "words":
            return lambda asked: self._ask(f"{self._lines[asked.image]}\n{asked.question}", lead)
        return lambda asked: self._ask(asked.question, self._seen(connector, asked.image))

    @torch.inference_mode()
    def _seen(self, connector: Connector, image: str) -> SoftTokens:
        maps = torch.from_numpy(self._sight.look(Image.open(self._photos / image)))
        return SoftTokens(connector(maps[None])[0][0].numpy())

    def _ask(self, text: str, soft: SoftTokens | None) -> str:
        messages = [Message("system", self._core.system_prompt), Message("user", text, soft)]
        return "".join(self._core.generate(messages, GREEDY))


def trained(path: Path) -> Connector:
    """The running mean of a training run."""
    state = torch.load(path, map_location="cpu", weights_only=True)["mean"]
    connector = Connector(torch.zeros_like(state["words"]), torch.zeros(LEAD, state["words"].shape[1]))
    connector.load_state_dict(state)
    return connector.eval()


def main() -> None:
    """Measure the routes."""
    parser = arguments(str(__doc__).splitlines()[0])
    parser.add_argument("--routes", nargs="+", choices=ROUTES, default=ROUTES)
    parser.add_argument("--most", type=int, help="ask the first so many questions only")
    chosen = parser.parse_args()
    every = questions.load(chosen.data)
    asked = sorted((each for each in every if questions.held_out(each.image)), key=lambda each: each.image)[
        : chosen.most
    ]
    routes = Routes(chosen.data, chosen.work, chosen.threads)
    for route in chosen.routes:
        if route == "commonest":
            answer = commonest(each for each in every if not questions.held_out(each.image))
        else:
            answer = routes.answers(route)
        right: defaultdict[str, list[bool]] = defaultdict(list)
        told = []
        for each in asked:
            rest(chosen.pause)
            reply = answer(each)
            right[each.kind].append(questions.right(each, reply))
            told.append([each.image, each.question, each.answer, reply])
        (chosen.work / f"answers-{route}.json").write_text(json.dumps(told, indent=0), encoding="utf-8")
        shares = {kind: round(float(np.mean(right[kind])), 3) for kind in sorted(right)}
        whole = round(float(np.mean([one for kind in right.values() for one in kind])), 3)
        print(json.dumps({"route": route, "questions": len(asked), "right": whole, **shares}), flush=True)


if __name__ == "__main__":
    main()
