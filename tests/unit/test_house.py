"""The rules of the house that no linter knows: sizes, what `--help` loads, what the tree and the wheel hold."""

from __future__ import annotations

import re
import shutil
import socket
import statistics
import subprocess
import sys
import tomllib
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("index", "qa_service", "eval")
LONGEST = 350
MEDIAN = 120
HEAVY = {
    "faiss",
    "numpy",
    "scipy",
    "sentence_transformers",
    "sklearn",
    "tantivy",
    "tokenizers",
    "torch",
    "transformers",
}

MACHINE_PATH = re.compile(r"""(?:^|[\s"'`(=:])/(?:work|root|Users|home/\w+)/""", re.MULTILINE)
REGISTRY_HOST = re.compile(r"\b(?:pypi\.(?:org|python\.org)|pythonhosted\.org|npmjs\.(?:org|com)|deb\.debian\.org)\b")


def modules() -> list[Path]:
    """Every module of the project that holds code."""
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return [path for path in found if path.stat().st_size > 0]


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def tracked_texts() -> list[tuple[str, str]]:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    texts: list[tuple[str, str]] = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.is_file():
            try:
                texts.append((name, path.read_text(encoding="utf-8")))
            except UnicodeDecodeError:
                continue  # binary: a picture or a compressed test file
    assert len(texts) > 5
    return texts


def test_no_module_is_too_long() -> None:
    assert {str(path.relative_to(ROOT)): n for path in modules() if (n := lines(path)) > LONGEST} == {}


def test_modules_are_small_in_the_middle() -> None:
    sizes = [lines(path) for path in modules()]
    assert statistics.median(sizes) < MEDIAN, sorted(sizes)


def test_no_grab_bag_modules() -> None:
    grab_bags = {"utils", "helpers", "common", "misc", "manager"}
    assert [str(path.relative_to(ROOT)) for path in modules() if path.stem in grab_bags] == []


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY_HOST], ids=["machine path", "registry host"])
def test_the_tree_names_no(pattern: re.Pattern[str]) -> None:
    found = [f"{name}: {match.group().strip()}" for name, text in tracked_texts() for match in pattern.finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MACHINE_PATH, 'open("/' + 'work/x")'),
        (MACHINE_PATH, "/" + "home/ann/x"),
        (REGISTRY_HOST, "https://pypi" + ".org/x"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


def test_a_web_address_is_not_a_machine_path() -> None:
    assert not MACHINE_PATH.search("https://harbour-times.example/home/news/1")


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["serve", "--help"]], ids=" ".join)
def test_help_loads_no_heavy_library(arguments: list[str]) -> None:
    if find_spec("qa_service.cli") is None:
        pytest.skip("the command line is not built yet")
    probe = (
        "import sys\n"
        "from qa_service.cli import main\n"
        f"sys.argv = ['qa-service', *{arguments!r}]\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as left:\n"
        "    assert not left.code, left.code\n"
        "print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    run = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    loaded = set(run.stdout.rpartition("LOADED")[2].split())
    assert "typer" in loaded
    assert loaded & HEAVY == set()


def test_the_network_is_refused() -> None:
    with pytest.raises(RuntimeError, match="may not look up"):
        socket.create_connection(("news.example", 80), timeout=1)
    with socket.socket() as outside, pytest.raises(RuntimeError, match="may not connect"):
        outside.connect(("192.0.2.1", 80))


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=5):
        pass


def test_every_dependency_is_pinned() -> None:
    def normal(name: str) -> str:
        return re.sub(r"[-_.]+", "-", name).lower()

    pins: dict[str, str] = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, version = line.partition("==")
            assert re.fullmatch(r"[\w.]+", version), f"{line!r} is not an exact pin without a local label"
            pins[normal(name)] = version
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    names = {normal(re.split(r"[\[<>=!~; ]", requirement)[0]) for requirement in wanted} - {normal(project["name"])}
    assert names <= set(pins)
    model = re.search(r"^(\S+)==(\S+) --hash=sha256:[0-9a-f]{64}$", _read("requirements-model.txt"), re.MULTILINE)
    assert model
    assert pins[normal(model[1])] == model[2]


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_wheel_holds_the_two_packages(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    top = {name.partition("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"qa_service", "index"}
    assert {"qa_service/py.typed", "index/py.typed"} <= set(names)
    shipped = {name for name in names if name.endswith(".py")}
    assert shipped >= {str(path.relative_to(ROOT)) for path in modules() if path.parts[len(ROOT.parts)] != "eval"}
