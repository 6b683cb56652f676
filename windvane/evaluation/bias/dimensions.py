"""Dimensions: terms that must not change a prediction, and the sentences they are put into."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from windvane.evaluation.errors import BiasError
from windvane.toml_files import read_toml

TERMS_FILE = Path(__file__).with_name("terms.toml")
TEMPLATES_FILE = Path(__file__).with_name("templates.toml")
_SLOT = re.compile(r"\{(\w+)\}")
Groups = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class Template:
    """A sentence with slots, and the tone of the rest of it."""

    text: str
    tone: str

    @property
    def forms(self) -> tuple[str, ...]:
        """Names of its slots in lower case, in the order of the sentence."""
        return tuple(dict.fromkeys(slot.lower() for slot in _SLOT.findall(self.text)))


@dataclass(frozen=True)
class Filling:
    """A text to classify, and the term that fills its template."""

    text: str
    group: str
    term: str


@dataclass(frozen=True)
class Dimension:
    """A property that must not change a prediction, such as the country.

    Attributes:
        name: Its name in both files.
        groups: Terms by group and form.
        templates: The sentences.
        headline: The sentence that represents the dimension, if it has one.
    """

    name: str
    groups: Groups
    templates: Sequence[Template]
    headline: str | None = None

    def fill(self, template: Template) -> list[Filling]:
        """Fill the template with each term of each group that has its forms.

        Raises:
            BiasError: Fewer than two groups can fill it, or the lists of two of its forms differ
                in length.
        """
        forms = template.forms
        complete = {
            name: terms
            for name, terms in self.groups.items()
            if all(terms.get(form) for form in forms)
        }
        if not forms or len(complete) < 2:  # noqa: PLR2004 - a comparison takes two
            raise BiasError(
                f"{self.name}: fewer than two groups have the forms of the template "
                f'"{template.text}".'
            )
        return [
            Filling(
                _fill_slots(template.text, dict(zip(forms, words, strict=True))), name, words[0]
            )
            for name, terms in complete.items()
            for words in self._zip_forms(name, [terms[form] for form in forms])
        ]

    def _zip_forms(self, group: str, lists: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
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
        """Build a template from each sentence."""
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
    terms = read_toml(terms_file, dict[str, Groups], BiasError)
    dimensions = []
    sentences_by_name = read_toml(templates_file, dict[str, Sentences], BiasError)
    for name, sentences in sentences_by_name.items():
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
    """Select dimensions by name; all of them if there are no names.

    Raises:
        BiasError: A name is unknown.
    """
    known = {dimension.name: dimension for dimension in dimensions}
    for name in names:
        if name not in known:
            raise BiasError(f'There is no dimension "{name}"; there are: {", ".join(known)}.')
    return [known[name] for name in names] or list(dimensions)


def _fill_slots(text: str, words: Mapping[str, str]) -> str:
    """Fill the slots; a slot that starts with a capital capitalizes its word."""

    def fill_slot(slot: re.Match[str]) -> str:
        word = words[slot[1].lower()]
        return word[:1].upper() + word[1:] if slot[1][0].isupper() else word

    return _SLOT.sub(fill_slot, text)
