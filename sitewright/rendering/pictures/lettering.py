"""Words set for images: in the theme's face where it has every letter, else in a family that themes share."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

_SHARED = tuple(
    Path(__file__).parents[1] / "fonts" / f"Cairo-700-{part}.woff2"
    for part in ("latin", "latin-ext", "arabic")
)
_MEASURED = 100
"""The size in pixels at which words are measured; other sizes are taken as in proportion."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words that can be drawn, with the fonts that have their letters. Without words when they cannot."""

    words: str
    fonts: tuple[Path, ...]
    rtl: bool

    def lines(self, size: int, width: int) -> list[str]:
        """Return the words in lines of at most `width` pixels; a word that is longer is broken too."""
        room = width * _MEASURED / size * 0.98
        lines: list[str] = []
        for word in self.words.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self._width(longer) <= room:
                lines[-1] = longer
                continue
            lines.append("")
            for letter in word if self._width(word) > room else (word,):
                if lines[-1] and self._width(lines[-1] + letter) > room:
                    lines.append("")
                lines[-1] += letter
        return lines

    def fitted(self, sizes: range, width: int, height: int) -> "Block":
        """Return the words at the first of `sizes`, largest first, at which they fit into a box in pixels.

        What does not fit at the smallest either is cut, and ends in an ellipsis.
        """
        blocks = (Block(self, size, tuple(self.lines(size, width))) for size in sizes)
        block = next(blocks)
        for smaller in blocks:
            if block.height <= height:
                break
            block = smaller
        if block.height <= height:
            return block
        size = block.size
        kept = [*block.lines[: height // block.leading]]
        while self._width(f"{kept[-1]}…") > width * _MEASURED / size * 0.98:
            kept[-1] = kept[-1][:-1]
        return Block(self, size, (*kept[:-1], f"{kept[-1].rstrip()}…"))

    @property
    def ems(self) -> float:
        """How wide the words are in one line, in sizes of their font."""
        return self._width(self.words) / _MEASURED

    def mask(self, line: str, size: int, width: int) -> Image.Image:
        """Return `line` as a mask as wide as `width`, begun at the side where its language begins."""
        image = Image.new("L", (width, round(size * 1.5)))
        pen, baseline = ImageDraw.Draw(image), size * 1.1
        x = float(width if self.rtl else 0)
        for run, rtl in _runs(line, rtl=self.rtl):
            pieces = list(self.pieces(run))
            for piece, path in reversed(pieces) if rtl != self.rtl else pieces:
                font = _font(path, size)
                length = font.getlength(piece, direction=_direction(rtl=rtl))
                x -= length if self.rtl else 0
                pen.text(
                    (x, baseline), piece, font=font, fill=255, anchor="ls", direction=_direction(rtl=rtl)
                )
                x += 0 if self.rtl else length
        return image

    def _width(self, line: str) -> float:
        return _measured(self, line)

    def pieces(self, run: str) -> Iterator[tuple[str, Path]]:
        """Yield `run` in pieces that one font has all letters of, in the order of reading."""
        piece, font = "", self.fonts[0]
        for letter in run:
            if not _has(font, letter):
                if piece:
                    yield piece, font
                piece, font = "", next(each for each in self.fonts if _has(each, letter))
            piece += letter
        if piece:
            yield piece, font


@dataclass(frozen=True, slots=True)
class Block:
    """Text broken into lines at a size in pixels."""

    text: Text
    size: int
    lines: tuple[str, ...]

    @property
    def leading(self) -> int:
        """Pixels from one line to the next."""
        return round(self.size * 1.18)

    @property
    def height(self) -> int:
        """Pixels from the first line's top to the last one's bottom."""
        return self.leading * len(self.lines)


def settable(text: str, face: Path) -> Text:
    """Return `text` as it can be drawn, with `face` where that has all of its letters.

    Pictographs and signs that no font has are left out. Without one of its letters a name would be wrong, and
    Arabic without shaping too (Pillow may lack Raqm): then there are no words.
    """
    text = unicodedata.normalize("NFC", text)
    rtl = any(_is_rtl(letter) for letter in text)
    for fonts in ((face,), _SHARED):
        known = [letter for letter in text if letter.isspace() or any(_has(font, letter) for font in fonts)]
        lost = {unicodedata.category(letter)[0] for letter in set(text) - set(known)}
        words = " ".join("".join(known).split())
        if not lost & {"L", "M", "N"} and not (rtl and not features.check("raqm")):
            first = next((letter for letter in words if letter.isalpha()), "")
            return Text(words, fonts, rtl=_is_rtl(first) if first else False)
    return Text("", (face,), rtl=rtl)


def letter_mask(text: Text, *, side: int, share: float, middle: float) -> Image.Image:
    """Return a square mask of `side` pixels with a few letters, at most `share` of it wide and less high.

    `middle` is how far down their middle is, as a share of the side.
    """
    size = max(side, 32)
    letters = text.mask(text.words, size, size * 4)
    letters = letters.crop(letters.getbbox())
    scale = min(side * share / letters.width, side * share * 0.62 / letters.height)
    width, height = (max(1, round(extent * scale)) for extent in letters.size)
    letters = letters.resize((width, height), Image.Resampling.LANCZOS)
    mask = Image.new("L", (side, side))
    mask.paste(letters, ((side - width) // 2, round(side * middle - height / 2)))
    return mask


@lru_cache(maxsize=4096)
def _measured(text: Text, line: str) -> float:
    return sum(
        _font(path, _MEASURED).getlength(piece, direction=_direction(rtl=rtl))
        for run, rtl in _runs(line, rtl=text.rtl)
        for piece, path in text.pieces(run)
    )


@cache
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


@cache
def _has(path: Path, letter: str) -> bool:
    font = _plain_font(path)
    return letter.isspace() or bytes(font.getmask(letter)) != bytes(font.getmask("\uffff"))


@cache
def _plain_font(path: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, 40, layout_engine=ImageFont.Layout.BASIC)


def _direction(*, rtl: bool) -> str | None:
    return ("rtl" if rtl else "ltr") if features.check("raqm") else None


def _is_rtl(letter: str) -> bool:
    return unicodedata.bidirectional(letter) in ("R", "AL")


def _runs(line: str, *, rtl: bool) -> Iterator[tuple[str, bool]]:
    """Yield the line's words joined where they read the same way, in the order of reading."""
    run, run_rtl = "", rtl
    for word in line.split(" "):
        strong = [_is_rtl(letter) for letter in word if letter.isalpha()]
        word_rtl = any(strong) if strong else run_rtl
        if run and word_rtl != run_rtl:
            yield run, run_rtl
            yield " ", rtl
            run = ""
        run, run_rtl = f"{run} {word}" if run else word, word_rtl
    if run:
        yield run, run_rtl
