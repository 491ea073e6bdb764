"""OpenID Connect (Core 1.0), where allauth leaves out what the standard asks of who logs people in by it.

allauth keeps the state of a log-in in the session and spends it, sends PKCE, and compares audience, end and issuer of
an ID token with what the provider says of itself. It sends no nonce, takes parameters for the provider from a
visitor's link, is content without an ID token, and does not ask whether issuer and subject are the expected ones. It
follows the provider wherever it points to, reads whatever comes, and breaks on an answer that lacks what it looks for.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView, OAuth2View
from allauth.socialaccount.providers.openid_connect import views
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from requests import RequestException, Response, Session

from roles.addresses import logged_address
from roles.identities import NoAccount, tie, whose
from roles.locks import note_stray
from roles.models.security import What
from roles.peers import Bounded, Unusable
from roles.security_log import note

log = logging.getLogger(__name__)

NONCE = "nonce"
SILENCE, PATIENCE, MOST = 5, 15, 1_000_000
"""Seconds without a byte, seconds for one answer, and bytes of one, after which the provider is given up."""
SAID_OF_ITSELF = ("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
BREAKS = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What a reader raises that finds something else than it looks for."""
LONGEST = 191
"""Characters of a subject: allauth's column takes no more."""


class Asking(Bounded):
    """Asks the provider: only by https in production, at the address itself, for an answer of bounded size and time.

    A redirect is an answer like any other: following one, the code and our secret would be told to another address.
    """

    def request(self, method: str, url: str | bytes, *args: Any, **kwargs: Any) -> Response:
        """As that of `requests`. Raises RequestException, too, for what takes too long or is too much."""
        if not settings.LOCAL and not str(url).startswith("https://"):
            raise RequestException(f"the provider names an address that is not https: {url!s}")
        return self.ask(method, url, *args, silence=SILENCE, patience=PATIENCE, most=MOST, **kwargs)


@contextmanager
def _reading(what: str) -> Iterator[None]:
    """Where allauth alone reads what the provider sent: what breaks it is the provider's. Raises Unusable."""
    try:
        yield
    except BREAKS as error:
        raise Unusable(f"{what} of the provider is of no use: {error!r}") from error


class Adapter(views.OpenIDConnectOAuth2Adapter):
    """As allauth's; each answer of the provider that is of no use is told as that, and not taken for a defect here."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says of itself, with all that is asked of it. Raises RequestException."""
        with _reading("the discovery document"):
            found: dict[str, Any] = super().openid_config
            if wrong := [name for name in SAID_OF_ITSELF if not isinstance(found[name], str)]:
                raise TypeError(f"no text: {', '.join(wrong)}")
        return found

    @property
    def basic_auth(self) -> bool:
        """How the provider is told our secret. Raises Unusable."""
        with _reading("the discovery document"):
            return bool(super().basic_auth)

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> Any:
        """The answer with the tokens. Raises RequestException."""
        with _reading("the token answer"):
            return super().get_access_token_data(*args, **kwargs)

    def parse_token(self, data: Any) -> Any:
        """The access token. Raises Unusable."""
        with _reading("the access token"):
            return super().parse_token(data)

    def _fetch_user_info(self, access_token: str) -> Any:
        with _reading("the user info"):
            told = super()._fetch_user_info(access_token)
            if not isinstance(told, dict):
                raise TypeError("no object")
            return told

    def _decode_id_token(self, app: Any, id_token: str) -> Any:
        with _reading("the ID token"):
            return super()._decode_id_token(app, id_token)


def _kept_whole(view: type[OAuth2View]) -> Callable[..., HttpResponseBase]:
    """A view of allauth's; where a provider does not answer, or not as OpenID Connect has it, the log-in failed; where
    the program breaks it failed, too, and that is an error of the log."""

    def respond(request: HttpRequest, provider_id: str) -> HttpResponseBase:
        try:
            return view.adapter_view(Adapter(request, provider_id))(request)  # type: ignore[no-any-return]
        except SocialApp.DoesNotExist as unknown:
            raise Http404 from unknown
        except BREAKS as error:
            log.exception("A log-in by OpenID Connect broke: a defect of the program")
            return render_authentication_error(request, None, exception=error)  # type: ignore[no-any-return]
        except RequestException as error:
            return render_authentication_error(request, None, exception=error)  # type: ignore[no-any-return]

    return respond


login, callback = _kept_whole(OAuth2LoginView), _kept_whole(OAuth2CallbackView)


