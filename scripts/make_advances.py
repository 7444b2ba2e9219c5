"""Make src/qingfeng/drawing/advances.json: how wide each character of the fonts of the maps is.

Maps are laid out before anything is rendered, also on machines without the fonts; so the widths travel as data.  Source: the
horizontal advances (`hmtx`) of Noto Sans CJK SC and Noto Serif CJK SC, regular and bold (SIL Open Font License).
Run: python scripts/make_advances.py FOLDER-WITH-THE-FONTS
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from fontTools.ttLib import TTCollection

FACES = {"sans": "NotoSansCJK-Regular.ttc", "bold": "NotoSansCJK-Bold.ttc", "serif": "NotoSerifCJK-Bold.ttc"}
FULL = 1000
"""Units of an em in these fonts; what is as wide as that is left out of the file."""
TARGET = Path(__file__).parent.parent / "src" / "qingfeng" / "drawing" / "advances.json"


def advances(path: Path) -> list[tuple[int, int, int]]:
    """Return first character, last character, width for every run of characters that are not one em wide."""
    fonts = TTCollection(path, lazy=True).fonts
    font = next(one for one in fonts if one["name"].getDebugName(4).split(" CJK ")[1].startswith("SC"))
    assert font["head"].unitsPerEm == FULL, "the widths are written in thousandths of an em"
    metrics, runs = font["hmtx"], []
    for char, glyph in sorted(font.getBestCmap().items()):
        width = metrics[glyph][0]
        if width == FULL:
            continue
        if runs and runs[-1][1] == char - 1 and runs[-1][2] == width:
            runs[-1] = (runs[-1][0], char, width)
        else:
            runs.append((char, char, width))
    return runs


def main() -> None:
    """Write the file."""
    folder = Path(sys.argv[1])
    made = {face: advances(folder / name) for face, name in FACES.items()}
    lines = [f"{json.dumps(face)}: {json.dumps(runs, separators=(',', ':'))}" for face, runs in made.items()]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print({face: len(runs) for face, runs in made.items()})


if __name__ == "__main__":
    main()
