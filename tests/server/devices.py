"""A device without a browser, and the person who lets it in."""

import re
from html import unescape

import httpx2

from tests.server.browser import hidden_fields

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


class Device:
    """A program at the sample device application, or at another."""

    def __init__(self, server, client_id=None):
        self.server = server
        self.client_id = client_id or server.seeded["deviceAppId"]
        self.http = httpx2.Client(base_url=server.endpoint, timeout=10)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.http.close()

    def ask(self, parse=True, **form):
        """Ask for a code; None leaves a parameter out."""
        form = {"client_id": self.client_id, "scope": "openid offline_access profile", **form}
        sent = {name: value for name, value in form.items() if value is not None}
        response = self.http.post("/oidc/device/auth", data=sent)
        if not parse:
            return response
        assert response.status_code == 200, response.text
        return response.json()

    def poll(self, code, **form):
        """Ask for the tokens of an answer to `ask`."""
        form = {"client_id": self.client_id, "grant_type": DEVICE_CODE, "device_code": code["device_code"], **form}
        return self.http.post("/oidc/token", data=form)

    def refresh(self, refresh_token):
        """Use a refresh token."""
        form = {"client_id": self.client_id, "grant_type": "refresh_token", "refresh_token": refresh_token}
        return self.http.post("/oidc/token", data=form)


class Person:
    """Somebody with a browser, which asks for HTML."""

    def __init__(self, server):
        self.http = httpx2.Client(base_url=server.endpoint, timeout=10, headers={"Accept": "text/html"})

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.http.close()

    def type(self, user_code, headers=None, **changed):
        """Open the page and type a code; None leaves a field of the form out."""
        page = self.http.get("/device")
        form = {**hidden_fields(page.text), "user_code": user_code, **changed}
        sent = {name: value for name, value in form.items() if value is not None}
        return self.http.post("/device", data=sent, headers=headers or {})

    def arrive(self, user_code, username="alice", password="alice-pass-123"):
        """Type a code and sign in if need be; returns the page with the question."""
        response = self.type(user_code)
        assert response.status_code == 303, response.text
        page = self.follow(response)
        if 'name="password"' in page.text:
            page = self.follow(self.post(page, identifier=username, password=password))
        return page

    def decide(self, page, decision, headers=None, **changed):
        """Press one of the two buttons of a page with the question."""
        return self.post(page, headers, decision=decision, **changed)

    def answer(self, user_code, decision="allow", username="alice", password="alice-pass-123"):
        """Go the whole way; returns where it ends."""
        return self.decide(self.arrive(user_code, username, password), decision).headers["location"]

    def post(self, page, headers=None, **fields):
        """Send the form of a page."""
        action = unescape(re.search(r'<form [^>]*method="post" action="([^"]*)"', page.text)[1])
        form = {**hidden_fields(page.text), **fields}
        sent = {name: value for name, value in form.items() if value is not None}
        return self.http.post(action, data=sent, headers=headers or {})

    def follow(self, response):
        """Follow redirects to a page."""
        while "location" in response.headers:
            response = self.http.get(response.headers["location"])
        return response
