"""Figures on letters received and handled (受理反馈统计) read from a page's visible text. Pure; words from the catalogue.

A figure is a known metric with a number beside it, in any of the usual forms: 已受理：157; 收到来信 553 件; 157 above 已受理; a table
with 受理 / 办结 columns. It counts as *interaction* only where the words before it say so (信件、来信、留言 …) or, on pages of the
interaction section, where nothing says otherwise: 办件统计, 依申请公开 and visit counters are never taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from checks.interaction_period import Period, period_of
from checks.interaction_words import is_statistics_name, plain, statistics_names

METRICS = ("received", "accepted", "handled", "replied", "published", "pending", "handled-rate", "replied-rate", "satisfaction", "duration")
"""Ids of the metrics, each a name list of the catalogue."""

LOOK_BACK = 8
"""Lines above figures in which their heading is looked for, on pages of the section; elsewhere fewer."""
LOOK_BACK_OUTSIDE = 3
MAX_GROUPS = 40
_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)余?"
_SENTENCE = re.compile(r"[。；;!?！？]")
_NOT_BETWEEN = re.compile(r"时间|时限|期限|日期|电话|编号|地址|邮编|传真|办公室|中心|窗口")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: ``metric`` (one of `METRICS`), the ``label`` as worded, its value and unit (件, %, 天; "" when none stands there)."""

    metric: str
    label: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures that stand together. ``heading``: the words that say what they are about; ``period``: as worded, "" when none is;
    ``last``: the last day they cover, None when unknown; ``grounds``: what makes them interaction: text, heading or section."""

    heading: str
    period: str
    last: date | None
    figures: tuple[Figure, ...]
    grounds: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Line:
    """One visible line: as read, without white space, and whether it is nothing but a link."""

    text: str
    plain: str
    linked: bool


def lines_of(text: str, link_texts: frozenset[str]) -> tuple[Line, ...]:
    """The lines of a page's visible text; ``link_texts``: plain texts of its links."""
    return tuple(Line(line, flat, flat in link_texts) for line in text.split("\n") if (flat := plain(line)))


@cache
def _metric_by_word() -> dict[str, str]:
    return {plain(word): metric for metric in METRICS for word in statistics_names(metric)}


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Label alone; label with number; number with label; label … number inside running text."""

    def any_of(words: Iterable[str]) -> str:
        return "|".join(re.escape(plain(word)) for word in sorted(set(words), key=len, reverse=True))

    before, after, units = (any_of(statistics_names(name)) for name in ("label-before", "label-after", "units"))
    metric = any_of(_metric_by_word())
    label = rf"[\[【(]?(?P<label>(?:{before})*?(?P<metric>{metric})(?:{after})*?)[\]】)]?(?:\((?P<bracket>{units})\))?"
    unit = rf"(?P<unit>{units})?"
    alone = re.compile(rf"^{label}(?P<colon>[:：]?)$")
    label_first = re.compile(rf"^{label}[:：]?{_NUMBER}{unit}$")
    number_first = re.compile(rf"^{_NUMBER}{unit}{label}$")
    running = re.compile(
        rf"(?P<label>(?P<metric>{metric})(?:{after})*)(?:\((?P<bracket>{units})\))?"
        rf"(?:(?P<colon>[:：为达])|(?P<gap>(?:[^\d,，。；;:：、(（)）]|12345){{0,18}}?))(?!12345){_NUMBER}{unit}(?![\d.]|工作日|个工作日|个月)"
    )
    return alone, label_first, number_first, running


def _figure(match: re.Match[str]) -> Figure:
    parts = match.groupdict()
    unit = parts.get("unit") or parts.get("bracket") or ""
    metric = _metric_by_word()[parts["metric"]]
    if not unit and (metric.endswith("-rate") or metric == "satisfaction"):
        unit = "%"
    return Figure(metric, parts["label"], float(parts["number"].replace(",", "")), unit)


def _running(line: Line) -> list[tuple[int, int, Figure]]:
    """Figures in running text with where they begin and end; a number needs a colon before it or a unit after it."""
    found = []
    for match in _patterns()[3].finditer(line.plain):
        gap = match["gap"] or ""
        if not (match["colon"] or match["unit"]) or _NOT_BETWEEN.search(gap):
            continue
        if match["metric"] in statistics_names("verbs") and not any(
            word in match["label"] + gap for word in statistics_names("interaction-words")
        ):
            continue
        if re.match(r"[-./年:]\d|年|月|日|[-/]", line.plain[match.end() : match.end() + 2]):  # a date, a clock, 1/3
            continue
        found.append((match.start(), match.end(), _figure(match)))
    return found


@dataclass(frozen=True, slots=True)
class _Token:
    """One line as a label, a number, or both; ``at``: its index; ``colon``: a label that announces its number."""

    kind: str
    at: int
    figure: Figure | None
    match: re.Match[str] | None
    colon: bool = False
    unit: str = ""


_LONE_UNITS = frozenset({"件", "条", "封", "%", "个", "次"})
_LONE_NUMBER = re.compile(rf"^{_NUMBER}(?P<unit>件|条|封|次|人次|%|天|小时|工作日|分)?$")


def _tokens(lines: tuple[Line, ...]) -> Iterator[_Token | None]:
    """Each line's token, None where a line is neither label nor number (it ends a run)."""
    alone, label_first, number_first, _ = _patterns()
    for at, line in enumerate(lines):
        text = line.plain
        if len(text) > 40:
            yield None
        elif match := _LONE_NUMBER.match(text):
            following = lines[at + 1].plain if at + 1 < len(lines) else ""
            yield _Token("number", at, None, match, unit=match["unit"] or (following if following in _LONE_UNITS else ""))
        elif text in _LONE_UNITS:
            continue
        elif match := alone.match(text):
            yield _Token("label", at, None, match, bool(match["colon"]))
        elif match := label_first.match(text) or number_first.match(text):
            yield _Token("pair", at, _figure(match), match, ":" in text)
        else:
            yield None


