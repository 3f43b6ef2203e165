"""Rules of the house that no linter knows. `make check` runs them; each returns one line per violation.

A rule takes the list of the project's files, so that the tests can show it a small tree of their own.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("inventory_core", "nlp", "notifications", "handlers", "bot")
LOCKS = ("requirements-build.txt", "requirements.txt", "requirements-dev.txt")
LONGEST_FILE = 500  # lines; past 300 ask why (design §10)
CODE = {".py", ".js", ".css", ".html", ".sql"}
FONTS = {".ttf", ".otf", ".ttc", ".woff", ".woff2"}
LINES_PER_BROAD_EXCEPT = 1_000


@dataclass(frozen=True)
class Tree:
    """The project's files: what is committed or about to be, without what .gitignore names."""

    root: Path
    files: tuple[Path, ...]  # relative to root, sorted

    @classmethod
    def of(cls, root: Path) -> Tree:
        if (root / ".git").exists():
            command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
            listed = subprocess.run(command, cwd=root, check=True, capture_output=True).stdout.decode().split("\0")
            found = {Path(name) for name in listed if name}
        else:
            found = {path.relative_to(root) for path in root.rglob("*")}
        return cls(root, tuple(sorted(path for path in found if (root / path).is_file())))

    def text(self, path: Path | str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def modules(self, *tops: str) -> Iterator[tuple[Path, str]]:
        """Python files under these top-level folders, all of them when none is named."""
        for path in self.files:
            if path.suffix == ".py" and (not tops or path.parts[0] in tops):
                yield path, self.text(path)


def short_files(tree: Tree) -> list[str]:
    """No file of code is longer than 500 lines; a migration is written once and never edited, so it may be."""
    found = []
    for path in tree.files:
        if path.suffix in CODE and "migrations" not in path.parts:
            lines = len(tree.text(path).splitlines())
            if lines > LONGEST_FILE:
                found.append(f"{path.as_posix()}: {lines} lines, at most {LONGEST_FILE}: split it")
    return found


def locks(tree: Tree) -> list[str]:
    """Every requirement is pinned and hashed, and the lock names no host."""
    found = []
    for name in LOCKS:
        if Path(name) not in tree.files:
            found.append(f"{name}: missing; run `make lock`")
            continue
        text = tree.text(name)
        for number, line in enumerate(text.splitlines(), 1):
            if "://" in line or re.match(r"\s*(--(extra-)?index-url|--find-links|-i|-f)\b", line):
                found.append(f"{name}:{number}: names a host or an index")
        for block in re.split(r"\n(?=\S)", text):
            first = block.split("\n", 1)[0]
            if first and not first.startswith("#") and ("==" not in first or "--hash=sha256:" not in block):
                found.append(f"{name}: {first.split()[0]} is not pinned with a hash")
    return found


def lock_is_current(tree: Tree) -> list[str]:
    """What pyproject.toml asks for is in the lock (versions are uv's matter, a forgotten `make lock` is ours)."""
    project = tomllib.loads(tree.text("pyproject.toml"))["project"]
    extras = project.get("optional-dependencies", {})
    wanted = {"requirements.txt": project["dependencies"], "requirements-dev.txt": extras.get("dev", [])}
    found = []
    for lock, requirements in wanted.items():
        if Path(lock) not in tree.files:
            continue  # said by `locks`
        pinned = set(re.findall(r"^([a-z0-9.-]+)==", tree.text(lock), re.MULTILINE))
        for requirement in requirements:
            name = re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")
            if name not in pinned:
                found.append(f"{lock}: {name} is missing; run `make lock`")
    return found


def papers(tree: Tree) -> list[str]:
    """The READMEs are there, and the change log knows the version."""
    found = [f"{name}: missing" for name in ("README.md", "README.zh-CN.md") if Path(name) not in tree.files]
    version = tomllib.loads(tree.text("pyproject.toml"))["project"]["version"]
    if Path("CHANGELOG.md") not in tree.files:
        found.append("CHANGELOG.md: missing")
    elif version not in tree.text("CHANGELOG.md"):
        found.append(f"CHANGELOG.md: does not know version {version}")
    return found


def packages(tree: Tree) -> list[str]:
    """Every folder of modules is a package (else the wheel leaves it out), and every package is typed."""
    found = [f"{top}/py.typed: missing" for top in PACKAGES if Path(top, "py.typed") not in tree.files]
    folders = {path.parent for path, _ in tree.modules(*PACKAGES) if "migrations" not in path.parts}
    for folder in sorted(folders):
        if folder / "__init__.py" not in tree.files:
            found.append(f"{folder.as_posix()}/__init__.py: missing")
    return found


def no_fonts(tree: Tree) -> list[str]:
    """The font comes from a wheel; none is committed (design §2)."""
    return [f"{path.as_posix()}: a font file is committed" for path in tree.files if path.suffix.lower() in FONTS]


CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime"}
CLOCK_OWNERS = {"datetime", "date", "time", "datetime.datetime", "datetime.date"}


def parse(path: Path, text: str) -> ast.Module | str:
    """The module, or the line that says why there is none: this Python is the oldest one the project runs on."""
    try:
        return ast.parse(text)
    except SyntaxError as error:
        have = f"{sys.version_info[0]}.{sys.version_info[1]}"
        return f"{path.as_posix()}:{error.lineno}: not Python {have}: {error.msg}"


def core_has_no_clock(tree: Tree) -> list[str]:
    """In the core and in what acts inside a transaction `now` is passed in: else no test can move the clock."""
    found = []
    for path, text in tree.modules("inventory_core", "handlers", "notifications", "nlp"):
        module = parse(path, text)
        if isinstance(module, str):
            found.append(module)
            continue
        for node in ast.walk(module):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            owner = ast.unparse(node.func.value)
            # The language room may measure itself, it may not know the day.
            measures = path.parts[0] == "nlp" and node.func.attr in {"monotonic", "perf_counter"}
            if node.func.attr in CLOCKS and owner in CLOCK_OWNERS and not measures:
                found.append(f"{path.as_posix()}:{node.lineno}: {owner}.{node.func.attr}(): `now` is passed in")
    return found


def is_broad(handler: ast.ExceptHandler) -> bool:
    """Whether it swallows whatever comes. One that ends by raising the same again swallows nothing."""
    last = handler.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return False
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or ast.unparse(kind) in {"Exception", "BaseException"} for kind in kinds)


