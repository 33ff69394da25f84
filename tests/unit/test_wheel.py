"""The wheel holds all that an installation needs where there is no checkout."""

import zipfile
from pathlib import Path

from hatchling.build import build_wheel

ROOT = Path(__file__).parents[2]
NEEDED = {
    "deployments/prefect.yaml",
    "migrations/env.py",
    "sitewright/copywriting/languages/pt.txt",
    "sitewright/copywriting/niches/pt/dentist.md",
    "sitewright/copywriting/prompts/plan.en.md",
    "sitewright/local/samples/clinica-sorriso.pt-BR.json",
    "sitewright/local/showcase/orders/dar-al-zaytoun.ar-AE.json",
    "sitewright/rendering/fonts/Figtree.woff2",
    "sitewright/rendering/niche_colours.toml",
    "sitewright/rendering/scripts/open_now.js",
    "sitewright/rendering/styles/00-ground.css",
    "sitewright/rendering/templates/layout.html",
    "sitewright/rendering/themes/ledger/theme.toml",
    "sitewright/rendering/themes/studio/fonts/Syne-700.woff2",
}


def test_the_wheel_holds_the_deployments_the_migrations_and_every_resource(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    with zipfile.ZipFile(tmp_path / build_wheel(str(tmp_path))) as wheel:
        held = set(wheel.namelist())
    assert held >= NEEDED
    code = {path.relative_to(ROOT).as_posix() for path in (ROOT / "sitewright").rglob("*.py")}
    assert code <= held
