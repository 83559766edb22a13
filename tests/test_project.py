"""What must be true of the repository itself: set-up, lock, versions, documents."""

import os
import re
import subprocess
import tomllib
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path

import pytest

import diapedesis

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))

# One letter of each stands in brackets, so that this file does not find itself.
REGISTRY = re.compile(
    r"py[p]i\.org|pythonh[o]sted\.org|registry\.npm[j]s|cr[a]tes\.io|anac[o]nda\.org"
)
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:w[o]rk|r[o]ot|h[o]me|Us[e]rs)/\w")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def run(*command: str) -> str:
    """Run a command in the repository, away from the settings of a `make` that started us."""
    env = {k: v for k, v in os.environ.items() if k not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return done.stdout


def tracked_texts() -> dict[str, str]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    texts = {}
    for name in run("git", "ls-files", "-z").split("\0"):
        path = ROOT / name
        if name and path.is_file() and b"\0" not in (data := path.read_bytes()):
            texts[name] = data.decode("utf-8")
    return texts


def normal(requirement: str) -> str:
    """Give the bare, normalised package name of a requirement."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name.group()).lower()


@pytest.mark.parametrize("forbidden", [REGISTRY, MACHINE_PATH], ids=["registry", "machine path"])
def test_no_tracked_file_names(forbidden: re.Pattern[str]) -> None:
    found = [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in tracked_texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if forbidden.search(line)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("line", "pattern"),
    [
        ("https://py" + "pi.org/simple", REGISTRY),
        ("https://cr" + "ates.io/crates", REGISTRY),
        ("cd /ro" + "ot/project", MACHINE_PATH),
        ("open('/wo" + "rk/main')", MACHINE_PATH),
    ],
)
def test_the_search_finds_what_it_looks_for(line: str, pattern: re.Pattern[str]) -> None:
    assert pattern.search(line)


def lock_entries() -> list[str]:
    return re.split(r"\n(?=\S)", read("requirements.lock").strip())


def test_every_locked_requirement_is_pinned_and_hashed() -> None:
    for entry in lock_entries():
        assert re.match(r"[a-z0-9-]+==\S+", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


def test_the_lock_names_no_host() -> None:
    assert not re.search(
        r"https?:|//|--index|--find-links|--extra-index|@ ", read("requirements.lock")
    )


def test_the_lock_covers_what_pyproject_asks_for() -> None:
    locked = {normal(entry) for entry in lock_entries()}
    extras = PROJECT["optional-dependencies"]
    asked = {normal(r) for r in [*PROJECT["dependencies"], *extras["test"], *extras["docs"]]}
    assert not asked - locked, "run `make lock`"


def test_one_version_everywhere() -> None:
    released = re.findall(r"^## \[(\d[^\]]*)\]", read("CHANGELOG.md"), re.MULTILINE)
    cited = re.search(r"^version: (\S+)$", read("CITATION.cff"), re.MULTILINE)
    assert cited
    assert released[0] == cited.group(1) == diapedesis.__version__


def test_the_citation_dates_the_version_as_the_changelog_does() -> None:
    dated = re.search(r"^date-released: (\S+)$", read("CITATION.cff"), re.MULTILINE)
    assert dated
    assert f"## [{diapedesis.__version__}] - {dated.group(1)}\n" in read("CHANGELOG.md")


def test_readme_names_the_two_commands_and_the_limits_of_use() -> None:
    readme = read("README.md")
    assert "make run" in readme
    assert "make test" in readme
    assert "research use only" in readme.lower()
    assert readme.index("<!-- benchmarks:begin -->") < readme.index("<!-- benchmarks:end -->")


def test_ci_runs_what_the_readme_names() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "make test" in read(".ci/run").splitlines()


def test_make_test_leaves_out_no_check() -> None:
    recipe = run("make", "--dry-run", "--old-file=.venv/.ready", "test")
    for step in ("ruff check", "ruff format --check", "mypy", "lint-imports", "sphinx", "pytest"):
        assert step in recipe, step


def test_make_run_plans_the_example() -> None:
    recipe = run("make", "--dry-run", "--old-file=.venv/.ready", "run")
    command = re.search(r"diapedesis plan plex (\S+) --out (\S+)", recipe)
    assert command
    assert (ROOT / command.group(1)).is_file()


def test_every_dependency_has_a_decision() -> None:
    decided = {
        normal(package)
        for page in DECISIONS
        for line in re.findall(r"^Packages: (.+)$", page.read_text(), re.MULTILINE)
        for package in line.split(", ")
    }
    extras = PROJECT["optional-dependencies"].values()
    asked = [*PROJECT["dependencies"], *chain.from_iterable(extras)]
    assert not {normal(requirement) for requirement in asked} - decided


@pytest.mark.parametrize("page", DECISIONS, ids=lambda p: p.stem)
def test_a_decision_says_context_options_decision_consequences(page: Path) -> None:
    text = page.read_text()
    assert text.startswith(f"# {page.name[:4]} ")
    assert re.search(r"^Status: (accepted|replaced by 0\d{3})$", text, re.MULTILINE)
    parts = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert parts == ["Context", "Options", "Decision", "Consequences"]


def test_decision_numbers_are_unique() -> None:
    numbers = [page.name[:4] for page in DECISIONS]
    assert len(numbers) == len(set(numbers))


class Resources(HTMLParser):
    """Collects what a browser would load with a page; a link to click is not loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "a":
            self.urls += [v for k, v in attrs if k in {"src", "href", "srcset", "data"} and v]


def loaded_by(page: str) -> list[str]:
    parser = Resources()
    parser.feed(page)
    in_css = re.findall(r"(?:url\(|@import\s+(?:url\()?)\s*['\"]?([^'\")\s;]+)", page)
    return [u for u in [*parser.urls, *in_css] if re.match(r"(?:[a-z]+:)?//", u)]


def test_a_page_that_loads_from_elsewhere_is_noticed() -> None:
    assert loaded_by('<script src="https://cdn.example/x.js"></script>')
    assert loaded_by('<link rel="stylesheet" href="//fonts.example/a.css">')
    assert loaded_by("@import url('https://fonts.example/a.css');")
    assert not loaded_by('<a href="https://example.org">x</a><img src="a.png">')


def test_the_built_documentation_loads_nothing_from_elsewhere() -> None:
    built = ROOT / "docs" / "_build" / "html"
    pages = [p for p in built.rglob("*") if p.suffix in {".html", ".css"}]
    if not pages:
        pytest.skip("documentation not built; `make docs`")
    found = {str(p.relative_to(built)): loaded_by(p.read_text(encoding="utf-8")) for p in pages}
    assert not {name: urls for name, urls in found.items() if urls}
