"""The demonstration: accounts that everybody may use, said so on the page; nothing of it is there unless QINGFENG_DEMO=1."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from qingfeng.casework import accounts
from qingfeng.casework.accounts import CONFIRMER, PROPOSER
from qingfeng.casework.desk.roster import ADMINS
from qingfeng.casework.office import Office
from qingfeng.casework.words import listed
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from . import agency
from .models import Account
from .signin import digest_of

PASSWORD = "qingfeng-demo-2026"
"""Of all demonstration accounts."""
SHOWN: Mapping[str, str] = {
    "case_handler": "chengban",
    "counter_clerk": "shouli",
    "examiner": "shencha",
    "enforcement_officer": "zhifa",
    "legal_reviewer": "fazhi",
    "section_head": "kezhang",
    "deputy_in_charge": "fenguan",
    "agency_head": "juzhang",
    "discipline_inspector": "jiwei",
    "discipline_head": "discipline_head",
    "custodian": "baoguan",
    "finance_officer": "caiwu",
    "meeting_secretary": "jilu",
    "intake_officer": "intake_officer",
    "reviewer": "reviewer",
    "rechecker": "rechecker",
    "hearing_officer": "hearing_officer",
    "disclosure_officer": "disclosure_officer",
    "archivist": "archivist",
    "system_administrator": "xitong",
    "security_administrator": "anquan",
    "audit_administrator": "shenji",
}
"""Officer -> account shown on the sign-in page; every other officer has an account too, named by his id."""
TOTP_KEY = "7a" * 20


def make_accounts(office: Office) -> int:
    """Give every officer of the demonstration an account, proposed and confirmed by its two administrators; return how many."""
    at = agency.now()
    with office.store.read() as tx:
        people, known = office.registry(tx).people, accounts.standing(tx)
    bound = {b.officer for b in known.bindings.values()}
    template = Account(username="")
    template.set_password(PASSWORD)
    made = []
    for officer in people.names:
        if officer in bound:
            continue
        name = SHOWN.get(officer, officer.replace("/", "."))
        reason = "演示单位账号（虚构）"
        other = f"{CONFIRMER}/2" if officer == CONFIRMER else CONFIRMER
        proposal = accounts.propose(
            office, "bind", name, officer, reason=reason, by=PROPOSER if officer != PROPOSER else f"{PROPOSER}/2", at=at
        )
        accounts.decide_on(office, proposal.number, confirm=True, by=other, at=at)
        account, _ = Account.objects.get_or_create(username=name)
        account.password = template.password  # one hash for all: argon2 takes its time
        account.save()
        accounts.note_secret(office, name, what="password", digest=digest_of(account), at=at)
        TOTPDevice.objects.get_or_create(user=account, name="demo", confirmed=True, defaults={"key": TOTP_KEY})
        accounts.note_secret(office, name, what="second_factor", digest=None, at=at)
        made.append(name)
    return len(made)


def shown_accounts(*, others: bool = False) -> list[tuple[str, Text]]:
    """Return (account, who with his posts) for the sign-in page: of each post its first holder, or all the others, whom the pages name
    too; nothing outside the demonstration."""
    if not settings.DEMO:
        return []
    office = agency.office()
    with office.store.read() as tx:
        registry, known = office.registry(tx), agency.bindings(tx)
    words = dict(ADMINS)
    for document in registry.versions.values():  # as they are written: no version need be built to name a post
        words |= {post: Text(zh=word["zh"], en=word["en"]) for post, word in document["words"]["posts"].items()}
    people, today = registry.people, local_day(agency.now())
    rest = {bound.officer: name for name, bound in known.bindings.items() if bound.officer in people.names and bound.officer not in SHOWN}
    told = []
    for officer, name in sorted(rest.items()) if others else SHOWN.items():
        if name in known.bindings and (not others or people.in_service(officer, today)):
            posts = listed(words.get(post, Text(zh=post, en=post)) for post in people.posts_of(officer, today))
            who = people.name(officer)
            told.append((name, Text(zh=f"{who}（{posts.zh}）", en=f"{who} ({posts.en})")))
    return told


def code_of(device: TOTPDevice) -> str:
    """Return the code that an authenticator would show now; in the demonstration only, and only of its own devices."""
    if not settings.DEMO or device.key != TOTP_KEY:
        return ""
    return f"{totp(device.bin_key, device.step, device.t0, device.digits, device.drift):0{device.digits}d}"
