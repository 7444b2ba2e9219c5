"""python -m qingfeng: the same as the command `qingfeng`."""

from __future__ import annotations

from qingfeng.cli.main import main

if __name__ == "__main__":
    main()
