"""The likeliest text of a given form in what the engine held possible, step by step along a line.

Source: connectionist temporal classification (Graves et al. 2006): a character may last several steps, and a
blank parts two that are equal. So figures that the plain reading lost or doubled are found again.
Rule 1: what is found so is the likeliest of what may stand there, no proof: whoever asks marks it a guess.
"""

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from filing.lines import FIGURES, Glyph, Shares

_TINY = 1e-9
_COLUMNS = len(FIGURES) + 1  # of the shares; the first is that of the blank


@dataclass(frozen=True, slots=True)
class Form:
    """An automaton that begins in state 0; each arc needs the character of its column."""

    sources: Any  # (arcs,)
    targets: Any
    columns: Any
    ends: Any  # (states,) of bool

    def char(self, arc: int) -> str:
        return FIGURES[self.columns[arc] - 1]


def form(arcs: Iterable[tuple[Hashable, str, Hashable]], start: Hashable, ends: Collection[Hashable]) -> Form:
    """The automaton with these arcs (state, character, state)."""
    numbers: dict[Hashable, int] = {start: 0}
    rows = [
        (
            numbers.setdefault(source, len(numbers)),
            numbers.setdefault(target, len(numbers)),
            1 + FIGURES.index(char),
        )
        for source, char, target in arcs
    ]
    sources, targets, columns = np.asarray(rows, np.intp).T
    return Form(sources, targets, columns, np.asarray([state in ends for state in numbers]))


def in_turn(*stages: Collection[str]) -> Form:
    """One word of each stage after the other; no word of a stage may begin another of it."""
    arcs = {
        ((i, word[:n]), word[n], (i, word[: n + 1]) if n + 1 < len(word) else (i + 1, ""))
        for i, words in enumerate(stages)
        for word in words
        for n in range(len(word))
    }
    return form(sorted(arcs), (0, ""), {(len(stages), "")})


def steps_of(glyphs: Sequence[Glyph]) -> Shares | None:
    """The shares along these characters, or None where the engine told none."""
    known = [glyph.steps for glyph in glyphs if glyph.steps is not None]
    return np.concatenate(known) if known and len(known) == len(glyphs) else None


def likeliest(steps: Shares, shape: Form) -> tuple[str, float] | None:
    """The likeliest text of this form and its share of all of them; None where there is no room for one."""
    logs = np.log(np.maximum(steps, _TINY))
    text = _best(logs, shape)
    return (text, min(1.0, float(np.exp(_all(logs, in_turn(*text)) - _all(logs, shape))))) if text else None


def _best(logs: Any, shape: Form) -> str:
    """Viterbi; what came before each step is found on the way back, for the one path that matters."""
    arcs, states = len(shape.sources), len(shape.ends)
    on, blank = np.full(arcs, -np.inf), np.full(states, -np.inf)
    blank[0] = 0.0
    passed = [(on, blank)]
    for row in logs:
        into = np.full((states, _COLUMNS), -np.inf)
        np.maximum.at(into, (shape.targets, shape.columns), on)
        second, first = np.partition(into, -2, axis=1)[:, -2:].T
        same = into[shape.sources, shape.columns] == first[shape.sources]
        other = np.where(same, second[shape.sources], first[shape.sources])
        on = row[shape.columns] + np.maximum(np.maximum(on, blank[shape.sources]), other)
        blank = row[0] + np.maximum(blank, first)
        passed.append((on, blank))
    return _back(passed, shape)


def _back(passed: Sequence[tuple[Any, Any]], shape: Form) -> str:
    on, blank = passed[-1]
    ending = np.where(shape.ends[shape.targets], on, -np.inf)
    resting = np.where(shape.ends, blank, -np.inf)
    if max(ending.max(), resting.max()) == -np.inf:
        return ""
    arc = int(ending.argmax()) if ending.max() >= resting.max() else -1
    state = int(resting.argmax())
    said = ""
    for on, blank in reversed(passed[:-1]):
        if arc < 0:  # in the blanks of a state: from themselves, or from an arc into it
            into = np.where(shape.targets == state, on, -np.inf)
            arc = int(into.argmax()) if into.max() > blank[state] else -1
            continue
        source = shape.sources[arc]
        before = (shape.targets == source) & (shape.columns != shape.columns[arc])
        others = np.where(before, on, -np.inf)
        if on[arc] >= max(blank[source], others.max()):
            continue
        said = shape.char(arc) + said
        arc, state = (int(others.argmax()), -1) if others.max() > blank[source] else (-1, int(source))
    return shape.char(arc) + said if arc >= 0 else said


def _all(logs: Any, shape: Form) -> float:
    """The logarithm of the share of all texts of this form together."""
    shares = np.exp(logs)
    arcs, states = len(shape.sources), len(shape.ends)
    on, blank = np.zeros(arcs), np.zeros(states)
    blank[0] = 1.0
    scale = 0.0
    for row in shares:
        into = np.zeros((states, _COLUMNS))
        np.add.at(into, (shape.targets, shape.columns), on)
        total = into.sum(axis=1)
        other = total[shape.sources] - into[shape.sources, shape.columns]
        on = row[shape.columns] * (on + blank[shape.sources] + np.maximum(other, 0.0))
        blank = row[0] * (blank + total)
        most = max(on.max(), blank.max())
        if most <= 0:
            return -np.inf
        on, blank, scale = on / most, blank / most, scale + float(np.log(most))
    whole = on[shape.ends[shape.targets]].sum() + blank[shape.ends].sum()
    return scale + float(np.log(whole)) if whole > 0 else -np.inf
