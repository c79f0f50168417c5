"""When the eyes look while a camera goes on, and what they remember; with scripted eyes and films made here."""

import numpy as np
import pytest

from runtime.errors import Cancelled
from runtime.sight.scene import worth_a_look
from runtime.sight.watching import LEAST, SELDOM, SHARE, Watch, watched, with_events
from runtime.types import Percepts, SeenObject, SeenText, VideoFrame

RANDOM = np.random.default_rng(4)
COLOURS = {"cup": (200, 40, 40), "book": (40, 60, 200), "hand": (220, 180, 150), "vase": (60, 190, 60)}
TABLE = np.clip(110 + 30 * np.sin(np.arange(320) / 40)[None, :, None] + np.zeros((240, 320, 3)), 0, 255).astype(
    np.float32
)


NOISE = RANDOM.normal(0, 1, (8, *TABLE.shape)).astype(np.float32)


def scene(noise=3.0, **things):
    """A table with a square thing of each name at these columns, filmed with noise."""
    picture = TABLE.copy()
    for name, column in things.items():
        picture[120:180, column : column + 60] = COLOURS[name]
    return np.clip(picture + noise * NOISE[RANDOM.integers(8)], 0, 255).astype(np.uint8)


class Eyes:
    """Find each coloured square, a vase only when looking closer, a hand never; count the looks and charge `cost`
    seconds for each on a clock of their own."""

    def __init__(self, cost=0.05):
        self.cost, self.now, self.looks, self.closer = cost, 0.0, [], 0

    def clock(self):
        return self.now

    def look(self, rgb, read_text):
        self.now += self.cost
        self.looks.append(read_text)
        return self.find(rgb, [name for name in COLOURS if name not in ("hand", "vase")])

    def look_closer(self, rgb):
        self.now += self.cost
        self.closer += 1
        return self.find(rgb, [name for name in COLOURS if name != "hand"])

    def find(self, rgb, names):
        height, width = rgb.shape[:2]
        objects = []
        for name in names:
            cells = np.abs(rgb.astype(int) - COLOURS[name]).max(axis=2) < 35
            if cells.sum() > 1000:
                rows, columns = np.nonzero(cells)
                box = (columns.min() / width, rows.min() / height, np.ptp(columns) / width, np.ptp(rows) / height)
                objects.append(SeenObject(name, 0.9, box))
        return Percepts(objects=tuple(objects), line=f"Camera: {', '.join(each.name for each in objects)}.")


class Camera:
    """Feeds a watch with frames at a steady rate."""

    def __init__(self, eyes, rate=10):
        self.eyes, self.rate, self.at = eyes, rate, 100.0
        self.watch = Watch(eyes, eyes.clock)

    def show(self, seconds, make):
        for _ in range(round(seconds * self.rate)):
            self.at += 1 / self.rate
            self.frame = VideoFrame(make(), self.at)
            self.watch.see(self.frame)
        return self

    @property
    def told(self):
        self.at += 0.05
        frame = VideoFrame(self.frame.rgb, self.at)
        return self.watch.asked(frame, self.eyes.look(frame.rgb, True))


def test_a_still_scene_is_looked_at_once_and_read_once():
    eyes = Eyes()
    Camera(eyes).show(15, scene)
    assert eyes.looks == [False, True]


def test_what_is_put_down_is_told():
    camera = Camera(Eyes()).show(3, lambda: scene(cup=10))
    assert camera.told == ""
    assert camera.show(1.5, lambda: scene(cup=10, book=240)).told == "Just now: a book appeared (right)."


def test_what_is_taken_away_or_put_elsewhere_is_told():
    camera = Camera(Eyes()).show(3, lambda: scene(cup=10, book=240)).show(3, lambda: scene(book=240))
    assert camera.told == "Just now: a cup left."
    camera = Camera(Eyes()).show(3, lambda: scene(cup=10)).show(3, lambda: scene(cup=240))
    assert camera.told == "Just now: a cup moved (left to right)."


