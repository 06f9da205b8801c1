"""The steps of the command line as Python functions, for scripts and notebooks.

`import mnerctl` offers every name of this module, and loads it when the first one is used. Libraries such
as torch are imported by the functions that need them. Paths may be strings. Errors are `MnerctlError`s.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .model.machine.quiet import quiet_libraries
from .release import Audit, SplitChoice, Statistics
from .schema import Corpus, MnerctlError, Problem, Record, Release, Score, Span
from .schema.progress import OnCount, ignore_count

if TYPE_CHECKING:
    from .model.gate.report import Report
    from .model.tagging.loaded_model import LoadedModel

# fmt: off
__all__ = [
    "Audit", "Corpus", "MnerctlError", "Problem", "Record", "Release", "Score", "Span", "SplitChoice",
    "Statistics", "audit", "build_release", "count", "load_model", "load_release", "merge",
    "open_corpus", "predict", "score", "train",
]
# fmt: on

PresetName = Literal["quick", "paper", "smoke"]
AnyPath = str | Path


def load_release(path: AnyPath) -> Release:
    """Read a release, or the folder of a published corpus.

    MNER-MI, MNER-MI-Plus, Twitter-2015 and Twitter-2017 are read as they were published.

    Raises:
        DataError: a file is missing or broken, or a checksum does not match.
    """
    return Release.load(Path(path))


def open_corpus(path: AnyPath) -> Corpus:
    """Open a corpus that `mnerctl fetch` made; use it in a `with` block.

    Raises:
        DataError: there is no corpus in the folder.
    """
    return Corpus.open(Path(path))


def build_release(
    corpus: AnyPath,
    *,
    version: str,
    out: AnyPath | None = None,
    split: SplitChoice | None = None,
    from_annotator: str | None = None,
) -> Release:
    """Freeze the gold spans of a corpus into a release, as `mnerctl release build` does.

    Args:
        corpus: the folder of the corpus.
        version: `X.Y.Z`.
        out: the folder to make, `releases/VERSION` by default.
        split: how posts are split: by a seed and shares, or by a file.
        from_annotator: use the spans of this annotator as gold.

    Raises:
        DataError: there is no gold, a span cannot be released, or `out` exists.
    """
    from .release import assemble_release

    with open_corpus(corpus) as opened:
        return assemble_release(
            opened,
            out=Path(out) if out else Path("releases") / version,
            version=version,
            created=datetime.now(UTC).date(),
            split=split or SplitChoice(),
            from_annotator=from_annotator,
        ).built.release


def audit(path: AnyPath) -> Audit:
    """Check a release against every rule, as `mnerctl release audit` does.

    Returns:
        Audit: every problem found; `is_fit` is false if one is an error.

    Raises:
        DataError: there is no release in the folder.
    """
    from .release import audit_release

    return audit_release(Path(path))


def count(release: Release) -> Statistics:
    """Count entities, images and tweets of each split, as `mnerctl release stats` does."""
    from .release import statistics

    return statistics(release)


def merge(
    mner_mi: Release,
    twitter_2017: Release,
    *,
    out: AnyPath,
    version: str = "1.0.0",
    twitter_2017_images: AnyPath | None = None,
) -> Release:
    """Merge MNER-MI with Twitter-2017 into MNER-MI-Plus, as `mnerctl build-plus` does.

    Args:
        twitter_2017_images: the folder with the `<IMGID>.jpg` files, if they are elsewhere.

    Raises:
        DataError: ids collide, or `out` exists.
    """
    from .release import merge_plus

    return merge_plus(
        mner_mi,
        twitter_2017,
        out=Path(out),
        version=version,
        created=datetime.now(UTC).date(),
        twitter_2017_images=Path(twitter_2017_images) if twitter_2017_images else None,
    )


def score(gold: Sequence[Record], predicted: Sequence[Iterable[Span]]) -> Score:
    """Compare predicted entities with gold: strict matches of boundaries and type (seqeval's strict mode).

    Args:
        gold: the records.
        predicted: the predicted entities of each record, in tokens, in the same order.
    """
    from .schema import score_spans

    return score_spans([record.spans for record in gold], predicted)


def train(
    release: AnyPath,
    *,
    out: AnyPath,
    system: str = "tpm-mi",
    preset: PresetName = "quick",
    seeds: Sequence[int] = (1234,),
    text_encoder: str | None = None,
    image_encoder: str | None = None,
    epochs: int | None = None,
    config: AnyPath | None = None,
    min_f1: float | None = None,
    against: AnyPath | None = None,
    allow_missing_images: bool = False,
    on_step: OnCount = ignore_count,
) -> Report:
    """Train a system on a release and judge the release, as `mnerctl train-check` does.

    Args:
        release: the folder of the release.
        out: the report folder to make; the model is in `out/model`.
        system: a name of `mnerctl.model.systems.SYSTEMS`.
        preset: `quick`, `paper` or `smoke`.
        seeds: one training per seed.
        text_encoder: a hub name, a local folder or `offline`, instead of the preset's.
        image_encoder: the same for images.
        epochs: passes over train, instead of the preset's.
        config: a TOML file of settings, as `--config` takes it; the arguments above override it.
        min_f1: fail below this test F1, in percent.
        against: folder of an earlier report to compare with.
        allow_missing_images: mask images that cannot be used.
        on_step: called with (steps done, total) of all trainings.

    Returns:
        Report: scores, checks and the verdict.

    Raises:
        DataError: `out` exists, a split has no entity, or an image cannot be used.
        UsageError: the options do not fit the system, or there is no such system.
    """
    quiet_libraries()
    from .model.gate.figures import AuditCounts, Inspection, LeakCounts
    from .model.gate.train_check import CheckOptions, train_named
    from .model.systems.config import NOTHING_GIVEN, read_config
    from .release import posts_in_train

    loaded = load_release(release)

    def inspect() -> Inspection:
        found = audit(release)
        counts = AuditCounts.of(found.problems, allow_missing_images=allow_missing_images)
        return Inspection(counts, LeakCounts.of(loaded, posts_in_train(loaded, found.read)))

    return train_named(
        loaded,
        system,
        preset_name=preset,
        config=(read_config(Path(config)) if config else NOTHING_GIVEN).with_options(
            text_encoder=text_encoder, image_encoder=image_encoder, epochs=epochs
        ),
        options=CheckOptions(
            seeds=seeds,
            inspect=inspect,
            min_f1=min_f1,
            against=Path(against) if against else None,
            allow_missing_images=allow_missing_images,
        ),
        out=Path(out),
        on_step=on_step,
    )


def predict(
    model: AnyPath, source: AnyPath | Sequence[str], *, images: AnyPath | None = None
) -> list[dict[str, Any]]:
    """Tag posts or records, as `mnerctl predict` does.

    Args:
        model: as for `load_model`.
        source: the folder of a corpus or of a release, a file of posts, or a list of texts.
        images: the folder of the pictures of a file of posts or of texts.

    Returns:
        list[dict]: one item per post or record: its id, and its spans with start, end, type and score.

    Raises:
        DataError: the model or the source cannot be read.
    """
    quiet_libraries()
    from .model.tagging.predict import predict_source

    folder = None if images is None else Path(images)
    posts = Path(source) if isinstance(source, str | Path) else source
    return predict_source(Path(model), posts, images=folder)


def load_model(folder: AnyPath) -> LoadedModel:
    """Load the report folder of `train`, or its `model` folder, to tag posts; no code of it runs.

    Returns:
        LoadedModel: its `predict` takes texts, lists of tokens or records, and picture files.

    Raises:
        DataError: there is no trained system, or its files are damaged.
    """
    quiet_libraries()
    from .model.tagging.loaded_model import LoadedModel

    return LoadedModel(Path(folder))
