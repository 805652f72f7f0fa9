"""A real browser for tests: Debian's Chromium, driven by Playwright; and desks that it can reach."""

import os
import shutil
import socket
import threading
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path

import uvicorn

NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1366, "height": 768}
# Where to put what the pages look like, for whoever wants to look.
SHOTS = os.environ.get("POLICY_ENGINE_SHOTS", "")
# A browser of a test asks nobody but the desk.
_QUIET = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
)
_AXE = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations.map(one => [one.id, one.nodes.map(node => node.html)]))"


def program() -> str | None:
    """Find the browser."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def why_not() -> str:
    """Say why there is no browser to try, "" where there is."""
    if program() is None:
        return "no Chromium here: apt-get install chromium fonts-noto-cjk"
    return ""


@contextmanager
def opened():
    """Give a browser as long as the context."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is a browser

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program(), args=_QUIET)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served(app):
    """Serve a desk on loopback as long as the context; gives its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = uvicorn.Config(app, ws="none", log_level="critical", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


class Looked:
    """A page in a browser, and what was wrong with it: complaints of the console, of axe, what is wider than a phone."""

    def __init__(self, browser, address: str, **more) -> None:
        self.context = browser.new_context(base_url=address, viewport=WIDE, locale="zh-CN", **more)
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.told: list[str] = []
        self.page.on(
            "console", lambda one: self.told.append(one.text) if one.type in ("error", "warning") else None
        )
        self.page.on("pageerror", lambda error: self.told.append(str(error)))
        # What the next step broke off is no fault of the page.
        self.page.on(
            "requestfailed",
            lambda one: self.told.append(one.url) if one.failure != "net::ERR_ABORTED" else None,
        )

    def look(self, name: str, *, paper: bool = False) -> None:
        """Hold the page at hand to what every page is held to."""
        found = self.page
        found.wait_for_load_state()
        found.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
        assert [] == found.evaluate(_AXE), name
        self._shot(name)
        if not paper:
            found.set_viewport_size(NARROW)
            wide, seen = found.evaluate(
                "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
            )
            assert wide <= seen, f"{name}: {wide} of {seen}"
            self._shot(f"{name}-360")
            found.set_viewport_size(WIDE)
        # A page that isn't there says so in the console as well.
        assert [] == [one for one in self.told if "Failed to load resource" not in one], name

    def _shot(self, name: str) -> None:
        if SHOTS:
            self.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)

    def close(self) -> None:
        with suppress(Exception):
            self.context.close()
