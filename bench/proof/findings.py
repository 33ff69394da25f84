"""What does not hold: which tool says so, of which site and page, and what."""

from typing import NamedTuple


class Finding(NamedTuple):
    """Something that does not hold; `page` is the page's name, `site` its theme and order."""

    tool: str
    site: str
    page: str
    what: str

    def __str__(self) -> str:
        return f"{self.site} {self.page}, {self.tool}: {self.what}"
