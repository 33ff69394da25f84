"""The showcase: orders of every kind of business, size and language, shown in every theme.

`sitewright themes` shows them, `make proof` measures them.
"""

from sitewright.local.showcase.building import MISSING, ShownSite, ShownWords, build_site, words_of
from sitewright.local.showcase.documents import showcase_names, showcase_orders

__all__ = [
    "MISSING",
    "ShownSite",
    "ShownWords",
    "build_site",
    "showcase_names",
    "showcase_orders",
    "words_of",
]
