"""Starts Open WebUI's own package against a server of ours and asks through it. Not part of any test run.

    python -m venv ~/webui && ~/webui/bin/pip install open-webui
    python tests/e2e/open_webui.py ~/webui/bin/open-webui

It needs an environment of its own (several gigabytes) and prints what Open WebUI showed: the models it lists, a reply with
its sources, and a title. Exit status 1 where one of them is missing.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from qa_service.http.app import create_app  # noqa: E402 - the script is run by its path
from qa_service.http.testing import FakeService, serving  # noqa: E402

STORED = {
    "id": "courier/1",
    "text": "The harbour bridge reopened on Monday.",
    "title": "Bridge open",
    "source": "Harbour Courier",
    "date": "2023-10-02",
    "url": "https://courier.example/bridge",
}
QUESTION = "harbour bridge reopened"
STARTS_WITHIN = 300.0


class WebUI:
    """A client of Open WebUI's API."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._token = ""

    def call(self, path: str, body: Any = None) -> str:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        sent = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self._url}{path}", sent, headers)
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.read().decode()

    def sign_in(self) -> None:
        """Without accounts every visitor is the administrator."""
        self._token = json.loads(self.call("/api/v1/auths/signin", {"email": "", "password": ""}))["token"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        return bound.getsockname()[1]


def started(command: str, port: int, archive: str, folder: str) -> subprocess.Popen[bytes]:
    settings = {
        "DATA_DIR": folder,
        "WEBUI_AUTH": "False",
        "WEBUI_SECRET_KEY": "only for this run",
        "OPENAI_API_BASE_URL": f"{archive}/v1",
        "OPENAI_API_KEY": "any",
        "ENABLE_OLLAMA_API": "False",
        "RAG_EMBEDDING_ENGINE": "openai",  # no model is fetched
        "OFFLINE_MODE": "True",
        "HF_HUB_OFFLINE": "1",
    }
    arguments = [command, "serve", "--host", "127.0.0.1", "--port", str(port)]
    return subprocess.Popen(arguments, env={**os.environ, **settings}, cwd=folder)


def wait_for(webui: WebUI, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < limit:
        if process.poll() is not None:
            raise SystemExit(f"Open WebUI ended with status {process.returncode}")
        try:
            webui.call("/health")
        except OSError:
            time.sleep(1)
        else:
            return
    raise SystemExit(f"Open WebUI did not start within {STARTS_WITHIN:.0f} seconds")


def show(webui: WebUI) -> bool:
    """Whether Open WebUI showed the model, the quotation, its source and a title."""
    webui.sign_in()
    models = [one["id"] for one in json.loads(webui.call("/api/models"))["data"]]
    print("models:", models)
    messages = [{"role": "user", "content": QUESTION}]
    said = webui.call("/api/chat/completions", {"model": "qa-service", "messages": messages, "stream": True})
    lines = [line.removeprefix("data: ") for line in said.splitlines() if line.startswith("data: {")]
    chunks = [json.loads(line) for line in lines]
    content = "".join((one.get("choices") or [{}])[0].get("delta", {}).get("content") or "" for one in chunks)
    sources = [one["event"]["data"]["source"]["name"] for one in chunks if "event" in one]
    print("reply:", content, "sources:", sources, sep="\n")
    asked = [*messages, {"role": "assistant", "content": content}]
    titled = webui.call("/api/v1/tasks/title/completions", {"model": "qa-service", "messages": asked})
    title = json.loads(titled)["choices"][0]["message"]["content"]
    print("title:", title)
    return (
        "qa-service" in models
        and STORED["text"] in content
        and sources == ["Harbour Courier · 2023-10-02 · Bridge open"]
        and json.loads(title) == {"title": QUESTION}
    )


def main() -> int:
    service = FakeService()
    service.ingest_records([STORED])
    port = free_port()
    with serving(create_app(service)) as archive, tempfile.TemporaryDirectory() as folder:
        process = started(sys.argv[1], port, archive, folder)
        try:
            webui = WebUI(f"http://127.0.0.1:{port}")
            wait_for(webui, process)
            return 0 if show(webui) else 1
        finally:
            process.terminate()
            process.wait(30)


if __name__ == "__main__":
    sys.exit(main())
