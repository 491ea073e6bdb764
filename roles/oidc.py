"""OpenID Connect (Core 1.0), where allauth leaves out what the standard asks of who logs people in by it.

allauth keeps the state of a log-in in the session and spends it, sends PKCE, and compares audience, end and issuer of
an ID token with what the provider says of itself. It sends no nonce, takes parameters for the provider from a
visitor's link, is content without an ID token, and does not ask whether issuer and subject are the expected ones.
"""

from __future__ import annotations

import secrets
from typing import Any

from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

NONCE = "nonce"


class StrictProvider(OpenIDConnectProvider):
    """Asks with a nonce (3.1.2.1) that only this session knows, and passes on nothing a link asked for."""

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, Any]:
        """Ours alone: a link made elsewhere could else have another address, or nonce, asked for."""
        return dict(self.get_auth_params())

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """Ours alone."""
        return list(self.get_scope())

    def redirect(self, request: HttpRequest, process: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """To the provider; the nonce is kept with the state of this log-in."""
        nonce = secrets.token_urlsafe(24)
        asked = {**(kwargs.pop("auth_params", None) or self.get_auth_params()), NONCE: nonce}
        answer: HttpResponse = super().redirect(request, process, *args, auth_params=asked, **{NONCE: nonce}, **kwargs)
        return answer


def flaw(answered: dict[str, Any], state: dict[str, Any], issuer: str, client: str) -> str:
    """Why an answer is not the one to this log-in: `token`, `nonce`, `issuer`, `audience` or `subject`; else empty.

    `answered` holds the claims of the ID token and of the user info; `state` is the session's; `issuer` is OIDC_URL,
    with or without the path of the discovery document, to which the issuer must be equal (Discovery 1.0, 4.3);
    `client` is OIDC_CLIENT_ID.
    """
    token, info = answered.get("id_token") or {}, answered.get("userinfo") or {}
    if not token:
        return "token"
    if not constant_time_compare(str(token.get(NONCE) or ""), str(state.get(NONCE) or "-")):
        return "nonce"
    if str(token.get("iss")).rstrip("/") != issuer.partition("/.well-known/")[0].rstrip("/"):
        return "issuer"
    several = isinstance(token.get("aud"), list) and len(token["aud"]) > 1
    if token.get("azp", "" if several else client) != client:
        return "audience"  # somebody else asked for it, or it is meant for several and does not say (3.1.3.7)
    if info and info.get("sub") != token.get("sub"):
        return "subject"  # 5.3.2: whose data these are
    return ""
