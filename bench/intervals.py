"""What a count of errors says of their rate: the exact bound of Clopper and Pearson (1934), one-sided."""

from math import exp, lgamma, log, log1p

SURE = 0.95
_HALVINGS = 50


def at_most(wrong: int, tries: int) -> float:
    """The largest rate at which so few errors are still seen in one run of twenty; 1 for no tries."""
    if wrong >= tries:
        return 1.0
    low, high = wrong / tries, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _few(wrong, tries, middle) > 1 - SURE else (low, middle)
    return high


def share(wrong: int, tries: int) -> str:
    """A rate with its bound, for a table."""
    if not tries:
        return "–"
    return f"{100 * wrong / tries:.2f} % (at most {100 * at_most(wrong, tries):.2g} %)"


def _few(wrong: int, tries: int, rate: float) -> float:
    """How likely `wrong` errors or fewer are."""
    return sum(exp(_ways(tries, n) + n * log(rate) + (tries - n) * log1p(-rate)) for n in range(wrong + 1))


def _ways(tries: int, chosen: int) -> float:
    return lgamma(tries + 1) - lgamma(chosen + 1) - lgamma(tries - chosen + 1)
