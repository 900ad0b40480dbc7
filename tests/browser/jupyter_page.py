"""JupyterLab and Voila on ports of their own, and a notebook open in them: what the browser tests are made of."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, TimeoutError

PROJECT = Path(__file__).parents[2]
SCREENSHOTS = PROJECT / "test-output"


class Server:
    """A server on a free port, `url`, whose settings and kernels have folders of their own in `home`."""

    ready = "/"
    """What it answers when it is up."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._log = (home / "server.log").open("w+", encoding="utf-8")
        folders = {
            "JUPYTER_CONFIG_DIR": home / "config",
            "JUPYTER_DATA_DIR": home / "data",
            "JUPYTER_RUNTIME_DIR": home / "runtime",
            "JUPYTERLAB_SETTINGS_DIR": home / "settings",
            "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
            "IPYTHONDIR": home / "ipython",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", *self.command(home), f"--port={port}"],
            cwd=PROJECT,
            env=os.environ | {name: str(folder) for name, folder in folders.items()},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def command(self, home: Path) -> list[str]:
        """The module that is the server, and its options; what it needs in `home` is made."""
        raise NotImplementedError

    def wait(self, seconds: float = 60) -> None:
        """Return when the server answers; fail with its log when it dies or stays silent."""
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up and self._process.poll() is None:
            with contextlib.suppress(OSError), urllib.request.urlopen(self.url + self.ready, timeout=5):
                return
            time.sleep(0.1)
        pytest.fail(f"the server did not start; its log ends:\n{self.log()[-3000:]}")

    def log(self) -> str:
        """What the server and its kernels have printed."""
        return Path(self._log.name).read_text(encoding="utf-8")

    def stop(self) -> None:
        """End the server and its kernels. SIGINT, twice, is the end that also cleans up; SIGTERM leaks kernels."""
        for _ in range(2):
            if self._process.poll() is None:
                self._process.send_signal(signal.SIGINT)
                time.sleep(0.2)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


class VoilaServer(Server):
    """Voila as `make voila` starts it."""

    def command(self, home: Path) -> list[str]:
        """The options are those of the Makefile, so that what is tested is what users get."""
        (line,) = re.findall(
            r"^\t\$\(PY\) -m (voila .*)$", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
        )
        return [*shlex.split(line), "--no-browser", "--Voila.ip=127.0.0.1"]


class JupyterServer(Server):
    """JupyterLab, and Notebook 7 beside it."""

    ready = "/api"

    def command(self, home: Path) -> list[str]:
        """Without a token, and with settings that keep the page still."""
        self.notebooks = home / "notebooks"
        self.notebooks.mkdir()
        self._settings = home / "settings"
        self._set("apputils-extension/notification", fetchNews="false", checkForUpdates=False, doNotDisturbMode=True)
        self._set("notebook-extension/tracker", windowingMode="none")
        options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--ServerApp.port_retries=0"]
        options += ["--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"]
        return ["jupyterlab", "--expose-app-in-browser", *options, f"--ServerApp.root_dir={self.notebooks}"]

    def theme(self, name: str) -> None:
        """Pages opened from now on are "light" or "dark"."""
        self._set("apputils-extension/themes", theme=f"JupyterLab {name.capitalize()}")

    def _set(self, plugin: str, **settings: object) -> None:
        """A setting as a user makes it in the menu: the server reads the file whenever a page asks for it."""
        path = self._settings / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings), encoding="utf-8")

    def forget_kernels(self) -> None:
        """Shut down every kernel, so that the next notebook gets the machine for itself."""
        with urllib.request.urlopen(f"{self.url}/api/sessions", timeout=10) as answer:
            sessions = json.load(answer)
        for session in sessions:
            request = urllib.request.Request(f"{self.url}/api/sessions/{session['id']}", method="DELETE")
            urllib.request.urlopen(request, timeout=10).close()


class NotebookPage:
    """One notebook open in a tab."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self._name = name

    def run_all(self) -> None:
        """Run every cell and wait for the last one."""
        self.start_all()
        try:
            self.page.get_by_text("ALL DONE", exact=True).wait_for(timeout=120_000)
        except TimeoutError:
            self.screenshot("stuck")
            raise

    def start_all(self) -> None:
        """Wait for the kernel, and begin to run every cell."""
        # The indicator says "idle" even before there is a kernel, when Run would ask which one to take. In Notebook 7
        # the kernel's name stands elsewhere, but in both "idle" comes last.
        self.page.locator(".jp-KernelName, .jp-NotebookKernelLogo", has_text="Python 3").first.wait_for(timeout=60_000)
        self.page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').first.wait_for(timeout=60_000)
        self.page.get_by_role("menuitem", name="Run", exact=True).first.click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    def errors(self) -> list[str]:
        """What the page shows as errors: tracebacks of cells and "Error displaying widget" boxes."""
        boxes = self.page.locator('.jp-OutputArea-output[data-mime-type*="err"], .jupyter-widgets.jp-mod-error')
        return boxes.all_inner_texts()

    def widget(self, css_class: str) -> Locator:
        """The first widget on the page that was given this class with `add_class`."""
        return self.page.locator(f".{css_class}").first

    def screenshot(self, what: str, of: Locator | None = None) -> Path:
        """Write test-output/NOTEBOOK-WHAT.png: the element `of`, scrolled to, or else the whole page."""
        SCREENSHOTS.mkdir(exist_ok=True)
        path = SCREENSHOTS / f"{self._name}-{what}.png"
        if of is not None:
            of.scroll_into_view_if_needed()
        (of or self.page).screenshot(path=path)
        return path


OpenNotebook = Callable[..., NotebookPage]
