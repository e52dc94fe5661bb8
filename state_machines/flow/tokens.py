"""What a token of an open region knows, as JSONata: what it and those before it have written, and in which order.

`_dpc.token` holds `wrote` (of each variable that differs from the region's input its value `v` and its stamp `t`),
`clock` (the last stamp), `joined` (the arrivals that have become this token) and `took` (the changes of handlers, by
the names in their record, that it has taken over). Stamps are Lamport's: whatever was
written knowing of another value has the higher one. Where tokens meet, the higher stamp wins, then the later flow.
"""

from state_machines.flow.jsonata import INPUT, RESERVED

TOKEN = f"{INPUT}.{RESERVED}.token"
JOINED = f"[{TOKEN}.joined]"
"""The arrivals that have become this token, and those that became what it was made of."""


def written(base: str) -> str:
    """JSONata of `{wrote, clock}` at this moment. `base` names the variable that holds the region's input."""
    known = f"($exists($lookup($t.wrote, $k)) ? $lookup($t.wrote, $k).v : $lookup(${base}, $k))"
    new = f"$sift({INPUT}, function($v, $k) {{ $k != '{RESERVED}' and $not($v = {known}) }})"
    stamps = "$merge([$each($new, function($v, $k) { {$k: {'v': $v, 't': $n}} })])"
    result = f"{{'wrote': $merge([$t.wrote, {stamps}]), 'clock': $n}}"
    return f"($t := {TOKEN}; $n := $sum([$t.clock, 1]); $new := {new}; {result})"


def merged(wrote: str) -> str:
    """JSONata of what several tokens have written; `wrote` is a list in the order of their flows."""
    later = "$not($exists($lookup($a, $k))) or $lookup($a, $k).t <= $x.t"
    return f"$reduce({wrote}, function($a, $w) {{ $merge([$a, $sift($w, function($x, $k) {{ {later} }})]) }}, {{}})"


def variables(base: str, wrote: str) -> str:
    """JSONata of the variables: the region's input with what was written."""
    return f"$merge([{base}, $merge([$each({wrote}, function($x, $k) {{ {{$k: $x.v}} }})])])"


def about(base: str, wrote: str, clock: str, joined: str) -> str:
    """JSONata of an object with the reserved variable of a token that several have become."""
    token = f"{{'wrote': {wrote}, 'clock': {clock}, 'joined': {joined}}}"
    return f"{{'{RESERVED}': $merge([${base}.{RESERVED}, {INPUT}.{RESERVED}, {{'token': {token}}}])}}"


def stamped(base: str, news: str = "") -> str:
    """JSONata of the variables with what the token has written up to now: for the branches of a fork.

    `news`: the variable of what others have written that it knows: whoever has written it has a higher stamp.
    """
    token = f"$merge([{TOKEN}, {written(base)}])"
    if news:
        heard = f"$merge([$each(${news}, function($v, $k) {{ {{$k: {{'v': $v, 't': 0}}}} }})])"
        token = f"($own := {token}; $merge([$own, {{'wrote': $merge([{heard}, $own.wrote])}}]))"
    return f"$merge([{INPUT}, {{'{RESERVED}': $merge([{INPUT}.{RESERVED}, {{'token': {token}}}])}}])"


def begun() -> str:
    """JSONata of the variables of a region's first token: it has written nothing there."""
    return f"$merge([{INPUT}, {{'{RESERVED}': $merge([{INPUT}.{RESERVED}, {{'token': {{}}}}])}}])"


def ended(base: str) -> str:
    """JSONata of the list that a token leaves behind at the end of its region."""
    return f"[$merge([{written(base)}, {{'joined': {JOINED}, 'took': {TOKEN}.took}}])]"


def settled(listed: str) -> str:
    """JSONata of the variables behind a region; `listed`: the lists of all its tokens as one.

    `_dpc.stuck` names the arrivals that nobody has taken, if there are some.
    """
    joined = "$reduce($all, function($f, $t) { $append($f, $t.joined) }, [])"
    stuck = "$filter($all, function($t) { $exists($t.wait) and $not($t.wait in $joined) }).wait"
    held = f"$merge([{INPUT}.{RESERVED}, {{'stuck': [$stuck]}}])"
    changed = variables(INPUT, merged("[$all.wrote]"))
    more = f"$exists($stuck) ? {{'{RESERVED}': {held}}}"
    return f"($all := {listed}; $joined := {joined}; $stuck := {stuck}; $merge([{changed}, {more}]))"


def told(base: str, listed: str) -> str:
    """JSONata of the variables of a token that goes on knowing what others have written, by their lists as one."""
    wrote = merged("$append([$own.wrote], [$all.wrote])")
    token = f"$merge([{TOKEN}, {{'wrote': $wrote, 'clock': $max($append([$own.clock], [$all.clock]))}}])"
    about = f"{{'{RESERVED}': $merge([{INPUT}.{RESERVED}, {{'token': {token}}}])}}"
    known = f"$own := {written(base)}; $all := {listed}; $wrote := {wrote}"
    return f"({known}; $merge([{variables(INPUT, '$wrote')}, {about}]))"


def took(variables: str, names: str) -> str:
    """JSONata of the variables of a token that has taken over what handlers have changed, by the names of that."""
    token = f"$merge([$v.{RESERVED}.token, {{'took': {names}}}])"
    about = f"{{'{RESERVED}': $merge([$v.{RESERVED}, {{'token': {token}}}])}}"
    return f"($v := {variables}; $merge([$v, {about}]))"


def waiting(me: str) -> str:
    """JSONata of the list that a token leaves behind at a join where it waits, perhaps for ever."""
    return f"[{{'wait': {me}, 'joined': {JOINED}, 'wrote': {TOKEN}.wrote, 'clock': {TOKEN}.clock}}]"
