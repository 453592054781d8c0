"""Dates: those in a text, those of a column or a folder by one rule, and what is said where one cannot be told."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

MONTHS = (
    "jan(?:uary)? feb(?:ruary)? mar(?:ch)? apr(?:il)? may june? july? aug(?:ust)? sept?(?:ember)? oct(?:ober)? "
    "nov(?:ember)? dec(?:ember)?"
).split()
MONTH = rf"({'|'.join(MONTHS)})\b\.?"
NUMBERS = [month[:3] for month in MONTHS]
DATED = re.compile(
    rf"(?<!\d)(?:(\d{{4}})([-/.])(\d\d?)\2(\d\d?)(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?"
    rf"|(\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ -]?{MONTH}[, -]*(\d{{4}}|['’]?\d\d)"
    rf"|{MONTH} (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})"
    r"|\d{1,2}([/.])\d{1,2}\11(?:\d{4}|\d\d)|\d{1,2}-\d{1,2}-\d{4})(?!\d)",
    re.IGNORECASE,
)
FIGURES = re.compile(r"(?<!\d)(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)(?!\d)")  # either of the first two may be the day
WHOLE = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?\d{4,6}Z?)?")  # 20170705, and so with the time, as GDELT has it
MONTH_ALONE = re.compile(rf"\d{{4}}[-/]\d\d?|{MONTH},? \d{{4}}", re.IGNORECASE)
GROUPS = (1, 3, 4), (7, 6, 5), (10, 8, 9)  # of year, month and day
DAY_FIRST, MONTH_FIRST = "day", "month"
UNKNOWN: Mapping[str, str] = {}


def dates(text: str) -> Iterator[str]:
    """The dates in `text`, in order, as ISO dates; those in figures that begin with the day or the month as they stand.

    Years of two digits are of this century.

    >>> list(dates("Published 5 July 2017, updated 6.7.17"))
    ['2017-07-05', '6.7.17']
    """
    for match in DATED.finditer(text):
        if figures := FIGURES.fullmatch(match[0]):
            if any(_iso(figures, first) for first in (DAY_FIRST, MONTH_FIRST)):
                yield match[0]
            continue
        year, month, day = next(parts for parts in (match.group(*at) for at in GROUPS) if parts[0])
        number = int(month) if month.isdigit() else NUMBERS.index(month[:3].lower()) + 1
        if found := _day(year, number, int(day)):
            yield found


def _day(year: str, month: int, day: int) -> str:
    """The ISO date, empty where there is no such day: 31 February."""
    try:
        return date(int(year[-4:]) if len(year) == 4 else 2000 + int(year[-2:]), month, day).isoformat()
    except ValueError:
        return ""


def _iso(figures: re.Match[str], first: str) -> str:
    """The ISO date of one in figures whose `first` part is the day or the month."""
    one, two = int(figures[1]), int(figures[3])
    return _day(figures[4], two, one) if first == DAY_FIRST else _day(figures[4], one, two)


def orders(values: Iterable[str]) -> dict[str, str]:
    """For each sign between figures (/ . -) which comes first, day or month: of those of which all `values` tell one.

    >>> orders(["05/04/2016", "05/17/2016", "4.5.2016"])
    {'/': 'month'}
    """
    told: dict[str, set[str]] = {}
    for match in (match for value in values for match in FIGURES.finditer(value)):
        if int(match[1]) > 12 or int(match[3]) > 12:
            told.setdefault(match[2], set()).add(DAY_FIRST if int(match[1]) > 12 else MONTH_FIRST)
    return {sign: first.pop() for sign, first in told.items() if len(first) == 1}


def day_of(value: str, first: Mapping[str, str] = UNKNOWN) -> tuple[str, str]:
    """The ISO date that `value` gives, one in figures read as `first` has it (see `orders`), and else what is wrong.

    Numbers are days as Excel counts them (five digits) or seconds since 1970 (ten; thirteen for thousandths).

    >>> day_of("42494"), day_of("05/04/2016", {"/": "month"}), day_of("")
    (('2016-05-04', ''), ('2016-05-04', ''), ('', ''))
    """
    value = " ".join(value.split())
    number = re.fullmatch(r"(\d{5}|\d{10}|\d{13})(?:\.\d+)?", value)
    if number and len(number[1]) == 5:
        return (date(1899, 12, 30) + timedelta(int(number[1]))).isoformat(), ""
    if number:
        return datetime.fromtimestamp(int(number[1][:10]), UTC).date().isoformat(), ""
    compact = WHOLE.fullmatch(value)
    found = _day(compact[1], int(compact[2]), int(compact[3])) if compact else next(dates(value), "")
    if not (figures := FIGURES.fullmatch(found)):
        if found or not value:
            return found, ""
        wrong = "a month without a day" if MONTH_ALONE.fullmatch(value) else "no date that can be read"
        return "", f"its date, {value[:40]!r}, is {wrong}: it stays undated (write it as 2017-07-05)"
    # With points or hyphens hardly anybody writes the month first.
    order = first.get(figures[2], "" if figures[2] == "/" else DAY_FIRST)
    readings = [_iso(figures, one) for one in (DAY_FIRST, MONTH_FIRST)]
    if order and (told := readings[order == MONTH_FIRST]):
        return told, ""
    if len(one := {*readings} - {""}) == 1:  # the other is no day
        return one.pop(), ""
    both = " or ".join(readings)
    return (
        "",
        f"its date, {value[:40]!r}, may be {both}, and no other tells which: it stays undated (write one of them)",
    )