def _runs(lines: tuple[Line, ...]) -> Iterator[list[_Token]]:
    run: list[_Token] = []
    for token in _tokens(lines):
        if token is not None:
            run.append(token)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _paired(run: list[_Token]) -> list[Figure]:
    """The figures of a run of labels and numbers: pairs as they stand, alternating either way, or all labels before all numbers."""
    figures = [token.figure for token in run if token.figure]
    rest = [token for token in run if token.kind != "pair"]
    kinds = "".join(token.kind[0] for token in rest)
    labels, numbers = [t for t in rest if t.kind == "label"], [t for t in rest if t.kind == "number"]
    if len(labels) == len(numbers) and labels and re.fullmatch(r"(?:ln)+|(?:nl)+|l+n+", kinds):
        figures += [_join(label, number) for label, number in zip(labels, numbers, strict=True)]
    elif kinds.startswith("ln"):
        pairs = [i for i in range(len(rest) - 1) if kinds[i : i + 2] == "ln"]
        figures += [_join(rest[i], rest[i + 1]) for i in pairs]
    return figures


def _join(label: _Token, number: _Token) -> Figure:
    assert label.match is not None and number.match is not None
    parts = label.match.groupdict()
    metric = _metric_by_word()[parts["metric"]]
    unit = (
        number.unit or number.match["unit"] or parts.get("bracket") or ("%" if metric.endswith("-rate") or metric == "satisfaction" else "")
    )
    return Figure(metric, parts["label"], float(number.match["number"].replace(",", "")), unit)


def _context(lines: tuple[Line, ...], at: int, before: str, *, inside: bool) -> tuple[str, str]:
    """``(grounds, heading)`` of figures that stand in line ``at`` after ``before`` in it; ("", "") when they are not interaction's."""
    own = _SENTENCE.split(before)[-1]
    if any(word in own for word in statistics_names("foreign-words")):
        return "", ""
    text = lines[at].plain
    sentence = _SENTENCE.split(text[len(before) - len(own) :])[0]
    if any(word in sentence for word in statistics_names("interaction-words")):
        return "text", sentence[:40]
    for back in range(1, min(LOOK_BACK if inside else LOOK_BACK_OUTSIDE, at) + 1):
        line = lines[at - back]
        if len(line.plain) > 40 or (line.linked and back > 1):
            continue
        if any(word in line.plain for word in statistics_names("foreign-words")) and not line.linked:
            return "", ""
        if any(word in line.plain for word in statistics_names("interaction-words")) or is_statistics_name(line.plain, inside=inside):
            return "heading", line.text[:40]
    return ("section", "") if inside else ("", "")


def statistics_of(
    lines: tuple[Line, ...], tables: tuple[tuple[tuple[str, ...], ...], ...], *, inside: bool, title: str, as_of: date
) -> tuple[Statistics, ...]:
    """Every group of interaction figures on the page, in reading order.

    ``tables``: rows of plain cell texts; ``inside``: the page belongs to the interaction section; ``title``: its own heading,
    whose period holds where the text names none.
    """
    whole = period_of(plain(title), as_of)
    if whole is not None and whole.last is not None:
        as_of = whole.last  # 今年, 本月 in a text that is about a named period
    found = [*_from_lines(lines, inside=inside, whole=whole, as_of=as_of)]
    for rows in tables:
        found += _from_table(rows, lines, inside=inside, whole=whole, as_of=as_of)
    kept: list[Statistics] = []
    seen: set[tuple[str, float, str]] = set()
    for group in found[:MAX_GROUPS]:
        fresh = tuple(f for f in group.figures if (f.metric, f.value, group.period) not in seen)
        if fresh:
            seen |= {(f.metric, f.value, group.period) for f in fresh}
            kept.append(Statistics(group.heading, group.period, group.last, fresh, group.grounds, group.snippet))
    return tuple(kept)


