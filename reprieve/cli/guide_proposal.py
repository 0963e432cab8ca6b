"""Which plan of an answer a person puts to a lender: the one its letter offers. Never makes a plan of its own."""

from reprieve.lending.guide.guide_answer import Answer, Plan


def proposal_of(answer: Answer, debt: int) -> Plan | None:
    """Return the plan that the letter about a debt offers: after a pause where bills come first, else the shortest.

    There is none where one month's money covers all that is overdue.
    """
    asked = answer.debts[debt]
    if answer.order.first:
        paused = [plan for plan in answer.plans if plan.debt == debt and plan.name == "pause"]
        return paused[0] if paused else None
    if asked.offer is not None and asked.owed.overdue.total and asked.offer >= asked.owed.total:
        return None
    return answer.shortest(debt)
