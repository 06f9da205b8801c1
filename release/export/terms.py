"""What X's developer terms let go out of the house, in words that card, Croissant and export share.

A summary for people who publish, not advice; the terms themselves are X's and change.
"""

from __future__ import annotations

from typing import Final

SUMMARY: Final = (
    "X's developer terms let you give third parties ids of posts, not their text or pictures;"
    " ask those who wrote them, or X, before you publish more"
)
USES: Final = (
    "Training and testing models that find named entities in posts with images. X's developer terms"
    " forbid training foundation or frontier models on posts."
)
PERSONAL: Final = (
    "Posts are written by people, name people, and show them; they may tell of health, faith or"
    " politics."
)
WITHDRAWAL: Final = (
    "A post that its author took back is left out of the next version and listed as withdrawn; whoever"
    " holds an earlier version has to delete it."
)
