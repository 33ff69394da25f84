"""Customers' pictures, each once by its content."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pictures",
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_pictures"),
        sa.CheckConstraint(
            "sha256 = encode(sha256(content), 'hex')", name=op.f("ck_pictures_named_by_content")
        ),
        sa.CheckConstraint(
            "width BETWEEN 1 AND 2560 AND height BETWEEN 1 AND 2560", name=op.f("ck_pictures_size_bounded")
        ),
        sa.CheckConstraint(
            "media_type IN ('image/jpeg', 'image/webp')", name=op.f("ck_pictures_media_type_known")
        ),
    )


def downgrade() -> None:
    op.drop_table("pictures")
