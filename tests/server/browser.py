"""A browser without a browser: signs in as a script written for the real server would (LOGTO.md 3.13)."""

import hashlib
import json
import secrets
import ssl
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2

CALLBACK = "http://localhost:3000/callback"
# Trusts nobody: these tests speak plain HTTP to this machine, and reading a trust store takes longer than most of them.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def claims_of(token):
    """The payload of a JWT, unverified."""
    return json.loads(_decoded(token.split(".")[1]))


def header_of(token):
    """The header of a JWT."""
    return json.loads(_decoded(token.split(".")[0]))


def fields_of(url):
    """The parameters of a redirect, from its query or fragment."""
    parts = urlsplit(str(url))
    return dict(parse_qsl(parts.query or parts.fragment, keep_blank_values=True))


def _decoded(segment):
    return urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def challenge_of(verifier):
    """The S256 challenge of a verifier."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class Browser:
    """One browser with its cookies, and the application that it comes from."""

    def __init__(self, server, application="appId", callback=CALLBACK):
        self.server = server
        seeded = server.seeded
        self.client_id = seeded[application]
        self.secret = seeded.get(application.replace("Id", "Secret")) if application != "spaAppId" else None
        self.callback = callback
        self.http = httpx2.Client(base_url=server.endpoint, timeout=10, verify=NO_TLS)
        self.verifier = secrets.token_urlsafe(48)

    def close(self):
        self.http.close()

    def parameters(self, **changed):
        """The parameters of an authorization request; None leaves one out."""
        usual = {
            "client_id": self.client_id,
            "redirect_uri": self.callback,
            "response_type": "code",
            "scope": "openid offline_access profile",
            "state": "state-1",
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
            "prompt": "consent",
        }
        return {name: value for name, value in {**usual, **changed}.items() if value is not None}

    def authorize(self, **changed):
        """Ask for a code; returns the response, not followed."""
        return self.http.get("/oidc/auth", params=self.parameters(**changed))

    def follow(self, location):
        """Follow redirects within the server; returns the first location outside of it, or the last response."""
        while location.startswith(("/", self.server.endpoint)):
            response = self.http.get(location)
            if "location" not in response.headers:
                return response
            location = response.headers["location"]
        return location

    def enter(self, username="alice", password=None, kind="username"):
        """Type a password, by the Experience API; returns where the browser goes."""
        if password is None:
            password = next(u["password"] for u in self.server.seeded["users"] if u["username"] == username)
        assert self.http.put("/api/experience", json={"interactionEvent": "SignIn"}).status_code == 204
        identifier = {"type": kind, "value": username}
        verified = self.http.post(
            "/api/experience/verification/password", json={"identifier": identifier, "password": password}
        )
        verified.raise_for_status()
        identified = self.http.post("/api/experience/identification", json=verified.json())
        assert identified.status_code == 204, identified.text
        return self.http.post("/api/experience/submit").json()["redirectTo"]

    def callback_of(self, username="alice", **changed):
        """Sign in; returns the parameters of the callback."""
        response = self.authorize(**changed)
        assert response.status_code == 303, response.text
        location = response.headers["location"]
        if location.startswith("/") and not location.startswith("/consent"):
            location = self.enter(username)
        return fields_of(self.follow(location))

    def token(self, parse=True, **form):
        """Ask the token endpoint; returns the body of a success, or the response with `parse=False`."""
        form = {name: value for name, value in form.items() if value is not None}
        headers = {}
        if self.secret is None:
            form.setdefault("client_id", self.client_id)
        else:
            headers["Authorization"] = "Basic " + b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
        response = self.http.post("/oidc/token", data=form, headers=headers)
        if not parse:
            return response
        assert response.status_code == 200, response.text
        return response.json()

    def exchange(self, code, parse=True, **changed):
        """Exchange a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback,
            "code_verifier": self.verifier,
        }
        return self.token(parse, **{**form, **changed})

    def sign_in(self, username="alice", **changed):
        """Sign in and exchange the code; returns the token response."""
        callback = self.callback_of(username, **changed)
        assert "code" in callback, callback
        return self.exchange(callback["code"])

    def refresh(self, refresh_token, parse=True, **form):
        """Use a refresh token."""
        return self.token(parse, grant_type="refresh_token", refresh_token=refresh_token, **form)

    def user_info(self, access_token):
        """Ask the userinfo endpoint."""
        return self.http.get("/oidc/me", headers={"Authorization": f"Bearer {access_token}"})

    def sign_out(self, **query):
        """Ask to end the session and submit the page; returns where it ends."""
        page = self.http.get("/oidc/session/end", params=query)
        assert page.status_code == 200, page.text
        return self.http.post("/oidc/session/end/confirm", data=hidden_fields(page.text))


def hidden_fields(html):
    """The hidden fields of a page's form."""
    from html.parser import HTMLParser

    found = {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            values = dict(attrs)
            if tag == "input" and values.get("type") == "hidden":
                found[values["name"]] = values["value"]

    Reader().feed(html)
    return found


def query_of(url):
    """The query of a URL, each name with its values."""
    return parse_qs(urlsplit(str(url)).query)
