"""The house rules: each is a function from a file (path, text) to complaints, with a bad example that it must catch.

Words that are banned are put together from pieces, so that this file does not catch itself.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

PACKAGE = "src/qingfeng/"
LINE_CHARACTERS = 140  # messages stand in two languages side by side
PYTHON_LINES = 400
CONTROL_LINES = 160  # both tellings, the settings, the stories and the words in two languages
ENGINE_LINES = 1000

# Where the world comes in: only here may the clock be read (DESIGN, rule "the core is handed the world").
CLOCK_FOLDERS = tuple(PACKAGE + name for name in ("wiring.py", "cli/", "simulation/", "store/", "notary/", "web/"))
CLOCK_CALLS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}

# A control that raises is itself a refusal (fail closed), and no traceback may reach a user's screen: the two places
# that must catch whatever comes.
CATCHES_EVERYTHING = {PACKAGE + "engine/decide.py": 1, PACKAGE + "cli/frame.py": 1}

HOSTS_AND_PATHS = re.compile(
    "pyp"
    r"i\.org|python"
    r"hosted|registry\.np"
    r"mjs|deb\.deb"
    r"ian|/(wo|fa)"
    r"r[km]/(main|in|shared|steering)\b"
    "|/ro"
    r"ot/|/t"
    r"mp/[a-z]"
)
CHINESE_MARKS = re.compile("[、，。；：！？（）【】]")
PROHIBITED_PACKAGES = re.compile(r"(?im)^[\s\"'-]*(gm" r"ssl|pm" r"4py|pym" r"erkle)\b")
UNFINISHED = "NotImplemented" + "Error"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One house rule. `applies` chooses files by path; `complaints` yields one text per breach."""

    name: str
    applies: Callable[[str], bool]
    complaints: Callable[[str, str], Iterator[str]]
    bad_path: str
    bad_text: str
    good_text: str


def is_python(path: str) -> bool:
    """True for Python source anywhere in the tree."""
    return path.endswith(".py")


def is_package(path: str) -> bool:
    """True for Python source of the package itself."""
    return path.startswith(PACKAGE) and is_python(path)


def is_control(path: str) -> bool:
    """True for a file that holds one control or one pattern."""
    folders = (PACKAGE + "controls/", PACKAGE + "detection/patterns/")
    return path.startswith(folders) and is_python(path) and not path.endswith("__init__.py")


def dotted(node: ast.expr) -> str:
    """`a.b.c` for a chain of attributes, "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def too_long(limit: int) -> Callable[[str, str], Iterator[str]]:
    """A rule on the number of lines."""

    def complaints(path: str, text: str) -> Iterator[str]:
        lines = text.count("\n")
        if lines > limit:
            yield f"{path}: {lines} lines, {limit} at most"

    return complaints


def too_wide(path: str, text: str) -> Iterator[str]:
    """Counted in characters: a Chinese one is as good as a Latin one."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LINE_CHARACTERS:
            yield f"{path}:{number}: {len(line)} characters, {LINE_CHARACTERS} at most"


def hosts_and_paths(path: str, text: str) -> Iterator[str]:
    """Names of package registries and folders of somebody's machine have no place in a tree that others read."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := HOSTS_AND_PATHS.search(line):
            yield f"{path}:{number}: {found.group()}"


def prohibited_packages(path: str, text: str) -> Iterator[str]:
    """Packages with a known flaw or a licence that does not fit (docs/adr/001-dependencies.md)."""
    for found in PROHIBITED_PACKAGES.finditer(text):
        yield f"{path}: {found.group(1)}"


def catch_all(path: str, text: str) -> Iterator[str]:
    """Failures are told apart (STYLE, rule 4); a handler for everything hides our own bugs."""
    allowed = CATCHES_EVERYTHING.get(path, 0)
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.ExceptHandler):
            continue
        kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        if any(kind is None or dotted(kind) in {"Exception", "BaseException"} for kind in kinds):
            allowed -= 1
            if allowed < 0:
                yield f"{path}:{node.lineno}: catches everything"


def reads_clock(path: str, text: str) -> Iterator[str]:
    """The core is handed the day and the instant; it never asks for them."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ".".join(dotted(node.func).split(".")[-2:]) in CLOCK_CALLS:
            yield f"{path}:{node.lineno}: {dotted(node.func)}()"


def unfinished(path: str, text: str) -> Iterator[str]:
    """Nothing is delivered half-done."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and node.id == UNFINISHED:
            yield f"{path}:{node.lineno}: {UNFINISHED}"


def prints(path: str, text: str) -> Iterator[str]:
    """Only the command line speaks to the terminal."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and dotted(node.func) == "print":
            yield f"{path}:{node.lineno}: print()"


