"""The relations over which patterns are told: what columns they have, and what the acts of a log mean.

The store fills them (live store, import, generator); a pattern's SQL reads them.  Instants are local wall-clock times of the agency
without an offset (Asia/Shanghai for the live store), because office hours, days and batches are local.  docs/patterns.md explains
every column to whoever writes a generator or maps a foreign log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

RELATIONS: Mapping[str, Mapping[str, str]] = {
    "acts": {
        "case_id": "VARCHAR", "seq": "BIGINT", "power": "VARCHAR", "act": "VARCHAR", "actor": "VARCHAR", "post": "VARCHAR",
        "at": "TIMESTAMP", "entered": "TIMESTAMP", "party": "VARCHAR", "code": "VARCHAR", "tier": "VARCHAR", "amount": "DOUBLE",
        "outcome": "VARCHAR", "intermediary": "VARCHAR", "place": "VARCHAR", "started": "TIMESTAMP", "ended": "TIMESTAMP",
        "team": "VARCHAR", "text": "VARCHAR",
    },
    "reads": {"case_id": "VARCHAR", "reader": "VARCHAR", "post": "VARCHAR", "at": "TIMESTAMP", "part": "VARCHAR"},
    "subjects": {"subject": "VARCHAR", "stratum": "VARCHAR", "first_day": "DATE", "last_day": "DATE"},
    "thresholds": {"power": "VARCHAR", "amount": "DOUBLE"},
    "calendar": {"day": "DATE", "number": "BIGINT", "working": "BOOLEAN"},
}  # fmt: skip
"""`team`: officers taking part, joined by `|`; `number`: working days up to and with that day; amounts in yuan."""
Relations = Mapping[str, Iterable[tuple[object, ...]]]
"""The rows of each relation, in the order of its columns; a relation that a log does not have is missing."""

ROLES: Mapping[str, tuple[str, ...]] = {
    "approve": (
        "approve_case_opening", "approve_decision", "approve_measure", "approve_inspection_plan", "approve_inspection_report",
        "approve_investigation_plan", "approve_extension", "approve_document", "approve_announcement", "approve_plan", "approve_disclosure",
        "approve_withdrawal", "approve_instalments", "approve_departure", "pass_review", "pass_legality_review", "recheck_examination",
        "countersign", "close_case", "approve",
    ),
    "return": (
        "return_on_review", "fail_legality_review", "return_for_investigation", "return_for_redrafting", "return_to_examination",
        "return_inspection_plan", "return_assessment", "return_budget", "return_closure", "return_disclosure", "refuse_case_opening",
        "refuse_withdrawal", "refuse_extension", "return_for_new_notice", "return_lead", "return",
    ),
    "handle": (
        "propose_case_opening", "propose_no_opening", "draw_up_investigation_plan", "investigate", "submit_final_report",
        "examine_formally", "submit_examination", "submit_inspection_report", "propose_measure", "propose_sealing", "propose_seizure",
        "propose_withdrawal", "handle",
    ),
    "visit": ("inspect_site", "examine_on_site", "recheck_rectification", "check_on_the_spot", "visit"),
    "inspect": ("inspect_site", "check_on_the_spot", "visit"),
    "result": ("submit_inspection_report", "result"),
    "receive": ("receive_application", "apply_renewal", "receive"),
    "accept": ("accept_application", "accept"),
    "send_home": (
        "give_one_time_notice", "return_material", "refuse_acceptance", "refuse_unsupplemented", "refuse_incomplete",
        "request_missing_material", "send_home",
    ),
    "lead": ("register_lead", "receive_complaint", "report_lead", "lead"),
    "file": ("propose_case_opening", "file"),
    "not_file": ("propose_no_opening", "not_file"),
    "open": ("approve_case_opening", "open"),
    "not_open": ("refuse_case_opening", "not_open"),
    "notice": ("serve_prior_notice", "notice"),
    "waive": ("waive_hearing", "waive_defence", "waive"),
    "stop": ("suspend_case", "commission_appraisal", "order_expert_review", "approve_extension", "extend_measure", "stop"),
    "decide": (
        "decide_penalty", "decide_no_penalty", "decide_summary_penalty", "decide_application", "decide_sanction", "approve_withdrawal",
        "refuse_case_opening", "decide",
    ),
    "penalise": ("decide_penalty", "decide_summary_penalty", "penalise"),
    "spare": ("decide_no_penalty", "approve_withdrawal", "refuse_case_opening", "spare"),
    "withdraw": ("approve_withdrawal", "refuse_case_opening", "decide_no_penalty", "withdraw"),
    "grant": ("decide_application", "grant"),
    "choose": ("choose_intermediary", "receive_service_report", "choose"),
    "contact": ("answer_contacts", "record_interference", "answer_interference", "answer_gifts", "contact"),
}  # fmt: skip
"""What acts mean.  Every role is an act of that name, too, for logs whose mapping knows no finer word."""
BESIDE = ("system", "party")
"""Actors who are no officers."""
CONTACT = ("some", "recorded", "handed_in", "refused", "lighter", "heavier", "other")
"""What an act of contact says when there was one; `none` says that there was none."""

WINDOW_DAYS = 365
"""How far back a run looks: a year holds every season once."""
LONG_DAYS = 3 * WINDOW_DAYS
"""How far back it looks for what never happened."""


def views(today: str) -> tuple[str, ...]:
    """Return the views over the relations that all patterns share, for a run on a day (ISO)."""
    roles = ", ".join(f"('{act}', '{role}')" for role, acts in ROLES.items() for act in acts)
    beside = ", ".join(f"'{name}'" for name in BESIDE)
    return (
        f"CREATE OR REPLACE TABLE roles AS SELECT * FROM (VALUES {roles}) AS r(act, role)",
        f"CREATE OR REPLACE VIEW today AS SELECT DATE '{today}' AS day",
        f"""CREATE OR REPLACE TABLE recent AS SELECT * FROM acts
            WHERE entered >= DATE '{today}' - INTERVAL {WINDOW_DAYS} DAY AND entered < DATE '{today}' + INTERVAL 1 DAY""",
        f"""CREATE OR REPLACE TABLE tagged AS SELECT a.*, r.role, a.actor IS NOT NULL AND a.actor NOT IN ({beside}) AS officer
            FROM recent a JOIN roles r USING (act)""",
        _CASES,
    )


_CASES = """CREATE OR REPLACE TABLE cases AS
WITH base AS (
  SELECT case_id, any_value(power) AS power, arg_max(party, seq) FILTER (party IS NOT NULL) AS party,
    arg_max(code, seq) FILTER (code IS NOT NULL) AS code, arg_max(tier, seq) FILTER (tier IS NOT NULL) AS tier,
    min("at") AS opened, max("at") AS last_at,
    arg_max(intermediary, seq) FILTER (intermediary IS NOT NULL) AS intermediary,
    arg_min(actor, seq) FILTER (actor NOT IN ('system', 'party')) AS first_actor
  FROM recent GROUP BY case_id),
