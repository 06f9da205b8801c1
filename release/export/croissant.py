"""Write Croissant 1.0 metadata of the Parquet files, with the responsible-AI fields (Croissant RAI 1.0).

`croissant.json` is beside `data/`. It lists every file with its checksum and describes one set of records
with their pictures in order. Unknown fields are left out.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from ...schema import Release, time_of_id
from ...schema.corpus.card_facts import CardFacts
from ...schema.files.atomic_write import add_file
from ...schema.release.tables import HUB_SPLITS
from .job import Job
from .parquet import to_parquet
from .terms import PERSONAL, USES, WITHDRAWAL

CROISSANT: Final = "croissant.json"

_TERMS: Final = (
    *("citeAs", "column", "extract", "field", "fileProperty", "fileObject", "fileSet", "format"),
    *("includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet"),
    *("references", "regex", "repeated", "replace", "samplingRate", "separator", "source"),
    *("subField", "transform"),
)
_CONTEXT: Final = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{term: f"cr:{term}" for term in _TERMS},
}
_FIELDS: Final = (
    ("id", "sc:Text", False, "The id of the post."),
    ("text", "sc:Text", True, "The tokens."),
    (
        "label",
        "sc:Integer",
        True,
        "The BIO label of each token, as its number in the list of classes.",
    ),
    ("image_names", "sc:Text", True, "The names of the images, in the order of the post."),
    ("url", "sc:Text", False, "The URL of the post; empty if unknown."),
    ("raw", "sc:Text", False, "The raw text, if the release has it."),
    ("offsets", "sc:Integer", True, "Start and end of each token in raw, in code points."),
    (
        "evidence",
        "sc:Integer",
        True,
        "For each entity, the positions of the images that support its label.",
    ),
    ("origin", "sc:Text", False, "The dataset that a merged record comes from."),
)


def to_croissant(job: Job) -> None:
    """Write the Parquet files and `croissant.json`."""
    to_parquet(job)
    document = croissant_of(job.release, job.facts, job.folder)
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    add_file(job.folder / CROISSANT, text)


def croissant_of(release: Release, facts: CardFacts, folder: Path) -> dict[str, Any]:
    """Return the JSON-LD document for the Parquet files in `folder`."""
    manifest = release.manifest
    document: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": [
            "http://mlcommons.org/croissant/1.0",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
        "name": release.name,
        "alternateName": facts.title,
        "description": "Posts with one or more images; named entities (PER, LOC, ORG, MISC) are labelled"
        " in the text of each post.",
        "version": manifest.version if manifest else "",
        "datePublished": manifest.created.isoformat() if manifest else "",
        "license": facts.licence,
        "url": facts.homepage,
        "citeAs": facts.citation,
        "inLanguage": list(facts.languages),
        "creator": [{"@type": "sc:Person", "name": name} for name in facts.authors],
        **responsible_ai(release, facts),
        "distribution": _distribution(folder),
        "recordSet": [_records()],
    }
    return {key: value for key, value in document.items() if value}


def responsible_ai(release: Release, facts: CardFacts) -> dict[str, object]:
    """Return the RAI fields, from the manifest and the authors' facts; empty where both are silent."""
    manifest = release.manifest
    agreement = manifest.agreement if manifest else None
    first, last = time_frame(release)
    analysis = []
    if agreement and agreement.overall.f1.value is not None:
        analysis = [
            f"{len(agreement.annotators)} annotators, {agreement.posts.compared} posts annotated by two or"
            f" more: exact-span F1 {agreement.overall.f1.value:.4f} over all pairs"
        ]
    return {
        "rai:dataCollection": facts.collection,
        "rai:dataCollectionTimeFrame": [first, last] if first else [],
        "rai:dataCollectionMissingData": f"{len(manifest.withdrawn)} posts were withdrawn;"
        f" {manifest.missing_images} images are missing"
        if manifest
        else "",
        "rai:dataPreprocessingProtocol": [f"tokenizer {manifest.tokenizer}"] if manifest else [],
        "rai:dataAnnotationProtocol": [f"gold: {manifest.gold}"]
        if manifest and manifest.gold
        else [],
        "rai:dataAnnotationAnalysis": analysis,
        "rai:annotatorDemographics": [facts.annotators] if facts.annotators else [],
        "rai:dataLimitations": [facts.limits] if facts.limits else [],
        "rai:dataUseCases": [USES],
        "rai:personalSensitiveInformation": [PERSONAL],
        "rai:dataReleaseMaintenancePlan": f"{WITHDRAWAL} Contact: {facts.contact}"
        if facts.contact
        else "",
    }


def time_frame(release: Release) -> tuple[str, str]:
    """Return the dates of the first and last post, read from their ids; empty if no id has a time."""
    ids = (record.id for record in release.records())
    posts = (id for id in ids if id.isascii() and id.isdigit() and len(id) <= 19)
    days = sorted({time.date().isoformat() for id in posts if (time := time_of_id(id))})
    return (days[0], days[-1]) if days else ("", "")


def _distribution(folder: Path) -> list[dict[str, Any]]:
    files = [
        {
            "@type": "cr:FileObject",
            "@id": path.name,
            "name": path.name,
            "contentUrl": f"data/{path.name}",
            "contentSize": f"{path.stat().st_size} B",
            "encodingFormat": "application/x-parquet",
            "sha256": _sha256(path),
        }
        for path in sorted((folder / "data").iterdir())
    ]
    together = {
        "@type": "cr:FileSet",
        "@id": "parquet",
        "name": "parquet",
        "description": "All Parquet files.",
        "encodingFormat": "application/x-parquet",
        "includes": "data/*.parquet",
    }
    return [*files, together]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _records() -> dict[str, Any]:
    splits = "|".join(HUB_SPLITS.values())
    split = _field("split", "sc:Text", "train, validation or test.")
    split["source"]["extract"] = {"fileProperty": "filename"}
    split["source"]["transform"] = {"regex": f"^({splits})-.*$"}
    images = _field("images", "sc:ImageObject", "The pictures, in the order of the post.")
    images |= {"repeated": True}
    images["source"]["transform"] = {"jsonPath": "bytes"}
    fields = [
        _field(name, kind, about) | ({"repeated": True} if is_list else {})
        for name, kind, is_list, about in _FIELDS
    ]
    return {
        "@type": "cr:RecordSet",
        "@id": "records",
        "name": "records",
        "description": "One record per post.",
        "key": {"@id": "records/id"},
        "field": [split, *fields, images],
    }


def _field(name: str, kind: str, about: str) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"records/{name}",
        "name": name,
        "description": about,
        "dataType": kind,
        "source": {"fileSet": {"@id": "parquet"}, "extract": {"column": name}},
    }
