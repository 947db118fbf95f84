"""The page in a real browser.  Needs headless Chromium."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.reports import html
from tests.real import tool
from tests.reports import sample

pytestmark = pytest.mark.browser
ROOM = {"width": 1280, "height": 900}

# Of every text that is shown: colour against the background that lies under it, by WCAG 2's formula.
CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgb = (c) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => v / 255).map((v) => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const under = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3]) return c; } return [255, 255, 255, 255]; };
  const bad = {};
  for (const e of document.querySelectorAll("body *")) {
    if (!e.getClientRects().length || e.closest(".vh, svg, script") || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(under(e))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) bad[e.tagName + "." + e.className] = ratio;
  }
  return bad; }"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = tool("chromium-headless-shell")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for name, report in (("sample", sample.report()), ("many", sample.many(300)), ("hostile", sample.hostile())):
        (folder / f"{name}.html").write_text(html.render(report), encoding="utf-8")
    return folder


class Page:
    """A page and what the browser complained about or asked for."""

    def __init__(self, browser: Any, path: Path, fragment: str = "", **settings: Any) -> None:
        self.said: list[str] = []
        self.context = browser.new_context(**({"viewport": ROOM} | settings))
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(f"dialog {dialog.message}"))
        self.page.on("request", lambda request: self.said.append(request.url) if not request.url.startswith(path.as_uri()) else None)
        self.page.goto(path.as_uri() + fragment)

    def count(self, selector: str) -> int:
        return int(self.page.locator(selector + " >> visible=true").count())

    def evaluate(self, script: str) -> Any:
        return self.page.evaluate(script)


@pytest.mark.parametrize("name", ["sample", "many", "hostile"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_silent(browser: Any, folder: Path, name: str, scheme: str) -> None:
    """No page writes to the console, opens a dialog or asks for anything but itself."""
    page = Page(browser, folder / f"{name}.html", color_scheme=scheme)
    page.page.locator(".chip").first.click()
    assert page.said == []
    page.context.close()


@pytest.mark.parametrize("name", ["sample", "many", "hostile"])
@pytest.mark.parametrize("width", [390, 768, 1280])
def test_it_fits(browser: Any, folder: Path, name: str, width: int) -> None:
    """No page is wider than a phone, a tablet or a desk."""
    page = Page(browser, folder / f"{name}.html", viewport={"width": width, "height": 844})
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read(browser: Any, folder: Path, scheme: str) -> None:
    """In both themes every text has a contrast of 4.5 to 1 or more, and the themes differ."""
    page = Page(browser, folder / "sample.html", color_scheme=scheme)
    page.page.locator(".chip").first.click()
    assert page.evaluate(CONTRAST) == {}
    page.page.locator(".chip").first.click()
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    assert page.evaluate(CONTRAST) == {}
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert dark == (scheme == "dark")
    page.context.close()


def test_the_filter_narrows_and_goes_into_the_address(browser: Any, folder: Path) -> None:
    """Status and search narrow what is shown, say how much it is, stay in the fragment, and are undone by one button."""
    from playwright.sync_api import expect

    page = Page(browser, folder / "sample.html")
    page.page.locator("[data-status=unknown]").click()
    assert page.count(".item") == 4
    assert page.page.locator("[data-status=unknown]").get_attribute("aria-pressed") == "true"
    assert page.page.locator("form [role=status]").inner_text() == "4 results in 3 controls"
    assert page.evaluate("location.hash") == "#status=unknown"
    page.page.locator("input[name=q]").fill("helm")
    expect(page.page.locator("form [role=status]")).to_have_text("1 result in 1 control")
    assert page.count(".item") == 1
    assert page.evaluate("location.hash") == "#status=unknown&q=helm"
    page.page.locator("button[type=reset]").click()
    assert page.count(".item") == 14
    assert page.evaluate("location.hash") == ""
    page.context.close()


def test_the_address_sets_the_filter(browser: Any, folder: Path) -> None:
    """A page opened with a filter in its fragment shows just that: by container, family and framework."""
    for fragment, shown in (("#in=my-org%2Fpay&status=waived", 2), ("#section=1&status=fail", 2), ("#framework=pci-4.0.1%2F6.5.4&status=fail", 2), ("#severity=critical&status=fail", 4)):
        page = Page(browser, folder / "sample.html", fragment)
        assert page.count(".item") == shown, fragment
        page.context.close()
    page = Page(browser, folder / "sample.html", "#q=nothing+like+this")
    assert page.count("#none") == 1
    page.context.close()


def test_links_lead_to_what_is_not_in_the_page_yet(browser: Any, folder: Path) -> None:
    """A link to a result that a big page holds back, and one to a result that the filter hides, both show it."""
    report = sample.many(300)
    last = [r for r in report.results if r.status == "fail" and r.control == "duties.author_excluded"][-1]
    page = Page(browser, folder / "many.html", f"#{html.pages.anchor(last)}")
    assert page.count(f"#{html.pages.anchor(last)}") == 1
    page.context.close()
    page = Page(browser, folder / "sample.html", "#status=unknown")
    page.page.locator(".worst a").first.click()
    assert page.count(page.page.locator(".worst a").first.get_attribute("href")) == 1
    page.context.close()


def test_a_big_page_stays_small(browser: Any, folder: Path) -> None:
    """With JavaScript the rest of a list comes when asked for; a repository can be shown alone."""
    page = Page(browser, folder / "many.html")
    assert page.evaluate("document.querySelectorAll('*').length") < 10_000
    before = page.count("#overview tr[data-in]")
    page.page.locator("#overview button.more").click()
    assert page.count("#overview tr[data-in]") == before + 100
    name = page.page.locator("#overview tr[data-in] button").nth(50)
    failed = int(page.page.locator("#overview tr[data-in]").nth(50).locator("td").nth(1).inner_text())
    name.click()
    page.page.locator("[data-status=fail]").click()
    assert page.count("#overview tr[data-in]") == 1
    assert page.count(".item") == failed
    page.context.close()


def test_without_javascript_nothing_is_missing(browser: Any, folder: Path) -> None:
    """Every failure and unknown of a big report is there, and the controls that need JavaScript are not."""
    report = sample.many(300)
    page = Page(browser, folder / "many.html", java_script_enabled=False)
    wanted = sum(r.status in ("fail", "unknown", "waived") for r in report.results)
    assert page.page.locator("li.item").count() == wanted
    assert page.count("form") == 0
    assert page.count("button") == 0
    page.context.close()


def test_it_prints(browser: Any, folder: Path) -> None:
    """On paper the filter is not shown and every failure is unfolded."""
    page = Page(browser, folder / "many.html")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.page.emulate_media(media="print")
    failed = sum(r.status == "fail" for r in sample.many(300).results)
    assert page.count(".item.fail") == failed
    assert page.count("form") == 0
    page.context.close()


def test_the_keyboard_reaches_what_the_mouse_does(browser: Any, folder: Path) -> None:
    """The first stop is the skip link, every stop is visible and shows its focus, and landmarks and headings are in order."""
    page = Page(browser, folder / "sample.html")
    page.page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(12):
        page.page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5')].map(h => Number(h.tagName[1]))")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert page.evaluate("['header', 'nav', 'main', 'footer', '[role=search]'].every(s => document.querySelectorAll(s).length === 1)")
    assert page.evaluate("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size === document.querySelectorAll('[id]').length")
    page.context.close()