made AS (
  SELECT case_id, arg_max(actor, seq) FILTER (role = 'handle' AND officer) AS handled,
    arg_max(actor, seq) FILTER (role = 'decide' AND officer) AS decider, max(seq) FILTER (role = 'decide') AS decided_seq,
    max("at") FILTER (role = 'decide') AS decided, arg_max(amount, seq) FILTER (role = 'penalise') AS fine,
    max(seq) FILTER (role = 'penalise') AS penalised_seq, max(seq) FILTER (role = 'spare') AS spared_seq,
    arg_max(outcome, seq) FILTER (role = 'grant') AS granted,
    max(seq) FILTER (role = 'withdraw') AS withdrawn_seq, max("at") FILTER (role = 'withdraw') AS withdrawn_at,
    min("at") FILTER (role = 'grant') AS granted_at, bool_or(role = 'inspect') AS visited
  FROM tagged GROUP BY case_id)
SELECT b.*, coalesce(m.handled, b.first_actor) AS handler, m.* EXCLUDE (case_id, handled)
FROM base b LEFT JOIN made m USING (case_id)"""


def rates(trials: str, *, shown: str = "hit", officers: str = "list_value(split_part(subject, '|', 1))") -> str:
    """Return SQL for tallies from trials (subject, stratum, hit, case_id, seq, power): of each subject, and of its peers there.

    shown: which trials are the evidence; officers: who is concerned, of each subject.
    """
    return f"""WITH trials AS ({trials}),
mine AS (
  SELECT subject, stratum, count(*) AS trials, count(*) FILTER (hit) AS hits, mode(power) AS power,
    list(case_id || '#' || seq ORDER BY case_id, seq) FILTER ({shown}) AS evidence
  FROM trials WHERE subject IS NOT NULL AND hit IS NOT NULL GROUP BY subject, stratum)
SELECT subject, stratum, hits, trials, power, evidence, {officers} AS officers,
  sum(hits) OVER s - hits AS rest_hits, sum(trials) OVER s - trials AS rest_trials, count(*) OVER s - 1 AS peers
FROM mine WINDOW s AS (PARTITION BY stratum) ORDER BY subject, stratum"""


def pairs(trials: str) -> str:
    """Return SQL for tallies of pairs from trials (member, other, case_id, seq, power): of an other's cases after the first that a member
    had, those with the member too; against the same among all others that he ever had.

    Whoever serves a place has all of its firms again and again, and a specialist all of his: then his others are like that, too.
    """
    return f"""WITH given AS ({trials}),
trials AS (SELECT DISTINCT ON (member, other, power, case_id) * FROM given WHERE member IS NOT NULL AND other IS NOT NULL),
whole AS (SELECT other, power, count(DISTINCT case_id) AS n FROM trials GROUP BY other, power),
pair AS (
  SELECT member, other, power, count(*) AS h, list(case_id || '#' || seq ORDER BY case_id, seq) AS evidence
  FROM trials GROUP BY member, other, power),
told AS (SELECT p.*, w.n FROM pair p JOIN whole w USING (other, power) WHERE w.n >= 2)
SELECT member || '|' || other AS subject, power AS stratum, h - 1 AS hits, n - 1 AS trials, power, evidence, list_value(member) AS officers,
  sum(h - 1) OVER m - (h - 1) AS rest_hits, sum(n - 1) OVER m - (n - 1) AS rest_trials, count(*) OVER m - 1 AS peers
FROM told WINDOW m AS (PARTITION BY member, power) ORDER BY subject, stratum"""
