"""The first tables: items, notes, the audit trail and its end, and triggers that keep the trail as it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)
START = "0" * 64


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "item",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("claim", sa.String(80), nullable=False, index=True),
        sa.Column("line", sa.Integer),
        sa.Column("payer", sa.String(80), index=True),
        sa.Column("code", sa.String(16)),
        sa.Column("cause", sa.String(120), nullable=False, index=True),
        sa.Column("remedy", sa.String(40), nullable=False, index=True),
        sa.Column("work_by", sa.Date),
        sa.Column("at_risk", sa.BigInteger),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("assignee", sa.String(80), index=True),
        sa.Column("sent_on", sa.Date),
        sa.Column("decided_on", sa.Date),
        sa.Column("closed_on", sa.Date),
        sa.Column("recovered", sa.BigInteger),
        sa.Column("reason", sa.Text),
        sa.Column("added", MOMENT, nullable=False),
        sa.Column("changed", MOMENT, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
    )
    op.create_table(
        "note",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("item_id", NUMBER, sa.ForeignKey("item.id"), nullable=False, index=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "event",
        sa.Column("id", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("item_id", NUMBER, index=True),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    chain = op.create_table(
        "chain",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.bulk_insert(chain, [{"id": 1, "last": 0, "hash": START}])
    _keep_the_trail()


def downgrade() -> None:
    """Is refused: it would remove the audit trail."""
    raise RuntimeError("the audit trail is not removed by a migration; delete the database instead")


def _keep_the_trail() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION event_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER event_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON event "
            "FOR EACH STATEMENT EXECUTE FUNCTION event_is_kept()"
        )
        return
    for what in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER event_kept_{what.lower()} BEFORE {what} ON event "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        )
