"""Compiled kernels on disk: where, what survives, who may share them."""

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from diapedesis.core import Assumption, Mechanism, Model, ModelError, Parameter, State, flux, output
from diapedesis.core.functions import minimum
from diapedesis.simulate import Jump, Schedule, kernel, solve
from diapedesis.simulate.kernel import cache_dir

A = State("a", "mg", "Amount", initial=8.0)
K = Parameter("k", "1/day", "Rate constant", 0.5, Assumption("a test"))
V = Parameter("v", "mg", "Amount above which loss no longer grows", 2.0, Assumption("a test"))


@flux(changes={A: -1}, boundary="lost")
def loss(a, k, v):
    """Loss, limited."""
    return k * minimum(a, v)


@output("mg")
def amount(a):
    """Amount."""
    return a


TOY = Model("toy", [Mechanism("m", (A, K, V, loss, amount))])
PROGRAM = (
    "from tests.simulate.test_kernel_cache import course;"
    "from diapedesis.simulate.kernel import cache_dir; print(cache_dir(), course())"
)


def course() -> float:
    return float(solve(TOY, Schedule(), [10.0], ("amount",), t0=0.0, rtol=1e-9)["amount"][0, 0])


LINEAR_UNTIL = 6.0  # 8 mg fall by 1 mg/day to 2 mg, and exponentially from there
EXPECTED = 2.0 * 2.718281828459045 ** (-0.5 * (10.0 - LINEAR_UNTIL))


def start(folder: Path) -> subprocess.Popen[str]:
    env = os.environ | {"DIAPEDESIS_CACHE": str(folder)}
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", PROGRAM], env=env, stdout=pipe, text=True)


def finish(process: subprocess.Popen[str]) -> tuple[str, float]:
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    folder, value = said.split()
    return folder, float(value)


@pytest.mark.slow
def test_two_processes_may_fill_one_cache(tmp_path: Path) -> None:
    (tmp_path / "abc123.tmp").write_text("half a ker")  # of a process that died while writing
    for process in [start(tmp_path), start(tmp_path)]:
        folder, value = finish(process)
        assert folder == str(tmp_path)
        assert value == pytest.approx(EXPECTED, rel=1e-6)
    assert len(list(tmp_path.glob("*.kernel"))) == 1
    assert [p.name for p in tmp_path.glob("*.tmp")] == ["abc123.tmp"]


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test's own, as a new process finds it."""
    monkeypatch.setenv("DIAPEDESIS_CACHE", str(tmp_path))
    monkeypatch.setattr(kernel, "_LOADED", {})
    return tmp_path


@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied", "not ours"])
def test_a_damaged_kernel_is_made_anew(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    course()
    (path,) = own_cache.glob("*.kernel")
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(
        {
            "cut": whole[:middle],
            "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "emptied": b"",
            "not ours": b"\xff\xfe\n" * 9,
        }[damage]
    )
    monkeypatch.setattr(kernel, "_LOADED", {})
    assert course() == pytest.approx(EXPECTED, rel=1e-6)
    assert path.read_bytes() == whole


def test_a_stored_kernel_is_not_compiled_again(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = course()
    monkeypatch.setattr(kernel, "_LOADED", {})
    monkeypatch.setattr(kernel, "_compile", None)
    assert course() == first


def _full(*_, **__) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


class _FullFile(io.BytesIO):
    write = _full


@pytest.mark.parametrize(
    ("module", "name", "stand_in"),
    [
        (kernel.tempfile, "mkstemp", _full),
        (kernel.os, "fdopen", lambda handle, _: os.close(handle) or _FullFile()),
        (kernel.os, "replace", _full),
    ],
)
def test_a_full_disk_does_not_stop_a_solve(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch, module: object, name: str, stand_in: object
) -> None:
    monkeypatch.setattr(kernel, "cache_dir", lambda: own_cache)
    monkeypatch.setattr(module, name, stand_in)
    with pytest.warns(RuntimeWarning, match=f"{own_cache} .*No space left"):
        assert course() == pytest.approx(EXPECTED, rel=1e-6)
    assert not list(own_cache.iterdir())
    assert course() == pytest.approx(EXPECTED, rel=1e-6)  # from memory, without a warning


def test_a_folder_in_place_of_a_kernel_does_not_stop_a_solve(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course()
    (path,) = own_cache.glob("*.kernel")
    path.unlink()
    path.mkdir()
    monkeypatch.setattr(kernel, "_LOADED", {})
    with pytest.warns(RuntimeWarning, match="could not be kept"):
        assert course() == pytest.approx(EXPECTED, rel=1e-6)
    assert list(own_cache.iterdir()) == [path]


def test_a_kernel_that_may_not_be_read_is_made_anew(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course()
    (path,) = own_cache.glob("*.kernel")
    whole = path.read_bytes()
    monkeypatch.setattr(kernel, "_LOADED", {})

    def denied(file: Path) -> bytes:
        raise PermissionError(f"{file}: denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", denied)
        assert course() == pytest.approx(EXPECTED, rel=1e-6)
    assert path.read_bytes() == whole


def test_an_unwritable_folder_gives_way_to_a_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    monkeypatch.setenv("DIAPEDESIS_CACHE", str(in_the_way))
    monkeypatch.setattr(kernel.tempfile, "tempdir", str(tmp_path))
    assert cache_dir() == tmp_path / f"diapedesis-{os.getuid()}"


def test_the_default_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIAPEDESIS_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_dir() == tmp_path / "diapedesis"


def test_a_law_with_a_bend_in_a_state_is_lowered_rightly() -> None:
    assert course() == pytest.approx(EXPECTED, rel=1e-7)


def test_jumps_raise_and_replace() -> None:
    given = Schedule(jumps=(Jump(1.0, "a", 2.0), Jump(2.0, "a", 1.0, replaces=True)))
    found = solve(TOY, given, [1.0, 1.5, 2.0, 3.0], ("amount",), t0=0.0, rtol=1e-9)["amount"][0]
    assert found == pytest.approx([7.0, 8.5, 8.0, 2.718281828459045**-0.5], rel=1e-7)


def test_a_faulty_model_gets_no_kernel() -> None:
    bare = Model(
        "toy", [Mechanism("m", (A, State("k", "1/day", "K"), V, loss, output("L")(amount.law)))]
    )
    with pytest.raises(ModelError, match=r"M001 wrong unit at m.amount"):
        solve(bare, Schedule(), [1.0], ("amount",))


def test_one_compilation_serves_every_caller(own_cache: Path) -> None:
    """Views, integers, other protocols and subjects must not ask for another machine code."""
    own = {"k": np.array([0.5, 0.6])[::-1]}
    days = np.arange(8.0)
    days.flags.writeable = False
    early = Schedule(jumps=(Jump(-1, "a", 2),))
    options = {"method": "tsit5"}
    solve(TOY, early, days[::2], ("amount",), parameters=own, **options)
    solve(TOY, Schedule(), [3], ("amount",), initial={"a": 3}, t0=0, t1=5, **options)
    assert len(list(own_cache.glob("*.kernel"))) == 1
