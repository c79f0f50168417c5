"""Decides how written text is said: what only the eye can use is left out, and what is left reads as plain words.

Numbers, units, dates, money and common shortenings stay as written: the voice's own reader says those.
"""

from __future__ import annotations

import html
import re
import unicodedata

_FENCE = re.compile(r"(?ms)^[ \t]*(`{3,}|~{3,})[^`\n]*(?:\n.*?)??(?:^[ \t]*\1[ \t]*$\n?|\Z)")
_COMMENT = re.compile(r"(?s)<!--.*?-->|<(script|style)\b.*?</\1\s*>")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s+[^<>]*)?/?>")
_TABLE = re.compile(r"(?m)^[ \t]*\|.*$\n?|^[ \t]*:?-{2,}:?[ \t]*\|[-:| \t]*$\n?")
_RULE = re.compile(r"(?m)^[ \t]*(?:[-*_=][ \t]*){3,}$\n?")
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^()\n]*\)")
_LINK = re.compile(r"(?<!!)\[([^\[\]\n]*)\]\((?:[^()\n]|\([^()\n]*\))*\)")
_REFERENCE = re.compile(r"(?m)^[ \t]*\[[^\]\n]+\]:[ \t].*$\n?")
_CODE = re.compile(r"`+([^`\n]*)`*")
_ADDRESS = re.compile(r"(?i)\b(?:[a-z][a-z0-9+.-]{1,9}://|www\.|mailto:)[^\s<>\"”»]+")
_MAIL = re.compile(r"(?i)(?<![\w.+-])[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_DOMAIN = re.compile(
    r"(?i)(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|io|co\.uk|uk|de|fr|info|eu|dev|app)(?:/[^\s<>\"”»]*)?(?![\w-])"
)
_HEADING = re.compile(r"(?m)^[ \t]{0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$")
_QUOTE = re.compile(r"(?m)^[ \t]*(?:>[ \t]?)+")
_BULLET = re.compile(r"(?m)^[ \t]*(?:[-*+•‣◦–][ \t]+)+(?:\[[ xX]\][ \t]+)?")
_NUMBERED = re.compile(r"(?m)^[ \t]*\(?(\d{1,3})[.)][ \t]+(?=\S)")
_EMPHASIS = re.compile(
    r"(?<![\w*])(\*{1,3})(?=\S)([^*\n]*?\S)\1(?![\w*])|(?<!\w)(_{1,3})(?=\S)([^_\n]*?\S)\3(?!\w)|~~([^~\n]+)~~"
)
_TIMES = re.compile(r"(?<=\d)[ \t]*\*[ \t]*(?=\d)")
_LONG_NUMBER = re.compile(r"(?<!\d)\d{16,}(?!\d)|(?<=\d)\d{16,}")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3}){5,}")
_ENDLESS = re.compile(r"[^\s]{60,}")  # a chain the reader would spend seconds on
_REPEATED = re.compile(r"([!?,;:])[!?,;:]*\1|\.{4,}")
_SPACES = re.compile(r"[ \t\r\f\v\u00a0\u2000-\u200a\u202f\u3000]+")
_KEPT_SYMBOLS = frozenset("°©→\n\t^`")
_KEPT_NUMBERS = frozenset("½¼¾²³")
_SAID = (
    ("C#", "C sharp"),
    ("F#", "F sharp"),
    ("≈", " about "),
    (" < ", " less than "),
    (" > ", " greater than "),
    ("≤", " at most "),
    ("≥", " at least "),
    ("≠", " is not "),
    ("−", "-"),
    ("‑", "-"),
    ("…", "..."),
)
_SHORT = (
    (re.compile(r"(?i)(?<![\w.])e\.\s?g\.,?"), "for example,"),
    (re.compile(r"(?i)(?<![\w.])i\.\s?e\.,?"), "that is,"),
    (re.compile(r"(?<![\w.])etc\.(?=\s+[a-z(]|[,;:])"), "and so on"),
    (re.compile(r"(?<![\w.])etc\."), "and so on."),
)
_ENDINGS = ".!?…:;,"


def for_speech(text: str) -> str:
    """What of `text` is to be said aloud, on one line; empty when there is nothing to say.

    Markdown, HTML, code blocks, tables, emoji and addresses are not read out; a link is its own words, a bare address
    its domain in words or "a link". Doing it twice changes nothing.
    """
    for _ in range(8):
        said = _once(text)
        if said == text:
            break
        text = said
    return text


