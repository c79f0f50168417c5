"""The trained head opens, fits the backbone's maps and knows its names."""

import json
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from runtime.distill.names import NAMES

HEAD = Path(__file__).parent.parent.parent / "assets" / "eyes" / "everyday_detector.onnx"


@pytest.fixture(scope="module")
def head():
    return ort.InferenceSession(str(HEAD), providers=["CPUExecutionProvider"])


def test_the_graph_names_its_classes_and_its_picture(head):
    told = head.get_modelmeta().custom_metadata_map
    assert json.loads(told["names"]) == list(NAMES)
    assert told["side"] == "384"


def test_an_answer_does_not_depend_on_what_else_is_asked(head):
    random = np.random.default_rng(3)
    fine = random.normal(0, 1, (2, 40, 48, 48)).astype(np.float32)
    middle = random.normal(0, 1, (2, 112, 24, 24)).astype(np.float32)
    presence, scores, places = head.run(None, {"fine": fine, "middle": middle})
    assert presence.shape == (2, 80)
    assert scores.shape == (2, 576, 80)
    assert places.shape == (2, 576, 4)
    for each in (presence, scores):
        assert each.min() >= 0
        assert each.max() <= 1
    assert (places[..., 2:] >= places[..., :2]).all()
    alone = head.run(None, {"fine": fine[1:], "middle": middle[1:]})
    assert alone[0] == pytest.approx(presence[1:], abs=1e-4)
