"""Check that no post was withdrawn from releases while something was made from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

from ..errors import DataError
from ..files.lock import reader_lock
from .manifest import MANIFEST, read_manifest
from .release import Release
from .withdrawal_notice import current_manifest, read_notice


@contextmanager
def none_withdrawn(releases: Iterable[Release]) -> Iterator[None]:
    """Check that nothing was withdrawn from releases since they were read, and hold off withdrawals.

    A gallery, an export or a merged release that is renamed inside the block has no withdrawn post. Published
    corpora have no manifest, and nothing is withdrawn from them.

    Raises:
        DataError: a post was withdrawn.
    """
    ours = {release.folder.resolve(): release for release in releases if release.manifest}
    with ExitStack() as stack:
        for place in sorted(ours):
            stack.enter_context(reader_lock(place))
        for release in ours.values():
            _refuse_changed(release)
        yield


def _refuse_changed(release: Release) -> None:
    frozen = read_manifest(release.folder / MANIFEST)
    notice = read_notice(release.folder, frozen)
    current = current_manifest(frozen, notice) if notice else frozen
    if release.manifest and current.withdrawn != release.manifest.withdrawn:
        raise DataError(
            f"{release.folder}: a post was withdrawn from it while this command ran; nothing was written",
            "run the same command again",
        )