def test_a_question_asked_at_once_counts_as_a_look():
    camera = Camera(Eyes()).show(3, scene).show(0.3, lambda: scene(book=240))
    assert camera.told == "Just now: a book appeared (right)."


def test_a_movement_without_a_name_is_told_by_its_place():
    columns = iter([*range(0, 90, 8)] * 3)
    camera = Camera(Eyes()).show(3, lambda: scene(cup=240)).show(1, lambda: scene(cup=240, hand=next(columns)))
    assert camera.show(2.5, lambda: scene(cup=240)).told == "Just now: something moved (left)."
    camera = Camera(Eyes()).show(3, lambda: scene(cup=240)).show(4, lambda: scene(cup=240, hand=10))
    assert camera.told == "Just now: something changed (left)."


def test_what_is_too_small_to_name_is_named_by_looking_closer_where_it_changed():
    camera = Camera(Eyes()).show(3, lambda: scene(cup=10)).show(0.5, lambda: scene(cup=10, hand=230))
    assert camera.show(2, lambda: scene(cup=10, vase=240)).told == "Just now: a vase appeared (right)."
    assert camera.eyes.closer == 2
    camera = Camera(Eyes()).show(3, lambda: scene(vase=10)).show(3, lambda: scene(vase=240))
    assert camera.told == "Just now: a vase moved (left to right)."
    camera = Camera(Eyes()).show(3, lambda: scene(vase=10)).show(3, scene)
    assert camera.told == "Just now: a vase left."


def test_looking_never_takes_more_than_its_share_of_the_time():
    for cost in (0.01, 0.3, 2.0):
        eyes = Eyes(cost)
        Camera(eyes).show(10, lambda: scene(cup=int(RANDOM.integers(0, 250))))
        assert len(eyes.looks) * cost <= SHARE * 10 + cost
        assert len(eyes.looks) <= 10 / LEAST + 1


def test_what_never_rests_is_looked_at_now_and_then_and_hides_nothing_else():
    eyes = Eyes()
    lit = iter([0, 200] * 1000)

    def flicker(**things):
        picture = scene(**things)
        picture[0:40, 0:40] = next(lit)
        return picture

    camera = Camera(eyes).show(12, flicker)
    before = len(eyes.looks)
    camera.show(15, flicker)
    assert 3 <= len(eyes.looks) - before <= 15 / SELDOM
    assert camera.show(2, lambda: flicker(book=240)).told == "Just now: a book appeared (right)."


def test_a_covered_lens_is_not_everything_leaving():
    camera = Camera(Eyes()).show(3, lambda: scene(cup=10))
    camera.show(4, lambda: np.zeros((240, 320, 3), np.uint8)).show(3, lambda: scene(cup=10))
    assert camera.told == ""


def test_frames_out_of_order_are_left_out():
    eyes = Eyes()
    camera = Camera(eyes).show(3, scene)
    before = list(eyes.looks)
    camera.watch.see(VideoFrame(scene(book=100), 50.0))
    assert eyes.looks == before


def test_an_older_frame_may_be_asked_about_without_upsetting_the_memory():
    camera = Camera(Eyes()).show(3, lambda: scene(cup=10)).show(2, lambda: scene(cup=10, book=240))
    old = VideoFrame(scene(cup=10), camera.at - 2.5)
    assert camera.watch.asked(old, camera.eyes.look(old.rgb, True)) == "Just now: a book appeared (right)."
    assert camera.told == "Just now: a book appeared (right)."


def test_a_watch_that_forgets_begins_anew():
    eyes = Eyes()
    camera = Camera(eyes).show(3, lambda: scene(cup=10)).show(2, lambda: scene(cup=10, book=240))
    camera.watch.forget()
    assert camera.show(1, lambda: scene(cup=10, book=240)).told == ""


