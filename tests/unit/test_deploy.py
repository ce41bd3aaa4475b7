"""The Dockerfile, the compose file and the dashboard: no engine runs here, so they are linted and read."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from qa_service.http.metrics import Metrics
from qa_service.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def test_the_compose_file_has_the_shape_of_the_specification(tmp_path: Path) -> None:
    check = [tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*check, str(ROOT / "docker-compose.yml")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    broken = tmp_path / "docker-compose.yml"
    broken.write_text("services:\n  qa:\n    read_olny: true\n")
    assert subprocess.run([*check, str(broken)], capture_output=True, check=False).returncode == 1


def test_the_dockerfile_passes_its_linter(tmp_path: Path) -> None:
    done = subprocess.run([tool("hadolint"), str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "Dockerfile").write_text("FROM python:latest\nRUN cd /x && sudo true\n")
    assert subprocess.run([tool("hadolint"), str(tmp_path / "Dockerfile")], capture_output=True, check=False).returncode


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_locked_down(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service["user"].startswith(("0:", "root"))
    assert not service.get("privileged")


def test_the_service_writes_only_to_its_volume_and_tmp() -> None:
    service = SERVICES["qa"]
    assert service["volumes"] == ["data:/data"] and "data" in COMPOSE["volumes"]
    assert [entry.partition(":")[0] for entry in service["tmpfs"]] == ["/tmp"]
    assert "/readyz" in " ".join(service["healthcheck"]["test"])
    assert service["build"]["args"] == {"TORCH_INDEX_URL": "${TORCH_INDEX_URL:-}"}


def test_monitoring_is_a_profile() -> None:
    assert {name for name, one in SERVICES.items() if one.get("profiles") == ["monitoring"]} == {
        "prometheus",
        "grafana",
    }
    assert "profiles" not in SERVICES["qa"]


def test_every_mounted_file_is_there() -> None:
    for service in SERVICES.values():
        for volume in service["volumes"]:
            source = volume.partition(":")[0]
            assert source in COMPOSE["volumes"] or (ROOT / source).exists(), source


def test_ports_are_published_on_loopback_unless_said_otherwise() -> None:
    for service in SERVICES.values():
        for port in service.get("ports", []):
            assert port.startswith(("127.0.0.1:", "${QA_BIND:-127.0.0.1}:"))


def test_every_setting_in_them_exists() -> None:
    known = {f"QA_{name}".upper() for name in Settings.model_fields}
    set_here = {name for name in SERVICES["qa"]["environment"] if name.startswith("QA_")}
    set_here |= set(re.findall(r"\b(QA_[A-Z_]+)=", DOCKERFILE))
    assert set_here and set_here <= known


def test_the_image_runs_as_nobody_special_and_names_no_index() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", last, re.MULTILINE) and re.search(r"^VOLUME /data$", last, re.MULTILINE)
    assert 'ARG TORCH_INDEX_URL=""' in DOCKERFILE
    assert not re.search(r"https?://(?!127\.0\.0\.1)", DOCKERFILE)
    ignored = (ROOT / ".dockerignore").read_text().split()
    for copied in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE):
        for source in copied.split():
            assert (ROOT / source).exists() and f"!{source}" in ignored


def test_the_dashboard_and_prometheus_read_metrics_that_exist() -> None:
    metrics = Metrics()
    metrics.answered(method="GET", route="/", status=200, seconds=0.1, problem="busy")
    metrics.asked("answered", {"total": 1.0})
    metrics.fed([{"outcome": "ingested"}])
    text = metrics.written({}, {"asking": 0}, {"done": 1}).decode()
    offered = set(re.findall(r"^(qa_\w+)", text, re.MULTILINE))
    board = json.loads((DEPLOY / "grafana" / "dashboards" / "qa-service.json").read_text())
    used = {
        name for panel in board["panels"] for one in panel["targets"] for name in re.findall(r"qa_\w+", one["expr"])
    }
    assert used and used <= offered
    (source,) = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yml").read_text())["datasources"]
    assert {panel["datasource"]["uid"] for panel in board["panels"]} == {source["uid"]}
    (job,) = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    assert job["static_configs"] == [{"targets": ["qa:8000"]}]
