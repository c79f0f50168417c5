import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.model.clauses import split
from runtime.model.speech_text import for_speech

MARKUP = """# |**|_|`|```|- |1. |[x](http://y.org)|https://a.b/c|<b>|&amp;lt;|word|Word.|3.5| |😀|> |a@b.org|~~|!|...
|(|)|①|²|*|C#|<|e.g."""
written = st.text(max_size=200) | st.lists(st.sampled_from([*MARKUP.split("|"), "\n", "| a | b |"]), max_size=30).map(
    "".join
)


@given(written)
def test_doing_it_twice_changes_nothing(text):
    once = for_speech(text)
    assert for_speech(once) == once


@given(written)
def test_no_marks_for_the_eye_are_left(text):
    said = for_speech(text)
    assert "\n" not in said
    assert not re.search(r"[*_`~|\\{}^<>]|://|😀|^\s|\s$| {2}", said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("**Bold**, *it* and __under__ ~~gone~~", "Bold, it and under gone"),
        ("# Title\nText", "Title. Text"),
        ("- one\n* two\n+ [x] three", "one. two. three"),
        ("1. Buy milk\n2. Go", "1, Buy milk. 2, Go"),
        ("> quoted", "quoted"),
        ("See [the page](https://x.org/a_(b)).", "See the page."),
        ("![a cat](cat.png)", "a cat"),
        ("See https://en.wikipedia.org/wiki/Cup.", "See en dot wikipedia dot org."),
        ("At https://d3f4g5.cdn.net/x?y=1#z, now", "At a link, now"),
        ("Visit www.example.com!", "Visit example dot com!"),
        ("Visit example.com.", "Visit example dot com."),
        ("Mail ann.lee@x.org", "Mail ann dot lee at x dot org"),
        ("Call `read_file(path)` first", "Call read file path first"),
        ("Look:\n```py\nprint(1)\n```\nGood.", "Look: Good."),
        ("```py\nunfinished", ""),
        ("A\n| a | b |\n|---|---|\n| 1 | 2 |\nB", "A. B"),
        ("Up\n\n---\n\nDown", "Up. Down"),
        ("<b>Hi</b> there<br>you", "Hi there. you"),
        ("salt &amp; pepper", "salt & pepper"),
        ("Great 👍🏽 job 👨‍👩‍👧 🇫🇷!", "Great job!"),
        ("Wow!!! Really??", "Wow! Really?"),
        ("It is 20 °C, $5.50 and 3.5 km at 7:30 pm, 50%.", "It is 20 °C, $5.50 and 3.5 km at 7:30 pm, 50%."),
        ("2 * 3 = 6 and 4 < 5", "2 times 3 = 6 and 4 less than 5"),
        ("C# is #1", "C sharp is #1"),
        ("Fruit, e.g. apples, etc. Then", "Fruit, for example, apples, and so on. Then"),
        ("snake_case", "snake case"),
        ("12345678901234567890", "1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0"),
        ("Step ① of ٣", "Step 1 of 3"),
        ("x² and ½ cup", "x² and ½ cup"),
        ("a well-known half-truth — really", "a well-known half-truth — really"),
        ("-5 degrees", "-5 degrees"),
        ("", ""),
        ("😀\n```\n```", ""),
    ],
)
def test_says(text, said):
    assert for_speech(text) == said


def test_clauses_said_one_by_one_leave_out_the_same():
    reply = "Here **it** is:\n```py\nsecret = 1\n```\n| secret | x |\nSee [this](http://secret.org). 😀"
    said = " ".join(filter(None, (for_speech(clause.text) for clause in split([reply]))))
    assert said == "Here it is: See this."
