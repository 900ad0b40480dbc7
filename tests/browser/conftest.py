"""A real JupyterLab in a real Chromium: the fixtures `lab_server`, `chromium` and `open_notebook`."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_page import JupyterServer, NotebookPage, OpenNotebook, VoilaServer
from playwright.sync_api import Browser, ConsoleMessage, Page, WebSocket, sync_playwright

sys.path.append(str(Path(__file__).parents[1] / "lab"))
from shops import PROBED

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
number = itertools.count(1)
EXCEPTION = re.compile(r'"msg_type": ?"error"')
LAST_CELL = "print('ALL', 'DONE')"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window. Missing: skip, or fail where PODLAB_REQUIRE_BROWSER=1 forbids that."""
    path = shutil.which("chromium")
    if path is None:
        reason = "no chromium on this machine (Debian: apt-get install chromium libatomic1)"
        if os.environ.get("PODLAB_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[JupyterServer]:
    """The one server of the session; asks for `chromium` first, so that without it nothing is started."""
    server = JupyterServer(tmp_path_factory.mktemp("jupyter"))
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def voila_server(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[VoilaServer]:
    """What `make voila` starts."""
    server = VoilaServer(tmp_path_factory.mktemp("voila"))
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture
def open_voila(voila_server: VoilaServer, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """`open_voila("tree", theme="light")` opens a page of Voila: the list of labs, or "render/NAME.ipynb".

    At the end of the test the page is closed, and its kernel with it. Whatever the console calls an error, and
    whatever is asked of another server, fails the test.
    """
    opened: list[Page] = []
    wrong: list[str] = []

    def open_(place: str, *, theme: str = "light", width: int = 1280, height: int = 720) -> Page:
        page = chromium.new_page(viewport={"width": width, "height": height})
        opened.append(page)
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: None if is_own(request.url) else wrong.append(request.url))
        page.goto(f"{voila_server.url}/voila/{place}?theme={theme}")
        return page

    def is_own(url: str) -> bool:
        return url.startswith((voila_server.url, "data:", "blob:"))

    yield open_
    for page in opened:
        page.close(run_before_unload=True)  # so that Voila ends the kernel
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def open_notebook(lab_server: JupyterServer, chromium: Browser) -> Iterator[OpenNotebook]:
    """`open_notebook(path, theme="light")` copies a notebook to the server, opens it and runs all of it.

    `where` is "lab/tree" for JupyterLab, "notebooks" for Notebook 7. With `run=False` it returns as soon as the page
    has been asked for. At the end of the test the page is closed. What the page would not show fails the test: errors
    of widgets in the browser's console, and exceptions in the kernel, also those of a widget's callback.
    """
    opened: list[Page] = []
    wrong: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and ("widget" in message.text.lower() or "podlab" in message.text.lower()):
            wrong.append(message.text)

    def listen(socket: WebSocket) -> None:
        def hear(frame: str | bytes) -> None:
            text = frame if isinstance(frame, str) else frame.decode(errors="replace")
            if EXCEPTION.search(text):
                wrong.append(text)

        socket.on("framereceived", hear)

    def open_(
        path: Path, *, theme: str = "light", height: int = 1600, where: str = "lab/tree", run: bool = True
    ) -> NotebookPage:
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        notebook.cells.append(nbformat.v4.new_code_cell(LAST_CELL))
        name = f"{path.stem}-{next(number)}.ipynb"  # a name of its own: a kernel belongs to a file's name
        nbformat.write(notebook, lab_server.notebooks / name)
        lab_server.theme(theme)
        page = chromium.new_page(viewport={"width": 1400, "height": height})
        opened.append(page)
        page.on("console", note)
        page.on("websocket", listen)
        page.goto(f"{lab_server.url}/{where}/{name}?reset")
        opened_notebook = NotebookPage(page, path.stem)
        if run:
            opened_notebook.run_all()
        return opened_notebook

    yield open_
    for page in opened:
        page.close()
    lab_server.forget_kernels()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def open_lab(open_notebook: OpenNotebook, tmp_path: Path) -> Callable[..., NotebookPage]:
    """A notebook with a lab on `manifest`, run."""

    def open_(
        manifest: str = PROBED,
        *,
        theme: str = "light",
        until: float = 120,
        pod: str = "shop",
        where: str = "lab/tree",
        height: int = 3000,
    ) -> NotebookPage:
        source = f"import podlab as pl\nlab = pl.Lab({manifest!r}, until={until})\nlab.set_pod({pod!r})\nlab"
        path = tmp_path / "gesture.ipynb"
        cells = [nbformat.v4.new_code_cell(source)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)
        notebook = open_notebook(path, theme=theme, height=height, where=where)
        assert notebook.errors() == []
        return notebook

    return open_
