"""What a measured figure is, when it is good enough, and how a table of them looks."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_CONDITION = re.compile(r"(ours|ratio) (>=|<=) ([0-9]+(?:\.[0-9]+)?)")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: ours, and a peer's measured in the same run; None where there is no peer or it could not be had.

    `must` and `aim` are conditions on `ours` or on `ratio`, such as "ratio >= 1.2"; empty for none. `reason` says why a
    figure is missing.
    """

    name: str
    unit: str
    ours: float | None
    peer: str = ""
    peer_value: float | None = None
    must: str = ""
    aim: str = ""
    reason: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours divided by the peer's."""
        if self.ours is None or not self.peer_value:
            return None
        return self.ours / self.peer_value

    @property
    def met(self) -> bool | None:
        """Whether `must` holds; None when there is none, or when a figure it needs is missing."""
        return self._holds(self.must)

    @property
    def aimed(self) -> bool | None:
        """Whether `aim` holds."""
        return self._holds(self.aim)

    def record(self) -> dict[str, object]:
        """The row as the command line promises it."""
        record: dict[str, object] = {
            "name": self.name,
            "unit": self.unit,
            "ours": _rounded(self.ours),
            "peer": self.peer or None,
            "peer_value": _rounded(self.peer_value),
            "ratio": _rounded(self.ratio),
            "must": self.must or None,
            "aim": self.aim or None,
            "met": self.met,
        }
        if self.reason:
            record["reason"] = self.reason
        return record

    def words(self) -> str:
        """The row for people, on one line."""
        said = f"{self.name}: {_figure(self.ours)} {self.unit}"
        if self.peer:
            said += f"; {self.peer}: {_figure(self.peer_value)}"
        if self.ratio is not None:
            said += f"; ratio {self.ratio:.2f}"
        if self.must:
            said += f"; must be {self.must}: {_VERDICT[self.met]}"
        return f"{said} ({self.reason})" if self.reason else said

    def _holds(self, condition: str) -> bool | None:
        if not condition:
            return None
        what, sign, bound = parse(condition)
        value = self.ours if what == "ours" else self.ratio
        if value is None:
            return None
        return value >= bound if sign == ">=" else value <= bound


_VERDICT = {True: "yes", False: "no", None: "not measured"}


def parse(condition: str) -> tuple[str, str, float]:
    """`"ratio >= 1.2"` as ("ratio", ">=", 1.2). Raises `ValueError` on anything else."""
    found = _CONDITION.fullmatch(condition)
    if not found:
        raise ValueError(f"{condition!r} is not a condition on ours or ratio")
    return found[1], found[2], float(found[3])


def median(values: Sequence[float]) -> float | None:
    """The middle value, or None of nothing."""
    return statistics.median(values) if values else None


def table(rows: Iterable[Row]) -> str:
    """The rows in Markdown."""
    lines = [
        "| figure | unit | ours | peer | peer's | ratio | must | met | aim | reached |",
        "|---|---|---:|---|---:|---:|---|---|---|---|",
    ]
    lines += [
        f"| {row.name} | {row.unit} | {_figure(row.ours)} | {row.peer or '–'} | {_figure(row.peer_value)} | "
        f"{_figure(row.ratio)} | {row.must or '–'} | {_VERDICT[row.met] if row.must else '–'} | {row.aim or '–'} | "
        f"{_VERDICT[row.aimed] if row.aim else '–'} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
