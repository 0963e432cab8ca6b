"""What a command and its caller ask and write, each in one call. Never edited once released; never decides about money.

`begin_command` must be a function: each of its statements sees what was committed before it, so what is read after a
lock was taken is what the lock protects. One statement alone would read as of its own beginning.
"""

from django.db import migrations

# The numbers of the locks stand in reprieve/storage/advisory.py; a key is held first, then the day, then the contract.
BEGIN = """
CREATE FUNCTION begin_command(
    asked_user text, asked_key text, asked_contract text,
    OUT user_id bigint, OUT is_key_free boolean, OUT request_sha256 bytea, OUT answer text, OUT place text,
    OUT currency text, OUT time_zone text, OUT is_sandbox boolean, OUT business_on date, OUT closed_on date,
    OUT locked_month date, OUT is_listened_to boolean, OUT contract_id bigint, OUT product text, OUT terms text, OUT rules text, OUT events text
) LANGUAGE plpgsql AS $$
BEGIN
    SELECT app_user.id INTO user_id FROM app_user WHERE username = asked_user AND is_active;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    is_key_free := pg_try_advisory_xact_lock(hashtextextended(user_id || ':' || asked_key, 7273650011));
    IF NOT is_key_free THEN
        RETURN;
    END IF;
    SELECT kept.request_sha256, kept.answer::text INTO request_sha256, answer
        FROM idempotency_key kept WHERE kept.user_id = begin_command.user_id AND kept.key = asked_key;
    IF FOUND THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(7273650010);
    SELECT lender.place, lender.currency, lender.time_zone, lender.is_sandbox, lender.business_on
        INTO place, currency, time_zone, is_sandbox, business_on FROM lender;
    SELECT max(close_run.business_on) INTO closed_on FROM close_run;
    SELECT max(month) INTO locked_month FROM month_lock;
    is_listened_to := EXISTS (SELECT FROM webhook_endpoint);
    IF asked_contract <> '' THEN
        SELECT held.contract_id, held.product, held.terms, held.rules, held.events
            INTO contract_id, product, terms, rules, events FROM hold_contract(asked_contract) held;
    END IF;
END
$$;
"""

# One contract at a time, in order of their rows: each is read after its own lock, by plans that are kept.
HOLD = """
CREATE FUNCTION hold_contract(
    asked text, OUT contract_id bigint, OUT product text, OUT terms text, OUT rules text, OUT events text
) LANGUAGE plpgsql AS $$
BEGIN
    SELECT contract.id, code, contract.terms::text, contract.rules::text INTO contract_id, product, terms, rules
        FROM contract LEFT JOIN product_version ON product_version.id = product_version_id
        LEFT JOIN product ON product.id = product_id WHERE number = asked;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(7273650, (contract_id % 2147483648)::integer);
    SELECT json_agg(
            json_build_array(event_id, event_on, event_order, kind, amount_minor, recorded_at, event.terms)
            ORDER BY event.id)
        INTO events FROM event WHERE event.contract_id = hold_contract.contract_id AND event_id <> 'contract';
END
$$;
"""

HOLD_ALL = """
CREATE FUNCTION hold_contracts(asked text[])
RETURNS TABLE (number text, contract_id bigint, product text, terms text, rules text, events text)
LANGUAGE plpgsql AS $$
BEGIN
    FOR number IN SELECT contract.number FROM contract WHERE contract.number = ANY(asked) ORDER BY contract.id LOOP
        SELECT held.contract_id, held.product, held.terms, held.rules, held.events
            INTO contract_id, product, terms, rules, events FROM hold_contract(number) held;
        RETURN NEXT;
    END LOOP;
END
$$;
"""

