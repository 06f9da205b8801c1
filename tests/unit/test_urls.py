"""Lines of URLs: every form that people paste, what is refused and why, and files as they come."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnerctl.collector.urls import post_id_of, read_inputs, source_of, url_of
from mnerctl.schema import DataError, InputLine

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
T_CO = "a t.co link hides its post: open it, and give the address it leads to"
NO_POST = "an address of X without /status/ID"
BAD_ID = "wanted an id of 1 to 19 digits above 0"
NOTHING = "neither a post's address nor its id"
BAD = {
    f"https://twitter.com.evil.example/ada_w/status/{ID}": "'twitter.com.evil.example' is no host of X",
    f"https://eviltwitter.com/ada_w/status/{ID}": "'eviltwitter.com' is no host of X",
    f"https://evil.example/https://x.com/ada_w/status/{ID}": "'evil.example' is no host of X",
    f"https://x.com@evil.example/ada_w/status/{ID}": "'evil.example' is no host of X",
    f"https://web.archive.org/web/2020/https://evil.example/a/status/{ID}": (
        "'evil.example' is no host of X"
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
    f"https://x.com/a/status/{ID} https://x.com/a/status/1": "wanted one address a line and nothing else",
}


@pytest.mark.parametrize("line", GOOD)
def test_every_form_gives_the_id(line: str) -> None:
    assert post_id_of(line) == (ID, "")


@pytest.mark.parametrize("line", BAD)
def test_what_names_no_post_is_refused_with_a_reason(line: str) -> None:
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
def test_our_own_addresses_are_read(number: int) -> None:
    assert post_id_of(url_of(str(number))) == post_id_of(url_of(str(number), "ada_w"))
    assert post_id_of(url_of(str(number))) == (str(number), "")


def test_a_long_line_does_not_take_long() -> None:
    for line in ("/" * 200_000, "https://x.com" + "/a" * 100_000, "nitter" + ".a" * 100_000):
        assert post_id_of(line)[0] is None


def test_files_with_all_their_oddities(tmp_path: Path) -> None:
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_bytes(
        b"\xef\xbb\xbf# a comment\r\n\r\n" + f"{ID}\r\n  tweet:7  \r\n\xff\xfe".encode("latin-1")
    )
    second.write_bytes(b"12")
    assert list(read_inputs([first, second], tmp_path)) == [
        InputLine("a.txt", 3, ID, ID),
        InputLine("a.txt", 4, "tweet:7", "7"),
        InputLine("a.txt", 5, "\ufffd\ufffd", None, NOTHING),
        InputLine("b.txt", 1, "12", "12"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "No such file or directory"), ("7".encode("utf-16"), "UTF-16; wanted UTF-8")],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "urls.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        list(read_inputs([path], tmp_path))
    assert caught.value.message == f"{path}: {message}"


def test_a_file_is_one_source_however_it_is_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    typed = [
        Path("urls.txt"),
        Path("./urls.txt"),
        tmp_path / "urls.txt",
        Path("corpus/../urls.txt"),
    ]
    assert {source_of(path, Path("corpus")) for path in typed} == {"../urls.txt"}
    assert source_of(Path("-"), Path("corpus")) == "-"


@pytest.mark.parametrize("joint", ["?s=20 ", "/ ", "#a\t", "/photo/1 "])
def test_of_two_addresses_on_a_line_none_is_lost_silently(joint: str) -> None:
    line = f"https://x.com/a/status/11{joint}https://x.com/b/status/12"
    assert post_id_of(line) == (None, "wanted one address a line and nothing else")
