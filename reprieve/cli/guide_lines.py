"""Lines of an answer that the screen and the printed pages share. Never computes a figure and never wraps or styles."""

from reprieve.lending.guide.guide_answer import Answer, DebtAnswer, Plan, Strategy
from reprieve.words import Words


def called(debt: DebtAnswer, say: Words) -> str:
    """Return what a debt is called: its number, and the person's name for it, the lender's, or the kind of lender."""
    name = debt.name or debt.lender_name or say.text(f"guide.lender.{debt.lender}")
    return say.text("guide.title.debt", number=debt.number, name=name)


def plan_name(plan: Plan, say: Words) -> str:
    """Return what a plan is called; the lowest is beside no other where no plan at the contract rate fits."""
    name = "lowest_longest" if plan.name == "lowest" and plan.saved is None else plan.name
    return say.text(f"guide.plan.{name}", months=plan.months, pause=plan.pause_months)


def in_order(answer: Answer, strategy: Strategy, say: Words) -> str:
    """Return who is paid first in a way of paying several debts, and the day each is paid off."""
    steps = []
    for step in strategy.steps:
        assert step.debt is not None, "a strategy orders debts"
        debt = answer.debts[step.debt]
        name = debt.name or called(debt, say)
        if step.clear_on is None:
            steps.append(say.text("guide.order.step_open", name=name))
        else:
            steps.append(say.text("guide.order.step", name=name, on=say.day(step.clear_on)))
    key = "guide.order.together" if strategy.name == "shared" else "guide.order.steps"
    return say.text(key, steps=say.text("print.semicolon").join(steps))


def assumed(answer: Answer, say: Words) -> list[str]:
    """Return what was assumed, each with the numbers of the debts it is about where it is not about all."""
    lines = []
    for numbers, message in answer.assumed():
        text = say.say(message, answer.currency)
        shown = say.text("print.comma").join(map(str, numbers))
        lines.append(say.text("guide.assumed.of_debts", numbers=shown, text=text) if numbers else text)
    return lines
