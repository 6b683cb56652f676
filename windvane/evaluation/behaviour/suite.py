"""Loads a suite: builds cases from files of tests."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from windvane.evaluation.behaviour.fill_ins import Words, fill_in, vary
from windvane.evaluation.behaviour.suite_cases import (
    Case,
    DirectionCase,
    InvarianceCase,
    MinimumCase,
)
from windvane.evaluation.behaviour.suite_files import (
    DirectionTest,
    InvarianceTest,
    MinimumTest,
    SuiteFile,
    read_suite_file,
)
from windvane.evaluation.errors import SuiteError
from windvane.inference.errors import TextRuleError
from windvane.inference.text_rules import LONGEST_TEXT_CHARS, check_text

SHIPPED_SUITE = Path(__file__).parent / "suite"
KINDS = ("minimum", "invariance", "direction")

Test = MinimumTest | InvarianceTest | DirectionTest


@dataclass(frozen=True)
class SuiteCase:
    """A case and its origin.

    Attributes:
        kind: One of `KINDS`.
        test: Name of its test.
        from_template: Whether it was made from a template.
        case: The case.
    """

    kind: str
    test: str
    from_template: bool
    case: Case


@dataclass(frozen=True)
class Capability:
    """A capability of a model and the cases that test it.

    Attributes:
        name: Its file's name, with spaces for underscores.
        about: One sentence about it.
        cases: In the order of the file.
    """

    name: str
    about: str
    cases: tuple[SuiteCase, ...]


def load_suite(folder: Path = SHIPPED_SUITE) -> list[Capability]:
    """Read every ``.toml`` file of a folder, in the order of their names.

    Raises:
        SuiteError: There is no file, or a case breaks a rule; names file, case and rule.
        OSError: A file cannot be opened.
    """
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise SuiteError(f"There is no .toml file in {folder}.")
    return [_build_capability(path.name, read_suite_file(path)) for path in paths]


def _build_capability(file: str, content: SuiteFile) -> Capability:
    cases: list[SuiteCase] = []
    seen: set[str] = set()
    for kind in KINDS:
        for position, test in enumerate(getattr(content, kind)):
            place = f'{file}, {kind}[{position}] "{test.name}"'
            built = _build_cases(kind, test, content.fill, place)
            _check_texts(built, seen, place)
            cases += built
    if not cases:
        raise SuiteError(f"{file}: it holds no case.")
    return Capability(file.removesuffix(".toml").replace("_", " "), content.about, tuple(cases))


def _build_cases(kind: str, test: Test, words: Words, place: str) -> list[SuiteCase]:
    """Build the cases of one test.

    Raises:
        SuiteError: The test has no cases, or a template cannot be filled.
    """
    written = test.pairs if isinstance(test, DirectionTest) else test.texts
    cases = [SuiteCase(kind, test.name, False, _build_case(test, texts)) for texts in written]
    for position, template in enumerate(test.templates):
        try:
            filled = list(_fill(test, template, words))
        except SuiteError as error:
            raise SuiteError(f"{place}, templates[{position}]: {error}.") from error
        cases += [SuiteCase(kind, test.name, True, _build_case(test, texts)) for texts in filled]
    if not cases:
        raise SuiteError(f"{place}: it holds no case.")
    return cases


def _fill(test: Test, template: str | Sequence[str], words: Words) -> Iterator[tuple[str, ...]]:
    templates = (template,) if isinstance(template, str) else template
    if isinstance(test, InvarianceTest):
        return vary(templates[0], test.vary, words)
    return fill_in(templates, words)


def _build_case(test: Test, texts: str | Sequence[str]) -> Case:
    texts = (texts,) if isinstance(texts, str) else tuple(texts)
    if isinstance(test, MinimumTest):
        return MinimumCase(texts[0], tuple(test.labels))
    if isinstance(test, InvarianceTest):
        return InvarianceCase(texts, test.tolerance)
    return DirectionCase((texts[0], texts[1]), test.label, test.change, test.margin)


def _check_texts(cases: Iterable[SuiteCase], seen: set[str], place: str) -> None:
    """Check each text, and that it is unique in its file: a duplicate would count twice.

    Raises:
        SuiteError: A text breaks a rule; the message does not repeat it.
    """
    for number, suite_case in enumerate(cases, start=1):
        for text in suite_case.case.texts:
            try:
                check_text(text, max_chars=LONGEST_TEXT_CHARS)
            except TextRuleError as error:
                raise SuiteError(f"{place}, case {number}: a text must be {error}.") from error
            if text in seen:
                raise SuiteError(f"{place}, case {number}: the file has one of its texts already.")
            seen.add(text)
