"""Pages of rights: the role matrix, people, posts, bodies, and the security log."""

from django.urls import path

from roles.views import bodies, delegations, log, matrix, people, posts

urlpatterns = [
    path("roles/", matrix.matrix, name="role-matrix"),
    path("roles/me/", matrix.profile, name="profile"),
    path("roles/delegations/new/", delegations.delegation_new, name="delegation-new"),
    path("roles/delegations/<int:pk>/end/", delegations.delegation_end, name="delegation-end"),
    path("accounts/", people.account_list, name="account-list"),
    path("people/new/", people.person_new, name="person-new"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/change/", people.person_change, name="person-change"),
    path("people/<int:pk>/reopen/", people.person_reopen, name="person-reopen"),
    path("people/<int:pk>/administrator/", people.person_administrator, name="person-administrator"),
    path("agencies/", bodies.agency_list, name="agency-list"),
    path("agencies/<slug:slug>/", bodies.agency, name="agency"),
    path("agencies/<slug:slug>/change/", bodies.agency_change, name="agency-change"),
    path("units/", bodies.unit_list, name="unit-list"),
    path("units/new/", bodies.unit_new, name="unit-new"),
    path("units/<int:pk>/", bodies.unit, name="unit"),
    path("units/<int:pk>/change/", bodies.unit_change, name="unit-change"),
    path("posts/<int:pk>/", posts.post, name="post"),
    path("posts/<int:pk>/appoint/", posts.appointment, name="post-appoint"),
    path("posts/<int:pk>/grant/", posts.post_grant, name="post-grant"),
    path("terms/<int:pk>/end/", posts.term_end, name="term-end"),
    path("grants/<slug:kind>/<int:pk>/end/", posts.grant_end, name="grant-end"),
    path("security-log/", log.security_log, name="security-log"),
]
