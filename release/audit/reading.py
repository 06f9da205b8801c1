"""Rules that the reader of a release already checks (in `schema`). Here they only have a name and levels.

`Release.read` returns the problem rows; the audit adds those of its own rules.
"""

from __future__ import annotations

from typing import Final

from .rule import Rule

# fmt: off
READING: Final = (
    Rule("manifest", "The manifest lists all three splits.", "error", None),
    Rule("manifest-path", "The manifest names no file outside the release.", "error", None),
    Rule("manifest-*", "Each field of the manifest is present, known and of the right type.", "error", None),
    Rule("file-link", "No file or folder is a link.", "error", "error"),
    Rule("file-missing", "Every file of the manifest exists.", "error", None),
    Rule("checksum", "Every file has the size and SHA-256 that the manifest gives.", "error", None),
    Rule("file-unknown", "Every file in images/ is listed in the manifest.", "warning", None),
    Rule("withdrawal-notice", "No post was withdrawn after the release was frozen.", "note", None),
    Rule("record-count", "A split has as many records as the manifest says.", "error", None),
    Rule("json", "A line is one JSON object.", "error", "error"),
    Rule("record-*", "Each field of a record is present, known and of the right type.", "error", "error"),
    Rule("utf-8", "Text is valid UTF-8.", "error", "error"),
    Rule("surrogate", "Text has no unpaired surrogate.", None, "error"),
    Rule("conll", "A line of a CoNLL file is `IMGID:<id>`, or a token, a tab and a tag.", None, "error"),
    Rule("byte-order-mark", "A file does not start with a byte order mark.", "note", "note"),
    Rule("line-ends", "Lines end with LF.", "note", "note"),
    Rule("blank-line", "No blank line is missing or superfluous.", None, "note"),
    Rule("python-literal", "A line is JSON, not a Python literal.", None, "note"),
    Rule("id-type", "An id is a string.", None, "note"),
    Rule("label-alias", "Entity types are spelled PER, LOC, ORG and MISC.", None, "note"),
    Rule("scheme", "Tags are in the IOB2 (BIO) scheme.", None, "note"),
    Rule("label", "A tag is O, or B- or I- and an entity type.", "error", "error"),
    Rule("label-count", "There is one tag per token.", "error", "error"),
    Rule("bio", "An I- tag continues an entity of the same type.", "error", "warning"),
    Rule("id-unique", "Each id is in one record only.", "error", "warning"),
    Rule("image-name", "An image name is a plain file name, without a folder.", "error", "error"),
)