def _once(text: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = html.unescape(text)
    text = _FENCE.sub("\n", text)
    text = _COMMENT.sub(" ", text)
    text = re.sub(r"(?i)<br\s*/?>|</(?:p|li|div|h[1-6]|tr)\s*>", "\n", text)
    text = _TAG.sub("", text)
    text = _TABLE.sub("", text)
    text = _RULE.sub("", text)
    text = _REFERENCE.sub("", text)
    text = _IMAGE.sub(r"\1", text)
    text = _LINK.sub(r"\1", text)
    text = _CODE.sub(lambda found: _code_words(found[1]), text)
    text = _ADDRESS.sub(_address_words, text)
    text = _MAIL.sub(lambda found: _domain_words(found[0]).replace("@", " at "), text)
    text = _DOMAIN.sub(_address_words, text)
    text = _HEADING.sub(r"\1", text)
    text = _QUOTE.sub("", text)
    text = _BULLET.sub("", text)
    text = _NUMBERED.sub(r"\1, ", text)
    for sign, words in _SAID:
        text = text.replace(sign, words)
    text = _TIMES.sub(" times ", text)
    text = _EMPHASIS.sub(lambda found: found[2] or found[4] or found[5] or "", text)
    for pattern, words in _SHORT:
        text = pattern.sub(words, text)
    text = "".join(_plain_number(sign) for sign in text if _sayable(sign))
    text = _GROUPED.sub(lambda found: found[0].replace(",", ""), text)
    text = _LONG_NUMBER.sub(lambda found: " ".join(found[0]), text)
    text = re.sub(r"[*_`~|\\{}<>^]+|#(?!\d)|://", " ", text)
    text = _ENDLESS.sub(lambda found: re.sub(r"[-/.=&]", " ", found[0]), text)
    text = re.sub(r"\(\s*\)|\[\s*\]", " ", text)
    text = _REPEATED.sub(lambda found: found[1] if found[1] else "...", text)
    return _one_line(text)


def _one_line(text: str) -> str:
    """Lines joined; one that ends without a sign, such as a heading or a list item, is ended like a sentence."""
    lines = [_SPACES.sub(" ", line).strip() for line in text.split("\n")]
    ended = [
        line if number == len(lines) - 1 or line[-1] in _ENDINGS or not line[-1].isalnum() else line + "."
        for number, line in enumerate(lines)
        if line
    ]
    joined = " ".join(line for line in ended)
    return re.sub(r"(?<=\S) +(?=[,.;:!?](?:\s|$))", "", joined).strip()


def _code_words(code: str) -> str:
    """A name in code as words: `read_file()` is "read file"."""
    return re.sub(r"[^\w.\s'-]+|_|\s+", " ", code).strip()


def _address_words(found: re.Match[str]) -> str:
    address = found[0]
    sentence = re.search(r"[.,;:!?')\]*_]*\Z", address)
    tail = sentence[0] if sentence else ""
    address = address[: len(address) - len(tail)]
    if address.lower().startswith("mailto:"):
        return address[7:] + tail
    host = re.sub(r"(?i)^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@\s]*@)?(?:www\.)?", "", address)
    host = re.split(r"[/:?#]", host, maxsplit=1)[0]
    plain = re.fullmatch(r"(?i)[a-z-]{1,24}(?:\.[a-z-]{1,24}){1,3}", host)
    return (_domain_words(host) if plain and len(host) <= 40 else "a link") + tail


def _domain_words(domain: str) -> str:
    return domain.replace(".", " dot ")


def _plain_number(sign: str) -> str:
    """Digits of other scripts, circled and Roman ones as the plain digits and letters that the voice's reader knows."""
    if sign.isascii() or sign in _KEPT_NUMBERS or unicodedata.category(sign) not in ("Nd", "Nl", "No"):
        return sign
    digit = unicodedata.digit(sign, -1)
    return str(digit) if digit >= 0 else unicodedata.normalize("NFKC", sign)


def _sayable(sign: str) -> bool:
    """False for emoji, pictographs, control and invisible characters."""
    if sign in _KEPT_SYMBOLS:
        return True
    unsayable = unicodedata.category(sign) in ("So", "Cc", "Cf", "Co", "Cs", "Cn", "Sk", "Me")
    return not unsayable and not 0xFE00 <= ord(sign) <= 0xFE0F
