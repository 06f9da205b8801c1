"""Predictions at Label Studio: spans that the page suggests with a task, and that are no annotator's work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ...schema import RemoteError
from .connection import Connection
from .errors import mapped_errors
from .shapes import NewPrediction, Project

IMPORT_SIZE: Final = 500


class Predictions(Connection):
    """The predictions of the tasks of a Label Studio."""

    def add_predictions(self, project: Project, predictions: Sequence[NewPrediction]) -> None:
        """Add predictions to tasks. The server does not notice predictions that it already has.

        Raises:
            RemoteError: the server has not accepted all of them; it answers 201 even then.
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
                answer = self._client.projects.import_predictions(project.id, request=batch)
            if answer.created != len(batch):
                raise RemoteError(
                    f"{self.url} project {project.title!r}: {answer.created or 0} of {len(batch)} "
                    "suggestions accepted; wanted all (the log of Label Studio names the others)",
                    "mnerctl label push    # updates the project's page; then try again",
                )

    def drop_prediction(self, id: int) -> None:
        """Delete a prediction."""
        with mapped_errors(self.url):
            self._client.predictions.delete(id)

    def show_predictions(self, project: Project, model_version: str) -> None:
        """Show the predictions of this name with each task, and the least certain task first."""
        with mapped_errors(self.url):
            self._client.projects.update(
                project.id,
                model_version=model_version,
                sampling="Uncertainty sampling",
                show_collab_predictions=True,
            )