class StrictProvider(OpenIDConnectProvider):
    """Asks with a nonce (3.1.2.1) that only this session knows, and passes on nothing a link asked for."""

    oauth2_adapter_class = Adapter

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, Any]:
        """Ours alone: a link made elsewhere could else have another address, or nonce, asked for."""
        return dict(self.get_auth_params())

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """Ours alone."""
        return list(self.get_scope())

    def sociallogin_from_response(self, request: HttpRequest, response: dict[str, Any]) -> Any:
        """As allauth's. Raises Unusable, also for claims that PostgreSQL cannot keep."""
        with _reading("what is said of the person"):
            if "\\u0000" in json.dumps(response):
                raise ValueError("a claim of the provider holds the character NUL")
            return super().sociallogin_from_response(request, response)

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The subject. Raises ValueError for one that is none, or cannot be kept."""
        subject = ((data.get("userinfo") or data.get("id_token")) or {}).get("sub")
        uid = str(subject) if isinstance(subject, str | int) else ""  # allauth makes “None” of none at all
        if not 0 < len(uid) <= LONGEST or not uid.isprintable():
            raise ValueError("the provider names a subject that cannot be kept")
        return uid

    def redirect(self, request: HttpRequest, process: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """To the provider; the nonce is kept with the state of this log-in."""
        nonce = secrets.token_urlsafe(24)
        asked = {**(kwargs.pop("auth_params", None) or self.get_auth_params()), NONCE: nonce}
        answer: HttpResponse = super().redirect(request, process, *args, auth_params=asked, **{NONCE: nonce}, **kwargs)
        return answer


registry.register(StrictProvider)  # in the place of allauth's, whose app would load all of this at each start


def flaw(answered: dict[str, Any], state: dict[str, Any], issuer: str, client: str) -> str:
    """Why an answer is not the one to this log-in: `token`, `nonce`, `issuer`, `audience` or `subject`; else empty.

    `answered` holds the claims of the ID token and of the user info; `state` is the session's; `issuer` is OIDC_URL,
    with or without the path of the discovery document, to which the issuer must be equal (Discovery 1.0, 4.3);
    `client` is OIDC_CLIENT_ID.
    """
    token, info = answered.get("id_token") or {}, answered.get("userinfo") or {}
    if not token or token.get("exp") is None:  # allauth compares the end, but takes a token that has none
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


class OidcAdapter(DefaultSocialAccountAdapter):
    """Log-in by an OpenID Connect provider: only for who has an account here, whose login is what OIDC_CLAIM says."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never."""
        return False

    def list_apps(self, *args: Any, **kwargs: Any) -> list[SocialApp]:
        """As allauth's, of the settings alone: it would take a provider from a table, too, and whoever writes the
        tables could so come in as anybody."""
        return [app for app in super().list_apps(*args, **kwargs) if app.pk is None]

    def get_requests_session(self) -> Session:
        """How the provider is asked."""
        return Asking()

    def on_authentication_error(self, request: HttpRequest, provider: Any, *args: Any, **kwargs: Any) -> None:
        """What allauth itself refuses: a state already spent, a token for others, a provider that does not answer.
        Broken off by the person, too, which is no failure. Of the answer no more is kept than says why."""
        error, broken_off = kwargs.get("exception"), kwargs.get("error") == AuthError.CANCELLED
        log.warning("A log-in by OpenID Connect failed: %s", str(error or kwargs.get("error"))[:200])
        if not broken_off:
            why = "oidc_refused"
            if isinstance(error, RequestException) and not isinstance(error, Unusable):
                why = "oidc_provider"
            elif isinstance(error, BREAKS):
                why = "oidc_program"
            note_stray("", logged_address(request), why=why)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Ties the identity to the person at its first log-in. Raises NoAccount for anyone unknown or closed,
        for an identity whose claim names somebody else than before, and for an answer to another log-in."""
        claims = sociallogin.account.extra_data
        known = sociallogin.account.get_provider(request).app
        if why := flaw(claims, sociallogin.state, known.settings["server_url"], known.client_id):
            note(What.LOGIN_FAILED, by=None, address=logged_address(request), told={"why": f"oidc_{why}"})
            raise NoAccount(_("Your organisation's log-in gave an answer that does not belong to yours. Begin again."))
        said = {**claims.get("id_token", {}), **claims.get("userinfo", {})}.get(settings.OIDC_CLAIM) or ""
        claimed = str(said)[:150]  # no login is longer
        person = whose(claimed)
        tied = sociallogin.user if sociallogin.is_existing else None
        if person is None or tied not in (None, person) or sociallogin.state.get("process") != "login":
            note(What.LOGIN_FAILED, by=None, person=person, address=logged_address(request), told={"oidc": claimed})
            raise NoAccount(
                _("No open account here belongs to “%(name)s”. Whoever heads your agency or unit opens one.")
                % {"name": claimed}
            )
        if tied is None and not tie(request, sociallogin, person):
            note(What.LOGIN_FAILED, by=None, person=person, address=logged_address(request), told={"another": claimed})
            raise NoAccount(
                _("“%(name)s” was another account of your organisation before. Turn to the security administrator.")
                % {"name": claimed}
            )
