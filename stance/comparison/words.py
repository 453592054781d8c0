"""Words: numbers as they stand in a sentence, a table or on an axis."""

from collections.abc import Callable

ALPHA = 0.05  # what has a p below this is hard to put down to chance


def counted(number: int, noun: str) -> str:
    """A number with its noun: '1 statement', '2,000 statements'."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def lowered(name: str) -> str:
    """A name as it stands within a sentence: its first letter small, unless it begins with an abbreviation."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def percent(share: float) -> str:
    """A share (0 to 1) in whole per cent."""
    return f"{share:.0%}"


def interval(low: float, high: float, shown: Callable[[float], str] = percent, known: bool = True) -> str:
    """'1% to 2%', each end as `shown` has it, or 'no interval' where none is `known`."""
    return f"{shown(low)} to {shown(high)}" if known else "no interval"


def bounded(value: float, low: float, high: float, shown: Callable[[float], str] = percent) -> str:
    """A value with its interval: '2% (1% to 3%)'."""
    return f"{shown(value)} ({interval(low, high, shown)})"


def decimals(value: float) -> str:
    """A score in two digits after the point."""
    return f"{value:.2f}"


def points(share: float) -> str:
    """A net position or a difference in points of 100, with its sign; what is not 0 is not shown as 0."""
    digits = next((digits for digits in (0, 1, 2) if round(100 * share, digits)), 0)
    return f"{100 * share:+.{digits}f}".replace("-", "−") if round(100 * share, 2) else "0"


def p_value(p: float) -> str:
    """A p in three digits, on the right side of 0.05."""
    if p < 0.001:
        return "below 0.001"
    return "just below 0.05" if p < ALPHA <= round(p, 3) else f"{p:.3f}"
