"""Summaries of X's developer terms, shared by the card, Croissant and `release export`.

They inform people who publish a dataset and are no legal advice; X changes its terms.
"""

from __future__ import annotations

from typing import Final

SUMMARY: Final = (
    "X's developer terms let you give third parties the ids of posts, not their text or pictures;"
    " ask the authors of the posts, or X, before you publish more"
)
USES: Final = (
    "Training and testing models that find named entities in posts with images. X's developer terms"
    " forbid training foundation or frontier models on posts."
)
PERSONAL: Final = (
    "Posts are written by people, and name and show people; they may reveal health, religion or"
    " political views."
)
WITHDRAWAL: Final = (
    "A post that its author deleted or asked to remove is left out of the next version and listed as"
    " withdrawn. Users of an earlier version must delete it."
)
