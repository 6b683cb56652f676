"""The page's rule for a blank text is the server's."""

from playwright.sync_api import Page, expect

from tests.console.conftest import Visit
from tests.console.test_many_texts import open_many
from windvane.inference.invisible_characters import RANGES

FIND_RANGES = """async () => {
  const { isBlank } = await import(new URL("console/dom.js", document.baseURI));
  const ranges = [];
  for (let code = 0; code <= 0x10ffff; code += 1) {
    if (!isBlank(String.fromCodePoint(code))) continue;
    if (ranges.at(-1)?.[1] === code - 1) ranges.at(-1)[1] = code;
    else ranges.push([code, code]);
  }
  return ranges;
}"""


def test_page_takes_the_same_characters_for_invisible(page: Page) -> None:
    ranges = page.evaluate(FIND_RANGES)

    assert tuple(map(tuple, ranges)) == RANGES


def test_page_does_not_send_a_text_that_shows_nothing(page: Page) -> None:
    page.get_by_label("Your text").fill("\u3164\ufe0f \u2800")
    page.get_by_role("button", name="Classify", exact=True).click()

    expect(page.get_by_text("There is nothing to classify yet")).to_be_visible()


def test_page_leaves_out_lines_that_show_nothing(visit: Visit) -> None:
    page = open_many(visit)
    page.get_by_label("One text a line").fill("good\n\u3164\n\u200b\U000e0001\n\nbad")

    expect(page.locator("#many-source")).to_have_text("2 texts")
