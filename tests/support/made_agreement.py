"""A made agreement of two annotators, as `label agree` writes it."""

from __future__ import annotations

from mnerctl.schema.release.agreement import (
    Agreement,
    DividedPost,
    Figure,
    GroupAgreement,
    PairAgreement,
    PostCounts,
    Work,
)

FIGURE = Figure(value=0.8125, low=0.75, high=0.875)
GROUP = GroupAgreement(
    posts=40, spans=321, f1=FIGURE, fleiss_kappa=FIGURE, alpha=FIGURE, u_alpha=FIGURE
)
AGREEMENT = Agreement(
    tokenizer="tweet-1",
    resamples=1000,
    seed=1,
    annotators={
        "zoe@example.org": Work(done=40, skipped=0, compared=40),
        "ada": Work(done=41, skipped=1, compared=40),
    },
    posts=PostCounts(annotated=41, compared=40, skipped=0, single=1, outdated=0, not_kept=0),
    overall=GROUP,
    any_type=GROUP,
    by_type={"PER": GROUP},
    by_images={2: GROUP.model_copy(update={"posts": 13})},
    by_pair=(
        PairAgreement(
            annotators=("ada", "zoe@example.org"),
            posts=40,
            spans=(160, 161),
            precision=0.8,
            recall=0.8,
            f1=FIGURE,
            cohen_kappa=FIGURE,
            alpha=FIGURE,
            u_alpha=FIGURE,
        ),
    ),
    confusions={},
    divided=(DividedPost(post_id="7", unmatched=1.0, f1=0.0, readings=()),),
)
