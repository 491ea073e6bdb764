"""One account for each human: the resident identity number 公民身份号码 is kept as a keyed hash, never in clear."""

from __future__ import annotations

import hashlib
import hmac
import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
"""GB 11643-1999: the last character, by the weighted sum of the seventeen digits before it modulo 11."""


def clean_number(text: str) -> str:
    """The number as it is hashed, in ASCII capitals. Raises ValidationError for one that GB 11643 does not know."""
    number = text.strip().upper().translate(str.maketrans("０１２３４５６７８９Ｘ", "0123456789X"))
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise ValidationError(_("An identity number has 18 characters: digits, the last one a digit or X."))
    if CHECKS[sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False)) % 11] != number[-1]:
        raise ValidationError(_("The last character of this identity number does not fit the others."))
    return number


def digest(number: str) -> str:
    """The keyed hash of a number that `clean_number` gave: the same for the same human on this installation only."""
    return hmac.new(settings.IDENTITY_KEY.encode(), number.encode(), hashlib.sha256).hexdigest()


def key_mark() -> str:
    """Which IDENTITY_KEY this is, so that another one is noticed; the key cannot be had from it."""
    return digest("which key")
