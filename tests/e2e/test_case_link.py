"""An applicant's page in a real browser, against the whole platform."""

import pytest

from local.console_build import CONSOLE
from tests.e2e.console import run_script
from tests.journeys.bundles import publish
from tests.platform import running_platform

pytestmark = pytest.mark.slow


def test_an_applicant_buys_over_a_case_link(built: None) -> None:
    with running_platform(console=CONSOLE / "dist", account="555566667777") as platform:
        publish(platform.client(), "cash-loan")
        platform.idle()
        run_script("test:journey", {"PLATFORM": platform.origin})
