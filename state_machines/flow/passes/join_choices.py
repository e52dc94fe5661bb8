"""Pass: a choice that leads straight to another choice takes over its rules, and a transition is saved."""

from dataclasses import replace

from state_machines.flow.names import Names
from state_machines.flow.steps import Decide, Rule, Segment, Step, Way

MAX_RULES = 16
MAX_CONDITION = 4_000


def join_choices(segment: Segment, names: Names) -> Segment:
    """Joins a choice with those that its ways lead to, as long as rules stay few and conditions short.

    Rules keep their order, so the first true one is the same as before; what stood behind a rule is guarded by that
    rule's condition. A choice that comes back to itself is left alone.

    >>> way, done = Way("inner"), Way("done")
    >>> outer = Decide("outer", "x", "choice", (Rule("a", way),), done)
    >>> inner = Decide("inner", "y", "choice", (Rule("b", Way("one")),), Way("two"))
    >>> joined = join_choices(Segment(Way("outer"), {"outer": outer, "inner": inner}), Names([])).steps["outer"]
    >>> [(rule.condition, rule.way.to) for rule in joined.rules], joined.default.to
    ([('(a) and (b)', 'one'), ('a', 'two')], 'done')
    """
    steps = dict(segment.steps)
    for key in segment.steps:
        step = steps[key]
        seen = {key}
        while isinstance(step, Decide) and (joined := _join_default(step, steps, seen)):
            steps[key] = step = joined
        if isinstance(step, Decide):
            steps[key] = _join_rules(step, steps)
    return replace(segment, steps=steps)


def _join_default(step: Decide, steps: dict[str, Step], seen: set[str]) -> Decide | None:
    second = _joinable(step.default, steps)
    if second is None or second.key in seen or len(step.rules) + len(second.rules) > MAX_RULES:
        return None
    seen.add(second.key)
    rules = (*step.rules, *(replace(rule, way=_through(step.default, rule.way)) for rule in second.rules))
    return replace(step, rules=rules, default=_through(step.default, second.default))


def _join_rules(step: Decide, steps: dict[str, Step]) -> Decide:
    rules: list[Rule] = []
    room = MAX_RULES - len(step.rules)
    for rule in step.rules:
        second = _joinable(rule.way, steps)
        if second is None or second.key == step.key or rule.output or len(second.rules) > room:
            rules.append(rule)
            continue
        room -= len(second.rules)
        rules += [_guarded(rule, inner) for inner in second.rules]
        rules.append(replace(rule, way=_through(rule.way, second.default)))
    return replace(step, rules=tuple(rules))


def _joinable(way: Way, steps: dict[str, Step]) -> Decide | None:
    """The choice behind a way, unless it parks tokens: an incident decides again at its own gateway."""
    second = steps.get(way.to)
    if not isinstance(second, Decide):
        return None
    ways = (*(rule.way for rule in second.rules), second.default)
    long = sum(len(rule.condition) for rule in second.rules) > MAX_CONDITION
    return None if long or second.assign or any(each.outcome == "continues" for each in ways) else second


def _guarded(rule: Rule, inner: Rule) -> Rule:
    return replace(inner, condition=f"({rule.condition}) and ({inner.condition})", way=_through(rule.way, inner.way))


def _through(first: Way, second: Way) -> Way:
    return replace(second, path=(*first.path, *second.path), outcome=first.outcome)
