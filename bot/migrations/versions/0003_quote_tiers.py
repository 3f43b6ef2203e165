"""What a supplier's quote says besides its prices: tiers by quantity, and the days the prices hold."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.add_column(sa.Column("valid_from", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("valid_until", sa.Text(), nullable=True))
    with op.batch_alter_table("document_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tiers", sa.Text(), server_default=sa.text("'[]'"), nullable=False))


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the migration")
