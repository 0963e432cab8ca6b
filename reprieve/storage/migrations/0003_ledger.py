"""The ledger balances: triggers refuse an entry that does not, or is in a locked month. Never edited once released."""

from django.db import migrations

# All lines of an entry come in one statement, so a balanced entry can never grow another line.
BALANCED = """
CREATE FUNCTION lines_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    SELECT entry_id, total, lines INTO bad
    FROM (SELECT entry_id, sum(amount_minor) AS total, count(*) AS lines FROM added GROUP BY entry_id) AS entry
    WHERE total <> 0 OR lines < 2
        OR lines <> (SELECT count(*) FROM journal_line AS line WHERE line.entry_id = entry.entry_id)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % is refused: % lines that sum to %; all its lines come at once and sum to 0',
            bad.entry_id, bad.lines, bad.total USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER journal_line_balances AFTER INSERT ON journal_line
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION lines_balance();
ALTER TABLE journal_line ENABLE ALWAYS TRIGGER journal_line_balances;
"""

COMPLETE = """
CREATE FUNCTION entry_has_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM journal_line WHERE entry_id = NEW.id) THEN
        RAISE EXCEPTION 'entry % is refused: it has no lines', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER journal_entry_is_complete AFTER INSERT ON journal_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_has_lines();
ALTER TABLE journal_entry ENABLE ALWAYS TRIGGER journal_entry_is_complete;
"""

LOCKED = """
CREATE FUNCTION month_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad date;
BEGIN
    SELECT added.posted_on INTO bad
    FROM added JOIN month_lock ON month_lock.month = date_trunc('month', added.posted_on)::date LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'an entry of % is refused: its month is locked; post it on the open day', bad
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER journal_entry_month_is_open AFTER INSERT ON journal_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION month_is_open();
ALTER TABLE journal_entry ENABLE ALWAYS TRIGGER journal_entry_month_is_open;
"""

# Taking the table's lock waits for entries under way, and makes later ones see the lock. It needs the owner's rights.
SETTLED = """
CREATE FUNCTION month_is_settled() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    open_loans bigint;
BEGIN
    LOCK TABLE public.journal_entry IN SHARE ROW EXCLUSIVE MODE;
    SELECT count(*) INTO open_loans
    FROM public.quarantine JOIN public.close_run ON close_run.id = quarantine.close_run_id
    WHERE quarantine.cleared_at IS NULL AND close_run.business_on < NEW.month + interval '1 month';
    IF open_loans > 0 THEN
        RAISE EXCEPTION 'locking % is refused: % loans are in quarantine', NEW.month, open_loans
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER month_lock_is_settled BEFORE INSERT ON month_lock
    FOR EACH ROW EXECUTE FUNCTION month_is_settled();
ALTER TABLE month_lock ENABLE ALWAYS TRIGGER month_lock_is_settled;
"""


def _undo(trigger: str, table: str, function: str) -> str:
    return f"DROP TRIGGER {trigger} ON {table}; DROP FUNCTION {function}();"


class Migration(migrations.Migration):
    """The guards of the ledger."""

    dependencies = [("storage", "0002_append_only")]
    operations = [
        migrations.RunSQL(BALANCED, _undo("journal_line_balances", "journal_line", "lines_balance")),
        migrations.RunSQL(COMPLETE, _undo("journal_entry_is_complete", "journal_entry", "entry_has_lines")),
        migrations.RunSQL(LOCKED, _undo("journal_entry_month_is_open", "journal_entry", "month_is_open")),
        migrations.RunSQL(SETTLED, _undo("month_lock_is_settled", "month_lock", "month_is_settled")),
    ]
