"""Upload files to Label Studio, which then shows them; the SDK has no calls for this."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from .connection import Connection
from .errors import mapped_errors
from .shapes import Imported, Project, StoredFile

_FILES: Final = TypeAdapter(tuple[StoredFile, ...])


class Uploads(Connection):
    """The files uploaded to the projects of a Label Studio."""

    def uploads(self, project: Project) -> list[str]:
        """Return the server's path of each file that we have uploaded."""
        return self._stored(project, all="true")

    def upload(self, project: Project, files: Sequence[Path]) -> list[str]:
        """Upload files without making tasks of them; return their paths at the server.

        The project must not have our labelling page, because the server refuses the files then.
        """
        answer = self._request(
            "POST",
            f"api/projects/{project.id}/import",
            {"commit_to_project": "false"},
            files={f"file{n}": (path.name, path.read_bytes()) for n, path in enumerate(files)},
        )
        with mapped_errors(self.url):
            ids = Imported.model_validate_json(answer.content).file_upload_ids
        return self._stored(project, ids=str(list(ids)))

    def _stored(self, project: Project, **which: str) -> list[str]:
        answer = self._get(f"api/projects/{project.id}/file-uploads", **which)
        with mapped_errors(self.url):
            return [one.file for one in _FILES.validate_json(answer.content)]