def _group(
    lines: tuple[Line, ...], first: int, last: int, figures: list[Figure], before: str, whole: Period | None, *, inside: bool, as_of: date
) -> Statistics | None:
    grounds, heading = _context(lines, first, before, inside=inside)
    if not grounds or not figures:
        return None
    words = "".join(line.plain for line in lines[first : last + 1])
    period = period_of(words, as_of) or period_of(plain(heading), as_of)
    if period is None or period.last is None:
        near = "".join(line.plain for line in lines[max(0, first - 3) : first] if len(line.plain) <= 40 and not line.linked)
        period = period_of(near, as_of) if "年" in near and "统计" in near else (whole or period)
    at = max(0, len(before) - 60)
    snippet = " ".join(line.text for line in lines[first : last + 1])[at : at + 200]
    return Statistics(heading, period.words if period else "", period.last if period else None, tuple(figures), grounds, snippet)


def _from_lines(lines: tuple[Line, ...], *, inside: bool, whole: Period | None, as_of: date) -> Iterator[Statistics]:
    repeated = _repeated(lines)
    taken: set[int] = set()
    for run in _runs(lines):
        figures = [] if repeated & {lines[token.at].plain for token in run if token.kind == "label"} else _paired(run)
        certain = len({f.metric for f in figures}) > 1 or any(t.colon for t in run) or any(f.unit for f in figures)
        if figures and certain:
            group = _group(lines, run[0].at, run[-1].at, figures, "", whole, inside=inside, as_of=as_of)
            if group is not None:
                taken |= {token.at for token in run}
                yield group
    for at, line in enumerate(lines):
        if at in taken or line.linked:
            continue
        found = _running(line)
        ours = [(begin, figure) for begin, end, figure in found if _is_ours(line.plain[:end])]
        if ours and not (len(ours) == 1 and ours[0][1].label in repeated):
            before = line.plain[: ours[0][0]]
            group = _group(lines, at, at, [figure for _, figure in ours], before, whole, inside=inside, as_of=as_of)
            if group is not None:
                yield group


def _is_ours(text: str) -> bool:
    """Whether the sentence that ``text`` ends in, up to and with the figure, speaks of nothing foreign."""
    own = _SENTENCE.split(text)[-1]
    return not any(word in own for word in statistics_names("foreign-words"))


def _repeated(lines: tuple[Line, ...]) -> set[str]:
    """Labels that stand alone three times or more: the state of letters in a list (已办结), or reply counts of posts, no statistics."""
    alone = _patterns()[0]
    counts: dict[str, int] = {}
    for line in lines:
        if len(line.plain) <= 12 and alone.match(line.plain):
            counts[line.plain] = counts.get(line.plain, 0) + 1
        for _, _, figure in _running(line) if len(line.plain) <= 40 else ():
            counts[figure.label] = counts.get(figure.label, 0) + 1
    return {label for label, count in counts.items() if count >= 3}


def _from_table(
    rows: tuple[tuple[str, ...], ...], lines: tuple[Line, ...], *, inside: bool, whole: Period | None, as_of: date
) -> Iterator[Statistics]:
    """A table whose header names metrics: its rows, the latest period or the total first."""
    alone = _patterns()[0]
    header = next((i for i, row in enumerate(rows[:4]) if sum(1 for cell in row if alone.match(plain(cell))) >= 1 and len(row) >= 2), None)
    if header is None:
        return
    columns = {i: match for i, cell in enumerate(rows[header]) if (match := alone.match(plain(cell)))}
    head = "".join(plain(cell) for row in rows[: header + 1] for cell in row)
    if any(word in head for word in statistics_names("foreign-words")):
        return
    at = next((i for i, line in enumerate(lines) if line.plain == plain(rows[header][0])), None)
    grounds, heading = _context(lines, at, "", inside=inside) if at is not None else (("section", "") if inside else ("", ""))
    if any(word in head for word in statistics_names("interaction-words")):
        grounds, heading = "text", " ".join(rows[header])[:40]
    if not grounds:
        return
    for row in rows[header + 1 : header + 1 + MAX_GROUPS]:
        figures = []
        for i, label in columns.items():
            number = _LONE_NUMBER.match(plain(row[i])) if i < len(row) else None
            if number is not None:
                figures.append(_join(_Token("label", 0, None, label), _Token("number", 0, None, number)))
        if not figures:
            continue
        period = (
            period_of("".join(plain(cell) for i, cell in enumerate(row) if i not in columns), as_of)
            or period_of(plain(heading), as_of)
            or whole
        )
        yield Statistics(
            heading, period.words if period else "", period.last if period else None, tuple(figures), grounds, " ".join(row)[:200]
        )


def heading_lines(lines: tuple[Line, ...], *, inside: bool) -> tuple[str, ...]:
    """Lines that announce interaction statistics (【信件办理情况】, 受理反馈统计), links left out; at most 5."""
    found = [
        line.text[:40]
        for line in lines
        if not line.linked
        and len(line.plain) <= 24
        and ">" not in line.plain
        and is_statistics_name(line.plain.strip("[]【】:：·■●>"), inside=inside)
    ]
    alone = _patterns()[0]
    announced = [line.text[:40] for line in lines if (match := alone.match(line.plain)) and match["colon"] and inside]
    if len(set(announced)) >= 2:
        found += announced
    return tuple(dict.fromkeys(found))[:5]
