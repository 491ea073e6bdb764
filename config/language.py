"""The language of a page: the one chosen by a click, else the person's own, else Chinese."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

CODES = {code for code, _name in settings.LANGUAGES}


def language_of(request: HttpRequest) -> str:
    """A code of LANGUAGES. The browser's own preference does not count: the site's official language is Chinese."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in CODES:
        return chosen
    own = getattr(request.user, "language", "")
    return own if own in CODES else settings.LANGUAGE_CODE


def language_middleware(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def respond(request: HttpRequest) -> HttpResponseBase:
        language = language_of(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return respond


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Shows the same page in the other language, and remembers the choice for the person's letters and mails."""
    language = request.POST.get("language", "")
    person = request.user
    if language in CODES and person.is_authenticated and getattr(person, "language", language) != language:
        person.language = language
        person.save(update_fields=["language"])
    return set_language(request)
