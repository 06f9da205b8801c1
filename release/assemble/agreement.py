"""The agreement of a corpus, as a release carries it: annotators under pseudonyms, no single post."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from ...schema import DataError
from ...schema.release.agreement import AGREEMENT, Agreement


def released_agreement(corpus: Path) -> Agreement | None:
    """What `label agree` left in the corpus folder, or None where it was never asked.

    Who is A1 is decided by the order of names. Raises DataError where the file is not readable.
    """
    path = corpus / AGREEMENT
    if not path.is_file():
        return None
    try:
        agreement = Agreement.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise DataError(
            f"{path}: not what label agree writes: {error.errors()[0]['msg']}",
            f"mnerctl label agree --corpus {corpus}    # makes it anew",
        ) from error
    names = {name: f"A{n}" for n, name in enumerate(sorted(agreement.annotators), start=1)}
    pairs = [
        pair.model_copy(update={"annotators": tuple(names[name] for name in pair.annotators)})
        for pair in agreement.by_pair
    ]
    return agreement.model_copy(
        update={
            "annotators": {names[name]: work for name, work in agreement.annotators.items()},
            "by_pair": tuple(pairs),
            "divided": (),
        }
    )