def marks_without_reason(path: str, text: str) -> Iterator[str]:
    """A test that is left out says why."""
    tree = ast.parse(text)
    calls = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        name = dotted(node)
        is_mark = name.endswith(("mark.skip", "mark.skipif", "mark.xfail"))
        if not is_mark and name not in {"pytest.skip", "pytest.xfail"}:
            continue
        call = calls.get(id(node))
        given = call is not None and any(word.arg == "reason" for word in call.keywords)
        first = call is not None and bool(call.args) and not name.endswith(("skipif", "mark.xfail"))
        if not (given or first):
            yield f"{path}:{node.lineno}: {name} without a reason"


def english_with_chinese_marks(path: str, text: str) -> Iterator[str]:
    """An English sentence keeps English punctuation."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.keyword) or node.arg != "en":
            continue
        for part in ast.walk(node.value):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and CHINESE_MARKS.search(part.value):
                yield f"{path}:{part.lineno}: {part.value[:40]}"


def undocumented(path: str, text: str) -> Iterator[str]:
    """Every module, and every public class and function of a module, says what it means."""
    tree = ast.parse(text)
    if not ast.get_docstring(tree):
        yield f"{path}: the module has no docstring"
    for node in tree.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield f"{path}:{node.lineno}: {node.name} has no docstring"


RULES = (
    Rule(
        name="python files are short",
        applies=is_python,
        complaints=too_long(PYTHON_LINES),
        bad_path="tests/long.py",
        bad_text="x = 1\n" * (PYTHON_LINES + 1),
        good_text="x = 1\n" * PYTHON_LINES,
    ),
    Rule(
        name="python lines are narrow",
        applies=is_python,
        complaints=too_wide,
        bad_path="tests/wide.py",
        bad_text="# " + "清" * LINE_CHARACTERS + "\n",
        good_text="# " + "清" * (LINE_CHARACTERS - 2) + "\n",
    ),
    Rule(
        name="a control or pattern fits two screens",
        applies=is_control,
        complaints=too_long(CONTROL_LINES),
        bad_path=PACKAGE + "controls/long.py",
        bad_text="x = 1\n" * (CONTROL_LINES + 1),
        good_text="x = 1\n" * CONTROL_LINES,
    ),
    Rule(
        name="no registry hosts, no machine paths",
        applies=lambda path: True,
        complaints=hosts_and_paths,
        bad_path="docs/install.md",
        bad_text="Look into /t" + "mp/qingfeng.\n",
        good_text="Look into the agency's folder.\n",
    ),
    Rule(
        name="no prohibited packages",
        applies=lambda path: path == "pyproject.toml" or path.startswith("requirements/"),
        complaints=prohibited_packages,
        bad_path="requirements/base.txt",
        bad_text="gm" + "ssl==3.2.2\n",
        good_text="click==8.1.7\n",
    ),
    Rule(
        name="no handler catches everything",
        applies=is_python,
        complaints=catch_all,
        bad_path=PACKAGE + "casework/handle.py",
        bad_text="try:\n    f()\nexcept (OSError, Exception):\n    g()\n",
        good_text="try:\n    f()\nexcept OSError:\n    g()\n",
    ),
    Rule(
        name="the clock is read at the edge only",
        applies=lambda path: is_package(path) and not path.startswith(CLOCK_FOLDERS),
        complaints=reads_clock,
        bad_path=PACKAGE + "casework/inbox.py",
        bad_text="import datetime\nnow = datetime.datetime.now(datetime.UTC)\n",
        good_text="def overdue(case, *, today):\n    return case.due < today\n",
    ),
    Rule(
        name="nothing is left unfinished",
        applies=is_python,
        complaints=unfinished,
        bad_path=PACKAGE + "store/sqlite.py",
        bad_text=f"def load():\n    raise {UNFINISHED}\n",
        good_text="def load():\n    return None\n",
    ),
    Rule(
        name="only the command line prints",
        applies=lambda path: is_package(path) and not path.startswith(PACKAGE + "cli/"),
        complaints=prints,
        bad_path=PACKAGE + "terms/text.py",
        bad_text="print(1)\n",
        good_text="pprint(1)\n",
    ),
    Rule(
        name="what is skipped says why",
        applies=is_python,
        complaints=marks_without_reason,
        bad_path="tests/test_x.py",
        bad_text="import pytest\n@pytest.mark." + "skip\ndef test_x():\n    pass\n",
        good_text="import pytest\n@pytest.mark." + "skip(reason='no camera')\ndef test_x():\n    pass\n",
    ),
    Rule(
        name="English has English punctuation",
        applies=is_package,
        complaints=english_with_chinese_marks,
        bad_path=PACKAGE + "controls/x.py",
        bad_text='Text(zh="甲、乙", en=f"{a}、{b}")\n',
        good_text='Text(zh=f"{a}、{b}", en=f"{a}, {b}")\n',
    ),
    Rule(
        name="everything public is documented",
        applies=is_package,
        complaints=undocumented,
        bad_path=PACKAGE + "terms/text.py",
        bad_text='"""Words."""\ndef f():\n    return 1\n',
        good_text='"""Words."""\ndef f():\n    """One."""\n    return 1\ndef _g():\n    return 2\n',
    ),
)
