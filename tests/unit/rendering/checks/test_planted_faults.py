"""Each check is given a site that holds, then the same site with one fault planted in its bytes."""

import gzip
import hashlib
from collections.abc import Callable, Mapping
from functools import cache

import pytest

from sitewright.orders.models.order import Order
from sitewright.orders.models.release import Check, Release, ReleaseFile, Report
from sitewright.orders.models.site import PageCopy, SitePlan
from sitewright.rendering import render_site
from sitewright.rendering.checks import check_site
from tests.support.words import sample_names, sample_order, words_for

BASE = "http://sites.example/clinica"
SAMPLE = "clinica-sorriso.pt-BR.json"
HOME, SERVICES, MISSING = "index.html", "servicos/index.html", "404.html"
IMPRINT = "informacoes-legais/index.html"

Site = tuple[Order, SitePlan, tuple[PageCopy, ...], Mapping[str, bytes]]
Fault = Callable[[dict[str, bytes]], None]


@cache
def rendered(name: str) -> Site:
    order = sample_order(name)
    plan, copies = words_for(order)
    return order, plan, copies, render_site(order, plan, copies, base_url=BASE)


def released(files: Mapping[str, bytes]) -> Release:
    manifest = tuple(
        ReleaseFile(path=path, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
        for path, content in files.items()
    )
    return Release(
        hash="0" * 64,
        slug="clinica",
        base_url=BASE,
        files=manifest,
        code_version="1",
        theme="mosaic",
        theme_version="1",
    )


def examined(site: Site, files: Mapping[str, bytes], release: Release | None = None) -> Report:
    order, plan, copies, _ = site
    return check_site(files, release or released(files), order, plan, written_without_ai=True, copies=copies)


def check_of(report: Report, name: str) -> Check:
    return next(check for check in report.checks if check.name == name)


def swap(path: str, old: str, new: str, *, times: int = 1) -> Fault:
    """Plant `new` in the place of the first `times` of `old`, which must be there."""

    def plant(files: dict[str, bytes]) -> None:
        assert old.encode() in files[path], f"{path} does not have {old!r}"
        files[path] = files[path].replace(old.encode(), new.encode(), times)

    return plant


def into_main(markup: str, path: str = HOME) -> Fault:
    return swap(path, "</main>", f"{markup}</main>")


def into_head(markup: str, path: str = HOME) -> Fault:
    return swap(path, "</head>", f"{markup}</head>")


def without(path: str) -> Fault:
    return lambda files: files.__delitem__(path)


def with_file(path: str, content: str | bytes) -> Fault:
    written = content if isinstance(content, bytes) else content.encode()
    return lambda files: files.__setitem__(path, written)


@pytest.mark.parametrize("name", sample_names())
def test_a_rendered_site_holds(name: str) -> None:
    site = rendered(name)

    report = examined(site, site[3])

    assert [finding for check in report.checks if not check.passed for finding in check.findings] == []
    assert len({check.name for check in report.checks}) == len(report.checks) == 16
    assert all(check.measured for check in report.checks)


FAULTS: dict[str, list[tuple[Fault, str]]] = {
    "compression": [
        (without(f"{HOME}.br"), f"{HOME}.br: is missing"),
        (with_file(f"{HOME}.br", "no brotli"), f"{HOME}.br: cannot be unpacked"),
        (with_file(f"{HOME}.gz", "no gzip"), f"{HOME}.gz: cannot be unpacked"),
        (swap(HOME, "</main>", "more</main>"), f"{HOME}.gz: is not the file beside it"),
        (with_file("x.txt.gz", gzip.compress(b"x")), "there is no file that it is made of"),
    ],
    "manifest": [
        (without(SERVICES), f"{SERVICES}: the page 'services' of the plan is missing"),
        (without("robots.txt"), "robots.txt: is missing"),
        (without(IMPRINT), f"{IMPRINT}: the page 'imprint' is missing"),
        (
            with_file("oferta/index.html", "<!doctype html>"),
            "oferta/index.html: is a page that the plan does not",
        ),
        (with_file("robots.txt", "User-agent: *\n"), "robots.txt: does not name"),
        (swap("robots.txt", "Allow: /", "Disallow: /"), "robots.txt: keeps search engines out"),
        (with_file("site.webmanifest", "{"), "site.webmanifest: is missing or no JSON"),
        (swap("site.webmanifest", '"name": "', '"name": "x'), "site.webmanifest: has the name 'xSorriso"),
        (
            swap("site.webmanifest", '"start_url": "', '"start_url": "//other.example'),
            "site.webmanifest: leads to //other.example/clinica/, where there is nothing",
        ),
        (without("llms.txt"), "llms.txt: is missing"),
        (swap("llms.txt", "/servicos/)", "/service/)"), f"llms.txt: {BASE}/servicos/ is not listed"),
        (swap("sitemap.xml", "/servicos/<", "/service/<"), f"sitemap.xml: {BASE}/servicos/ is not listed"),
        (swap(HOME, 'rel="icon"', 'rel="author"', times=2), 'has no <link rel="icon">'),
    ],
    "links": [
        (into_main('<a href="/clinica/nada/">x</a>'), f"leads to {BASE}/nada/, where there is nothing"),
        (into_main('<a href="/clinica/servicos">x</a>'), "where there is nothing"),
        (into_main('<a href="/servicos/">x</a>'), "leads out of the site"),
        (into_main('<a href="#nowhere">x</a>'), '<a href="#nowhere"> leads to #nowhere'),
        (into_main('<a href="/clinica/servicos/#nowhere">x</a>'), f"which {SERVICES} does not have"),
        (into_main('<a href="javascript:alert(1)">x</a>'), "has the scheme 'javascript'"),
        (into_main('<a href="">x</a>'), "names no address"),
        (into_main('<img src="/clinica/photo.webp" alt="">'), "photo.webp, where there is nothing"),
        (into_main('<a href="servicos/">x</a>', MISSING), f'{MISSING}: <a href="servicos/"> leads to'),
        (swap(HOME, 'rel="canonical" href="', 'rel="canonical" href="x'), "does not have one <link rel"),
        (without("favicon.svg"), "favicon.svg, where there is nothing"),
    ],
    "markup": [
        (into_main("<p>open</div>"), "parse error, line"),
        (swap(HOME, "</main>", ""), "parse error"),
        (swap(HOME, "<!doctype html>", ""), "expected-doctype"),
        (into_main('<p id="content">x</p>'), 'id="content" is there 2 times'),
        (into_main('<p aria-labelledby="gone">x</p>'), 'has aria-labelledby="gone", and there is no such id'),
        (into_main("<center>x</center>"), "<center> is obsolete"),
    ],
    "outline": [
        (swap(HOME, 'lang="pt-BR"', 'lang="en"'), 'has lang="en", not pt-BR'),
        (into_main("<h1>x</h1>"), "has 2 <h1>, not one"),
        (into_main("<h5>x</h5>"), "“x” follows a heading of level"),
        (into_main("<h2> </h2>"), "<h2> is empty"),
        (swap(HOME, "</main>", "</main><main></main>"), "has 2 <main>"),
        (swap(HOME, "<footer", "<div"), "has 0 <footer>"),
        (swap(HOME, 'name="description"', 'name="x"'), "has no description"),
        (swap(HOME, 'name="viewport"', 'name="x"'), 'has no <meta name="viewport">'),
        (swap(HOME, "words composed without AI", ""), "does not say"),
        (swap(HOME, "<head>", f"<head><!--{'x' * 1024}-->"), "in its first 1024 bytes"),
    ],
    "names": [
        (into_main('<a href="/clinica/"><img src="/clinica/favicon.svg" alt=""></a>'), "has no name"),
        (into_main('<img src="/clinica/favicon.svg">'), "has no alt"),
        (
            into_main('<button type="button"><span aria-hidden="true">x</span></button>'),
            "<button> has no name",
        ),
        (into_main('<input type="text" id="field">'), '<input id="field"> has no name'),
        (into_main('<svg role="img"></svg>'), "is an image without a name"),
    ],
    "words": [
        (swap(HOME, "<title>", "<title>Clínica "), "has the title"),
        (
            swap(HOME, 'name="description" content="', 'name="description" content="x'),
            "does not have the descr",
        ),
        (
            swap(HOME, "Cuidado de perto, do jeito que você precisa</h1>", "x</h1>"),
            "does not show “Cuidado de",
        ),
        (without(SERVICES), f"{SERVICES}: the words of 'services' are nowhere"),
    ],
    "facts": [
        (
            into_main('<a href="tel:+558155509999">x</a>'),
            "leads to tel:+558155509999, which is not in the brief",
        ),
        (into_main('<a href="mailto:other@example.com">x</a>'), "leads to mailto:other@example.com"),
        (into_main('<a href="https://wa.me/5581555">x</a>'), "leads to https://wa.me/5581555"),
        (into_main('<a href="https://example.org/">x</a>'), "leads to https://example.org/"),
        (into_main('<a href="https://www.google.com/maps/search/?query=Oslo">x</a>'), "query=Oslo"),
        (into_main("<p>(81) 5550-9999</p>"), "shows the number (81) 5550-9999"),
        (into_main("<p>other@example.com</p>"), "shows the e-mail address other@example.com"),
        (into_main("<p>oth<wbr>er@<wbr>example.com</p>"), "shows the e-mail address other@example.com"),
        (into_main("<p>só R$ 99,90</p>"), "shows the price 99,90"),
        (into_main("<p>99 €</p>"), "shows the price 99"),
        (into_main("<p>(81) 5550\u20119999</p>"), "shows the number (81) 5550-9999"),
        (into_main('<img src="/clinica/icon-192.png" alt="(81) 5550-9999">'), "shows the number (81)"),
        (into_main('<p aria-label="só R$ 99,90">x</p>'), "shows the price 99,90"),
        (swap(HOME, 'image:alt" content="', 'image:alt" content="(81) 5550-9999 '), "shows the number (81)"),
        (
            swap(MISSING, "<title>", "<title>other@example.com "),
            f"{MISSING}: shows the e-mail address other@",
        ),
        (
            swap(HOME, '#website","url"', '#website","slogan":"só R$ 99,90","url"'),
            "shows the price 99,90",
        ),
        (swap("llms.txt", "\n- ", "\n- (81) 5550-9999\n- "), "llms.txt: shows the number (81) 5550-9999"),
        (swap("llms.txt", "\n- ", "\n- R$ 1,00\n- "), "llms.txt: shows the price 1,00"),
        (
            swap("llms.txt", "\n- ", "\n- [x](https://example.org/)\n- "),
            "llms.txt: leads to https://example.org/",
        ),
        (
            swap("site.webmanifest", '"name": "', '"name": "(81) 5550-9999'),
            "site.webmanifest: shows the number",
        ),
        (swap("favicon.svg", "</svg>", "<text>(81) 5550-9999</text></svg>"), "favicon.svg: shows the number"),
    ],
    "legal": [
        (swap(HOME, "/clinica/privacidade/", "/clinica/contato/"), "has no link to the page 'privacy'"),
        (swap(IMPRINT, "<bdi>Sorriso do Porto Odontologia</bdi>", "<bdi>X</bdi>"), "does not name who is"),
    ],
    "structured data": [
        (swap(HOME, '{"@context"', '{"@context'), "is not a JSON object"),
        (swap(HOME, "application/ld+json", "text/plain"), "has 0 blocks of structured data"),
    ],
    "isolation": [
        (into_main('<img src="https://cdn.example/x.png" alt="">'), "loads https://cdn.example/x.png"),
        (swap(HOME, "</style>", 'p{x:image-set("//cdn.example/a" 1x)}</style>'), "loads //cdn.example/a"),
        (swap(HOME, "</style>", r"p{x:u\72l(//cdn.example/a)}</style>"), "loads //cdn.example/a from"),
        (into_main('<img srcset="/a.png 1x, //cdn.example/b.png 2x" alt="">'), "loads //cdn.example/b.png"),
        (
            into_head('<link rel="stylesheet" href="https://fonts.example/x.css">'),
            "loads https://fonts.example",
        ),
        (into_head('<link rel="preconnect" href="https://fonts.example">'), "loads https://fonts.example"),
        (swap(HOME, "<style>", "<style>@import 'https://fonts.example/x';"), "loads https://fonts.example/x"),
        (swap(HOME, "<style>", "<style>b{src:url(//fonts.example/x)}"), "loads //fonts.example/x"),
        (swap("favicon.svg", "</svg>", '<image href="https://x.example/y"/></svg>'), "favicon.svg: <image"),
        (with_file("site.css", "b{background:url(https://x.example)}"), "site.css: loads https://x.example"),
        (into_main('<iframe src="/clinica/"></iframe>'), "is not allowed on a page"),
        (into_main("<script>1</script>"), "runs a script"),
        (into_main('<script type="module" src="/clinica/x"></script>'), "loads a script"),
        (into_main('<p onclick="x()">x</p>'), "has the handler onclick"),
        (into_main('<form action="/clinica/"></form>'), "sends something"),
        (into_head('<meta http-equiv="refresh" content="0;url=/">'), "leads away by itself"),
    ],
    "policy": [
        (swap(HOME, 'http-equiv="Content-Security-Policy"', 'name="x"'), "has 0 Content-Security-Policy"),
        (
            swap(HOME, "default-src 'none'", "default-src 'self'"),
            "does not begin with default-src 'none'",
        ),
        (
            swap(HOME, "style-src 'sha256", "style-src &#39;unsafe-inline&#39; 'sha256"),
            "allows 'unsafe-inline' in style-src",
        ),
        (swap(HOME, "base-uri 'none'", ""), "does not have base-uri 'none'"),
        (swap(HOME, "<style>", "<style>b{}"), "is refused by the policy"),
        (into_main("<script>1</script>"), "<script> is refused by the policy"),
        (swap(HOME, "script-src 'sha256", "script-src 'sha256-x' 'sha256"), "allows 'sha256-x', which no"),
        (into_main('<p style="color:red">x</p>'), "has a style attribute"),
        (swap(HOME, "<head>", '<head><link rel="author" href="/clinica/">'), "comes before the policy"),
    ],
    "contrast": [
        (swap(HOME, "--ink:#", "--ink:#fefefe;--x:#"), "ink on paper in the light scheme has a contrast of"),
        (swap(HOME, "--ink:#", "--was:#"), "has no colour --ink in its light scheme"),
        (swap(HOME, "prefers-color-scheme:dark", "prefers-color-scheme:light"), "in its dark scheme"),
    ],
    "weight": [
        (
            swap(
                HOME,
                "</style>",
                "".join(f".a{n * 7919 % 99991}{{x:{n**3 % 7717}}}" for n in range(5000)) + "</style>",
            ),
            "weighs",
        ),
    ],
}


@pytest.mark.parametrize(
    ("name", "fault", "finding"),
    [(name, *fault) for name, faults in FAULTS.items() for fault in faults],
    ids=[f"{name}-{number}" for name, faults in FAULTS.items() for number, _ in enumerate(faults)],
)
def test_a_planted_fault_is_found(name: str, fault: Fault, finding: str) -> None:
    site = rendered(SAMPLE)
    files = dict(site[3])
    fault(files)

    check = check_of(examined(site, files), name)

    assert not check.passed
    assert any(finding in found for found in check.findings), check.findings


@pytest.mark.failure(22)
def test_seven_of_many_files_are_not_a_site() -> None:
    site = rendered("taller-rueda.es.json")
    whole = dict(site[3])
    seven = dict(list(whole.items())[:7])

    report = examined(site, seven, released(whole))

    manifest = check_of(report, "manifest")
    assert not manifest.passed
    assert {f"{path}: is missing" for path in whole if path not in seven} <= set(manifest.findings)


def test_a_file_that_changed_since_it_was_rendered_is_found() -> None:
    site = rendered(SAMPLE)
    files = dict(site[3])
    changed = {**files, "robots.txt": files["robots.txt"] + b"\n", "extra.txt": b"x"}

    manifest = check_of(examined(site, changed, released(files)), "manifest")

    assert manifest.findings == ("robots.txt: is not what was rendered", "extra.txt: is not of this release")


def test_many_words_are_advice_and_no_fault() -> None:
    site = rendered(SAMPLE)
    files = dict(site[3])
    words = " ".join(f"palavra{number * 7919 % 99991}" for number in range(6000))
    into_main(f"<p>{words}</p>")(files)

    weight = check_of(examined(site, files), "weight")

    assert weight.passed
    assert "of them words" in weight.findings[0]
