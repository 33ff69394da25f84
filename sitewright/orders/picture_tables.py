"""The table of customers' pictures, each kept once by its content."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from sitewright.orders.columns import Table


class PictureRow(Table):
    """A picture as it was checked and made bare; briefs name it by its SHA-256, in 64 hex digits.

    Several orders may name one. It never changes: the database holds that the name is that of the content.
    """

    __tablename__ = "pictures"
    __table_args__ = (
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="named_by_content"),
        CheckConstraint("width BETWEEN 1 AND 2560 AND height BETWEEN 1 AND 2560", name="size_bounded"),
        CheckConstraint("media_type IN ('image/jpeg', 'image/webp')", name="media_type_known"),
    )

    sha256: Mapped[str] = mapped_column(primary_key=True)
    media_type: Mapped[str]
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime] = mapped_column(server_default=func.now())
