"""Which words of which message, or which button, gave a document its fields."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("inbox_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.Integer(), nullable=False),
        sa.Column("button", sa.Integer(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index("evidence_document", ["document_id"], unique=False)
    with op.batch_alter_table("message_link", schema=None) as batch_op:
        batch_op.create_index("message_link_inbox", ["inbox_id"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the migration")
