"""How people come in and keep their own account: allauth's views under our addresses. Nobody signs up."""

from allauth.account import views as account
from allauth.socialaccount import views as social
from allauth.usersessions.views import list_usersessions
from django.urls import include, path, re_path
from django.views.decorators.http import require_POST

from roles import oidc
from roles.views.entry import no_password

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
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("account/sessions/", list_usersessions, name="usersessions_list"),
    path("account/oidc/<str:provider_id>/login/", oidc.login, name="openid_connect_login"),
    path("account/oidc/<str:provider_id>/login/callback/", oidc.callback, name="openid_connect_callback"),
    path("account/oidc-cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("account/oidc-error/", social.login_error, name="socialaccount_login_error"),
]
