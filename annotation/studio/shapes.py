"""What Label Studio answers, in the few fields that we use; everything else in its answers is ignored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf

from pydantic import BaseModel, ConfigDict


class StudioUser(BaseModel):
    """Somebody who may enter."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int
    email: str = ""
    username: str = ""


class StudioAnnotation(BaseModel):
    """One person's answer to a task. `result` is whatever was sent: the server checks nothing.

    lead_time: the seconds that the page says the person had it open for.
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
        """The time on it, where that can be one."""
        given = self.lead_time
        return round(given, 1) if isinstance(given, int | float) and 0 <= given < inf else None


class StudioPrediction(BaseModel):
    """A suggestion that the page shows with a task, under the name of who or what made it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int = 0
    model_version: str | None = None
    score: float | None = None
    result: object = None


class StudioTask(BaseModel):
    """A task with the answers to it, and what is suggested with it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int
    data: dict[str, object]
    annotations: tuple[StudioAnnotation, ...] = ()
    predictions: tuple[StudioPrediction, ...] = ()
    updated_at: datetime


class TaskPage(BaseModel):
    """Some tasks, of `total` that were asked for."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    tasks: tuple[StudioTask, ...]
    total: int


class Project(BaseModel):
    """A project of the server; `label_config` is its labelling page.

    task_number: its tasks. total_annotations_number: the answers to them, without the skipped ones.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int
    title: str
    label_config: str
    task_number: int = 0
    total_annotations_number: int = 0
    skipped_annotations_number: int = 0

    @property
    def answers(self) -> int:
        """All answers, the skipped ones among them."""
        return self.total_annotations_number + self.skipped_annotations_number


class ProjectPage(BaseModel):
    """Some projects, of `count`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    results: tuple[Project, ...]
    count: int


class Imported(BaseModel):
    """What the server says after an upload."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    file_upload_ids: tuple[int, ...]


class StoredFile(BaseModel):
    """An uploaded file; `file` is its path at the server, below /data/."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    file: str


@dataclass(frozen=True, slots=True)
class NewPrediction:
    """A suggestion to be shown with a task."""

    task: int
    model_version: str
    result: Sequence[dict[str, object]]
    score: float | None = None
