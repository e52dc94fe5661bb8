"""A hypothesis strategy for BPMN files that are made of whole blocks, and so without a fault."""

from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import strategies as st

from tests.state_machines.bpmn.samples import definitions, flow, script, when

Block = tuple[str, tuple["Block", ...]]
"""A kind and its parts: a task has none, a sequence runs them in turn, a split takes one or all, a loop repeats."""

_GATEWAYS = {"exclusive": "exclusiveGateway", "parallel": "parallelGateway"}


def block_structured() -> st.SearchStrategy[bytes]:
    """BPMN files of tasks, sequences, exclusive and parallel blocks, loops and sub-processes."""
    return _blocks().map(lambda block: Drawing().process(block))


def _blocks() -> st.SearchStrategy[Block]:
    leaf: st.SearchStrategy[Block] = st.just(("task", ()))
    return st.recursive(leaf, _compound, max_leaves=12)


def _compound(parts: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.tuples(st.sampled_from(("sequence", "exclusive", "parallel")), several),
        st.tuples(st.sampled_from(("loop", "subProcess")), st.tuples(parts)),
    )


@dataclass
class Drawing:
    """Draws blocks; each block is entered at one node and left at one node."""

    content: list[str] = field(default_factory=list)
    drawn: int = 0

    def process(self, block: Block) -> bytes:
        self._scope(block)
        return definitions(f'<process id="p" isExecutable="true">{"".join(self.content)}</process>')

    def _scope(self, block: Block) -> None:
        start, end = self._id("start"), self._id("end")
        self.content.append(f'<startEvent id="{start}"/><endEvent id="{end}"/>')
        first, last = self._block(block)
        self._flow(start, first)
        self._flow(last, end)

    def _id(self, word: str) -> str:
        self.drawn += 1
        return f"{word}{self.drawn}"

    def _flow(self, source: str, target: str, condition: str = "", flow_id: str = "") -> None:
        self.content.append(flow(flow_id or self._id("flow"), source, target, condition))

    def _block(self, block: Block) -> tuple[str, str]:
        """Draw a block; the (first, last) node."""
        kind, parts = block
        if kind == "task":
            return self._task()
        if kind == "sequence":
            return self._sequence(parts)
        if kind == "subProcess":
            return self._sub_process(parts[0])
        return self._loop(parts[0]) if kind == "loop" else self._split(kind, parts)

    def _task(self) -> tuple[str, str]:
        node = self._id("task")
        self.content.append(script(node))
        return node, node

    def _sequence(self, parts: tuple[Block, ...]) -> tuple[str, str]:
        ends = [self._block(part) for part in parts]
        for (_, left), (right, _) in pairwise(ends):
            self._flow(left, right)
        return ends[0][0], ends[-1][1]

    def _split(self, kind: str, parts: tuple[Block, ...]) -> tuple[str, str]:
        split, join, default = self._id("split"), self._id("join"), self._id("default")
        tag = _GATEWAYS[kind]
        named = f' default="{default}"' if kind == "exclusive" else ""
        self.content.append(f'<{tag} id="{split}"{named}/><{tag} id="{join}"/>')
        for index, part in enumerate(parts):
            first, last = self._block(part)
            condition = when(f"=choice = {index}") if kind == "exclusive" and index else ""
            self._flow(split, first, condition, default if index == 0 else "")
            self._flow(last, join)
        return split, join

    def _loop(self, part: Block) -> tuple[str, str]:
        merge, again, default = self._id("merge"), self._id("again"), self._id("default")
        self.content.append(f'<exclusiveGateway id="{merge}"/><exclusiveGateway id="{again}" default="{default}"/>')
        first, last = self._block(part)
        after, _ = self._task()
        self._flow(merge, first)
        self._flow(last, again)
        self._flow(again, merge, when("=more"))
        self._flow(again, after, flow_id=default)
        return merge, after

    def _sub_process(self, part: Block) -> tuple[str, str]:
        node = self._id("sub")
        inner = Drawing(drawn=self.drawn)
        inner._scope(part)
        self.drawn = inner.drawn
        self.content.append(f'<subProcess id="{node}">{"".join(inner.content)}</subProcess>')
        return node, node
