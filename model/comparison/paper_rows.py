"""The rows of the paper's table, shown beside ours if the release is MNER-MI or MNER-MI-Plus as published.

Huang et al., "MNER-MI", LREC-COLING 2024, as reprinted by GIFR (COLING 2025), which leaves out BERT-CRF,
OCSGA, ITA and promptMNER. We measured none of these figures.
"""

from __future__ import annotations

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from ...schema import Release, Split
from ..systems.system import Modality

Corpus = Literal["MNER-MI", "MNER-MI-Plus"]
SOURCE: Final = "Huang et al., LREC-COLING 2024, as reprinted in GIFR, COLING 2025"
TWEETS: Final[dict[Corpus, dict[Split, int]]] = {
    "MNER-MI": {"train": 6856, "dev": 860, "test": 860},
    "MNER-MI-Plus": {"train": 10229, "dev": 1583, "test": 1583},
}


class PaperRow(BaseModel):
    """One row of the paper's table; scores are 0 to 1.

    Attributes:
        name: the paper's name of the system.
        system: our name of it.
        modality: what it looks at.
        precision: micro precision.
        recall: micro recall.
        f1: micro F1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    system: str
    modality: Modality
    precision: float
    recall: float
    f1: float


_ONE: Final = "text + one image"
_ALL: Final = "text + images"
# precision, recall and F1 in percent, on MNER-MI and then on MNER-MI-Plus
_TABLE: Final[tuple[tuple[str, str, Modality, tuple[float, ...]], ...]] = (
    ("BiLSTM-CRF", "bilstm-crf", "text", (64.03, 65.91, 64.96, 73.65, 70.74, 72.17)),
    ("CNN-BiLSTM-CRF", "cnn-bilstm-crf", "text", (64.89, 66.89, 65.87, 73.71, 71.97, 72.83)),
    ("GPT4", "gpt4", "text", (64.28, 67.91, 66.05, 63.76, 69.12, 66.33)),
    ("HBiLSTM-CRF", "hbilstm-crf", "text", (64.51, 68.55, 66.47, 72.19, 74.34, 73.25)),
    ("BERT", "bert", "text", (69.04, 73.54, 71.22, 77.35, 79.19, 78.26)),
    ("MiniGPT4", "minigpt4", _ONE, (59.87, 62.37, 61.09, 62.22, 64.27, 63.23)),
    ("GVATT", "gvatt", _ONE, (67.83, 67.19, 67.51, 76.31, 73.11, 74.68)),
    ("AdaCAN", "adacan", _ONE, (67.89, 68.24, 68.06, 75.67, 73.85, 74.75)),
    ("UMT", "umt", _ONE, (74.23, 74.03, 74.13, 81.71, 79.50, 80.59)),
    ("MAF", "maf", _ONE, (74.91, 73.60, 74.25, 80.17, 81.29, 80.73)),
    ("UMGF", "umgf", _ONE, (73.74, 75.30, 74.51, 82.31, 79.65, 80.96)),
    ("VisualPT-MoE", "visualpt-moe", _ONE, (74.77, 75.01, 74.89, 82.72, 80.64, 81.67)),
    ("HVPNeT", "hvpnet", _ONE, (74.93, 75.28, 75.10, 81.88, 80.94, 81.41)),
    ("UMT-MI", "umt-mi", _ALL, (76.56, 75.90, 76.23, 82.26, 82.96, 82.61)),
    ("UMGF-MI", "umgf-mi", _ALL, (75.88, 77.14, 76.50, 82.55, 82.25, 82.40)),
    ("VisualPT-MoE-MI", "visualpt-moe-mi", _ALL, (76.87, 76.38, 76.62, 82.61, 82.79, 82.70)),
    ("TPM-MI", "tpm-mi", _ALL, (77.45, 77.19, 77.32, 83.66, 83.18, 83.42)),
)


def corpus_of(release: Release) -> Corpus | None:
    """Return which of the two corpora the release is, or None.

    It is one if it has the name and if each split has as many records as the paper reports tweets.
    """
    sizes = {split: len(records) for split, records in release.splits.items()}
    return next(
        (name for name, tweets in TWEETS.items() if name == release.name and tweets == sizes), None
    )


def paper_rows(corpus: Corpus) -> tuple[PaperRow, ...]:
    """Return the rows for a corpus, in the paper's groups."""
    first = 0 if corpus == "MNER-MI" else 3
    rows = []
    for name, system, modality, figures in _TABLE:
        precision, recall, f1 = (round(figure / 100, 4) for figure in figures[first : first + 3])
        rows.append(
            PaperRow(
                name=name,
                system=system,
                modality=modality,
                precision=precision,
                recall=recall,
                f1=f1,
            )
        )
    return tuple(rows)
