"""Words of gambling, pornography and fake medicine (博彩、色情、假药) in a few characters of text: found however they are dressed up, and told
apart from a page that writes *about* them.

A *sure* phrase stands in no honest title; a *weak* word does. Either counts for nothing where the same stretch of text holds a word of
somebody who fights it (打击, 警惕, 案 …). The lists and their form: catalogue, `hidden_links`. Everything is linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from checks.catalogue import rules

ID = "hidden-links"
MAX_TEXT = 20_000
"""Characters of one text that are read."""

_JUNK = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]+"
)
_DRESSING = re.compile(r"[·・•*★☆●◆■□▲△♥❤~^()\[\]{}【】]|(?<=[\u4e00-\u9fff])[.+\\'\"`=#&]{1,3}(?=[\u4e00-\u9fff])")
"""What is strewn between the characters of a word to hide it; punctuation that parts sentences is none."""
_LISTED = re.compile(r"(?<![\u4e00-\u9fff]{2})(?<=[\u4e00-\u9fff])[,，、/]|[,，、/](?=[\u4e00-\u9fff](?![\u4e00-\u9fff]))")
"""A mark that parts the words of a list (成人、少儿) is dressing only where single characters stand around it (澳、门、新、葡、京)."""
_TRADITIONAL = "門娛樂賭場網開獎馬會線體現錢電戲遊買藥偉視頻黃亞歐號資論壇總裝國際龍寶發贏"
_SIMPLER = str.maketrans(_TRADITIONAL, "门娱乐赌场网开奖马会线体现钱电戏游买药伟视频黄亚欧号资论坛总装国际龙宝发赢")
_ODD = frozenset(
    chr(code)
    for first, last in ((0xFF10, 0xFF5A), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F))
    for code in range(first, last + 1)
) - frozenset("：；＜＝＞？") | frozenset("\u00ad\u034f\u061c\u3164\ufeff\uffa0★☆●◆■□▲△♥❤~^*•" + _TRADITIONAL)
_PARTS = re.compile(r"[_|｜—–-]+")


@dataclass(frozen=True, slots=True)
class Words:
    """What was found, each once, in the order met."""

    sure: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sure or self.weak)

    @property
    def all(self) -> tuple[str, ...]:
        """Sure phrases first."""
        return (*self.sure, *self.weak)

    def with_(self, other: Words) -> Words:
        """Both together."""
        return Words(tuple(dict.fromkeys((*self.sure, *other.sure))), tuple(dict.fromkeys((*self.weak, *other.weak))))


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A way a phrase may begin (``head``, at least two characters) and how it goes on. ``needs``: the characters of the head; ``then``: those of
    each word that may follow it, one of which must all be there."""

    head: str
    rest: re.Pattern[str] | None
    needs: frozenset[str]
    then: tuple[frozenset[str], ...]

    def possible(self, characters: set[str]) -> bool:
        """Whether a text of these characters may hold the phrase: no search is needed where it can't."""
        return self.needs <= characters and (not self.then or any(word <= characters for word in self.then))

    def ends(self, text: str, start: int) -> int:
        """Where the phrase that begins at ``start`` ends, 0 when it doesn't go on as it should."""
        end = start + len(self.head)
        if self.rest is None:
            return end
        match = self.rest.match(text, end)
        return match.end() if match else 0


Index = dict[str, tuple[_Phrase, ...]]


def phrase_index(entries: Iterable[str]) -> Index:
    """The phrases of a catalogue list by their first character. ValueError for an entry that can't be read."""
    found: dict[str, list[_Phrase]] = {}
    for entry in entries:
        heads, *rest = entry.lower().split("+")
        pieces = ["|".join(re.escape(word) for word in piece.split("|")) for piece in rest]
        pattern = re.compile("".join(f"(?:{piece})" for piece in pieces)) if pieces else None
        then = tuple(frozenset(word) for word in rest[0].split("|")) if rest else ()
        for head in heads.split("|"):
            if len(head) < 2 or any(not word for piece in rest for word in piece.split("|")):
                raise ValueError(f"catalogue {ID}: a phrase begins with two characters at least and no alternative is empty: {entry}")
            found.setdefault(head[0], []).append(_Phrase(head, pattern, frozenset(head), then))
    return {first: tuple(phrases) for first, phrases in found.items()}


