"""Check our requests and the loopback server against X's own description of its API (OpenAPI).

The description covers only the newer vocabulary.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from .x_server import Exchange

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("MNERCTL_SHARED", ROOT.parent / "shared"))
CONTRACT = SHARED / "contracts" / "x"


def sample(name: str) -> Any:
    """Return a sample of X's answers; skip the test if the shared contracts are not there."""
    path = CONTRACT / name
    if not path.is_file():
        pytest.skip(f"{path} is not there (MNERCTL_SHARED names the folder)")
    return json.loads(path.read_text(encoding="utf-8"))


def check_exchanges(exchanges: list[Exchange]) -> None:
    """Raise if a request or an answer does not match X's description."""
    openapi_core = pytest.importorskip("openapi_core")
    testing = pytest.importorskip("openapi_core.testing")
    described = sample("openapi_lookup_subset.json")
    host = described["servers"][0]["url"]
    description = openapi_core.OpenAPI.from_dict(described)
    for one in exchanges:
        headers = {"Authorization": one.headers["authorization"]}
        request = testing.MockRequest(host, "get", one.path, args=one.query, headers=headers)
        description.validate_request(request)
        assert set(one.query) <= _known_parameters(described), one.query
        if one.answer.status == 200:
            response = testing.MockResponse(
                one.answer.content, 200, content_type="application/json"
            )
            description.validate_response(request, response)


def _known_parameters(described: dict[str, Any]) -> set[str]:
    parameters = described["paths"]["/2/tweets"]["get"]["parameters"]
    named = described["components"]["parameters"]
    return {
        named[one["$ref"].rsplit("/", 1)[-1]]["name"] if "$ref" in one else one["name"]
        for one in parameters
    }
