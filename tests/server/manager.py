"""A program that configures local Logto through its Management API."""

import json

import httpx2

from tests.server.browser import NO_TLS

MANAGEMENT_API = "https://default.logto.app/api"


def management_token(server, scope="all", resource=MANAGEMENT_API):
    """An access token of the sample data's management application."""
    seeded = server.seeded
    form = {"grant_type": "client_credentials", "resource": resource, "scope": scope}
    credentials = (seeded["managementAppId"], seeded["managementAppSecret"])
    with httpx2.Client(base_url=server.endpoint, timeout=10, verify=NO_TLS) as http:
        return http.post("/oidc/token", data=form, auth=credentials).json()["access_token"]


class Manager:
    """Calls routes by their path below `/api`; what it expects of an answer is its status."""

    def __init__(self, server):
        self.server = server
        authorization = f"Bearer {management_token(server)}"
        headers = {"Authorization": authorization}
        self.http = httpx2.Client(base_url=server.endpoint, headers=headers, timeout=10, verify=NO_TLS)

    def close(self):
        self.http.close()

    def ask(self, method, path, body=None, **headers):
        """The response."""
        content = None if body is None else json.dumps(body)  # in ASCII, so that any character can be sent
        added = {} if body is None else {"Content-Type": "application/json"}
        return self.http.request(method, f"/api{path}", content=content, headers={**added, **headers})

    def call(self, status, method, path, body=None):
        """The body of the response, which must have this status."""
        answer = self.ask(method, path, body)
        assert answer.status_code == status, (answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def code(self, status, method, path, body=None):
        """The code of the refusal, which must have this status."""
        return self.call(status, method, path, body)["code"]

    def user(self, **members):
        """A new user."""
        return self.call(200, "POST", "/users", members)

    def role(self, name, **members):
        """A new role."""
        return self.call(200, "POST", "/roles", {"name": name, "description": "", **members})

    def organization(self, name):
        """A new organization."""
        return self.call(201, "POST", "/organizations", {"name": name})

    def machine(self, name):
        """A new machine-to-machine application."""
        return self.call(200, "POST", "/applications", {"name": name, "type": "MachineToMachine"})

    def named(self, path, name):
        """The row of a list with this name."""
        return next(row for row in self.call(200, "GET", f"{path}?page_size=100") if row["name"] == name)
