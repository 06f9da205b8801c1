"""The shapes of Label Studio's answers, with the few fields that we use; all other fields are ignored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf

from pydantic import BaseModel, ConfigDict


class StudioUser(BaseModel):
    """A user of the server."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int
    email: str = ""
    username: str = ""


class StudioAnnotation(BaseModel):
    """One person's answer to a task.

    completed_by: id of the user.
    was_cancelled: whether the user skipped the task.
    result: what the page submitted, unchecked by the server.
    lead_time: seconds that the page was open, as the page reports them.
    updated_at: last change.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int
    completed_by: int | None = None
    was_cancelled: bool = False
    result: object = None
    lead_time: object = None
    updated_at: datetime

    @property
    def seconds(self) -> float | None:
        """The lead time, if it is a valid number of seconds."""
        value = self.lead_time
        return round(value, 1) if isinstance(value, int | float) and 0 <= value < inf else None


class StudioPrediction(BaseModel):
    """A suggestion that the page shows with a task; `model_version` names who or what made it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int = 0
    model_version: str | None = None
    score: float | None = None
    result: object = None


class StudioTask(BaseModel):
    """A task with its answers and predictions."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int
    data: dict[str, object]
    annotations: tuple[StudioAnnotation, ...] = ()
    predictions: tuple[StudioPrediction, ...] = ()
    updated_at: datetime


class TaskPage(BaseModel):
    """One page of a list of `total` tasks."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    tasks: tuple[StudioTask, ...]
    total: int


class Project(BaseModel):
    """A project of the server.

    label_config: its labelling page.
    description: holds the mark (see `mark.py`).
    task_number: number of its tasks.
    total_annotations_number: number of answers, without the skipped ones.
    skipped_annotations_number: number of answers that skip their task.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int
    title: str
    label_config: str
    description: str | None = None
    task_number: int = 0
    total_annotations_number: int = 0
    skipped_annotations_number: int = 0

    @property
    def answers(self) -> int:
        """The number of all answers, including the skipped ones."""
        return self.total_annotations_number + self.skipped_annotations_number


class ProjectPage(BaseModel):
    """One page of a list of `count` projects."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    results: tuple[Project, ...]
    count: int


class Imported(BaseModel):
    """The server's answer to an upload."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    file_upload_ids: tuple[int, ...]


class StoredFile(BaseModel):
    """An uploaded file; `file` is its path at the server, below /data/."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    file: str


@dataclass(frozen=True, slots=True)
class NewPrediction:
    """A prediction to add to a task.

    task: id of the task.
    model_version: name of who or what made it.
    result: regions, as the page draws them.
    score: certainty, 0 to 1; the least certain tasks are shown first.
    """

    task: int
    model_version: str
    result: Sequence[dict[str, object]]
    score: float | None = None
