"""With --lang en nothing Chinese is left but what has no other form: names of people, law and the words of the map."""

from __future__ import annotations

import re

from tests.cli.conftest import GROUNDS, LEAD, Run, Told, Until

PUNCTUATION = re.compile("[，。；：、（）【】〔〕！？—　]")
HAN = re.compile("[\u4e00-\u9fff]+")
# what the agency published stands as it did
OWN_NAMES = (
    r"names of the agency and its branches|source|prefix|books|name|duty|standard|article|words"
    r"|series of numbers in use \(samples\)"
)
OWN_WORDS = rf'({OWN_NAMES}): ("[^"]*"(; )?)+'
ONE_NAME = re.compile(rf"[\u4e00-\u9fff]+ (art\. )?\d|{OWN_WORDS}")
RECORDED = "reason as recorded, in Chinese: "
"""A refusal is kept in the language that counts."""


def english(run: Run, *args: str, code: int | None = 0) -> str:
    result = run("--lang", "en", *args, code=code)
    lines = [line for line in (result.stdout + result.stderr).splitlines() if RECORDED not in line]
    for line in lines:
        assert not PUNCTUATION.search(line), line
    return "\n".join(lines)


def test_commands_on_cases_speak_english(run: Run, told: Told, until: Until, case: str) -> None:
    names = {p["name"] for p in told("people", "list")["people"]}
    do = ("case", "do", case)
    said = english(
        run,
        *do,
        "propose_case_opening",
        "--who",
        "case_handler",
        "party=Sample shop",
        "violation=no permit",
        "facts=true",
        *GROUNDS,
    )
    said += english(run, *do, "propose_case_opening", "--who", "case_handler/2", "violation=x", "facts=y", code=None)
    said += english(run, *do, "approve_case_opening", "--who", "intake_officer", "opinion=x", code=1)
    said += english(run, *do, "investigate", "--who", "enforcement_officer", code=1)
    said += english(run, *do, "nonsense", "--who", "nobody", code=1)
    until(2026, 7, 1, 10)
    said += english(run, "deadlines", "run", "--confirm-clock")
    said += english(run, *do, "refuse_case_opening", "--who", "deputy_in_charge", "reasons=x", code=1)
    for words in (("show", case), ("list",), ("inbox", "--post", "case_handler"), ("inbox", "--who", "case_handler")):
        said += english(run, "case", *words)
    for words in (("deadlines",), ("duty",), ("people", "list"), ("verify-projections",), ("rebuild",)):
        said += english(run, *words)
    left = [word for word in HAN.findall(said) if word not in names]
    assert not left, left


def test_history_speaks_english_but_for_what_people_wrote(run: Run, told: Told, until: Until) -> None:
    lead = ("lead_source=report", "summary=a report", "lead_no=L-2026-001", LEAD[3])
    opened = told("case", "open", "a000/penalty", "--who", "intake_officer", *lead)
    run("case", "do", opened["case"], "approve_case_opening", "--who", "intake_officer", "opinion=x", code=1)
    until(2026, 6, 1, 10)
    run("deadlines", "run", "--confirm-clock")
    said = english(run, "case", "history", opened["case"], "--as", "intake_officer")
    names = {p["name"] for p in told("people", "list")["people"]}
    assert not [word for word in HAN.findall(said) if word not in names]
    assert "refused by" in said


def test_the_procedure_of_every_power_is_told_in_english(run: Run, told: Told) -> None:
    for power in told("powers", "list")["powers"]:
        said = english_procedure(run, power["id"])
        # an instrument has one name, so have a lottery and the mark on a receipt; a reason why a branch does not apply may quote the map
        bare = [ONE_NAME.sub("", x) for x in said if "does not apply" not in x]
        left = [x for x in bare if HAN.search(x)]
        assert not left, left


def english_procedure(run: Run, power: str) -> list[str]:
    text = run("--lang", "en", "powers", "show", power).stdout
    lines = text[text.index("\nActs:") :].splitlines()
    assert not [line for line in lines if PUNCTUATION.search(re.sub(OWN_WORDS, "", line))]
    return lines


def test_wrong_names_are_told_in_english(run: Run) -> None:
    for words in (
        ("case", "show", "none"), ("case", "list", "--power", "none"), ("case", "inbox", "--post", "none"),
        ("case", "open", "none", "--who", "x"), ("deadlines", "run", "--now", "2199-01-01"), ("powers", "show", "none"),
        ("duty", "report", "none", "none", "--who", "x"), ("case", "inbox", "--who", "none"), ("case", "do"),
    ):  # fmt: skip
        assert not HAN.search(english(run, *words, code=2)), words


def test_a_case_that_was_never_named_bears_the_name_of_its_power(run: Run, told: Told) -> None:
    told("case", "open", "a000/penalty", "--who", "intake_officer", *LEAD)
    english_list = run("--lang", "en", "case", "list").stdout
    assert "Administrative" in english_list
    assert "行政处罚" not in english_list
    assert "行政处罚" in run("case", "list").stdout
