"""A small OpenID Connect provider for tests: a process of its own on loopback.

python tests/oidc_provider.py PORT — lets everybody in as the person named by `/set?user=…`, and
errs as `/set?fault=…` asks: `wrong_key`, `expired`, `other_nonce`, `other_audience`,
`other_issuer`, `no_id_token`, `unsigned`.
"""

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "mingjian", "test-secret"
KEY = RSAKey.generate_key(2048, {"kid": "1"}, private=True)
WRONG = RSAKey.generate_key(2048, {"kid": "1"}, private=True)
asked: dict[str, dict[str, str]] = {}  # by authorization code: what was asked for
state: dict[str, str] = {"user": "right", "fault": ""}


class Provider(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        url = urlsplit(self.path)
        given = dict(parse_qsl(url.query))
        if url.path == "/set":
            state.update({"user": "right", "fault": ""} | given)
            self._json({})
        elif url.path == "/.well-known/openid-configuration":
            self._json(self._metadata())
        elif url.path == "/jwks":
            self._json({"keys": [KEY.as_dict(private=False)]})
        elif url.path == "/authorize":
            self._authorize(given)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = {name: values[0] for name, values in parse_qs(body).items()}
        wanted = asked.pop(given.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            wanted is None
            or self.headers.get("Authorization") != f"Basic {basic}"
            or wanted["code_challenge"] != challenge
            or wanted["redirect_uri"] != given["redirect_uri"]
        ):
            self._json({"error": "invalid_grant"}, 400)
            return
        token = {"access_token": "a", "token_type": "Bearer", "expires_in": 60}
        if state["fault"] != "no_id_token":
            token["id_token"] = self._identity(wanted)
        self._json(token)

    def _authorize(self, given: dict[str, str]) -> None:
        assert given["client_id"] == CLIENT
        assert given["code_challenge_method"] == "S256"
        assert given["response_type"] == "code"
        assert {"openid", "profile"} <= set(given["scope"].split())
        code = secrets.token_urlsafe(16)
        asked[code] = given
        back = urlencode({"code": code, "state": given["state"]})
        self.send_response(302)
        self.send_header("Location", f"{given['redirect_uri']}?{back}")
        self.end_headers()

    def _identity(self, wanted: dict[str, str]) -> str:
        now, fault = int(time.time()), state["fault"]
        claims = {
            "iss": self._issuer(),
            "sub": "7",
            "aud": "another" if fault == "other_audience" else CLIENT,
            "iat": now - 7200 if fault == "expired" else now,
            "exp": now - 3600 if fault == "expired" else now + 300,
            "nonce": "other" if fault == "other_nonce" else wanted["nonce"],
            "preferred_username": state["user"],
        }
        if fault == "other_issuer":
            claims["iss"] = "https://idp.example"
        if fault == "unsigned":
            parts = ({"alg": "none"}, claims)
            text = [base64.urlsafe_b64encode(json.dumps(p).encode()) for p in parts]
            return ".".join(part.decode().rstrip("=") for part in text) + "."
        key = WRONG if fault == "wrong_key" else KEY
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)

    def _metadata(self) -> dict[str, object]:
        issuer = self._issuer()
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def _issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def _json(self, value: object, status: int = 200) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet: tests read what the site says."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Provider)
    print("ready", flush=True)
    server.serve_forever()
