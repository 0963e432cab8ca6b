"""Which plan of an answer a person puts to a lender: the one its letter offers. Never makes a plan of its own."""

from reprieve.lending.guide.guide_answer import Answer, Plan


def proposal_of(answer: Answer, debt: int) -> Plan | None:
    """Return the plan that the letter about a debt offers: after a pause where bills come first, else the shortest."""
    if answer.order.first:
        paused = [plan for plan in answer.plans if plan.debt == debt and plan.name == "pause"]
        return paused[0] if paused else None
    return answer.shortest(debt)
