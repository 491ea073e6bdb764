"""Pages of rights: the role matrix, people, posts, bodies, and the security log."""

from django.urls import path

from roles.views import bodies, delegations, editions, entry, log, matrix, openness, own, people, posts

urlpatterns = [
    path("roles/", matrix.matrix, name="role-matrix"),
    path("matrix-edition/", editions.matrix_edition, name="matrix-edition"),
    path("roles/me/", matrix.profile, name="profile"),
    path("roles/me/address/", own.own_address, name="own-address"),
    path("roles/me/address/<str:key>/", own.own_address_take, name="own-address-take"),
    path("roles/delegations/new/", delegations.delegation_new, name="delegation-new"),
    path("roles/delegations/<row:pk>/end/", delegations.delegation_end, name="delegation-end"),
    path("accounts/", people.account_list, name="account-list"),
    path("people/new/", people.person_new, name="person-new"),
    path("people/<row:pk>/", people.person, name="person"),
    path("people/<row:pk>/change/", people.person_change, name="person-change"),
    path("people/<row:pk>/reopen/", people.person_reopen, name="person-reopen"),
    path("people/<row:pk>/administrator/", people.person_administrator, name="person-administrator"),
    path("people/<row:pk>/invite/", entry.person_invite, name="person-invite"),
    path("people/<row:pk>/factors/", entry.person_factors, name="person-factors"),
    path("people/<row:pk>/sessions/", entry.person_sessions, name="person-sessions"),
    path("locks/", entry.lock_list, name="lock-list"),
    path("locks/<row:pk>/lift/", entry.lock_lift, name="lock-lift"),
    path("agencies/", bodies.agency_list, name="agency-list"),
    path("agencies/<slug:slug>/", bodies.agency, name="agency"),
    path("agencies/<slug:slug>/change/", bodies.agency_change, name="agency-change"),
    path("agencies/<slug:slug>/openness/", openness.agency_openness, name="agency-openness"),
    path("units/", bodies.unit_list, name="unit-list"),
    path("units/new/", bodies.unit_new, name="unit-new"),
    path("units/<row:pk>/", bodies.unit, name="unit"),
    path("units/<row:pk>/change/", bodies.unit_change, name="unit-change"),
    path("posts/<row:pk>/", posts.post, name="post"),
    path("posts/<row:pk>/appoint/", posts.appointment, name="post-appoint"),
    path("posts/<row:pk>/grant/", posts.post_grant, name="post-grant"),
    path("terms/<row:pk>/end/", posts.term_end, name="term-end"),
    path("grants/<slug:kind>/<row:pk>/end/", posts.grant_end, name="grant-end"),
    path("security-log/", log.security_log, name="security-log"),
]
