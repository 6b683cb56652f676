"""The dimensions: the terms that must not matter, and the sentences that they stand in."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from windvane.evaluation.errors import BiasError

TERMS_FILE = Path(__file__).with_name("terms.toml")
TEMPLATES_FILE = Path(__file__).with_name("templates.toml")
_SLOT = re.compile(r"\{(\w+)\}")
Content = TypeVar("Content")
Groups = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class Template:
    """A sentence with slots, and the tone that the rest of it has."""

    text: str
    tone: str

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that its slots ask for, in the order of the sentence."""
        return tuple(dict.fromkeys(slot.lower() for slot in _SLOT.findall(self.text)))


@dataclass(frozen=True)
class Filling:
    """One text to classify, and what was put into its template."""

    text: str
    group: str
    term: str


@dataclass(frozen=True)
class Dimension:
    """What must not matter, such as the country.

    Attributes:
        name: Its name in both files.
        groups: For each group the terms by form.
        templates: The sentences.
        headline: The sentence whose figures stand for the dimension, where it has one.
    """

    name: str
    groups: Groups
    templates: Sequence[Template]
    headline: str | None = None

    def fill(self, template: Template) -> list[Filling]:
        """Put each term of each group that has the forms into the template.

        Raises:
            BiasError: The groups that could fill it are fewer than two, or the lists of two forms
                that it uses differ in length.
        """
        forms = template.forms
        able = {
            name: terms
            for name, terms in self.groups.items()
            if all(terms.get(form) for form in forms)
        }
        if not forms or len(able) < 2:  # noqa: PLR2004 - a comparison takes two
            raise BiasError(
                f"{self.name}: fewer than two groups have the forms of the template "
                f'"{template.text}".'
            )
        return [
            Filling(_put_into(template.text, dict(zip(forms, words, strict=True))), name, words[0])
            for name, terms in able.items()
            for words in self._in_step(name, [terms[form] for form in forms])
        ]

    def _in_step(self, group: str, lists: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
        if len({len(words) for words in lists}) > 1:
            raise BiasError(f"{self.name}, {group}: forms of one template differ in number.")
        return list(zip(*lists, strict=True))


class Sentences(msgspec.Struct, forbid_unknown_fields=True):
    """A dimension's table in the file of templates."""

    negative: tuple[str, ...] = ()
    neutral: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()
    headline: str | None = None

    def templates(self) -> list[Template]:
        """Pair each sentence with its tone."""
        tones = {"negative": self.negative, "neutral": self.neutral, "positive": self.positive}
        return [Template(text, tone) for tone, texts in tones.items() for text in texts]


def load_dimensions(
    terms_file: Path = TERMS_FILE, templates_file: Path = TEMPLATES_FILE
) -> list[Dimension]:
    """Read every dimension that has templates, in their order.

    Raises:
        BiasError: A file cannot be read, a dimension has no terms or no sentences, or its headline
            is none of these.
    """
    terms = read_toml(terms_file, dict[str, Groups])
    dimensions = []
    for name, sentences in read_toml(templates_file, dict[str, Sentences]).items():
        texts = [template.text for template in sentences.templates()]
        if name not in terms:
            raise BiasError(f'{templates_file}: "{name}" has no terms in {terms_file}.')
        if not texts or (sentences.headline or texts[0]) not in texts:
            raise BiasError(f"{templates_file}: {name} lacks sentences, or its headline.")
        templates = sentences.templates()
        dimensions.append(Dimension(name, terms[name], templates, sentences.headline))
    if not dimensions:
        raise BiasError(f"{templates_file} holds no dimension.")
    return dimensions


def choose_dimensions(dimensions: Sequence[Dimension], names: Sequence[str]) -> list[Dimension]:
    """Keep those that are named; all of them where none is.

    Raises:
        BiasError: There is none of a name.
    """
    known = {dimension.name: dimension for dimension in dimensions}
    for name in names:
        if name not in known:
            raise BiasError(f'There is no dimension "{name}"; there are: {", ".join(known)}.')
    return [known[name] for name in names] or list(dimensions)


def read_toml(file: Path, content: type[Content]) -> Content:
    """Read a TOML file of a known shape.

    Raises:
        BiasError: It cannot be read, is not TOML, or holds something else.
    """
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), content)
    except OSError as error:
        raise BiasError(f"Cannot open {file}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BiasError(f"{file} is not UTF-8.") from error
    except msgspec.ValidationError as error:
        raise BiasError(f"{file}: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise BiasError(f"{file} is not TOML: {error}.") from error


def _put_into(text: str, words: Mapping[str, str]) -> str:
    """Fill the slots; a slot with a capital makes the word's first letter one."""

    def put(slot: re.Match[str]) -> str:
        word = words[slot[1].lower()]
        return word[:1].upper() + word[1:] if slot[1][0].isupper() else word

    return _SLOT.sub(put, text)
