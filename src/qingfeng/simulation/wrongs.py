"""Who is corrupt in the agency of `worldlog`: one subject for each pattern, chosen by lot among those with work enough to show it."""

from __future__ import annotations

from collections.abc import Collection

from .worldcases import FIRMS
from .worldlog import World

BY_POST = {
    "rubber_stamping": "reviewer", "lenient_officer": "handler", "copied_inspection_text": "inspector", "nothing_found_streak": "inspector",
    "impossible_presence": "inspector", "repeated_visits": "clerk", "back_entry_batches": "handler", "threshold_splitting": "handler",
    "clock_stop_abuse": "handler", "leak_signature": "reviewer", "off_hours_access": "reviewer", "non_filing_rate": "handler",
    "waived_hearing_rate": "handler", "ping_pong": "reviewer", "withdrawn_after_contact": "handler",
}  # fmt: skip
PARTIES = ("favoured_party", "never_inspected")
PAIRS = ("repeated_pairing", "intermediary_concentration")
WRONGS = (*BY_POST, *PARTIES, *PAIRS)


def plant(world: World, wrongs: Collection[str]) -> None:
    """Choose who commits each of these wrongs; the world then does so as it writes its year."""
    rng = world.rng
    taken: set[str] = set()
    for name in sorted(wrongs):
        if name in PARTIES:
            firms = [p.name for p in world.parties if p.place is None and p.name not in taken and (p.key or name != "never_inspected")]
            world.wrongs[name] = rng.choice(firms)
        elif name in PAIRS:
            who = _somebody(world, "handler", taken)
            firms = [p.name for p in world.parties if p.place is None]
            other = rng.choice(FIRMS[2:] if name == "intermediary_concentration" else firms)
            world.wrongs[name] = f"{who}|{other}"
        else:
            world.wrongs[name] = _somebody(world, BY_POST[name], taken)
        taken.add(world.wrongs[name])


def _somebody(world: World, post: str, taken: set[str]) -> str:
    """Return an officer of the post with at least half the usual load, nobody who is corrupt already while there is another."""
    people = [p for p in world.people[post] if p.place is None]
    usual = sorted(p.load for p in people)[len(people) // 2]
    fit = [p.id for p in people if p.load >= usual / 2]
    fresh = [who for who in fit if not any(who in name.split("|") for name in taken)]
    return world.rng.choice(fresh or fit)
