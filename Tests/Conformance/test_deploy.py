"""What `Deploy/` gives to operators: a dashboard and alerts that name only what the server really exports."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from api import Api, fresh_prompt
from harness import REPOSITORY, Server
from pictures import upload

DASHBOARD = REPOSITORY / "Deploy" / "grafana" / "heatsink.json"
ALERTS = REPOSITORY / "Deploy" / "prometheus" / "alerts.yml"
ALERT_TESTS = ALERTS.with_name("alerts.test.yml")
# Series that a histogram is exported as.
HISTOGRAM = re.compile(r"_(bucket|sum|count)$")


@pytest.fixture(scope="module")
def exported(server: Server, photos: dict[str, Image.Image]) -> dict[str, list[dict[str, str]]]:
    """Every exported metric with the labels of its series, after a picture: some exist only once something happened."""
    with Api(server.url, server.create_key()) as api:
        answer = api.edit(upload(photos["coffee"], longer=64), fresh_prompt(), quality="low")
        assert answer.status_code == 200, answer.text
        text = api.http.get("/metrics").text
    series: dict[str, list[dict[str, str]]] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, labels = re.fullmatch(r"(\w+)(?:\{(.*)\})? \S+", line).groups()
        series.setdefault(name, []).append(dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels or "")))
    return series


def dashboard() -> dict[str, Any]:
    """The dashboard as it is imported."""
    return json.loads(DASHBOARD.read_text())


def dashboard_expressions() -> Iterator[str]:
    """What its panels ask Prometheus for."""
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", []):
            yield target["expr"]
    for variable in dashboard()["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["definition"]


def alert_rules() -> list[dict[str, Any]]:
    """All alert rules."""
    return [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


EXPRESSIONS = [*dashboard_expressions(), *(rule["expr"] for rule in alert_rules())]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_is_asked_for_is_exported(expression: str, exported: dict[str, list[dict[str, str]]]) -> None:
    names = set(re.findall(r"\bheatsink_\w+", expression))
    assert names or 'up{job="heatsink"}' in expression, "it asks for nothing of ours"
    assert names <= exported.keys()


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_labels_exist_and_can_have_the_values_that_are_asked_for(
    expression: str, exported: dict[str, list[dict[str, str]]]
) -> None:
    for name, selector in re.findall(r"\b(heatsink_\w+)\{([^}]*)\}", expression):
        for label, operator, value in re.findall(r'(\w+)(=~|=)"([^"]*)"', selector):
            if label in {"instance", "job"}:
                continue  # Prometheus adds these.
            known = {series[label] for series in exported[name] if label in series}
            assert known, f"{name} has no label {label}"
            if label == "status":
                continue  # A server that makes no mistakes exports no status of one.
            for wanted in value.split("|") if operator == "=~" else [value]:
                assert wanted in known, f"{name}: {label} is never {wanted}, but {sorted(known)}"


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_is_grouped_by_is_a_label(expression: str, exported: dict[str, list[dict[str, str]]]) -> None:
    given = {"instance", "job"} | {
        label for name in re.findall(r"\bheatsink_\w+", expression) for series in exported[name] for label in series
    }
    for labels in re.findall(r"\b(?:by|on) \(([^)]*)\)", expression):
        assert {label.strip() for label in labels.split(",")} <= given


@pytest.mark.parametrize("expression", [each for each in dashboard_expressions() if not each.startswith("label_values(")])
def test_every_panel_shows_only_the_chosen_servers(expression: str) -> None:
    names = re.findall(r"\bheatsink_\w+", expression)
    chosen = re.findall(r'\bheatsink_\w+\{[^}]*instance=~"\$instance"', expression)
    assert len(chosen) == len(names)


def test_the_dashboard_is_whole() -> None:
    panels = dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert dashboard()["id"] is None, "an import would overwrite somebody's dashboard"
    taken: dict[tuple[int, int], str] = {}
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert (x, y) not in taken, f"{panel['title']} lies on {taken[x, y]}"
                taken[x, y] = panel["title"]
        if panel["type"] != "row":
            assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
            assert panel["targets"]


def test_every_alert_says_what_to_do() -> None:
    for rule in alert_rules():
        assert rule["labels"]["severity"] in {"page", "ticket"}, rule["alert"]
        assert rule["annotations"]["summary"], rule["alert"]
        assert rule["annotations"]["description"].endswith("."), rule["alert"]


def test_every_metric_of_the_server_is_on_the_dashboard(exported: dict[str, list[dict[str, str]]]) -> None:
    shown = {HISTOGRAM.sub("", name) for name in re.findall(r"\bheatsink_\w+", " ".join(dashboard_expressions()))}
    assert {HISTOGRAM.sub("", name) for name in exported if name.startswith("heatsink_")} <= shown


def test_prometheus_takes_the_alerts_and_they_fire_when_they_should() -> None:
    """Debian's package `prometheus` has promtool; with its 96 MB it is too much to install for this alone."""
    promtool = os.environ.get("PROMTOOL") or shutil.which("promtool")
    if not promtool:
        pytest.skip("no promtool here: apt-get install prometheus, or set PROMTOOL")
    for arguments in (["check", "rules", ALERTS], ["test", "rules", ALERT_TESTS]):
        done = subprocess.run([promtool, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_alerts_have_tests() -> None:
    tested = ALERT_TESTS.read_text()
    # Those of plain ratios that are like tested ones, and of what Prometheus itself knows.
    untested = {"HeatsinkFailures", "HeatsinkErrors"}
    assert {rule["alert"] for rule in alert_rules() if rule["alert"] not in tested} == untested


def test_no_path_is_missing() -> None:
    for path in re.findall(r"`(Deploy/[\w./-]+)`", (REPOSITORY / "Deploy" / "README.md").read_text()):
        assert Path(REPOSITORY / path).exists(), path
