"""A site whose agency keeps a log with witnesses; a party that looks with its receipt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.test import Client

from qingfeng.ledger.cosignature import CosignatureSigner
from qingfeng.ledger.note import parsed
from qingfeng.notary.house import found, publish, sequencer_of
from qingfeng.notary.place import POLICY, Place, place_in, witness_line, write_policy
from qingfeng.web import logstate

from .site_kit import Site
from .test_public import LICENCE, applied, opened, slip

NAMES = ("jw", "sfj", "sj")
SIGNERS = {name: CosignatureSigner(f"{name}.example", bytes([n]) * 32) for n, name in enumerate(NAMES, start=1)}


@dataclass
class Kept:
    """The log of a site."""

    site: Site
    place: Place

    def take_in(self) -> None:
        """Take everything in and publish the head."""
        sequencer = sequencer_of(self.place, self.site.office.store)
        while sequencer.round():
            pass
        publish(self.place)
        logstate.forget()

    def cosign(self, names: Iterable[str], *, ago: int = 0) -> None:
        """Let witnesses vouch for the head.  ago: seconds since."""
        note = parsed(self.place.head.read() or "")
        seconds = int(self.site.now.timestamp()) - ago
        self.place.cosigned.add(note, [SIGNERS[name].cosign(note.text, seconds) for name in names])
        publish(self.place)
        logstate.forget()


def with_log(site: Site) -> Kept:
    """Begin a log with three witnesses, of which two are enough; take everything in."""
    made = found(site.home, site.office, at=site.now, origin="log.example/agency")
    parties = [witness_line(name, signer.verifier.vkey, None) for name, signer in SIGNERS.items()]
    write_policy(made.home / POLICY, made.key, parties, 2)
    place = place_in(site.home)
    assert place is not None
    kept = Kept(site, place)
    kept.take_in()
    return kept


def party(site: Site) -> tuple[Client, str]:
    """A party that applied, whose application was registered, and which has opened its receipt; with the number of its case."""
    before = set(site.cases(LICENCE))
    client = site.client()
    number, code = slip(applied(client))
    assert site.client("shouli").post(f"/applications/{number}/register/").status_code == 302
    assert opened(client, number, code).status_code == 200
    return client, (set(site.cases(LICENCE)) - before).pop()
