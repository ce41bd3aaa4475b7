"""Every setting, its default and what it is for; read from the environment (``QA_…``), a file, or options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "QA_"
CONFIG = "QA_CONFIG"
"""Names the TOML file to read; no setting itself."""


class Settings(BaseSettings):
    """Read once by the composition root; nothing else looks at the environment."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

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

    # Fetching; needs the extra fetch.
    fetch_contact: str | None = Field(
        default=None, description="Address of whoever answers for fetching, told to every site. Default: none."
    )
    fetch_every: float = Field(default=2.0, ge=0.5, description="Seconds between two requests to one host, at least.")
    fetch_ports: Annotated[tuple[int, ...], NoDecode] = Field(
        default=(80, 443), description="Ports that may be fetched from, comma-separated."
    )
    fetch_bytes: int = Field(default=25 << 20, ge=1024, description="Largest page, feed or sitemap, decompressed.")
    fetch_seconds: float = Field(default=30.0, gt=0, description="How long one answer may take as a whole.")
    fetch_most: int = Field(default=1000, ge=1, description="Addresses fetched in one run at most, lists followed.")

    # Serving.
    require_keys: Literal["auto", "always", "never"] = Field(
        default="auto", description="Whether HTTP asks for API keys; auto: on every address but loopback."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Origins whose pages may call, comma-separated; * for any."
    )
    rate_per_minute: int | None = Field(
        default=None,
        ge=1,
        description="Requests a minute for each key or, without keys, each address. Default: no limit.",
    )
    rate_burst: int = Field(default=30, ge=1, description="Requests that may come at once before that limit counts.")
    question_bytes: int = Field(default=128 << 10, ge=1024, description="Largest body of a question.")
    ingest_bytes: int = Field(default=32 << 20, ge=1024, description="Largest body of articles.")
    body_seconds: float = Field(default=60.0, gt=0, description="How long a body may take to arrive.")
    answer_seconds: float = Field(default=60.0, gt=0, description="How long an answer may take, waiting included.")
    eval_dir: Path | None = Field(
        default=None, description="What `eval run --out` wrote, shown at /evaluation. Default: none."
    )
    workers: int = Field(default=4, ge=1, le=64, description="Threads that answer questions.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="What is logged at least; from info on, a line for each request."
    )
    log_format: Literal["json", "text"] = Field(default="json", description="One JSON object a line, or plain lines.")
    log_questions: bool = Field(default=False, description="Whether log lines hold the words of questions.")
    otel_endpoint: str | None = Field(
        default=None, description="Where traces go (OTLP over HTTP); needs the extra otel. Default: nowhere."
    )
    otel_headers: SecretStr | None = Field(
        default=None, description="Headers for that endpoint, name=value, comma-separated."
    )

    @field_validator("cors_origins", "fetch_ports", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """The environment has only text."""
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("fetch_contact")
    @classmethod
    def _contact(cls, value: str | None) -> str | None:
        if value is not None and not (value.isascii() and value.isprintable() and 0 < len(value) <= 200):
            raise ValueError("is sent in a header: up to 200 printable ASCII characters")
        return value

    @field_validator("fetch_ports")
    @classmethod
    def _ports(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not value or not all(0 < port < 65536 for port in value):
            raise ValueError("names ports from 1 to 65535")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            scheme, _, host = origin.partition("://")
            if origin != "*" and (scheme not in {"http", "https"} or not host or "/" in host):
                raise ValueError(f"{origin!r} is no origin such as https://news.example")
        return value
