"""The procedure must hold together: every step is reached and left, every act can happen, every matter ends.

What is judged is what the rows allow, taken generously (a row is held possible unless nothing can make it so): a fault
found here is a fault for certain.
"""

from __future__ import annotations

from functools import cached_property

from qingfeng.catalogue.checks_view import Raw, View, alternatives, results
from qingfeng.catalogue.power import CLOSED
from qingfeng.terms.text import Text

_FIX_ROW = Text(zh="请改正此行，或删去它。", en="Correct this row, or remove it.")


def check_flow(view: View) -> None:
    """Errors of the procedure as a whole; names must be sound."""
    flow = _Flow(view)
    _check_opening(view)
    _check_steps(view, flow)
    told = [_check_row(view, flow, place, row) for place, row in enumerate(view.rows)]
    _check_pending(view)
    if not any(told):  # else most of these would only repeat what was told
        _check_possible(view, flow)


class _Flow:
    """Which row applies where, and which steps the rows lead to."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.order = {step: place for place, step in enumerate((*view.steps, CLOSED))}

    @cached_property
    def places(self) -> list[list[str]]:
        """For each row the steps at which it is the row that applies."""
        taken: set[tuple[str, str]] = set()
        found: list[list[str]] = []
        for row in self.view.rows:
            mine = [step for step in self.view.applies(row) if (step, row["act"]) not in taken]
            taken.update((step, row["act"]) for step in mine)
            found.append(mine)
        return found

    @cached_property
    def reached(self) -> set[str]:
        """Steps (and CLOSED) that the rows lead to from the start."""
        return self._spread({self.view.raw["procedure"]["start"]}, self.edges)

    @cached_property
    def ending(self) -> set[str]:
        """Steps from which the rows lead to CLOSED."""
        return self._spread({CLOSED}, {(target, source) for source, target in self.edges})

    @cached_property
    def edges(self) -> set[tuple[str, str]]:
        """(from, to) of every move."""
        return {
            (step, target)
            for row, places in zip(self.view.rows, self.places, strict=True)
            for step in places
            for _, target in results(row.get("to"), here=step)
        }

    @cached_property
    def done_from(self) -> dict[str, int]:
        """For each act the place of the earliest reached step at which it may be done."""
        first: dict[str, int] = {}
        for row, places in zip(self.view.rows, self.places, strict=True):
            for step in places:
                if step in self.reached:
                    first[row["act"]] = min(self.order[step], first.get(row["act"], len(self.order)))
        return first

    @staticmethod
    def _spread(reached: set[str], edges: set[tuple[str, str]]) -> set[str]:
        onward: dict[str, list[str]] = {}
        for source, target in edges:
            onward.setdefault(source, []).append(target)
        queue = list(reached)
        while queue:
            for target in onward.get(queue.pop(), ()):
                if target not in reached:
                    reached.add(target)
                    queue.append(target)
        return reached


def _check_opening(view: View) -> None:
    """What begins a case stands at the first step and needs nothing before it."""
    start = view.raw["procedure"]["start"]
    first = next((place for place, row in enumerate(view.rows) if start in row["at"]), None)
    if first is None:
        view.faults.error(
            view.at("procedure", "start"),
            Text(
                zh=f"开始环节“{start}”没有可办的动作，案件无从开始。",
                en=f'No act row stands at "{start}": no case can begin.',
            ),
            Text(zh="请在某一行的 at 写上它。", en="Name it in the `at` of some row."),
        )
    for place, row in enumerate(view.rows):
        if place != first and not row.get("opens_case"):
            continue
        name = view.name_of(row["act"])
        if start not in row["at"]:
            view.faults.error(
                view.act_at(place, "opens_case"),
                Text(
                    zh=f"动作{name.zh}不在开始环节，不能开立案件。", en=f"The act {name.en} is not at the first step."
                ),
                Text(
                    zh=f"请在 at 写上 {start}，或删去 opens_case。", en=f"Write {start} in `at`, or remove opens_case."
                ),
            )
        needs = [key for key in ("after", "closes", "waits") if row.get(key)]
        if needs:
            view.faults.error(
                view.act_at(place, needs[0]),
                Text(
                    zh=f"动作{name.zh}开立案件，此前不可能有任何事情，却写了 {'、'.join(needs)}。",
                    en=f"The act {name.en} opens the case, so nothing comes before it, yet it has {', '.join(needs)}.",
                ),
                Text(
                    zh="请删去，或把开立案件的动作排在第一行。",
                    en="Remove it, or put the act that opens the case first.",
                ),
            )


def _check_steps(view: View, flow: _Flow) -> None:
    for place, step in enumerate(view.raw["steps"]):
        said = f"“{step['name']['zh']}”（{step['id']}）", f'"{step["name"]["en"]}" ({step["id"]})'
        if step["id"] not in flow.reached:
            view.faults.error(
                view.at("steps", place),
                Text(zh=f"没有任何动作通向环节{said[0]}。", en=f"No act leads to the step {said[1]}."),
                Text(zh="请在某一行的 to 写上它。", en="Name it in the `to` of some row."),
            )
        elif step["id"] not in flow.ending:
            view.faults.error(
                view.at("steps", place),
                Text(
                    zh=f"从环节{said[0]}出发，案件永远不能办结。",
                    en=f"From the step {said[1]} a case can never be closed.",
                ),
                Text(zh="请补上通往 closed 的动作。", en="Add an act that leads on to closed."),
            )


def _check_row(view: View, flow: _Flow, place: int, row: Raw) -> bool:
    """Whether a row can never happen; says why."""
    name = view.name_of(row["act"])
    reached = [step for step in flow.places[place] if step in flow.reached]
    why: Text | None = None
    if not flow.places[place]:
        why = Text(zh="前面的行已占用它的全部环节", en="rows before it apply at all its steps")
    elif not reached:
        why = Text(zh="它的环节都到不了", en="none of its steps is ever reached")
    else:
        latest = max(flow.order[step] for step in reached)
        for index, after in enumerate(row.get("after") or ()):
            if all(flow.done_from.get(act, latest + 1) > latest for act in alternatives(after)):
                view.faults.error(
                    view.act_at(place, "after", index),
                    Text(
                        zh=f"动作{name.zh}须在“{after}”之后，但到此环节为止它不可能已办。",
                        en=f'The act {name.en} must come after "{after}", which cannot have been done by then.',
                    ),
                    Text(
                        zh="请改 after，或让前一动作在此前（或本）环节可办；退回会使其后各环节的动作作废。",
                        en="Change `after`, or let that act be done at this or an earlier step; "
                        "a return undoes later steps.",
                    ),
                )
                return True
    if why is not None:
        view.faults.error(
            view.act_at(place),
            Text(zh=f"动作{name.zh}永远不会发生：{why.zh}。", en=f"The act {name.en} can never happen: {why.en}."),
            _FIX_ROW,
        )
    return why is not None or _waits_for_nothing(view, flow, place, row)


def _waits_for_nothing(view: View, flow: _Flow, place: int, row: Raw) -> bool:
    starts = {limit["id"]: [one.partition("=")[0] for one in limit["starts"]] for limit in view.limits}
    told = False
    for index, limit in enumerate(row.get("waits") or ()):
        latest = max(flow.order[step] for step in flow.places[place])
        if limit in starts and all(flow.done_from.get(act, latest + 1) > latest for act in starts[limit]):
            told = True
            view.faults.error(
                view.act_at(place, "waits", index),
                Text(
                    zh=f"动作{view.name_of(row['act']).zh}等待期限“{limit}”，但到此环节为止它不可能已起算。",
                    en=f'The act {view.name_of(row["act"]).en} waits for "{limit}", which cannot have started by then.',
                ),
                Text(zh="请改 waits 或该期限的 starts。", en="Change `waits`, or the limit's `starts`."),
            )
    return told


def _check_pending(view: View) -> None:
    opened = {name for row in view.rows if "opens" in row for _, name in results(row["opens"])}
    closed = {row["closes"] for row in view.rows if "closes" in row}
    for place, one in enumerate(view.pending):
        said = f"“{one['name']['zh']}”（{one['id']}）", f'"{one["name"]["en"]}" ({one["id"]})'
        path = view.at("procedure", "pending", place)
        if one["id"] not in opened:
            view.faults.error(
                path,
                Text(zh=f"没有动作产生未结事项{said[0]}。", en=f"No act opens the pending matter {said[1]}."),
                Text(zh="请在某一行写 opens，或删去它。", en="Write `opens` in some row, or remove it."),
            )
        elif one["id"] not in closed:
            view.faults.error(
                path,
                Text(zh=f"没有动作了结未结事项{said[0]}。", en=f"No act closes the pending matter {said[1]}."),
                Text(zh="请在某一行写 closes。", en="Write `closes` in some row."),
            )


def _check_possible(view: View, flow: _Flow) -> None:
    """Fault rows that only wait for each other: grow the set of possible (step, row) pairs until it stands still."""
    start = view.raw["procedure"]["start"]
    reached, opened = {start}, set[str]()
    first: dict[str, int] = {}
    possible: set[tuple[str, int]] = set()
    grown = True
    while grown:
        grown = False
        for place, row in enumerate(view.rows):
            for step in flow.places[place]:
                if (step, place) in possible or step not in reached:
                    continue
                latest = flow.order[step]
                sets = [alternatives(after) for after in row.get("after") or ()]
                if not all(any(first.get(act, latest + 1) <= latest for act in one) for one in sets):
                    continue
                if "closes" in row and row["closes"] not in opened:
                    continue
                grown = True
                possible.add((step, place))
                first[row["act"]] = min(latest, first.get(row["act"], latest))
                reached.update(target for _, target in results(row.get("to"), here=step))
                opened.update(name for _, name in results(row.get("opens")) if "opens" in row)
    happen = {place for _, place in possible}
    for place, row in enumerate(view.rows):
        if place not in happen and flow.places[place]:
            name = view.name_of(row["act"])
            view.faults.error(
                view.act_at(place),
                Text(
                    zh=f"动作{name.zh}永远不会发生：它所需的先行动作又在等它。",
                    en=f"The act {name.en} can never happen: what it needs first waits for it.",
                ),
                _FIX_ROW,
            )
