"""What people's words were confirmed to mean: learned aliases, their history, the words of open lines."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "learned_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("doubted", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('learning', 'active', 'retired', 'asleep', 'forgotten')", name="ck_learned_alias_state"
        ),
        sa.CheckConstraint("confirmed >= 0 AND doubted >= 0", name="ck_learned_alias_counts"),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["partner.id"],
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["product.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    with op.batch_alter_table("learned_alias", schema=None) as batch_op:
        batch_op.create_index("ix_learned_alias_product", ["product_id"], unique=False)
        batch_op.create_index("ix_learned_alias_state", ["state", "used_at"], unique=False)
        batch_op.create_index(
            "uq_learned_alias_firm",
            ["key"],
            unique=True,
            sqlite_where=sa.text("partner_id IS NULL"),
            postgresql_where=sa.text("partner_id IS NULL"),
        )
        batch_op.create_index(
            "uq_learned_alias_partner",
            ["key", "partner_id"],
            unique=True,
            sqlite_where=sa.text("partner_id IS NOT NULL"),
            postgresql_where=sa.text("partner_id IS NOT NULL"),
        )

    op.create_table(
        "alias_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alias_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('confirmed', 'doubted', 'added', 'shared', 'retired', 'asleep', 'forgotten')",
            name="ck_alias_event_kind",
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["alias_id"],
            ["learned_alias.id"],
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["product.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    with op.batch_alter_table("alias_event", schema=None) as batch_op:
        batch_op.create_index("ix_alias_event_alias", ["alias_id", "id"], unique=False)
        batch_op.create_index(
            "uq_alias_event_document",
            ["document_id", "alias_id"],
            unique=True,
            sqlite_where=sa.text("document_id IS NOT NULL"),
            postgresql_where=sa.text("document_id IS NOT NULL"),
        )

    op.create_table(
        "line_words",
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("learns", sa.Text(), nullable=False),
        sa.Column("read_id", sa.Integer(), nullable=True),
        sa.Column("among", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["document.id"],
        ),
        sa.PrimaryKeyConstraint("line_id"),
        sqlite_strict=True,
    )
    with op.batch_alter_table("line_words", schema=None) as batch_op:
        batch_op.create_index("ix_line_words_document", ["document_id"], unique=False)

    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER alias_event_no_{verb.lower()} BEFORE {verb} ON alias_event "
            "BEGIN SELECT RAISE(ABORT, 'alias_event is insert-only'); END"
        )


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the migration")
