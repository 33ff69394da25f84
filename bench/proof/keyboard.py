"""A page by keyboard alone: each stop in order, each seen, the menu opened and closed."""

from playwright.sync_api import Page

from bench.proof.in_page import ask

_MENU = "header button[popovertarget], header button[aria-expanded], header summary"
_LINKS = "header nav a"
_PLACE = f"[...document.querySelectorAll('{_LINKS}')].indexOf(document.activeElement)"


def faults_by_keyboard(page: Page) -> list[str]:
    """Press Tab through the page as it was loaded; return which stop is left out, late or not seen.

    WCAG 2.2: 2.1.1 Keyboard, 2.4.3 Focus Order, 2.4.7 Focus Visible, 2.4.11 Focus Not Obscured.
    """
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    names: list[str] = ask(page, "stops")
    faults, reached = [], []
    for _ in names:
        page.keyboard.press("Tab")
        stop = ask(page, "focused")
        place = stop["place"]
        reached.append(place)
        faults += [f"{names[place] if place >= 0 else '?'} {fault}" for fault in stop["faults"]]
    if reached != list(range(len(names))):
        missed = [name for place, name in enumerate(names) if place not in reached]
        faults.append(f"Tab goes through {reached}, not in order; missed: {missed}")
    return faults


def faults_of_menu(page: Page) -> list[str]:
    """Return what keeps a visitor with a keyboard from the links of the page's menu.

    A page that shows its links without a menu, or has no other pages to link to, has none.
    """
    links = page.locator(_LINKS)
    if links.count() == 0 or links.first.is_visible():
        return []
    button = page.locator(f"{_MENU} >> visible=true")
    if button.count() == 0:
        return ["the links are hidden, and no button opens them"]
    button.first.focus()
    page.keyboard.press("Enter")
    hidden = [link.inner_text() for link in links.all() if link.is_hidden()]
    if hidden:
        return [f"the menu does not show {hidden}"]
    faults = _stops_in_menu(page, links.count())
    page.keyboard.press("Escape")
    if button.first.get_attribute("popovertarget") and links.first.is_visible():
        faults.append("Escape does not close the menu")
    return faults


def _stops_in_menu(page: Page, links: int) -> list[str]:
    ask(page, "stops")
    seen, faults = set(), []
    # A button that closes the menu may stand before its links.
    for _ in range(links + 1):
        page.keyboard.press("Tab")
        faults += [f"in the menu, a stop {fault}" for fault in ask(page, "focused")["faults"]]
        seen.add(page.evaluate(_PLACE))
    if missed := set(range(links)) - seen:
        faults.append(f"Tab does not reach {len(missed)} of the menu's {links} links")
    return faults
