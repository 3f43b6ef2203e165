"""The files in deploy/ agree with the program and with each other. No container engine is asked: syntax only."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from bot.settings import Settings
from tools.house import PACKAGES, ROOT

DEPLOY = ROOT / "deploy"
INSTRUCTIONS = {
    "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "RUN", "STOPSIGNAL", "USER", "VOLUME",
    "WORKDIR",
}  # fmt: skip
PORT = Settings.model_fields["port"].default
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def dockerfile() -> list[tuple[str, str]]:
    """Instruction and arguments, continued lines joined."""
    lines = [line for line in text("Dockerfile").splitlines() if line.strip() and not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines)).splitlines()
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined)]


def rests(dockerfile: list[tuple[str, str]], word: str) -> list[str]:
    return [rest for found, rest in dockerfile if found == word]


def test_the_dockerfile_has_known_instructions_only(dockerfile: list[tuple[str, str]]) -> None:
    assert {word for word, _ in dockerfile} <= INSTRUCTIONS


def test_the_image_is_built_in_two_stages_from_a_slim_base(dockerfile: list[tuple[str, str]]) -> None:
    bases = rests(dockerfile, "FROM")
    assert len(bases) == 2
    assert all(re.match(r"python:3\.\d+-slim", base) for base in bases), "one Python, and no `latest`"


def test_the_image_does_not_run_as_root_and_says_whether_it_is_well(dockerfile: list[tuple[str, str]]) -> None:
    last_stage = dockerfile[max(i for i, (word, _) in enumerate(dockerfile) if word == "FROM") :]
    users = [rest for word, rest in last_stage if word == "USER"]
    assert users
    assert not users[-1].startswith(("0", "root"))
    assert "/healthz" in rests(dockerfile, "HEALTHCHECK")[0]
    assert rests(dockerfile, "EXPOSE") == [str(PORT)]


def test_the_image_copies_what_exists_and_all_five_packages(dockerfile: list[tuple[str, str]]) -> None:
    sources = [source for rest in rests(dockerfile, "COPY") if "--from" not in rest for source in rest.split()[:-1]]
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert set(PACKAGES) <= set(sources)
    allowed = {line[1:] for line in text("Dockerfile.dockerignore").splitlines() if line.startswith("!")}
    assert set(sources) == allowed, "the build context holds what is copied, and no more"


def test_the_image_installs_by_hash_and_names_no_host(dockerfile: list[tuple[str, str]]) -> None:
    run = " ".join(rests(dockerfile, "RUN"))
    assert run.count("--require-hashes") == 2
    assert "://" not in run


def test_compose_keeps_the_port_on_this_machine() -> None:
    service = yaml.safe_load(text("compose.yaml"))["services"]["danju"]
    assert service["ports"] == [f"127.0.0.1:{PORT}:{PORT}"]
    assert service["image"] == f"danju:{VERSION}"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).resolve() == DEPLOY / "Dockerfile"


def test_every_setting_that_is_named_exists() -> None:
    known = set(Settings.model_fields) | {"config"}
    for path in sorted(DEPLOY.rglob("*")):
        if path.is_file():
            named = set(re.findall(r"DANJU_([A-Z_]+)\b", path.read_text(encoding="utf-8")))
            assert {name.lower() for name in named} <= known, path.name


def test_the_sample_settings_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"DANJU_{name.upper()}", raising=False)
    monkeypatch.setenv("DANJU_CONFIG", str(DEPLOY / "danju.toml"))
    sample = tomllib.loads(text("danju.toml"))
    assert set(sample) <= set(Settings.model_fields)
    assert {"database_url", "data_dir", "host", "port", "public_url", "timezone"} <= set(sample)
    settings = Settings()
    assert settings.data_dir == Path("/var/lib/danju")
    assert (settings.host, settings.port) == ("127.0.0.1", PORT)


@pytest.fixture(scope="module")
def unit() -> dict[str, list[str]]:
    """The [Service] section; systemd lets a key stand more than once."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in text("danju.service").splitlines():
        if line.startswith("["):
            section = line
        elif line and not line.startswith("#"):
            key, separator, value = line.partition("=")
            assert separator, line
            if section == "[Service]":
                found.setdefault(key, []).append(value)
    return found


def test_the_unit_runs_danju_as_its_own_user_in_its_own_folder(unit: dict[str, list[str]]) -> None:
    assert unit["ExecStart"] == ["/opt/danju/bin/danju serve"]
    assert unit["User"] == ["danju"]
    assert unit["StateDirectory"] == ["danju"]
    assert unit["Restart"] == ["always"]


@pytest.mark.parametrize("key", ["NoNewPrivileges", "PrivateTmp", "ProtectHome", "RestrictNamespaces"])
def test_the_unit_is_hardened(unit: dict[str, list[str]], key: str) -> None:
    assert unit[key] == ["yes"]
    assert unit["ProtectSystem"] == ["strict"]


def test_the_unit_lets_workers_limit_their_memory(unit: dict[str, list[str]]) -> None:
    """setrlimit is in @resources: a filter without it would break every worker."""
    assert not any("@resources" in value for value in unit["SystemCallFilter"])


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_the_proxy_lets_through_no_console_and_no_metrics(name: str) -> None:
    rules = "\n".join(line for line in text(name).splitlines() if not line.strip().startswith("#"))
    assert f"127.0.0.1:{PORT}" in rules
    assert "404" in rules
    assert "console" not in rules
    assert "metrics" not in rules
    assert rules.count("{") == rules.count("}")


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readmes_name_every_file(name: str) -> None:
    readme = text(name)
    for path in DEPLOY.rglob("*"):
        if path.is_file() and path.suffix != ".md" and path.name != "Dockerfile.dockerignore":
            assert f"`{path.relative_to(DEPLOY).as_posix()}`" in readme
