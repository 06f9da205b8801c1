"""Suggestions at Label Studio, which it calls predictions: shown with a task, and nobody's work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ...schema import RemoteError
from .connection import Connection
from .errors import mapped_errors
from .shapes import NewPrediction, Project

IMPORT_SIZE: Final = 500


class Predictions(Connection):
    """What is suggested with the tasks of a Label Studio."""

    def add_predictions(self, project: Project, predictions: Sequence[NewPrediction]) -> None:
        """Adds suggestions to tasks that are there. The server does not notice a second time.

        Raises RemoteError where it has not taken all: it answers 201 all the same.
        """
        from label_studio_sdk.types.prediction_request import PredictionRequest

        for first in range(0, len(predictions), IMPORT_SIZE):
            batch = [
                PredictionRequest(
                    task=one.task,
                    model_version=one.model_version,
                    score=one.score,
                    result=list(one.result),
                )
                for one in predictions[first : first + IMPORT_SIZE]
            ]
            with mapped_errors(self.url):
                said = self._client.projects.import_predictions(project.id, request=batch)
            if said.created != len(batch):
                raise RemoteError(
                    f"{self.url} project {project.title!r}: {said.created or 0} of {len(batch)} "
                    "suggestions taken; wanted all (the log of Label Studio names what it refused)",
                    "mnerctl label push    # brings the project's page up to date; then try again",
                )

    def drop_prediction(self, id: int) -> None:
        """Deletes a suggestion."""
        with mapped_errors(self.url):
            self._client.predictions.delete(id)

    def show_predictions(self, project: Project, model_version: str) -> None:
        """Begins each task with the suggestion of this name; the least certain task comes first."""
        with mapped_errors(self.url):
            self._client.projects.update(
                project.id,
                model_version=model_version,
                sampling="Uncertainty sampling",
                show_collab_predictions=True,
            )
