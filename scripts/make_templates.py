"""Builds the Word templates of all instruments from their data (src/qingfeng/documents).  Run it after a change of that."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from qingfeng.documents.kinds import instruments
from qingfeng.documents.templating import build_template, template_path


def main() -> None:
    """Write every template; take away those of instruments that are no more."""
    wanted = {template_path(name): kind for name, kind in instruments().kinds.items()}
    for path in sorted(set(next(iter(wanted)).parent.glob("*.docx")) - wanted.keys()):
        path.unlink()
    for path, kind in wanted.items():
        path.write_bytes(build_template(kind))
    sys.stdout.write(f"{len(wanted)} 份模板 templates\n")


if __name__ == "__main__":
    main()
