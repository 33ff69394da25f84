"""Prefect holds ids: no text of a customer is a parameter, a tag, a state, an event or a log line.

The brief's artifact, and Prefect's event that it was made, are the one exception: operators read it.
"""

from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.support.breakpoints import plain_url
from tests.support.browser import CHROMIUM, NO_BROWSER, View, chromium, visit
from tests.support.orders import document
from tests.support.stack import RunningStack

ARTIFACTS = {"artifact", "artifact_collection"}
NOT_OF_AN_ARTIFACT = " AND one::text NOT LIKE '%%prefect.artifact-collection.%%'"
CUSTOMERS_WORDS = (
    "Ana Sabrosa",
    "Clínica Sabrosa",
    "sabrosa.example",
    "5550-0199",
    "558155500199",
    "Rua Secreta",
    "alinhadores",
)


def test_no_text_of_a_customer_outside_the_artifacts(stack: RunningStack, tmp_path: Path) -> None:
    made = document(
        reference="PRIVATE",
        customer={"name": "Ana Sabrosa", "email": "ana@sabrosa.example", "phone": "+55 81 5550-0199"},
        brief__business__name="Clínica Sabrosa",
        brief__business__phone="+55 81 5550-0199",
        brief__business__email="ola@sabrosa.example",
        brief__business__address__street="Rua Secreta, 1",
    )
    order_id = stack.place(made, tmp_path)
    stack.sitewright("orders", "build", str(order_id), "--wait")
    run = stack.post("/flow_runs/filter", flow_runs={"tags": {"all_": [f"order:{order_id}"]}})[0]
    stack.until_logged(run["id"], "publish begins")

    found = _tables_with(stack, CUSTOMERS_WORDS)

    assert "artifact" in found, "the search finds nothing at all"
    assert set(found) <= ARTIFACTS, found


def test_a_runs_log_lines_use_the_words_of_the_glossary_as_things_happen(
    stack: RunningStack, tmp_path: Path
) -> None:
    made = document(reference="LOGS", brief__business__name="Clínica Logs")
    order_id = stack.place(made, tmp_path)
    stack.sitewright("orders", "build", str(order_id), "--wait")
    run = stack.post("/flow_runs/filter", flow_runs={"tags": {"all_": [f"order:{order_id}"]}})[0]
    lines = stack.until_logged(run["id"], "publish in")
    for step in ("load", "plan", "page:home", "render", "check", "publish"):
        begins = lines.index(f"Order {order_id}: {step} begins.")
        done = next(place for place, line in enumerate(lines) if f"done: {step} in" in line)
        assert begins < done


def _tables_with(stack: RunningStack, words: tuple[str, ...]) -> dict[str, str]:
    """Return the tables of Prefect's database in which one of `words` stands anywhere, with that word."""
    url = make_url(plain_url(stack.database_url)).set(database="prefect")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        found = {}
        for (name,) in names:
            for word in words:
                query = sql.SQL("SELECT 1 FROM {} AS one WHERE one::text ILIKE %s" + NOT_OF_AN_ARTIFACT)
                if connection.execute(query.format(sql.Identifier(name)), [f"%{word}%"]).fetchone():
                    found[name] = word
    return found


def test_the_checked_pages_are_shown_with_their_pictures(stack: RunningStack, tmp_path: Path) -> None:
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    order_id = stack.place_small("SEEN", tmp_path)
    stack.sitewright("orders", "build", str(order_id), "--wait")
    key = {"key": {"any_": [f"order-{order_id}-checked-pages"]}}
    (artifact,) = stack.post("/artifacts/filter", artifacts=key)
    with chromium() as browser, visit(browser, View("desktop", "dark")) as page:
        page.goto(f"{stack.addresses.prefect_ui}/artifacts/artifact/{artifact['id']}")
        page.wait_for_selector("td img")
        page.wait_for_load_state("networkidle")
        pictures = page.locator("td img")
        sizes = pictures.evaluate_all("all => all.map(each => [each.naturalWidth, each.width])")
    assert len(sizes) >= 3
    assert {tuple(size) for size in sizes} == {(1200, 160)}
