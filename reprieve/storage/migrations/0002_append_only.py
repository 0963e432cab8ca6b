"""History is append-only: triggers refuse to change or remove a row, whoever asks. Never edited once released.

The owner of a table may still amend a row by hand, in a transaction that states why:

    SET LOCAL reprieve.amend_reason = 'ticket 17: …';

Each such row is flagged in `amendment`, in the same transaction. Emptying a table is refused to everybody.
"""

from django.db import migrations

TABLES = {
    "agreement": "",
    "audit_entry": "",
    "budget": "",
    "close_checkpoint": "",
    "comprehension": "",
    "consent": "",
    "contact_attempt": "",
    "contact_preference": "",
    "contract": "",
    "credit_record_row": "",
    "disclosure": "",
    "event": "",
    "journal_entry": "",
    "journal_line": "",
    "message": "",
    "month_lock": "",
    "product_version": "'on_sale'",
    "quote": "",
    "signature": "",
    "transition": "",
}
"""Table: the columns that may change, as arguments of the trigger."""

# The amendments themselves cannot be amended, not even with a reason.
FUNCTIONS = """
CREATE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    reason text := coalesce(current_setting('reprieve.amend_reason', true), '');
    is_owner boolean := (SELECT pg_get_userbyid(relowner) = current_user FROM pg_class WHERE oid = TG_RELID);
    before jsonb := CASE WHEN TG_LEVEL = 'ROW' THEN to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_LEVEL = 'ROW' AND TG_OP = 'UPDATE' THEN to_jsonb(NEW) END;
BEGIN
    IF TG_OP = 'UPDATE' AND before - TG_ARGV = after - TG_ARGV THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'TRUNCATE' OR TG_TABLE_NAME = 'amendment' OR NOT is_owner OR reason = '' THEN
        RAISE EXCEPTION '% of % is refused: its rows are history, which is only added to', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation', HINT = 'Record what corrects it instead.';
    END IF;
    INSERT INTO amendment (table_name, operation, role, reason, row_before, row_after, amended_at)
    VALUES (TG_TABLE_NAME, TG_OP, session_user, reason, before, after, clock_timestamp());
    RAISE WARNING 'history amended: % of % by %: %', TG_OP, TG_TABLE_NAME, session_user, reason;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
"""

TRIGGERS = """
CREATE TRIGGER {table}_keeps_history BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION keep_history({columns});
CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION keep_history();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_keeps_history;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_is_never_emptied;
"""

UNDO = """
DROP TRIGGER {table}_keeps_history ON {table};
DROP TRIGGER {table}_is_never_emptied ON {table};
"""


def _guard(table: str, columns: str) -> migrations.RunSQL:
    return migrations.RunSQL(TRIGGERS.format(table=table, columns=columns), UNDO.format(table=table))


class Migration(migrations.Migration):
    """The guards of history."""

    dependencies = [("storage", "0001_records")]
    operations = [
        migrations.RunSQL(FUNCTIONS, "DROP FUNCTION keep_history()"),
        *(_guard(table, columns) for table, columns in {**TABLES, "amendment": ""}.items()),
    ]
