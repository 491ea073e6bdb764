"""The access table: who gets which answer from each address, of no case (SITE) and of a case in each status (CASE)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver

from permits.models.states import S
from tests.asking import DONE, Pair, Row, row
from tests.scenes import CONSULTED

# fmt: off
NOBODY = row(405)
NOBODY_AT_ALL = row(405, visitors=405)
PUBLIC = row(200, visitors=200)
SIGNED = row(200)
TOLD = Pair(PUBLIC, NOBODY_AT_ALL)
LED_ON = row(302, visitors=302)
AGAIN = Pair(row(302), row(302))
"""First the password again, or nothing to see."""
NOWHERE = row(404, visitors=404)
NONE_OF_THESE = Pair(row(404), row(404))
CONNECTED = ("deputy_tomorrow", "consultee", "other_consultee", "head_elsewhere", "auditor_elsewhere")
"""Outside the case, but with a post in an agency."""
NO_AGENCY = {"administrators": 403, "outside": 403, "clerk": 403} | dict.fromkeys(CONNECTED, 200)

OF_AGENCIES = {"officers": 200, "heads": 200, "lookers": 200, "dual": 200, "head_elsewhere": 200,
               "auditor_elsewhere": 200}
NOT_OF_FELLING = {"colleague": 404, "district_reviewer": 404}
"""Without a mandate in fellings, of which the book is."""
READS_BOOK = {"officers": 200, "heads": 200, "lookers": 200, "dual": 200} | NOT_OF_FELLING
ENTERS = {"officers": 403, "heads": DONE, "lookers": 403, "dual": 403} | NOT_OF_FELLING
TAKES_AWAY = dict.fromkeys(
    ("reviewer", "decider", "head", "dual", "colleague", "deputy", "barred", "recused"), 200
)
"""Of the city's agency: who holds or stands in a post with a duty in the procedure, and its head."""

