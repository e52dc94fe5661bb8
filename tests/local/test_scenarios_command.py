"""`dpc test`: exit status, lines for people, coverage; and the page that describes the format."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from catalogue.scenarios import bundle as scenarios
from local.cli import main
from local.tenants import ROOT
from tests.catalogue.scenarios.bundles import said

CAR = ROOT / "catalogue" / "products" / "car-insurance"
PAGE = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
WRONG = """process: car-insurance
expect:
  path: [PolicyWanted, Insurable]
"""


def run(path: Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["test", str(path)])
    return int(ended.value.code or 0)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return shutil.copytree(CAR, tmp_path / "car")


def test_a_bundle_passes(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(bundle) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"ok      {bundle}/scenarios/declined.yaml",
        f"ok      {bundle}/scenarios/insured.yaml",
        "coverage of car-insurance: 7 of 7 elements (100%), 6 of 6 sequence flows (100%)",
        "2 scenarios: 2 ok, 0 failed",
    ]


def test_one_scenario_is_run_alone(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(bundle / "scenarios" / "declined.yaml") == 0
    out = capsys.readouterr().out
    assert "elements that no scenario reaches: IssuePolicy, Insured" in out
    assert "1 scenario: 1 ok, 0 failed" in out
    elsewhere = bundle / "wrong.yaml"
    elsewhere.write_text(WRONG)
    assert run(elsewhere) == 1


def test_a_failure_is_shown_with_file_line_and_difference(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = bundle / "scenarios" / "wrong.yaml"
    wrong.write_text(WRONG)
    assert run(bundle) == 1
    out = capsys.readouterr().out
    assert f"FAILED  {wrong}\n        {wrong}:3: error SCENARIO-012 The path is another one.\n" in out
    assert "          - Insurable\n          +               DescribeCar\n" in out
    assert "3 scenarios: 2 ok, 1 failed" in out


def test_a_model_or_table_that_is_refused_is_said(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bundle / "broken.bpmn").write_text("<a>")
    (bundle / "broken.dmn").write_text("<b>")
    assert run(bundle) == 1
    out = capsys.readouterr().out
    assert f"{bundle}/broken.bpmn:" in out
    assert f"{bundle}/broken.dmn:" in out


def test_what_cannot_be_run(tmp_path: Path, bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "missing") == 2
    assert "does not exist" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert run(tmp_path / "empty") == 2
    assert "no process (*.bpmn)" in capsys.readouterr().err
    shutil.rmtree(bundle / "scenarios")
    assert run(bundle) == 2
    assert "has no scenarios" in capsys.readouterr().err


def test_the_folder_of_scenarios_means_them_all(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(bundle / "scenarios") == 0
    assert "2 scenarios: 2 ok, 0 failed" in capsys.readouterr().out


@pytest.mark.slow
def test_output_does_not_depend_on_the_hash_seed(bundle: Path) -> None:
    (bundle / "scenarios" / "wrong.yaml").write_text(WRONG.replace("PolicyWanted", "Nobody"))
    command = [sys.executable, "-c", "from local.cli import main; main()", "test", str(bundle)]
    outs = {
        subprocess.run(
            command, check=False, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True
        ).stdout
        for seed in "123"
    }
    assert len(outs) == 1
    assert b"SCENARIO-004" in outs.pop()


def test_the_page_s_example_runs() -> None:
    example, of_decision = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert said("complaint-handling", example) == []
    assert said("cash-loan", of_decision) == []


def test_the_page_s_table_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (table,) = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    loan = shutil.copytree(CAR.parent / "cash-loan", tmp_path / "loan")
    file = loan / "scenarios" / "loan-scoring.csv"
    file.write_text(table)
    assert run(file) == 0
    assert "coverage of loan-scoring: 2 of 10 rules (20%)" in capsys.readouterr().out


def test_the_page_names_every_code() -> None:
    assert {code for code in scenarios.CODES.values() if code not in PAGE} == set()
    assert {f"SCENARIO-{n}" for n in ("001", "002", "003", "006", "007", "008", "020") if n not in PAGE} == set()
