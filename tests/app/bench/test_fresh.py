import sys

import numpy as np
from PIL import Image

from app.bench.peers import Child
from app.bench.speech import QUESTIONS, spoken
from runtime.model.session import OnnxSessions
from runtime.model.voice import Voice


def test_a_fresh_process_gets_ready_and_answers_a_question_about_a_picture(pack, tmp_path):
    voice = Voice(pack.path / "voice", OnnxSessions("cpu", 1))
    voice.load()
    questions = spoken(voice, tmp_path)
    assert len(questions) == len(QUESTIONS)
    assert all(2 <= each.utterance.seconds <= 4 for each in questions)
    assert all(each.utterance.samples.dtype == np.float32 for each in questions)
    picture = tmp_path / "grey.png"
    Image.new("RGB", (64, 48), "grey").save(picture)
    with Child([sys.executable, "-m", "app.bench.fresh", str(pack.path), "cpu", "2"]) as child:
        ready = child.answer()
        assert ready["load_s"] > 0
        answer = child.ask(speech=str(questions[0].path), image=str(picture))
    assert "capital" in answer["heard"].lower()
    assert answer["reply"]
