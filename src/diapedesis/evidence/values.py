"""Reading the number, its interval and the number of subjects out of text as printed.

Strict: text that does not have one of the forms below gives nothing, because a number read wrongly
is worse than none. What the interval is (CI, SD, ...) is told only where the text says it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

KINDS = {
    "": "not said",
    "95 % CI": "95 % confidence interval",
    "90 % CI": "90 % confidence interval",
    "CI": "confidence interval, level not said",
    "CP": "exact 95 % interval, computed from the printed counts",
    "bootstrap": "2.5 to 97.5 % of bootstrap estimates",
    "IQR": "interquartile range",
    "range": "smallest to largest",
    "reference": "reference interval of healthy people",
    "SD": "standard deviation",
    "SE": "standard error",
    "bound": "one side only, as printed",
}
"""What an interval can be, and its meaning."""

_N = r"[-+−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-+−]?\d*\.?\d+"
_TO = r" ?(?:-|–| to ) ?"
_LEAD = r"(?:~|≈|about |x ?~?|HR |OR |median |mean )?"
_P = r"p ?[<=~] ?[\d.]+"
_AFTER = (
    rf"(?P<percent> ?%)?(?: \((?:{_P}|\d+/\d+|[^()\d]+)\))?(?:,? {_P})?"
    r"(?: (?P<word>[A-Za-z]+)[^\d]*|[,;:] [^\d]*|; \d+/\d+ [^\d]*)?"
)
_KIND = r"(?P<kind>95 ?% CI|90 ?% CI|CI|IQR|CP|SD|range|boot(?: median [\d.]+;)?)? ?"
_SPAN = rf"(?P<low>{_N}){_TO}(?P<high>{_N})"
_FORMS = [
    rf"{_LEAD}(?P<number>{_N}){_AFTER}",
    rf"{_LEAD}(?P<number>{_N}) ?%? \((?:\d+/\d+; )?{_KIND}{_SPAN} ?%?\){_AFTER}",
    rf"{_LEAD}(?P<number>{_N}) ?%? ?(?:±|\+-|\((?P<kind>SD|SE)) ?(?P<spread>{_N}) ?%?\)?{_AFTER}",
    rf"(?!-){_SPAN}{_AFTER}",
    rf"(?:>=?|≥|above |at least ) ?(?P<low>{_N}){_AFTER}",
    rf"(?:<=?|≤|below |up to ) ?(?:about )?(?P<high>{_N}){_AFTER}",
]
_CONTEXT = (
    (r"\bSE\b", "SE"),
    (r"\bSD\b", "SD"),
    (r"\bIQR\b", "IQR"),
    (r"\b95 ?% CI\b", "95 % CI"),
    (r"\breference (?:interval|range)", "reference"),
)
_COUNT = re.compile(
    r"(?P<n>\d{1,3}(?:,\d{3})+|\d+)"
    r"(?:, \d+-\d+ y|, [FM] \d+.*|,? (?!of |vs |y\b)(?P<who>(?:[^\d/+;]|(?<=JCV)\+)+))?"
)
_NOT_SUBJECTS = re.compile(
    r"\b(?:stud|procedure|sample|relapse|event|scan|infusion|animal|donor|subset|h\b)"
)


@dataclass(frozen=True)
class Reading:
    """What could be read from a value as printed; ``None`` or ``""`` where nothing could.

    Attributes
    ----------
    number : float or None
        The one number, in the unit of the claim.
    low, high : float or None
        Ends of the printed interval; one of them for a bound.
    spread : float or None
        The figure after the plus-minus sign.
    interval : str
        Key of ``KINDS``: what `low` to `high`, or `spread`, is.
    """

    number: float | None = None
    low: float | None = None
    high: float | None = None
    spread: float | None = None
    interval: str = ""


def read_value(value: str, context: str = "") -> Reading:
    """Return what a value as printed says in numbers.

    Parameters
    ----------
    value : str
        ``"5.96 (5.59-6.38)"``, ``"110 +- 52"``, ``"23-29"``, ``">95"`` ...
    context : str
        Quantity, unit and population: they may say what the interval is.

    Returns
    -------
    Reading
        Empty when the text holds several results, or words with numbers among them.

    Examples
    --------
    >>> read_value("22.9 (IQR 9.2-60.4)")
    Reading(number=22.9, low=9.2, high=60.4, spread=None, interval='IQR')
    >>> read_value("57.4 (SD 21.2)").spread
    21.2
    >>> read_value("17% vs 29%") == Reading()
    True
    """
    for form in _FORMS:
        if match := re.fullmatch(form, value.strip()):
            found = match.groupdict()
            if found["word"] and not (found["percent"] or found["word"] in context.split()):
                continue
            numbers = {k: _number(found.get(k)) for k in ("number", "low", "high", "spread")}
            return Reading(**numbers, interval=_kind(found.get("kind"), numbers, context))
    return Reading()


def _number(text: str | None) -> float | None:
    return None if text is None else float(text.replace(",", "").replace("−", "-"))


def _kind(said: str | None, numbers: dict[str, float | None], context: str) -> str:
    ends = (numbers["low"] is not None) + (numbers["high"] is not None)
    if not ends and numbers["spread"] is None:
        return ""
    if ends == 1:
        return "bound"
    if said:
        return "bootstrap" if said.startswith("boot") else re.sub(r" ?%", " %", said)
    wanted = ("SD", "SE") if numbers["spread"] is not None else ("IQR", "95 % CI", "reference")
    return next((k for word, k in _CONTEXT if k in wanted and re.search(word, context)), "")


def read_count(population: str) -> int | None:
    """Return the number of subjects that a description of the population begins with.

    Parameters
    ----------
    population : str
        ``"12 MS, no PML"``, ``"1,801"``, ``"38, 12-17 y"`` ...

    Returns
    -------
    int or None
        ``None`` when several groups are named, or the count is not one of subjects.

    Examples
    --------
    >>> read_count("41 NTZ-PML with earlier MRI"), read_count("627 / 315"), read_count("35 studies")
    (41, None, None)
    """
    match = _COUNT.fullmatch(population.strip())
    if not match or (match["who"] and _NOT_SUBJECTS.search(match["who"])):
        return None
    return int(match["n"].replace(",", ""))
