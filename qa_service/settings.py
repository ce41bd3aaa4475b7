"""Settings from the environment (``QA_…``), with defaults that work on a laptop."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read once by the composition root; nothing else looks at the environment."""

    model_config = SettingsConfigDict(env_prefix="QA_", extra="forbid", frozen=True)

    data_dir: Path = Field(default=Path("var"), description="Where the archive is kept.")
    model: str | None = Field(
        default=None,
        description="Embedding model: folder or hub name. Default: the archive's own, else the packaged one.",
    )
    public_url: str = Field(default="http://127.0.0.1:8000", description="Base of permalinks.")
    max_tokens: int = Field(default=200, ge=16, le=2000, description="Longest passage, in model tokens.")
    max_bytes: int = Field(default=5 << 20, ge=1, description="Largest article accepted, in bytes.")
    wait: float = Field(default=10.0, ge=0, description="Seconds to wait for another writer.")
