"""``mcp``: the archive as tools for an agent that starts this process and talks over its standard input and output."""

from __future__ import annotations

from qa_service.cli.opening import DataDir, quiet, read_settings, require_archive


def mcp(*, data_dir: DataDir = None) -> None:
    """Offer ask, search, fetch and timeline to an agent over standard input and output (MCP)."""
    settings = read_settings(data_dir)
    require_archive(settings)
    with quiet():
        from qa_service.bootstrap import open_service

        service = open_service(settings, follow=True)
    try:
        from qa_service.http.mcp.stdio import serve_stdio

        serve_stdio(service, public_url=settings.public_url, version=_version())
    finally:
        service.close()


def _version() -> str:
    from importlib.metadata import version

    return version("qa-service")