def broad_excepts(tree: Tree) -> list[str]:
    """A broad except says on its line which boundary it guards; less than one per 1,000 lines (design §10)."""
    found, lines, broad = [], 0, 0
    for path, text in tree.modules(*PACKAGES):
        module = parse(path, text)
        if isinstance(module, str):
            continue  # said by core_has_no_clock or by every other tool
        source = text.splitlines()
        lines += len(source)
        for node in ast.walk(module):
            if isinstance(node, ast.ExceptHandler) and is_broad(node):
                broad += 1
                said = re.sub(r"#\s*noqa(: ?[A-Z0-9, ]+)?", "#", source[node.lineno - 1]).partition("#")[2]
                if not re.search(r"\w{3}", said):
                    found.append(f"{path.as_posix()}:{node.lineno}: say on this line which boundary the except guards")
    allowed = max(1, lines // LINES_PER_BROAD_EXCEPT)
    if broad > allowed:
        found.append(f"{broad} broad excepts in {lines} lines, at most {allowed}")
    return found


MACHINE_PATHS = re.compile(r"(?<![\w.])/(root|home/[a-z]+|Users/[A-Za-z]+)/|[A-Z]:\\{1,2}Users\\")


def no_machine_paths(tree: Tree) -> list[str]:
    """Nothing committed points into somebody's own machine."""
    found = []
    for path in tree.files:
        if path.suffix in CODE | {".md", ".toml", ".yaml", ".yml", ".json", ".service", ".sh", ".cfg", ".txt"}:
            for number, line in enumerate(tree.text(path).splitlines(), 1):
                if MACHINE_PATHS.search(line):
                    found.append(f"{path.as_posix()}:{number}: a path of one machine")
    return found


NOT_COLLECTED = {"bench", "build", "dist", "node_modules", "support", "var"}  # norecursedirs in pyproject.toml


def tests_are_found(tree: Tree) -> list[str]:
    """A test in a file that pytest does not collect never runs."""
    found = []
    for path, text in tree.modules("tests"):
        if path.parts[1] in {"support", "bench"} or not re.search(r"^(async )?def test_", text, re.MULTILINE):
            continue
        if not path.name.startswith("test_"):
            found.append(f"{path.as_posix()}: has tests, but its name does not start with test_")
        if NOT_COLLECTED & set(path.parts[:-1]):
            found.append(f"{path.as_posix()}: pytest does not look into a folder of this name")
    return found


RULES: tuple[Callable[[Tree], list[str]], ...] = (
    short_files,
    locks,
    lock_is_current,
    papers,
    packages,
    no_fonts,
    core_has_no_clock,
    broad_excepts,
    no_machine_paths,
    tests_are_found,
)


def violations(tree: Tree) -> list[str]:
    """All violations of all rules, in the order of the rules."""
    return [line for rule in RULES for line in rule(tree)]
