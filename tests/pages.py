"""The project's Markdown pages, taken apart into blocks, links and commands."""

import re
from dataclasses import dataclass

from tests.conftest import REPOSITORY

PAGES = {
    str(path.relative_to(REPOSITORY)): path.read_text(encoding="utf-8")
    for path in sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/*.md")])
}
CARD = "models/sentiment-minilm/README.md"
CARD_TEXT = (REPOSITORY / CARD).read_text(encoding="utf-8")
PRINTED_ADDRESSES = ("http://127.0.0.1:8080", "http://127.0.0.1:3000")

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_OUTPUT_LANGUAGES = {"json", "text"}


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes:
        page: Path of its page.
        language: What stands behind the fence.
        code: The lines between the fences.
        output: The block of JSON or text that follows immediately; None without one.
    """

    page: str
    language: str
    code: str
    output: str | None

    @property
    def first_line(self) -> str:
        """Names the block within its page."""
        return self.code.partition("\n")[0]

    @property
    def lines(self) -> list[str]:
        """Lines that hold something."""
        return [line for line in self.code.splitlines() if line.strip()]


def read_blocks(page: str, text: str) -> list[Block]:
    """Read the fenced blocks of a page, in order."""
    matches = list(_BLOCK.finditer(text))
    blocks = []
    for place, match in enumerate(matches):
        following = matches[place + 1] if place + 1 < len(matches) else None
        is_output = (
            following is not None
            and following[1] in _OUTPUT_LANGUAGES
            and not text[match.end() : following.start()].strip()
        )
        output = following[2] if following and is_output else None
        blocks.append(Block(page, match[1], match[2], output))
    return blocks


BLOCKS = [block for page, text in PAGES.items() for block in read_blocks(page, text)]


def find_commands(program: str) -> list[tuple[str, str]]:
    """Find every call of a program, in blocks and in inline code.

    Args:
        program: Such as ``make``; its folder may stand before it.

    Returns:
        Page, and what stands behind the program's name.
    """
    call = re.compile(rf"^(?:\w+=\S+ )*(?:\.venv/bin/)?{program} ([a-z][^#|]*)")
    pages = {**PAGES, CARD: CARD_TEXT}
    commands = []
    for page, text in pages.items():
        blocks = [block for block in read_blocks(page, text) if block.language == "bash"]
        lines = [line for block in blocks for line in block.code.splitlines()]
        for line in [*lines, *_INLINE.findall(_BLOCK.sub("", text))]:
            if match := call.match(line):
                commands.append((page, match[1].strip()))
    return commands
