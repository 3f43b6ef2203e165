"""Learned words are looked up by their key, whoever says them."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("learned_alias", schema=None) as batch_op:
        batch_op.create_index("ix_learned_alias_key", ["key"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the migration")
