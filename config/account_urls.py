"""How people come in and keep their own account: allauth's views under our addresses. Nobody signs up."""

from allauth.account import views as account
from allauth.mfa.totp import views as apps
from allauth.socialaccount import views as social
from allauth.usersessions.views import list_usersessions
from django.db import transaction
from django.urls import include, path, re_path
from django.views.decorators.http import require_POST

from config.late import late
from roles.views.entry import no_password

FACTOR = "account/second-factor/"
FACTOR_PAGES = [  # where, allauth's view, its name there
    ("", "base.views.index", "index"),
    ("authenticate/", "base.views.authenticate", "authenticate"),
    ("reauthenticate/", "base.views.reauthenticate", "reauthenticate"),
    ("webauthn/", "webauthn.views.list_webauthn", "list_webauthn"),
    ("webauthn/reauthenticate/", "webauthn.views.reauthenticate_webauthn", "reauthenticate_webauthn"),
    ("webauthn/keys/<int:pk>/edit/", "webauthn.views.edit_webauthn", "edit_webauthn"),
    ("webauthn/login/", "webauthn.views.login_webauthn", "login_webauthn"),
]
"""Those that load the library of passkeys, or lead to it: with their first request, not at the start."""

urlpatterns = [
    path("login/", account.login, name="login"),
    path("login/", account.login, name="account_login"),  # the name allauth knows it by
    path("logout/", require_POST(account.logout), name="logout"),
    path("logout/", require_POST(account.logout), name="account_logout"),
    path("account/closed/", account.account_inactive, name="account_inactive"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/no-password/", no_password, name="account_set_password"),
    path("account/reset/", account.password_reset, name="account_reset_password"),
    path("account/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    path("account/reset/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^account/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    # a factor, its recovery codes and their lines of the security log: all of them or none; allauth does the rest so
    path(f"{FACTOR}totp/deactivate/", transaction.atomic(apps.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        f"{FACTOR}webauthn/add/",
        transaction.atomic(late("allauth.mfa.webauthn.views.add_webauthn")),
        name="mfa_add_webauthn",
    ),
    path(
        f"{FACTOR}webauthn/keys/<int:pk>/remove/",
        transaction.atomic(late("allauth.mfa.webauthn.views.remove_webauthn")),
        name="mfa_remove_webauthn",
    ),
    path(f"{FACTOR}totp/", include("allauth.mfa.totp.urls")),
    path(f"{FACTOR}recovery-codes/", include("allauth.mfa.recovery_codes.urls")),
    *(path(FACTOR + at, late(f"allauth.mfa.{view}"), name=f"mfa_{name}") for at, view, name in FACTOR_PAGES),
    path("account/sessions/", list_usersessions, name="usersessions_list"),
    path("account/oidc/<str:provider_id>/login/", late("roles.oidc.login"), name="openid_connect_login"),
    path("account/oidc/<str:provider_id>/login/callback/", late("roles.oidc.callback"), name="openid_connect_callback"),
    path("account/oidc-cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("account/oidc-error/", social.login_error, name="socialaccount_login_error"),
]
