-- The plain book's figures on the day in the variable `today`. Money is in minor units; `micro` is 1e-6 of one.

CREATE OR REPLACE MACRO half_even(top, bottom) AS
    top // bottom + (2 * (top % bottom) > bottom OR (2 * (top % bottom) = bottom AND (top // bottom) % 2 = 1))::BIGINT;

CREATE OR REPLACE MACRO by_name(top, bottom, is_half_up) AS
    top // bottom
    + (2 * (top % bottom) > bottom OR (2 * (top % bottom) = bottom AND (is_half_up OR (top // bottom) % 2 = 1)))::BIGINT;

CREATE OR REPLACE MACRO interest_of(opening, rate, start_on, due_on, until, is_actual, is_half_up) AS
    by_name(
        half_even(
            opening * rate * (until - start_on),
            1000 * CASE WHEN is_actual THEN 365 ELSE 12 * (due_on - start_on) END
        ),
        1000000, is_half_up
    );

CREATE OR REPLACE MACRO late_fee_of(unpaid, late_kind, late_value, late_min, late_max, is_half_up) AS
    CASE late_kind
        WHEN 1 THEN late_value
        WHEN 2 THEN least(
            greatest(by_name(unpaid * late_value, 1000000, is_half_up), late_min),
            CASE WHEN late_max < 0 THEN 9000000000000000 ELSE late_max END
        )
        ELSE 0
    END;

-- Rows up to the one that runs today.
CREATE OR REPLACE TEMP TABLE plan AS
WITH RECURSIVE rows AS (
    SELECT
        loan, 0::BIGINT AS number, NULL::DATE AS start_on, disbursed_on AS due_on, 0::BIGINT AS opening,
        0::BIGINT AS principal, 0::BIGINT AS interest, principal AS closing
    FROM contracts
    UNION ALL
    SELECT
        loan, this_number, start_on, next_due, opening, part, bears, opening - part
    FROM (
        SELECT
            rows.loan, number + 1 AS this_number, rows.due_on AS start_on, closing AS opening,
            (disbursed_on + to_months((number + 1)::INTEGER))::DATE AS next_due,
            interest_of(closing, rate, rows.due_on, next_due, next_due, is_actual, is_half_up) AS bears,
            CASE WHEN this_number = instalments THEN closing ELSE least(closing, instalment - bears) END AS part
        FROM rows JOIN contracts USING (loan)
        WHERE rows.due_on <= getvariable('today') AND number < instalments
    )
)
SELECT loan, number, start_on, due_on, opening, principal, interest FROM rows WHERE number > 0;

-- What happens, one step of every loan at a time.
CREATE OR REPLACE TEMP TABLE states AS
WITH RECURSIVE state USING KEY (loan) AS (
    SELECT
        loan, 1::BIGINT AS number, 0::BIGINT AS payment, 0::BIGINT AS cash, disbursed_on AS today, FALSE AS is_payment,
        contracts.fee, 0::BIGINT AS late, plan.interest, plan.principal, 0::BIGINT AS micro, 0::BIGINT AS settled,
        plan.due_on AS since, 0 AS status, plan.due_on, plan.start_on, plan.opening
    FROM contracts JOIN plan USING (loan)
    WHERE plan.number = 1
    UNION ALL
    SELECT
        loan, CASE WHEN is_paid_off THEN 1000 ELSE to_number END,
        to_payment, CASE WHEN is_paid_off THEN after - owed ELSE after END, day, to_is_payment,
        to_fee, to_late, to_interest, to_principal, to_micro, to_settled, to_since, to_status,
        CASE WHEN is_paid_off THEN DATE '2999-01-01' ELSE to_due END, to_start,
        CASE WHEN is_paid_off THEN 0 ELSE to_opening END
    FROM (
        SELECT
            *,
            to_opening + interest_of(to_opening, rate, to_start, to_due, day, is_actual, is_half_up) AS owed,
            to_is_payment AND to_due > day AND to_opening > 0 AND after >= owed AS is_paid_off
        FROM (
            SELECT
                *,
                fee_left + interest_left + principal_left AS unpaid_left,
                acts AND status_now = 2 AND unpaid_left <= tolerance AS is_cured,
                acts AND unpaid_left + late_left + penalty - pays_penalty = 0 AS is_gone,
                is_cured OR pays_principal > 0 AS closes,
                number + is_gone::BIGINT AS to_number,
                CASE WHEN is_gone THEN contract_fee ELSE fee_left END AS to_fee,
                CASE WHEN is_gone THEN 0 ELSE late_left END AS to_late,
                CASE WHEN is_gone THEN next_interest ELSE interest_left END AS to_interest,
                CASE WHEN is_gone THEN next_principal ELSE principal_left END AS to_principal,
                CASE WHEN is_gone THEN 0 WHEN closes THEN micro_now ELSE micro_before END AS to_micro,
                CASE WHEN is_gone THEN 0 ELSE settled + pays_penalty END AS to_settled,
                CASE WHEN is_gone THEN next_due WHEN closes THEN day ELSE since END AS to_since,
                CASE WHEN is_gone THEN 0 WHEN is_cured THEN 1 ELSE status_now END AS to_status,
                CASE WHEN is_gone THEN next_due ELSE due_on END AS to_due,
                CASE WHEN is_gone THEN next_start ELSE start_on END AS to_start,
                CASE WHEN is_gone THEN next_opening ELSE opening END AS to_opening
            FROM (
                SELECT
                    *,
                    CASE WHEN acts THEN money ELSE 0 END AS money_0,
                    least(money_0, fee) AS pays_fee, money_0 - pays_fee AS money_1,
                    least(money_1, late_now) AS pays_late, money_1 - pays_late AS money_2,
                    least(money_2, penalty) AS pays_penalty, money_2 - pays_penalty AS money_3,
                    least(money_3, interest) AS pays_interest, money_3 - pays_interest AS money_4,
                    least(money_4, principal) AS pays_principal,
                    CASE WHEN acts THEN money_4 - pays_principal ELSE money END AS after,
                    fee - pays_fee AS fee_left, late_now - pays_late AS late_left,
                    interest - pays_interest AS interest_left, principal - pays_principal AS principal_left
                FROM (
                    SELECT
                        *,
                        due_on <= day AS acts,
                        fee + interest + principal AS unpaid,
                        acts AND status = 0 AND day - due_on > grace_days AS expires,
                        expires AND unpaid > tolerance AS is_missed,
                        CASE WHEN is_missed THEN 2 WHEN expires THEN 1 ELSE status END AS status_now,
                        late + CASE
                            WHEN is_missed
                            THEN late_fee_of(unpaid, late_kind, late_value, late_min, late_max, is_half_up) ELSE 0
                        END AS late_now,
                        CASE WHEN expires AND NOT is_missed THEN 0 ELSE micro END AS micro_before,
                        micro_before + CASE
                            WHEN acts AND status_now <> 1
                            THEN half_even(3 * principal * rate * (day - since), 730000) ELSE 0
                        END AS micro_now,
                        CASE WHEN status_now = 0 THEN 0 ELSE by_name(micro_now, 1000000, is_half_up) - settled END AS penalty
                    FROM (
                        SELECT
                            state.*, rate, grace_days, tolerance, late_kind, late_value, late_min, late_max, is_actual,
                            is_half_up, contracts.fee AS contract_fee,
                            coalesce(following.due_on, DATE '2999-01-01') AS next_due, following.start_on AS next_start,
                            coalesce(following.opening, 0) AS next_opening,
                            coalesce(following.principal, 0) AS next_principal,
                            coalesce(following.interest, 0) AS next_interest,
                            cash > 0 AND state.due_on <= today AS is_paying,
                            coalesce(paid_on, DATE '2999-01-01') AS next_paid_on,
                            NOT is_paying AND (cash = 0 OR next_paid_on < state.due_on) AS comes,
                            CASE WHEN is_paying THEN today WHEN comes THEN next_paid_on ELSE state.due_on END AS day,
                            CASE WHEN is_paying THEN is_payment ELSE comes END AS to_is_payment,
                            payment + comes::BIGINT AS to_payment,
                            cash + CASE WHEN comes THEN coalesce(amount, 0) ELSE 0 END AS money
                        FROM state
                        JOIN contracts USING (loan)
                        LEFT JOIN plan AS following ON following.loan = state.loan AND following.number = state.number + 1
                        LEFT JOIN payments ON payments.loan = state.loan AND payments.number = state.payment
                    )
                    WHERE day <= getvariable('today')
                )
            )
        )
    )
)
FROM state;

-- What has fallen due and is unpaid, then the running row.
CREATE OR REPLACE TEMP TABLE figures AS
WITH unpaid AS (
    SELECT
        plan.loan, plan.due_on, rate, is_half_up,
        plan.number = states.number AS is_oldest,
        CASE WHEN is_oldest THEN states.fee ELSE contracts.fee END AS unpaid_fee,
        CASE WHEN is_oldest THEN states.interest ELSE plan.interest END AS unpaid_interest,
        CASE WHEN is_oldest THEN states.principal ELSE plan.principal END AS unpaid_principal,
        CASE WHEN is_oldest THEN states.status ELSE 0 END AS status_before,
        CASE WHEN is_oldest THEN late ELSE 0 END AS late_before,
        CASE WHEN is_oldest THEN micro ELSE 0 END AS micro_before,
        CASE WHEN is_oldest THEN settled ELSE 0 END AS collected,
        CASE WHEN is_oldest THEN since ELSE plan.due_on END AS since_day,
        unpaid_fee + unpaid_interest + unpaid_principal AS unpaid,
        status_before = 0 AND getvariable('today') - plan.due_on > grace_days AS expires,
        expires AND unpaid > tolerance AS is_missed,
        CASE WHEN is_missed THEN 2 WHEN expires THEN 1 ELSE status_before END AS status_now,
        late_before + CASE
            WHEN is_missed THEN late_fee_of(unpaid, late_kind, late_value, late_min, late_max, is_half_up) ELSE 0
        END AS late_now,
        CASE WHEN expires AND NOT is_missed THEN 0 ELSE micro_before END
        + CASE
            WHEN status_now = 2
            THEN half_even(3 * unpaid_principal * rate * (getvariable('today') - since_day), 730000) ELSE 0
        END AS micro_now,
        CASE WHEN status_now = 0 THEN 0 ELSE by_name(micro_now, 1000000, is_half_up) - collected END AS penalty
    FROM plan
    JOIN states ON states.loan = plan.loan AND plan.number >= states.number
    JOIN contracts ON contracts.loan = plan.loan
    WHERE plan.due_on <= getvariable('today')
),

sums AS (
    SELECT
        loan,
        sum(unpaid_principal) FILTER (status_now < 2) AS due_principal,
        sum(unpaid_interest) FILTER (status_now < 2) AS due_interest,
        sum(penalty) FILTER (status_now < 2) AS due_penalty,
        sum(unpaid_fee + late_now) FILTER (status_now < 2) AS due_fees,
        sum(unpaid_principal) FILTER (status_now = 2) AS arrears_principal,
        sum(unpaid_interest) FILTER (status_now = 2) AS arrears_interest,
        sum(penalty) FILTER (status_now = 2) AS arrears_penalty,
        sum(unpaid_fee + late_now) FILTER (status_now = 2) AS arrears_fees,
        max(getvariable('today') - due_on) FILTER (status_now = 2) AS days_past_due
    FROM unpaid
    GROUP BY loan
)

SELECT
    states.loan,
    coalesce(due_principal, 0)::BIGINT AS due_principal,
    coalesce(due_interest, 0)::BIGINT AS due_interest,
    coalesce(due_penalty, 0)::BIGINT AS due_penalty,
    coalesce(due_fees, 0)::BIGINT AS due_fees,
    coalesce(arrears_principal, 0)::BIGINT AS arrears_principal,
    coalesce(arrears_interest, 0)::BIGINT AS arrears_interest,
    coalesce(arrears_penalty, 0)::BIGINT AS arrears_penalty,
    coalesce(arrears_fees, 0)::BIGINT AS arrears_fees,
    running.loan IS NOT NULL AS is_open,
    CASE
        WHEN is_open
        THEN interest_of(
            running.opening, rate, running.start_on, running.due_on, getvariable('today'), is_actual, is_half_up
        )
        ELSE 0
    END AS accrued_interest,
    coalesce(running.opening, 0) AS not_due_principal,
    cash AS held,
    coalesce(due_principal + due_interest + due_penalty + due_fees, 0)::BIGINT
    + coalesce(arrears_principal + arrears_interest + arrears_penalty + arrears_fees, 0)::BIGINT
    + accrued_interest + not_due_principal - held AS payoff,
    coalesce(days_past_due, 0) AS days_past_due,
    CASE WHEN is_open THEN running.due_on - DATE '1970-01-01' ELSE -1 END AS next_due_on,
    CASE WHEN is_open THEN running.principal + running.interest + contracts.fee ELSE 0 END AS next_due_amount
FROM states
JOIN contracts USING (loan)
LEFT JOIN sums USING (loan)
LEFT JOIN plan AS running
    ON running.loan = states.loan AND running.number >= states.number AND running.due_on > getvariable('today')
