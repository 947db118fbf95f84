"""The line of a template that an image came from, as well as that can be told."""

from __future__ import annotations


def image_line(template: str, image: str, nth: int) -> int:
    """The line with an `image:` that can have given this image, the one with most of it in plain text; of several alike the `nth`, counting from 0 (the
    last if there are fewer).  1 where no line can."""
    fitting: list[tuple[int, int]] = []
    for number, line in enumerate(template.split("\n"), 1):
        body = line.strip().removeprefix("-").strip().replace('"image"', "image").replace("'image'", "image")
        if body.startswith("image:"):
            plain = _fits(body.removeprefix("image:"), image)
            if plain >= 0:
                fitting.append((plain, number))
    if not fitting:
        return 1
    best = max(plain for plain, _ in fitting)
    lines = [number for plain, number in fitting if plain == best]
    return lines[min(nth, len(lines) - 1)]


def _fits(value: str, image: str) -> int:
    """How many characters of the image stand in the line as plain text; -1 if it cannot have come from it."""
    value = value.strip()
    pieces: list[str] = []
    while (start := value.find("{{")) >= 0:
        end = value.find("}}", start)
        pieces.append(value[:start])
        value = value[end + 2 :] if end >= 0 else ""
    pieces.append(value.partition(" #")[0])
    pieces = [piece.strip().strip("\"'") for piece in pieces]
    return sum(map(len, pieces)) if _in_order(pieces, image) else -1


def _in_order(pieces: list[str], text: str) -> bool:
    """Is the text made of these pieces with anything between them?  One piece alone is all of it."""
    if len(pieces) == 1:
        return pieces[0] == text
    end = len(text) - len(pieces[-1])
    position = len(pieces[0])
    if not text.startswith(pieces[0]) or not text.endswith(pieces[-1]) or end < position:
        return False
    for piece in pieces[1:-1]:
        position = text.find(piece, position, end)
        if position < 0:
            return False
        position += len(piece)
    return True
