"""What was over long ago costs nothing: an author's last documents, orders to ship, open questions, old cards."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TO_SHIP = "kind = 'sales_order' AND state = 'approved'"
_OPEN = "state = 'open'"


def upgrade() -> None:
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index("ix_document_author", ["author_id", "updated_at"], unique=False)
        batch_op.create_index(
            "ix_document_to_ship",
            ["kind", "state", "updated_at"],
            unique=False,
            sqlite_where=sa.text(_TO_SHIP),
            postgresql_where=sa.text(_TO_SHIP),
        )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(
            "question_ref",
            ["platform", "message_ref"],
            unique=False,
            sqlite_where=sa.text(_OPEN),
            postgresql_where=sa.text(_OPEN),
        )
    with op.batch_alter_table("wecom_card", schema=None) as batch_op:
        batch_op.create_index("wecom_card_created", ["created_at"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the migration")
