"""Machine code of programs, kept on disk: one object file per program, method and CPU."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from diapedesis.simulate.codegen.build import Layout, Method
from diapedesis.simulate.codegen.cpu import InstructionSet, instruction_set
from diapedesis.simulate.program import Program


@dataclass(frozen=True)
class Kernel:
    """Machine code of one program.

    Attributes
    ----------
    program : Program
    method : str
    layout : Layout
    run : callable
        Takes the addresses of a workspace and of an argument block; works without the GIL.
    owner : object
        Keeps the code in memory.
    """

    program: Program
    method: Method
    layout: Layout
    run: Callable[[int, int], None]
    owner: Any


def cache_dir() -> Path:
    """Return the folder of compiled kernels; ``DIAPEDESIS_CACHE`` chooses another.

    Falls back to a folder of this user in the temporary directory when the home is not writable.
    """
    chosen = os.environ.get("DIAPEDESIS_CACHE")
    base = Path(chosen) if chosen else _default_cache()
    try:
        base.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=base):
            return base
    except OSError:
        fallback = Path(tempfile.gettempdir()) / f"diapedesis-{os.getuid()}"
        fallback.mkdir(mode=0o700, parents=True, exist_ok=True)
        if fallback.stat().st_uid != os.getuid():
            raise PermissionError(
                f"{fallback} belongs to another user; set DIAPEDESIS_CACHE to a folder of your own"
            ) from None
        return fallback


def _default_cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "diapedesis"


_LOADED: dict[str, Kernel] = {}


def kernel(
    program: Program,
    method: Method,
    continuous: tuple[int, ...] = (),
    *,
    width: int = 0,
    before: Callable[[], None] | None = None,
) -> Kernel:
    """Return the kernel of a program: from memory, from disk, or newly compiled.

    Parameters
    ----------
    program : Program
    method : {"tsit5", "rodas5p"}
    continuous : tuple of int
        Triggers watched all the time.
    width : int
        Lanes; 0 for as many as a register of this CPU holds.
    before : callable, optional
        Run before a new compilation, to check what the program was made from.
    """
    target = instruction_set()
    width = width or target.width
    text = f"{program.digest} {method} {continuous} {target.name} {width} {_toolchain()}"
    key = hashlib.sha256(text.encode()).hexdigest()[:32]
    if key not in _LOADED:
        path = cache_dir() / f"{key}.kernel"
        found = _read(path)
        if found is None:
            if before is not None:
                before()
            found = _compile(program, method, continuous, target, width)
            _write(path, *found)
        layout, code = found
        run, owner = _load(code, target)
        _LOADED[key] = Kernel(program, method, layout, run, owner)
    return _LOADED[key]


@lru_cache(maxsize=1)
def _toolchain() -> str:
    """Return what, besides the program, decides the machine code."""
    from importlib.metadata import version

    package = resources.files("diapedesis.simulate.codegen")
    files = sorted((f for f in package.iterdir() if f.name.endswith(".py")), key=lambda f: f.name)
    digest = hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()
    return f"{digest} {version('llvmlite')}"


def _compile(
    program: Program,
    method: Method,
    continuous: tuple[int, ...],
    target: InstructionSet,
    width: int,
) -> tuple[Layout, bytes]:
    from diapedesis.simulate.codegen.build import assemble, compile_object

    text, layout = assemble(program, method, width, continuous)
    return layout, compile_object(text, target)


def _read(path: Path) -> tuple[Layout, bytes] | None:
    """Return a stored kernel; None when there is none that can be read, or it is not whole."""
    try:
        head, _, rest = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if head.decode("ascii", "replace") != hashlib.sha256(rest).hexdigest():
        return None
    layout, _, code = rest.partition(b"\n")
    return Layout(**json.loads(layout)), code


def _write(path: Path, layout: Layout, code: bytes) -> None:
    """Store a kernel so that another process sees all of it or nothing.

    A kernel that cannot be stored is compiled again by the next process: a warning, no error.
    """
    rest = json.dumps(asdict(layout)).encode() + b"\n" + code
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        warnings.warn(
            f"the compiled model could not be kept in {path.parent} ({error}) and will be compiled"
            " again; make room there, or set DIAPEDESIS_CACHE to another folder",
            RuntimeWarning,
            stacklevel=2,
        )


def _load(code: bytes, target: InstructionSet) -> tuple[Callable[[int, int], None], Any]:
    import llvmlite.binding as llvm

    from diapedesis.simulate.codegen.build import target_machine

    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target_machine(target))
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    kind = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
    return kind(engine.get_function_address("simulate")), engine
