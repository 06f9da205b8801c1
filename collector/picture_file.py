"""Is this a whole picture? `schema/picture.py` judges; its fault becomes a failure that the loop knows."""

from __future__ import annotations

from ..schema.picture import PictureFault, Verified
from ..schema.picture import verify as verify_picture
from .source import MediaFailure


def verify(content: bytes) -> Verified:
    """What the picture is. Raises MediaFailure, with the status of the fault."""
    try:
        return verify_picture(content)
    except PictureFault as fault:
        raise MediaFailure(fault.status, fault.detail, can_retry=fault.can_retry) from None