SITE: dict[str, Pair] = {
    "login":                Pair(row(302, visitors=200),            row(302, visitors=DONE)),
    "logout":               Pair(NOBODY_AT_ALL,                     row(DONE, visitors=302)),
    "set_language":         Pair(NOBODY_AT_ALL,                     row(DONE, visitors=302)),
    "home":                 Pair(row(200, administrators=302),      row(200, administrators=302)),
    "queue":                Pair(SIGNED,                            SIGNED),
    "queue-claim":          Pair(NOBODY,                            row(302, acceptor=DONE)),
    "queue-reassign":       Pair(NOBODY,                            row(403, head=200, head_elsewhere=200,
                                                                        district_head=DONE)),
    "work-next":            Pair(row(302),                          NOBODY),
    "calendar":             Pair(SIGNED,                            NOBODY),
    "dashboard":            Pair(row(403, heads=200, head_elsewhere=200), NOBODY),
    **dict.fromkeys(("desk", "desk-question", "desk-dossier"),
                            Pair(row(403, lookers=200, auditor_elsewhere=200), NOBODY)),
    "engagement-list":      Pair(row(403, lookers=200, auditor_elsewhere=200), NOBODY),
    "engagement-new":       Pair(row(403, lookers=200, auditor_elsewhere=200),
                                                                    row(403, auditor=DONE, auditor_elsewhere=422)),
    **dict.fromkeys(("engagement", "engagement-history", "engagement-report", "engagement-sample",
                     "engagement-population"), Pair(row(403, lookers=200, auditor_elsewhere=404), NOBODY)),
    **dict.fromkeys(("engagement-act", "engagement-case", "engagement-finding"),
                            Pair(row(403, lookers=200, auditor_elsewhere=404),
                                                                    row(403, auditor=DONE, auditor_elsewhere=404))),
    "audit-finding-list":   Pair(SIGNED,                            NOBODY),
    "audit-finding":        Pair(row(404, head=200),                row(404, head=DONE)),
    "finding-notification": Pair(row(404, head=DONE),               NOBODY),
    "engagement-file":      Pair(row(404, head=200, lookers=200),   NOBODY),
    "statistics":           Pair(row(403, heads=200, head_elsewhere=200, lookers=200, auditor_elsewhere=200), NOBODY),
    "filter-list":          Pair(SIGNED,                            NOBODY),
    "filter-keep":          Pair(NOBODY,                            row(DONE)),
    "filter-drop":          Pair(NOBODY,                            row(404, acceptor=DONE)),
    "opinion-list":         Pair(row(200, **NO_AGENCY),             row(DONE, **{who: DONE if code == 200 else code
                                                                                 for who, code in NO_AGENCY.items()})),
    "opinion-drop":         Pair(NOBODY,                            row(404, acceptor=DONE)),
    "case-list":            Pair(SIGNED,                            SIGNED),
    "permit-list":          Pair(SIGNED,                            SIGNED),
    "obligation-list":      Pair(SIGNED,                            SIGNED),
    "notifications":        Pair(SIGNED,                            NOBODY),
    "notifications-read":   Pair(NOBODY,                            row(302, dual=DONE, acceptor=DONE, barred=DONE,
                                                                        head=DONE)),
    "notification-choices": Pair(SIGNED,                            row(DONE)),
    "profile":              Pair(SIGNED,                            SIGNED),
    **dict.fromkeys(("own-address", "own-address-take"), AGAIN),
    "delegation-new":       Pair(row(200, **NO_AGENCY),             row(200, **NO_AGENCY | {"decider": DONE,
                                                                                            "head": DONE})),
    "delegation-end":       Pair(row(404, reviewer=200, head=200, deputy=403),
                                 row(404, reviewer=DONE, head=DONE, deputy=403)),
    "agency-people":        Pair(row(403, heads=200, head_elsewhere=200), NOBODY),
    "role-matrix":          Pair(SIGNED,                            SIGNED),
    "draft-new":            Pair(row(403, unit=200, rival=200),     row(403, unit=DONE, rival=422)),
    "table-template":       TOLD,
    "quota-list":           Pair(row(403, **OF_AGENCIES),           row(403, heads=DONE, head_elsewhere=422)),
    "quota":                Pair(row(404, **READS_BOOK),            NOBODY),
    "quota-carry":          Pair(NOBODY,                            row(404, **ENTERS)),
    "quota-lapse":          Pair(NOBODY,                            row(404, **ENTERS)),
    **dict.fromkeys(("guide-list", "guide"), TOLD),
    "precheck":             Pair(PUBLIC,                            row(422, visitors=422)),
    "progress":             Pair(PUBLIC,                            row(422, visitors=422)),
    "notice-list":          Pair(PUBLIC,                            NOBODY_AT_ALL),
    "objection-progress":   Pair(PUBLIC,                            row(422, visitors=422)),
    **dict.fromkeys(("register-list", "register-data"), TOLD),
    "register-entry":       Pair(NOWHERE,                           NOBODY_AT_ALL),
    "objection-new":        Pair(NOWHERE,                           NOWHERE),  # of no notice; the rest in its own tests
    "agency-publicity":     Pair(row(404, **TAKES_AWAY),            NOBODY),
    "filing-list":          Pair(SIGNED,                            NOBODY),
    "objection-file":       Pair(row(404),                          NOBODY),
    "verify-start":         Pair(PUBLIC,                            row(422, visitors=422)),
    **dict.fromkeys(("help", "manual"), TOLD),
    **dict.fromkeys(("log-page", "log-checkpoint", "log-tile", "log-entries", "log-verifier"), TOLD),
    # how people come in: each sees the own account only
    "account_login":        Pair(row(302, visitors=200),            row(302, visitors=200)),
    "account_logout":       Pair(NOBODY_AT_ALL,                     row(DONE, visitors=302)),
    **dict.fromkeys(("account_reset_password", "account_reset_password_from_key"), Pair(PUBLIC, PUBLIC)),
    **dict.fromkeys(("account_inactive", "account_reset_password_done", "account_reset_password_from_key_done",
                     "socialaccount_login_cancelled"), TOLD),
    "socialaccount_login_error": Pair(row(401, visitors=401),       NOBODY_AT_ALL),
    **dict.fromkeys(("openid_connect_login", "openid_connect_callback"), Pair(NOWHERE, NOWHERE)),
    **dict.fromkeys(("account_change_password", "account_reauthenticate"), Pair(SIGNED, SIGNED)),
    "account_set_password": Pair(row(403),                          row(403)),
    "usersessions_list":    Pair(SIGNED,                            row(302)),
    **dict.fromkeys(("mfa_index", "mfa_list_webauthn"), Pair(SIGNED, NOBODY)),
    **dict.fromkeys(("mfa_authenticate", "mfa_login_webauthn"), Pair(LED_ON, LED_ON)),
    **dict.fromkeys(("mfa_activate_totp", "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn",
                     "mfa_generate_recovery_codes", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"), AGAIN),
    **dict.fromkeys(("mfa_deactivate_totp", "mfa_download_recovery_codes"), NONE_OF_THESE),
    "mfa_view_recovery_codes": Pair(row(404),                       NOBODY),
    # what watches the site, from this machine
    **dict.fromkeys(("healthz", "metrics"), TOLD),
    "readyz":               Pair(row(503, visitors=503),            NOBODY_AT_ALL),  # nobody works off jobs here
}

# Of a case. Whoever is outside is never told that it exists, nor is an administrator.
UNSEEN = {"administrators": 404, "outside": 404}
HIDDEN = row(404)
SEEN = row(200, **UNSEEN)
REFUSED = row(403, **UNSEEN)
WRONG = row(409, **UNSEEN)
OWN = row(404, unit=200)
OWN_DONE = row(404, unit=DONE)
CLOSED = row(403, unit=409, **UNSEEN)
READ, READ_ONLY, OWN_READ = Pair(SEEN, SEEN), Pair(SEEN, NOBODY), Pair(OWN, OWN)
NOT_NOW, NEVER = Pair(WRONG, WRONG), Pair(REFUSED, REFUSED)
HANDED_IN = {
    **dict.fromkeys((
        "draft", "draft-materials", "draft-check", "table-head", "table-row-add", "table-import", "table-row",
        "table-row-delete"), Pair(CLOSED, CLOSED)),
    **dict.fromkeys(("table-rows", "draft-form"), Pair(CLOSED, NOBODY)),
    "draft-unfinished":         Pair(NOBODY, CLOSED),
    "draft-submitted":          Pair(row(403, unit=200, **UNSEEN), NOBODY),
    "draft-copy":               Pair(row(403, unit=200, **UNSEEN), row(403, unit=DONE, **UNSEEN)),
    **dict.fromkeys(("case", "case-record"), READ),
    **dict.fromkeys(("case-volume", "case-bundle"), Pair(row(200, unit=403, **UNSEEN), NOBODY)),
    **dict.fromkeys(("table-export", "material", "material-view", "case-compare", "case-application", "document"),
                    READ_ONLY),
    "verify":                   Pair(PUBLIC, row(422, visitors=422)),
    "verify-proof":             Pair(PUBLIC, NOBODY_AT_ALL),
    "permit":                   Pair(HIDDEN, NOBODY),  # nothing was granted yet
    "obligation-report":        Pair(HIDDEN, HIDDEN),
    "inspection-form":          Pair(WRONG, NOBODY),
}
ACCEPTED = HANDED_IN | {
    "notification":             Pair(row(404, clerk=DONE), NOBODY),
}


def offered(**may: int) -> Pair:
    """Whoever opens the page (200) does by a POST what it is for; the others are refused both."""
    return Pair(row(403, **UNSEEN | may), row(403, **UNSEEN | dict.fromkeys(may, DONE)))


OFFICERS_HERE = {"officers": 200, "barred": 403, "recused": 403}
RECUSED = Pair(row(403, **UNSEEN | OFFICERS_HERE), row(403, **UNSEEN | OFFICERS_HERE | {"officers": DONE}))
NOTED = {"heads": 200, **OFFICERS_HERE}
NOTING = Pair(row(403, **UNSEEN | NOTED), row(403, **UNSEEN | NOTED | {"officers": DONE, "heads": DONE}))
NOTES = {"case-notes": NOTING, "case-note-drop": Pair(NOBODY, row(404, acceptor=DONE))}
BARRED = Pair(row(403, heads=200, **UNSEEN), row(403, head=DONE, district_head=200, **UNSEEN))
"""The district's head may bar people too, but not one of the city's."""


def worked_on(opened: Row, taken: Row, done: Row, reassigned: Pair) -> dict[str, Pair]:
    """An open item: who opens its page and acts on it after taking it, who takes it, who gives it to another."""
    taking = Pair(NOBODY, taken)
    return {"task": Pair(opened, done), "task-claim": taking, "task-release": taking, "task-reassign": reassigned,
            "task-unfinished": Pair(NOBODY, done)}


CASE: dict[str, dict[str, Pair]] = {
    S.DRAFT: {
        **dict.fromkeys(("draft", "draft-materials", "table-head", "table-row", "table-row-delete", "draft-check",
                         "table-row-add"), Pair(OWN, OWN_DONE)),
        "draft-copy":           Pair(OWN, OWN_DONE),
        "table-import":         Pair(OWN, row(404, unit=302)),
        **dict.fromkeys(("table-rows", "draft-form"), Pair(OWN, NOBODY)),
        **dict.fromkeys(("case-application", "permit"), Pair(HIDDEN, NOBODY)),
        "obligation-report":    Pair(HIDDEN, HIDDEN),
        "inspection-form":      Pair(row(404, unit=409), NOBODY),
        "draft-unfinished":     Pair(NOBODY, OWN_DONE),
        "task-unfinished":      Pair(NOBODY, HIDDEN),
        "draft-submitted":      Pair(row(404, unit=302), NOBODY),
        **dict.fromkeys(("case", "case-record"), OWN_READ),
        **dict.fromkeys(("case-volume", "case-bundle"), Pair(row(404, unit=403), NOBODY)),
        **dict.fromkeys(("table-export", "material", "material-view", "case-compare"), Pair(OWN, NOBODY)),
        "case-notes":           Pair(row(404, unit=403), row(404, unit=403)),
        "case-note-drop":       Pair(NOBODY, HIDDEN),
        "task":                 Pair(row(404, unit=302), row(404, unit=302)),
        **dict.fromkeys(("task-claim", "task-release"), Pair(NOBODY, row(404, unit=302))),
        "task-reassign":        Pair(row(404, unit=403), row(404, unit=403)),
        "case-act withdraw":    Pair(OWN, OWN_DONE),
        **dict.fromkeys(("case-act recuse", "case-act bar_person"), Pair(row(404, unit=403), row(404, unit=403))),
        **dict.fromkeys(("case-act extend_period", "case-act record_delivery", "case-act remind",
                         "case-act record_silence", "case-determine", "case-act answer_objection",
                         "case-act tell_fee_due", "case-act record_hearing_given_up", "case-act make_statement"),
                        Pair(row(404, unit=409), row(404, unit=409))),
        "case-delivery-form":   Pair(row(404, unit=409), NOBODY),
    },
    S.SUBMITTED: HANDED_IN | NOTES | {
        "draft-check":          Pair(CLOSED, row(403, unit=302, **UNSEEN)),  # a second click: led to what was done
        **worked_on(row(403, acceptor=200, district_head=200, **UNSEEN),
                    row(403, acceptor=DONE, district_head=302, **UNSEEN),
                    row(403, acceptor=DONE, district_head=409, **UNSEEN),
                    offered(district_head=200)),
        **dict.fromkeys(("case-act withdraw", "case-act make_statement"), offered(unit=200)),
        "case-act recuse":      RECUSED,
        "case-act bar_person":  BARRED,
        **dict.fromkeys(("case-act extend_period", "case-act record_delivery", "case-act remind",
                         "case-act record_silence", "case-act answer_objection", "case-act tell_fee_due",
                         "case-act record_hearing_given_up"), NOT_NOW),
        "case-determine":       offered(acceptor=200, colleague=200),
        "case-delivery-form":   Pair(WRONG, NOBODY),
    },
    S.FINAL_REVIEW: ACCEPTED | NOTES | {
        **worked_on(row(403, reviewer=200, deputy=200, barred=200, recused=200, head=200, **UNSEEN),
                    row(403, reviewer=DONE, deputy=DONE, barred=302, recused=302, head=302, **UNSEEN),
                    row(403, reviewer=DONE, deputy=DONE, barred=409, recused=409, head=409, **UNSEEN),
                    offered(head=200)),
        **dict.fromkeys(("case-act withdraw", "case-act make_statement"), offered(unit=200)),
        "case-act recuse":      RECUSED,
        "case-act bar_person":  BARRED,
        "case-act extend_period": offered(head=200),
        "case-act record_delivery": NOT_NOW,
        "case-delivery-form":   Pair(WRONG, NOBODY),
        **dict.fromkeys(("case-act remind", "case-act record_silence"), NEVER),
        **dict.fromkeys(("case-act answer_objection", "case-act tell_fee_due",
                         "case-act record_hearing_given_up"),  # theirs, but nothing is there to do
                        Pair(*[row(403, reviewer=409, deputy=409, **UNSEEN)] * 2)),
        "case-determine":       offered(reviewer=200, deputy=200),
    },
    S.APPROVED: ACCEPTED | {
        "permit":               READ_ONLY,
        "obligation-report":    Pair(row(403, unit=200, **UNSEEN), row(403, unit=200, **UNSEEN)),
        "inspection-form":      Pair(REFUSED, NOBODY),  # tests/permits/aftercare: who supervises
        "case-notes":           Pair(REFUSED, WRONG),
        "case-note-drop":       Pair(NOBODY, HIDDEN),
        **worked_on(row(403, dual=200, decider=200, head=200, **UNSEEN),
                    row(403, dual=302, decider=302, head=302, **UNSEEN),
                    row(403, dual=409, decider=409, head=409, **UNSEEN),
                    Pair(row(403, head=200, **UNSEEN), row(403, head=200, **UNSEEN))),
        **dict.fromkeys(("case-act withdraw", "case-act recuse", "case-act bar_person", "case-act extend_period",
                         "case-act remind", "case-act record_silence", "case-act answer_objection",
                         "case-act tell_fee_due", "case-act record_hearing_given_up", "case-act make_statement",
                         "case-determine"), NOT_NOW),
        "case-act record_delivery": offered(acceptor=200, colleague=200, decider=200),
        "case-delivery-form":   Pair(row(403, acceptor=200, colleague=200, decider=200, **UNSEEN), NOBODY),
    },
}


def here(pair: Pair, consultee: Any = None) -> Pair:
    """As in a tending case, for the case that is CONSULTED; `consultee` is answered as an officer unless said."""
    def moved(cells: Row) -> Row:
        asked = consultee if consultee is not None else cells["district_reviewer"]
        return cells | {"consultee": asked, "colleague": cells["stranger"]}
    return Pair(moved(pair.get), moved(pair.post))


ASKER_HERE = offered(reviewer=200, deputy=200)
CASE[CONSULTED] = {name: here(pair) for name, pair in HANDED_IN.items()} | {
    **{name: here(pair) for name, pair in worked_on(REFUSED, REFUSED, REFUSED, NEVER).items()},
    "task":                     Pair(here(NEVER, 200).get, here(NEVER, DONE).post),
    **dict.fromkeys(("task-claim", "task-release", "task-unfinished"), Pair(NOBODY, here(NEVER, DONE).post)),
    "case-act recuse":          Pair(here(RECUSED).get, here(RECUSED).post),
    "case-notes":               Pair(here(NOTING, 403).get, here(NOTING, 403).post),
    "case-note-drop":           Pair(NOBODY, HIDDEN),
    "case-act remind":          here(ASKER_HERE),
    "case-act record_silence":  here(ASKER_HERE),
    "case-determine":           here(ASKER_HERE),
    "case-delivery-form":       here(Pair(WRONG, NOBODY)),
    **dict.fromkeys(("case-act answer_objection", "case-act tell_fee_due", "case-act record_hearing_given_up"),
                    here(ASKER_HERE)),
    **dict.fromkeys(("notice", "notice-pdf"), Pair(PUBLIC, NOBODY_AT_ALL)),
}
# fmt: on
# The drafts of the other kinds are their own unit's; nobody here holds a duty in them.
OTHERS_DRAFT = (
    "table-head",
    "table-rows",
    "table-row-add",
    "table-row",
    "table-row-delete",
    "table-import",
    "table-export",
)  # fmt: skip
OF_ONE_ROW = ("table-row", "table-row-delete")
ADMINISTRATION = {
    "account-list", "person-new", "person", "person-change", "person-reopen", "person-administrator", "agency-list",
    "agency", "agency-change", "agency-promises", "unit-list", "unit-new", "unit", "unit-change", "post",
    "post-appoint", "post-grant", "term-end", "grant-end", "security-log", "person-close", "person-invite",
    "matrix-edition", "person-factors", "person-sessions", "lock-list", "lock-lift", "official-data", "agency-openness",
}  # fmt: skip
"""Addresses that enter people, posts, bodies and rights: their table is tests/test_administration_table.py."""


def names(resolver: URLResolver) -> Iterator[str]:
    """Names of every address."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern)
        else:
            yield from names(pattern)
