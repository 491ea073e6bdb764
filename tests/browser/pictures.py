"""Pictures of the manuals: where they lie, and how one is kept small."""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import Page

from config.manuals import FOLDER

PICTURES = FOLDER / "pictures"
LARGEST = 150 * 1024
HEIGHT, EDGE = 900, 12


def keep(page: Page, name: str, box: dict[str, float]) -> None:
    """The part of the page that `box` names, as docs/manuals/pictures/<name>.png."""
    width, height = box["width"] + 2 * EDGE, min(box["height"] + 2 * EDGE, HEIGHT)
    clip = {"x": box["x"] - EDGE, "y": box["y"] - EDGE, "width": width, "height": height}
    taken = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
    with Image.open(io.BytesIO(taken)) as picture:
        picture.convert("RGB").quantize(48).save(PICTURES / f"{name}.png", optimize=True)
