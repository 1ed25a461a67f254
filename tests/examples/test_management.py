"""The onboarding of a customer, against local Logto."""

import subprocess
import sys

from examples.management.onboard import onboard
from logto import LogtoManagementSyncClient
from tests.house.repository import ROOT

PEOPLE = [("carol@example.com", "admin"), ("alice@example.com", "member"), ("dan@example.com", "king")]


def test_a_customer_is_there_once_however_often_it_is_onboarded(logto_server):
    """New people are created, known ones found, roles set, unknown ones told; a second run changes nothing."""
    seeded = logto_server.local.seeded
    with LogtoManagementSyncClient(
        endpoint=logto_server.endpoint, app_id=seeded["managementAppId"], app_secret=seeded["managementAppSecret"]
    ) as management:
        first, second = (onboard(management, "Bakery", PEOPLE) for _ in range(2))
        (bakery,) = management.organizations.list("Bakery")
        members = management.organizations.list_members(bakery.id).all()

    assert (
        first
        == second
        == ["carol@example.com: admin", "alice@example.com: member", "dan@example.com: there is no role king"]
    )
    found = {member.primary_email: [role.name for role in member.organization_roles] for member in members}
    assert found == {"carol@example.com": ["admin"], "alice@example.com": ["member"]}


def test_it_runs_as_a_program(logto_server):
    """People come from standard input; a refusal is one line without the secret."""
    seeded = logto_server.local.seeded
    environment = {"LOGTO_ENDPOINT": logto_server.endpoint, "LOGTO_APP_ID": seeded["managementAppId"]}

    def run(secret):
        return subprocess.run(
            [sys.executable, "-m", "examples.management.onboard", "Cafe"],
            input="eve@example.com member\n",
            env={**environment, "LOGTO_APP_SECRET": secret},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    good, bad = run(seeded["managementAppSecret"]), run("wr0ng-secret")
    assert (good.returncode, good.stdout) == (0, "eve@example.com: member\n")
    assert bad.returncode == 1
    assert bad.stderr.startswith("onboard: ")
    assert "wr0ng-secret" not in bad.stderr
