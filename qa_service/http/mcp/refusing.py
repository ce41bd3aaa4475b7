"""Errors of tools: what an agent reads names each wrong field and what was expected; our own faults say little."""

from __future__ import annotations

import logging
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, InputRequiredResult
from pydantic import ValidationError

from qa_service.http.body import unusable_strings
from qa_service.http.problems import ARCHIVE, INTERNAL, Refusal, invalid, refusal_of, wrong_fields

logger = logging.getLogger(__name__)


def told(error: Exception) -> ToolError:
    """The error as an agent reads it, in the names that the tools use."""
    if isinstance(error, ToolError):
        return error
    refusal = wrong_fields(error) if isinstance(error, ValidationError) else refusal_of(error)
    if refusal.kind in (INTERNAL, ARCHIVE):
        logger.error("a tool failed", exc_info=error)
    return _worded(refusal)


def _worded(refusal: Refusal) -> ToolError:
    fields = (f"{name.removeprefix('filters.')}: {message}" for name, message in refusal.fields)
    return ToolError("; ".join(fields) or f"{refusal.kind.title}: {refusal.detail}")


class RefusingServer(MCPServer):
    """An MCP server that also refuses arguments that a tool does not know, and names what is wrong in one line."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """What the tool returns. Raises ToolError."""
        schemas = {tool.name: tool.input_schema for tool in await self.list_tools()}
        known = schemas.get(name, {}).get("properties")
        if known is not None:
            wrong = [(given, "is not a known argument") for given in arguments if given not in known]
            wrong.extend(unusable_strings(arguments, nul=True))
            if wrong:
                raise _worded(invalid(wrong))
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise told(error.__cause__) from error
            raise
