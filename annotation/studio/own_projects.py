"""Find the projects of a corpus at a server: by their mark or, if they have none, by their tasks.

Neither the title of a project nor the address of the server matters, so two corpora never share a project,
and one server at two addresses has each project once. A project without a mark was filled by an earlier
version, which knew its number and an address, or somebody has emptied its description. It is adopted if its
tasks are those that the corpus knows: it gets a mark, and the answers that were pulled from it at all
addresses are joined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...schema import Corpus, UsageError
from ...schema.corpus.studio_rounds import LabelProject, Rounds
from .client import Studio
from .mark import Mark
from .shapes import Project, StudioTask

OwnProjects = dict[str, tuple[LabelProject, Project]]
"""Projects by key, as the corpus and as the server knows them."""


def own_projects(corpus: Corpus, studio: Studio) -> OwnProjects:
    """Return the projects of the corpus at this server; the corpus remembers where they are.

    Raises:
        UsageError: two projects have the same mark.
    """
    rounds = Rounds.of(corpus)
    identity = rounds.identity()
    known = {one.key: one for one in rounds.projects()}
    marked = [(project, Mark.read(project.description)) for project in studio.projects()]
    there = {mark.key for _, mark in marked if mark}
    own: OwnProjects = {}
    for project, mark in marked:
        if mark and (mark.corpus != identity or mark.kind == "pictures"):
            continue
        label = None
        if mark:
            label = known.get(mark.key) or mark.project(studio.url, project.id)
            label = label._replace(url=studio.url, id=project.id)
        rows = [one for one in known.values() if one.id == project.id and one.key not in there]
        if rows:
            label = _adopt(corpus, studio, project, rows, label)
        if label is None:
            continue
        if label.key in own:
            raise UsageError(
                f"{studio.url}: projects {own[label.key][1].id} and {project.id} have the same mark in "
                "their description; wanted one",
                f"empty the description of the copy: {studio.url}/projects/{project.id}/settings",
            )
        own[label.key] = label, project
        if label != known.get(label.key):
            rounds.put_project(label)
    return own


def _adopt(
    corpus: Corpus,
    studio: Studio,
    project: Project,
    rows: Sequence[LabelProject],
    label: LabelProject | None,
) -> LabelProject | None:
    """Join to a project what the corpus knows of it under addresses, and mark it; None if it is not ours.

    Args:
        rows: what the corpus knows of projects with this number, at any address.
        label: the project, if it has a mark: an adoption was interrupted.
    """
    rounds = Rounds.of(corpus)
    tasks = {task.id: task for task in studio.tasks(project, with_annotations=True)}
    if not _are_tasks_of(corpus, tasks):
        return label
    joined = [one for one in rows if _is_at(rounds, one, studio.url, tasks)]
    # without answers nothing proves that a project at another address is this one, so its row stays
    similar = [one for one in rows if tasks and one.title == project.title]
    if label is None and (like := joined or similar):
        first = min(like, key=lambda one: one.is_known_by_address)
        mark = Mark.of(rounds.identity(), first)
        studio.set_description(project, mark.text())
        label = mark.project(studio.url, project.id)
    if label is None:
        return None
    with corpus.transaction():
        rounds.put_project(label)
        for one in joined:
            if one.purpose == label.purpose and one.key != label.key:
                rounds.join(one, label.key)
    return label


def _are_tasks_of(corpus: Corpus, tasks: Mapping[int, StudioTask]) -> bool:
    """Return whether all tasks with a post id are of posts that the corpus has, or had."""
    removed = corpus.removed_ids()
    ids = [task.data.get("post_id") for task in tasks.values()]
    return all(one in removed or corpus.has_post(one) for one in ids if isinstance(one, str))


def _is_at(rounds: Rounds, row: LabelProject, url: str, tasks: Mapping[int, StudioTask]) -> bool:
    """Return whether what the corpus knows of a project fits these tasks at this address."""
    answers = rounds.answers_in(row.key)
    posts = {id: task.data.get("post_id") for id, task in tasks.items()}
    if any(posts.get(one.task, one.post_id) != one.post_id for one in answers):
        return False
    if row.url == url:
        return bool(tasks) or not answers
    there = {(task.id, one.id) for task in tasks.values() for one in task.annotations}
    return any((one.task, one.id) in there for one in answers)