def pictures_in(watch):
    reached, waiting, found = {}, [watch], 0
    while waiting:
        value = waiting.pop()
        if id(value) in reached or isinstance(value, str | int | float | Eyes) or callable(value):
            continue
        reached[id(value)] = value
        found += isinstance(value, np.ndarray) and value.shape == (240, 320, 3)
        inside = dict(getattr(value, "__dict__", {}))
        if not isinstance(value, tuple | list | np.ndarray):
            inside |= {name: getattr(value, name) for name in getattr(type(value), "__slots__", ())}
        waiting += [*inside.values(), *(value if isinstance(value, tuple | list) else ())]
    return found


def test_of_the_pictures_two_are_kept_at_most_and_none_after_forgetting():
    camera = Camera(Eyes())
    for _ in range(3):
        camera.show(2, lambda: scene(cup=10)).show(0.4, lambda: scene(book=240))
        assert 1 <= pictures_in(camera.watch) <= 2
    camera.watch.forget()
    assert pictures_in(camera.watch) == 0


def film(*parts):
    """Frames four a second of (seconds, things) one after another."""
    pictures = [scene(4.0, **things) for seconds, things in parts for _ in range(round(seconds * 4))]
    return worth_a_look((VideoFrame(rgb, number / 4, number) for number, rgb in enumerate(pictures)), 10)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([(4, {"cup": 10})], ""),
        ([(3, {"cup": 10}), (0.5, {"cup": 10, "hand": 240}), (3, {"cup": 10, "book": 240})], "a book appeared (right)"),
        ([(3, {"cup": 10, "book": 240}), (3, {"book": 240})], "a cup left"),
        ([(3, {"cup": 10}), (0.5, {"cup": 80}), (0.5, {"cup": 160}), (3, {"cup": 240})], "a cup moved (left to right)"),
        ([(2, {}), (2, {"book": 240}), (3, {})], "a book came and left"),
        ([(3, {}), (0.5, {"hand": 240}), (3, {"vase": 240})], "a vase appeared (right)"),
        ([(3, {"vase": 10}), (3, {"vase": 240})], "a vase moved (left to right)"),
    ],
    ids=["still", "put down", "taken away", "moved", "passed", "small", "small and moved"],
)
def test_what_happens_in_a_video_is_told(parts, told):
    percepts, events = watched(film(*parts), Eyes())
    assert events == (told and f"Just now: {told}.")
    assert percepts.line == Eyes().look(scene(0, **parts[-1][1]), True).line


def test_few_frames_of_a_video_are_read_the_last_one_always():
    eyes = Eyes()
    frames = [VideoFrame(scene(cup=20 * number), number / 4, number) for number in range(11)]
    watched(frames, eyes)
    assert sum(eyes.looks) == 3
    assert eyes.looks[-1]
    eyes = Eyes()
    watched(frames[:1], eyes)
    assert eyes.looks == [True]


class Readers(Eyes):
    def look(self, rgb, read_text):
        there = rgb[150, 40, 0] > 180
        text = (SeenText("EXIT", 0.9, (0, 0, 1, 1)),) if there and read_text else ()
        return Percepts(text=text, line="Camera: Text: 'EXIT'." if text else "Camera: nothing I can name.")


def test_writing_that_was_seen_only_for_a_while_is_still_said():
    percepts, _ = watched(film((2, {"cup": 10}), (2, {})), Readers())
    assert [line.text for line in percepts.text] == ["EXIT"]


def test_watching_a_video_can_be_broken_off():
    eyes = Eyes()
    with pytest.raises(Cancelled):
        watched(film((2, {"cup": 10})), eyes, lambda: len(eyes.looks) >= 1)
    assert len(eyes.looks) == 1


def test_events_end_the_line_and_the_description():
    seen = Percepts(line="Camera: a cup.", description="I can see a cup.")
    with_one = with_events(seen, ["", "Just now: a book appeared."])
    assert with_one.line == "Camera: a cup. Just now: a book appeared."
    assert with_one.description == "I can see a cup. Just now: a book appeared."
    assert with_events(seen, [""]) is seen
