"""Storing customers' pictures and reading them back."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Executable, select
from sqlalchemy.dialects.postgresql import insert

from sitewright.database import Database
from sitewright.errors import PictureMissing
from sitewright.orders.models.brief import Brief
from sitewright.orders.models.picture import pictures_in
from sitewright.orders.picture_process import CleanPicture
from sitewright.orders.picture_tables import PictureRow


def pictures_kept(pictures: Iterable[CleanPicture]) -> tuple[Executable, ...]:
    """Return the statements that store `pictures`, in one order, so that no two wait for each other."""
    once = {picture.stored.sha256: picture for picture in pictures}
    return tuple(
        insert(PictureRow)
        .values(
            sha256=sha256,
            media_type=picture.media_type,
            width=picture.stored.width,
            height=picture.stored.height,
            content=picture.content,
        )
        .on_conflict_do_nothing()
        for sha256, picture in sorted(once.items())
    )


async def load_pictures(database: Database, brief: Brief) -> Mapping[str, bytes]:
    """Return the bytes of every picture that `brief` names, by their SHA-256.

    Raises PictureMissing when one is not stored.
    """
    wanted = {picture.stored.sha256 for _, picture in pictures_in(brief) if picture.stored}
    if not wanted:
        return {}
    query = select(PictureRow.sha256, PictureRow.content).where(PictureRow.sha256.in_(wanted))
    async with database.transaction() as session:
        found = {row.sha256: row.content for row in await session.execute(query)}
    if missing := sorted(wanted - found.keys()):
        raise PictureMissing(f"The picture {missing[0][:12]} of the brief is not in the database.")
    return found
