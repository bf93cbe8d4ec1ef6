"""A tiny OpenID Connect provider on this machine, spoken to over real HTTP."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

CLIENT_ID, CLIENT_SECRET = "klankbord", "a-secret-between-the-two"
_KEY = "a-key-that-is-long-enough-for-signing-tokens"


class Provider(ThreadingHTTPServer):
    """Vouches for one person: `person` holds what it says of them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.person: dict[str, Any] = {}
        self.asked: list[dict[str, str]] = []

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def token(self) -> dict[str, Any]:
        claims = self.person | {"iss": self.issuer, "aud": CLIENT_ID, "iat": 1, "exp": 9_999_999_999}
        return {
            "access_token": "opaque",
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": jwt.encode(claims, _KEY, algorithm="HS256"),
        }


class _Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        if place.path == "/authorize":
            self._ask({name: values[0] for name, values in parse_qs(place.query).items()})
            return
        answers = {
            "/.well-known/openid-configuration": self.server.configuration,
            "/userinfo": lambda: self.server.person,
        }
        self._answer(answers[place.path]())

    def _ask(self, asked: dict[str, str]) -> None:
        """Ask in a browser whether the person agrees; both answers lead back."""
        ways = {"Agree": {"code": "code-1"}, "Refuse": {"error": "access_denied"}}
        page = "<!doctype html><title>Noord ID</title><link rel=icon href=data:,>"
        for name, told in ways.items():
            back = f"{asked['redirect_uri']}?{urlencode(told | {'state': asked['state']})}"
            page += f'<p><a href="{escape(back)}">{name}</a>'
        self._send("text/html", page.encode())

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        asked = {name: values[0] for name, values in sent.items()}
        self.server.asked.append(asked)
        good = (asked.get("client_id"), asked.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        self._answer(self.server.token() if good else {"error": "invalid_client"}, 200 if good else 401)

    def _answer(self, content: dict[str, Any], status: int = 200) -> None:
        self._send("application/json", json.dumps(content).encode(), status)

    def _send(self, kind: str, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def provider() -> Iterator[Provider]:
    """Have a provider for a while."""
    with Provider() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