@cache
def _indexes() -> tuple[Index, Index]:
    names = rules(ID).names
    return phrase_index(names["sure"]), phrase_index(names["weak"])


@cache
def _firsts() -> frozenset[str]:
    return frozenset(first for index in _indexes() for first in index)


@cache
def _neutral() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, rules(ID).names["neutral"])))


def normal(text: str) -> str:
    """``text`` without disguise: one width, lower case, simplified, no spaces, no invisible characters, no stars between characters."""
    text = text[:MAX_TEXT]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_SIMPLER)
        return _DRESSING.sub("", _LISTED.sub("", _JUNK.sub("", text.lower())))
    return _JUNK.sub("", text.lower())


def suspicious(text: str) -> bool:
    """Whether ``text`` (many titles in a row) holds any phrase of the lists, whatever stands beside it: the cheap question of every page.

    Disguise is undone only where the text holds a character that disguises.
    """
    characters = set(text)
    if not _ODD.isdisjoint(characters):
        text = normal(text)
        characters = set(text)
    else:
        text = text.lower().replace(" ", "").replace("\u3000", "").replace("·", "")
    return any(next(_found(index, text, characters), None) is not None for index in _indexes())


def _found(index: Index, text: str, characters: set[str]) -> Iterator[str]:
    for first in _firsts().intersection(characters):
        for phrase in index.get(first, ()):
            if not phrase.possible(characters):
                continue
            start = text.find(phrase.head)
            while start >= 0:
                if end := phrase.ends(text, start):
                    yield text[start:end]
                    break
                start = text.find(phrase.head, start + 1)


def _stands_alone(found: str, raw: str) -> bool:
    """Whether a phrase in Latin letters is no piece of a longer word or of two words of ``raw``: ng28 is not in "Spring 28"."""
    if not (found[0].isascii() or found[-1].isascii()):
        return True
    inner = f"(?:{_JUNK.pattern})?".join(map(re.escape, found))
    before, after = (r"[a-z]" if letter.isalpha() else r"[0-9]" for letter in (found[0], found[-1]))
    pattern = (f"(?<!{before})" if found[0].isascii() else "") + inner + (f"(?!{after})" if found[-1].isascii() else "")
    return re.search(pattern, raw) is not None


def words_of(text: str) -> Words:
    """The words of one stretch of text (a title, one link, one description); none where a neutral word stands beside them."""
    raw = text
    text = normal(text)
    characters = set(text)
    if _firsts().isdisjoint(characters):
        return Words()
    sure, weak = _indexes()
    certain = sorted(set(_found(sure, text, characters)), key=lambda word: (text.find(word), word))
    doubtful = sorted(set(_found(weak, text, characters)), key=lambda word: (text.find(word), word))
    if not (certain or doubtful) or _neutral().search(text):
        return Words()
    raw = _DRESSING.sub("", unicodedata.normalize("NFKC", raw[:MAX_TEXT]).translate(_SIMPLER).lower())
    certain, doubtful = ([word for word in words if _stands_alone(word, raw)] for words in (certain, doubtful))
    certain = [word for word in certain if not any(word != other and word in other for other in certain)]
    return Words(tuple(certain), tuple(word for word in doubtful if not any(word in sure_one for sure_one in certain)))


def title_words(title: str) -> Words:
    """The words of a title, its parts (page, column, site name) read apart: the site's own name neutralises nothing."""
    found = words_of(title) if len(parts := _PARTS.split(title)) < 2 else Words()
    for part in parts if len(parts) > 1 else ():
        found = found.with_(words_of(part))
    return found


def enough(words: Words) -> bool:
    """Whether this is enough to accuse: one sure phrase, or several different weak words."""
    return bool(words.sure) or len(words.weak) >= rules(ID).number("weak-words")
