"""Paper from content: the one place that brings the typesetter into a process.

It takes longer to import than anything else here, and few processes ever print, so it is imported at the first paper.
"""

from __future__ import annotations

from permits.documents.content import Certificate, Form, Paper


def render(content: Paper | Form) -> bytes:
    """The unsigned PDF of a letter, certificate or form; the same content gives the same bytes.

    Raises FontMissing where this installation can print nothing; MissingGlyphs for characters of a letter or
    certificate that no configured font can print.
    """
    from permits.documents.certificate import render_certificate
    from permits.documents.form_sheet import render_form
    from permits.documents.letter import render_letter

    if isinstance(content, Form):
        return render_form(content)
    return render_certificate(content) if isinstance(content, Certificate) else render_letter(content)
