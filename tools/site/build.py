"""Build the site: the course as static files, with Python running in the visitor's browser.

    python tools/site/build.py            dist/site/: everything beside it, no request leaves the site
    python tools/site/build.py --lean     dist/site-lean/: without Pyodide itself, which comes from its usual place

Run by `make site`, in podlab's own environment; JupyterLite has one beside it, .venv-site.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from front import write_front
from wheels import gather, lock

from podlab.course.workbook import fill, working_copy

PROJECT = Path(__file__).parents[2]
HERE = Path(__file__).parent
CACHE = PROJECT / "build" / "site"
TOOLS = PROJECT / ".venv-site"
PYODIDE = "314.0.7"
RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
KERNEL = "@jupyterlite/pyodide-kernel-extension"
APPS = ("lab", "notebooks", "repl")
SETTINGS = PROJECT / "tools" / "lab_settings.json"


def extension() -> Path:
    """Where JupyterLite's Python kernel was installed."""
    return TOOLS / "share" / "jupyter" / "labextensions" / KERNEL


def pyodide() -> Path:
    """The folder of Pyodide's own files, fetched once with npm."""
    folder = CACHE / f"pyodide-{PYODIDE}"
    if not folder.exists():
        npm = shutil.which("npm") or str(TOOLS / "bin" / "npm")
        packed = CACHE / f"pyodide-{PYODIDE}.tgz"
        subprocess.run(
            [npm, "pack", "--silent", f"pyodide@{PYODIDE}"], cwd=CACHE, check=True, stdout=subprocess.DEVNULL
        )
        shutil.unpack_archive(packed, CACHE / "unpacked")
        (CACHE / "unpacked" / "package").rename(folder)
    return folder


def usual_place() -> str:
    """The address from which JupyterLite's kernel takes Pyodide when nobody says otherwise, of our version."""
    schema = extension() / "static" / "schema" / "kernel.v0.schema.json"
    address = json.loads(schema.read_text(encoding="utf-8"))["properties"]["pyodideUrl"]["default"]
    return re.sub(r"/v[\d.]+/", f"/v{PYODIDE}/", address)


def content(folder: Path) -> None:
    """What the site's file browser shows: working copies of the lessons, the labs, the glossary, the solutions."""
    shutil.rmtree(folder, ignore_errors=True)
    fill(PROJECT / "notebooks", folder)
    for name, source in (("labs", PROJECT / "labs"), ("more", PROJECT / "notebooks" / "solutions")):
        (folder / name).mkdir()
        for path in sorted(source.iterdir()):
            if path.suffix == ".ipynb":
                nbformat.write(working_copy(nbformat.read(path, as_version=4)), folder / name / path.name)
            elif path.suffix == ".py":
                shutil.copy(path, folder / name / f"solutions_{path.name}")


def configuration(lean: bool, packages: list[str]) -> dict[str, object]:
    """jupyter-lite.json: which Pyodide, and what it loads before the first cell."""
    kernel = {
        "pyodideUrl": usual_place() if lean else "./static/pyodide/pyodide.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"lockFileURL": "./static/wheels/pyodide-lock.json", "packages": packages},
    }
    data = {"appName": "podlab", "litePluginSettings": {f"{KERNEL}:kernel": kernel}}
    return {"jupyter-lite-schema-version": 0, "jupyter-config-data": data}


def build(lean: bool) -> Path:
    """Build one form of the site; returns its folder."""
    target = PROJECT / "dist" / ("site-lean" if lean else "site")
    work = CACHE / target.name
    shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(target, ignore_errors=True)
    work.mkdir(parents=True)
    content(work / "content")
    wheels = gather(CACHE / "wheels", extension() / "static" / "pypi", pyodide())
    locked = lock(pyodide() / "pyodide-lock.json", wheels)
    (work / "jupyter-lite.json").write_text(json.dumps(configuration(lean, list(locked["packages"]))), "utf-8")
    shutil.copy(SETTINGS, work / "overrides.json")
    command = [str(TOOLS / "bin" / "jupyter"), "lite", "build", "--contents", "content", f"--output-dir={target}"]
    apps = [f"--apps={app}" for app in APPS]
    with (work / "build.log").open("w") as log:
        done = subprocess.run([*command, *apps, "--no-sourcemaps"], cwd=work, stdout=log, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.exit(f"podlab: jupyter lite build failed; its log is {work / 'build.log'}")
    beside = target / "static" / "wheels"
    beside.mkdir(parents=True)
    for wheel in wheels:
        shutil.copy(wheel, beside)
    (beside / "pyodide-lock.json").write_text(json.dumps(locked), "utf-8")
    if not lean:
        (target / "static" / "pyodide").mkdir()
        for name in RUNTIME:
            shutil.copy(pyodide() / name, target / "static" / "pyodide")
    write_front(target, HERE / "pages", PROJECT)
    return target


def main() -> None:
    """Build what was asked for, and say where it is and how large."""
    parser = argparse.ArgumentParser(description="Build the site.")
    parser.add_argument("--lean", action="store_true", help="take Pyodide from its usual place")
    target = build(parser.parse_args().lean)
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file()) / 1e6
    print(f"podlab: {target.relative_to(PROJECT)}/ is built, {size:.0f} MB")


if __name__ == "__main__":
    main()
