"""Lines of URLs: every form that people paste, and which lines are refused and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.collector.inputs.urls import post_id_of, url_of

ID = "1554138525414526977"
TAILS = ("", "/", "/photo/1", "/video/1", "?s=20&t=Ab", "#m", "/photo/2?lang=en#x", "/likes")
HOSTS = (
    *("twitter.com", "x.com", "www.twitter.com", "mobile.x.com", "m.twitter.com", "X.com"),
    *("vxtwitter.com", "fxtwitter.com", "fixupx.com", "fixvx.com", "twittpr.com"),
    *("nitter.net", "nitter.poast.org", "www.fxtwitter.com"),
)
GOOD = (
    *(f"https://{host}/ada_w/status/{ID}" for host in HOSTS),
    *(f"https://x.com/ada_w/status/{ID}{tail}" for tail in TAILS),
    f"http://twitter.com/ada_w/status/{ID}",
    f"https://twitter.com/ada_w/statuses/{ID}",
    f"https://twitter.com/i/status/{ID}",
    f"https://x.com/i/web/status/{ID}",
    f"https://twitter.com/#!/ada_w/status/{ID}",
    f"twitter.com/ada_w/status/{ID}",
    f"//x.com/ada_w/status/{ID}",
    f"HTTPS://X.COM/ada_w/STATUS/{ID}",
    f"https://x.com:443/ada_w/status/{ID}",
    f"https://web.archive.org/web/20200101000000/https://twitter.com/ada_w/status/{ID}",
    f"https://web.archive.org/web/20200101000000if_/http:/twitter.com/ada_w/status/{ID}?s=1",
    f"web.archive.org/web/2020*/twitter.com/ada_w/status/{ID}",
    f"https://platform.twitter.com/embed/Tweet.html?dnt=true&id={ID}&lang=en",
    f"https://platform.x.com/embed/Tweet.html?id={ID}",
    f"tweet:{ID}",
    ID,
    f"  {ID}\t",
    f"000{ID}",
)
T_CO = "a t.co link does not show its post: open it and enter the URL that it leads to"
NO_POST = "a URL of X without /status/ID"
BAD_ID = "wanted an id of 1 to 19 digits above 0"
NOTHING = "neither a post's URL nor its id"
BAD = {
    f"https://twitter.com.evil.example/ada_w/status/{ID}": "'twitter.com.evil.example' is not a host of X",
    f"https://eviltwitter.com/ada_w/status/{ID}": "'eviltwitter.com' is not a host of X",
    f"https://evil.example/https://x.com/ada_w/status/{ID}": "'evil.example' is not a host of X",
    f"https://x.com@evil.example/ada_w/status/{ID}": "'evil.example' is not a host of X",
    f"https://web.archive.org/web/2020/https://evil.example/a/status/{ID}": (
        "'evil.example' is not a host of X"
    ),
    "https://t.co/abcdefghij": T_CO,
    "t.co/abcdefghij": T_CO,
    "https://x.com/ada_w": NO_POST,
    "https://x.com/": NO_POST,
    "https://x.com/ada_w/status/": NO_POST,
    f"https://x.com/ada_w/status/{ID}abc": NO_POST,
    f"https://x.com/ada_w/status/{ID}99": NO_POST,
    f"https://x.com/ada_w/lists/{ID}": NO_POST,
    f"https://x.com/ада/status/{ID}": NO_POST,
    f"{ID}0": BAD_ID,
    "0": BAD_ID,
    "tweet:12345678901234567890": BAD_ID,
    "١٢٣": NOTHING,
    "hello": NOTHING,
    "-5": NOTHING,
    f"https://x.com/a/status/{ID} https://x.com/a/status/1": "wanted one URL per line and nothing else",
}


@pytest.mark.parametrize("line", GOOD)
def test_every_form_gives_the_id(line: str) -> None:
    assert post_id_of(line) == (ID, "")


@pytest.mark.parametrize("line", BAD)
def test_a_line_that_names_no_post_is_refused_with_a_reason(line: str) -> None:
    assert post_id_of(line) == (None, BAD[line])


@given(
    st.one_of(
        st.text(), st.builds("".join, st.lists(st.sampled_from([*GOOD, *BAD, "/", "%", "@"])))
    )
)
def test_no_line_raises(line: str) -> None:
    post_id, reason = post_id_of(line)
    assert (post_id is None) == bool(reason)
    assert post_id is None or (post_id.isascii() and post_id.isdigit() and 1 <= len(post_id) <= 19)


@given(st.integers(1, 10**19 - 1))
def test_our_own_urls_are_read(number: int) -> None:
    assert post_id_of(url_of(str(number))) == post_id_of(url_of(str(number), "ada_w"))
    assert post_id_of(url_of(str(number))) == (str(number), "")


def test_a_long_line_does_not_take_long() -> None:
    for line in ("/" * 200_000, "https://x.com" + "/a" * 100_000, "nitter" + ".a" * 100_000):
        assert post_id_of(line)[0] is None


@pytest.mark.parametrize("joint", ["?s=20 ", "/ ", "#a\t", "/photo/1 "])
def test_a_line_with_two_urls_is_refused_not_half_read(joint: str) -> None:
    line = f"https://x.com/a/status/11{joint}https://x.com/b/status/12"
    assert post_id_of(line) == (None, "wanted one URL per line and nothing else")
