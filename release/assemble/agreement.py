"""The annotator agreement that a release carries: pseudonyms instead of names, and no single post."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from ...schema import DataError
from ...schema.files.given_file import read_whole
from ...schema.release.agreement import AGREEMENT, Agreement


def released_agreement(corpus: Path) -> Agreement | None:
    """Return the agreement that `label agree` wrote into the corpus folder, with pseudonyms.

    The annotators become A1, A2, ... in the alphabetical order of their names.

    Returns:
        None where `label agree` was never run.

    Raises:
        DataError: the file cannot be read as an agreement.
    """
    path = corpus / AGREEMENT
    if not path.is_file():
        return None
    try:
        agreement = Agreement.model_validate_json(read_whole(path))
    except ValidationError as error:
        raise DataError(
            f"{path}: not a file that label agree wrote: {error.errors()[0]['msg']}",
            f"mnerctl label agree --corpus {corpus}    # writes it again",
        ) from error
    pseudonyms = {name: f"A{n}" for n, name in enumerate(sorted(agreement.annotators), start=1)}
    pairs = [
        pair.model_copy(update={"annotators": tuple(pseudonyms[name] for name in pair.annotators)})
        for pair in agreement.by_pair
    ]
    return agreement.model_copy(
        update={
            "annotators": {pseudonyms[name]: work for name, work in agreement.annotators.items()},
            "by_pair": tuple(pairs),
            "divided": (),
        }
    )
