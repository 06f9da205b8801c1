"""The rules that reading a release holds it to already (`schema/`): here they only have their names.

`Release.read` gives the rows; the audit adds its own to them.
"""

from __future__ import annotations

from typing import Final

from .rule import Rule

READING: Final = (
    Rule("manifest", "The manifest lists all three splits.", "error", None),
    Rule("manifest-path", "The manifest names no file outside the release.", "error", None),
    Rule("manifest-*", "A field of the manifest is there, known and of its type.", "error", None),
    Rule("file-missing", "Every file of the manifest is there, and is no link.", "error", None),
    Rule("checksum", "Every file has the size and SHA-256 of the manifest.", "error", None),
    Rule("file-unknown", "Every file in images/ is in the manifest.", "warning", None),
    Rule("withdrawal-notice", "No post was withdrawn after the release was frozen.", "note", None),
    Rule("record-count", "A split has as many records as the manifest says.", "error", None),
    Rule("json", "A line is one JSON object.", "error", "error"),
    Rule("record-*", "A field of a record is there, known and of its type.", "error", "error"),
    Rule("utf-8", "Text is UTF-8.", "error", "error"),
    Rule("surrogate", "Text has no half of a surrogate pair.", None, "error"),
    Rule("conll", "A line of a CoNLL file is `IMGID:<id>`, or token, TAB, tag.", None, "error"),
    Rule("byte-order-mark", "A file begins with its text, without a mark.", "note", "note"),
    Rule("line-ends", "Lines end in LF.", "note", "note"),
    Rule("blank-line", "There is no blank line too many or too few.", None, "note"),
    Rule("python-literal", "A line is JSON, not a Python literal.", None, "note"),
    Rule("id-type", "An id is a string.", None, "note"),
    Rule("label-alias", "Types are spelled PER, LOC, ORG and MISC.", None, "note"),
    Rule("scheme", "Tags are IOB2 (BIO).", None, "note"),
    Rule("label", "A tag is O, or B- or I- and a type.", "error", "error"),
    Rule("label-count", "There is one tag for each token.", "error", "error"),
    Rule("bio", "An I- tag continues an entity of its type.", "error", "warning"),
    Rule("id-unique", "An id stands for one record.", "error", "warning"),
    Rule("image-name", "An image is a plain file name, without a folder.", "error", "error"),
)
