"""Out and in again: a power drawn as a Word file is read back as the same map, from Word itself and from what LibreOffice makes of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from qingfeng.catalogue.power import PowerVersion
from qingfeng.drawing.formats import FORMATS
from qingfeng.drawing.sheet import sheet_of
from qingfeng.importing.maps import read_maps
from qingfeng.importing.read import read_document
from qingfeng.importing.readmap import ReadMap
from tests.drawing.shipped import versions
from tests.importing.judge import Told, differences

ALL = {version.power: version for version in versions()}


def drawn(version: PowerVersion, form: str) -> bytes:
    kind = FORMATS[form]
    (data,) = kind.make(sheet_of(version, turns=kind.turns, verbatim=kind.verbatim), kind.paper or "")
    return data


def told_by(version: PowerVersion) -> Told:
    boxes = [
        ("".join(step.name.zh.split()), step.risks, step.measures, step.level, step.owner) for step in version.steps
    ]
    whole = version.whole_process
    if whole.risks or whole.measures:
        boxes.append(("全过程", whole.risks, whole.measures, None, whole.owner))
    return {
        name: (tuple(r.text for r in risks), tuple(m.text for m in measures), level, owner.source if owner else None)
        for name, risks, measures, level, owner in boxes
    }


def back(data: bytes, name: str) -> ReadMap:
    reading = read_maps(read_document(data, name))
    (read,) = reading.maps
    return read


@pytest.mark.parametrize("power", ALL)
def test_a_power_comes_back_from_its_word_file(power: str) -> None:
    version = ALL[power]
    read = back(drawn(version, "docx"), "map.docx")
    assert differences(read, told_by(version)) == []
    assert read.power == version.title.zh
    assert not [doubt for doubt in read.doubts if doubt.code == "pairing"]


@pytest.mark.parametrize("power", ALL)
def test_a_power_comes_back_from_its_print(power: str) -> None:
    version = ALL[power]
    assert lost(back(drawn(version, "pdf"), "map.pdf"), told_by(version)) == []


def lost(read: ReadMap, truth: Told) -> list[str]:
    """Texts that do not stand at their step."""
    steps = {step.name: step for step in read.filled()}
    found = []
    for name, (risks, measures, _, _) in truth.items():
        step = steps.get(name)
        here = [item.text for item in (*step.risks, *step.measures)] if step else []
        found += [f"{name}：{text}" for text in (*risks, *measures) if text not in here]
    return found


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("form", ["doc", "odt", "pdf"])
def test_powers_come_back_through_libreoffice(form: str, tmp_path: Path) -> None:
    sources = []
    for power, version in ALL.items():
        source = tmp_path / f"{power.replace('/', '-')}.docx"
        source.write_bytes(drawn(version, "docx"))
        sources.append(source)
    profile = (tmp_path / "profile").as_uri()
    command = [
        "soffice",
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        form,
        "--outdir",
        str(tmp_path / form),
    ]
    subprocess.run(
        [*command, *map(str, sources)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600
    )
    texts = missing = 0
    for source, version in zip(sources, ALL.values(), strict=True):
        truth = told_by(version)
        read = back((tmp_path / form / f"{source.stem}.{form}").read_bytes(), f"map.{form}")
        missing += len(lost(read, truth))
        texts += sum(len(step[0]) + len(step[1]) for step in truth.values())
        if form == "doc":
            assert differences(read, truth) == []
    assert missing <= texts * (0 if form == "doc" else 0.01)