# All lines of an entry come in one statement. Every source of a line is an event of the contract, each in one entry,
# whose value day is the event's own day.
RECORD = """
CREATE FUNCTION record_event(added jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO event (contract_id, event_id, event_on, event_order, kind, amount_minor, terms, reference, recorded_at,
        recorded_by_id)
    SELECT contract, id, "on", "order", kind, amount, terms, reference, recorded_at, recorded_by
    FROM jsonb_to_record(added) AS one (contract bigint, id text, "on" date, "order" integer, kind text, amount bigint,
        terms jsonb, reference text, recorded_at timestamptz, recorded_by bigint);
    WITH line AS (
        SELECT event.id AS source, event_on, value->>1 AS account, (value->>2)::bigint AS minor, place
        FROM jsonb_array_elements(added->'lines') WITH ORDINALITY AS one (value, place)
        JOIN event ON contract_id = (added->>'contract')::bigint AND event_id = value->>0
    ), entry AS (
        INSERT INTO journal_entry (posted_on, value_on, product, currency, event_id, recorded_at)
        SELECT (added->>'posted_on')::date, event_on, added->>'product', added->>'currency', source,
            (added->>'recorded_at')::timestamptz
        FROM line GROUP BY source, event_on ORDER BY min(place)
        RETURNING id, journal_entry.event_id
    )
    INSERT INTO journal_line (entry_id, account, amount_minor)
    SELECT entry.id, account, minor FROM line JOIN entry ON entry.event_id = source ORDER BY place;
END
$$;
"""

RECORD_ALL = """
CREATE FUNCTION record_events(added jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    one jsonb;
BEGIN
    FOR one IN SELECT value FROM jsonb_array_elements(added) WITH ORDINALITY AS each (value, place) ORDER BY place LOOP
        PERFORM record_event(one);
    END LOOP;
END
$$;
"""

KEEP = """
CREATE FUNCTION keep_command(kept jsonb, answer jsonb, added jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF added IS NOT NULL THEN
        PERFORM record_events(added);
    END IF;
    INSERT INTO idempotency_key (user_id, key, request_sha256, status, answer, recorded_at, answered_at)
    SELECT by, key, decode(request, 'hex'), 200, keep_command.answer, at, at
    FROM jsonb_to_record(kept) AS one (by bigint, key text, request text, at timestamptz);
    INSERT INTO audit_entry (user_id, action, subject, subject_id, request_id, facts, recorded_at)
    SELECT by, action, subject, subject_id, request_id, facts, at
    FROM jsonb_to_record(kept) AS one (by bigint, action text, subject text, subject_id text, request_id text,
        facts jsonb, at timestamptz);
END
$$;
"""

BEARER = """
CREATE FUNCTION find_bearer(
    hash bytea, at timestamptz,
    OUT token bigint, OUT username text, OUT customer text, OUT scopes text[], OUT roles text[], OUT customers text[]
) LANGUAGE plpgsql AS $$
DECLARE
    holder bigint;
BEGIN
    SELECT access_token.id, app_user.username, number, access_token.scopes, app_user.id
        INTO token, username, customer, scopes, holder
        FROM access_token JOIN app_user ON app_user.id = user_id LEFT JOIN customer ON customer.id = customer_id
        WHERE token_sha256 = hash AND revoked_at IS NULL AND expires_at > at AND issued_at <= at AND is_active;
    SELECT coalesce(array_agg(role), '{}'), coalesce(array_agg(number), '{}') INTO roles, customers
        FROM role_grant LEFT JOIN customer ON customer.id = customer_id
        WHERE user_id = holder AND revoked_at IS NULL AND granted_at <= at AND (expires_at IS NULL OR expires_at > at);
END
$$;
"""

NAMES = (
    "find_bearer", "keep_command", "record_events", "record_event", "begin_command", "hold_contracts", "hold_contract",
)  # fmt: skip


class Migration(migrations.Migration):
    """The functions of commands."""

    dependencies = [("storage", "0008_identifier_kinds")]
    operations = [
        migrations.RunSQL(
            [HOLD, HOLD_ALL, BEGIN, RECORD, RECORD_ALL, KEEP, BEARER],
            "; ".join(f"DROP FUNCTION {name}" for name in NAMES),
        )
    ]
