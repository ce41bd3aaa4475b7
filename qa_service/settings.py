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
    reranker: str | None = Field(
        default=None, description="Cross-encoder that reads the best passages again: folder or hub name."
    )
    rerank_depth: int = Field(default=50, ge=1, le=1000, description="Passages that the reranker reads.")
    rerank_weight: float = Field(default=1.0, gt=0, description="Of its part in a passage's score.")
    reader: str | None = Field(
        default=None, description="Extractive question-answering model that marks the answer: folder or hub name."
    )
    reader_passages: int = Field(default=5, ge=1, le=10, description="Passages that the reader reads.")
    reader_weight: float = Field(default=4.0, gt=0, description="Of its word in the choice of a sentence.")
    public_url: str = Field(default="http://127.0.0.1:8000", description="Base of permalinks.")
    max_tokens: int = Field(default=200, ge=16, le=2000, description="Longest passage, in model tokens.")
    max_bytes: int = Field(default=5 << 20, ge=1, description="Largest article accepted, in bytes.")
    wait: float = Field(default=10.0, ge=0, description="Seconds to wait for another writer.")
