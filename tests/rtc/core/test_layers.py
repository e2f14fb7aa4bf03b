"""A camera in two layers: each listener gets the one its line carries, as one unbroken picture."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtc.core import rtcp
from rtc.core.budget import Quality
from rtc.core.commands import TellPictures
from rtc.core.packets import Kind, Rtp
from rtc.core.vp8 import picture_id, places, starts_keyframe
from tests.rtc.core.scenes import Scene, packets
from tests.rtc.core.streams import LayeredCamera
from tests.rtc.planes import PLANES, parts_of


class Studio(Scene):
    """Anna's camera sends two layers; the others watch."""

    def __init__(self, *others: str) -> None:
        super().__init__("anna", *others)
        self.camera = LayeredCamera()
        self.all_hear_all()

    def film(
        self, rids: Sequence[str] = ("l", "h"), *, key: bool = False, octets: int = 0
    ) -> dict[int, list[Rtp]]:
        """One picture in each of these layers, by the leg that it reached."""
        seen: dict[int, list[Rtp]] = {number: [] for number in self.legs.values()}
        for rid in rids:
            for send in self.send("anna", self.camera.packet(rid, key=key, octets=octets)):
                seen[send.leg] += packets([send])
        return seen

    def show(self, seat: str, quality: Quality) -> None:
        """What the budget would decide for this seat."""
        leg = self.room.legs[self.legs[seat]]
        leg.budget.qualities = {pair.video.mid: quality for pair in leg.pairs}
        for pair in leg.pairs:
            pair.video.show(quality)
        self.room._rebind()


@pytest.fixture(scope="module", params=PLANES, autouse=True)
def plane(request: pytest.FixtureRequest) -> None:
    """Every promise here is kept by both data planes."""
    Studio.make_parts = staticmethod(parts_of(request.param))


def test_a_wide_line_gets_the_large_layer_and_only_that() -> None:
    studio = Studio("bo", "cy")
    studio.film(key=True)
    studio.film(key=True)
    assert {leg: len(seen) for leg, seen in studio.film().items()} == {1: 0, 2: 1, 3: 1}
    bo, anna = studio.room.legs[2], studio.room.legs[1]
    assert bo.pairs[0].video.source is anna.tracks[Kind.VIDEO, "h"]


def test_a_thin_line_gets_the_small_layer_and_nobody_elses_changes() -> None:
    studio = Studio("bo", "cy")
    studio.film(key=True)
    studio.film(key=True)
    studio.show("bo", Quality.SMALL)
    assert [len(studio.film(["h"])[leg]) for leg in (2, 3)] == [1, 1], "the large goes on until the key frame"
    assert (1, rtcp.KeyframeWish(studio.camera.ssrcs["l"])) in studio.wishes()
    studio.film(["l"], key=True)
    assert [len(studio.film(["h"])[leg]) for leg in (2, 3)] == [0, 1]
    assert [len(studio.film(["l"])[leg]) for leg in (2, 3)] == [1, 0]


def test_a_switch_that_is_taken_back_changes_nothing() -> None:
    studio = Studio("bo")
    studio.film(key=True)
    studio.film(key=True)
    studio.show("bo", Quality.SMALL)
    studio.show("bo", Quality.FULL)
    assert studio.film(["l"], key=True)[2] == []
    assert len(studio.film(["h"])[2]) == 1


def test_a_layer_that_falls_silent_gives_way_to_the_other_and_comes_back() -> None:
    studio = Studio("bo")
    studio.film(key=True)
    studio.film(key=True)
    for _ in range(80):  # 0.8 s without the large one
        studio.film(["l"])
        studio.room.layers(studio.now)
    assert len(studio.film(["l"], key=True)[2]) == 1
    studio.film(["h"])
    studio.room.layers(studio.now)
    assert len(studio.film(["l"])[2]) == 1
    assert len(studio.film(["h"], key=True)[2]) == 1
    assert studio.film(["l"])[2] == []


def test_what_a_layer_lost_is_repaired_in_its_own_stream() -> None:
    studio = Studio("bo")
    studio.film(key=True)
    (first,) = studio.film(["h"], key=True)[2]
    lost = studio.camera.packet("h")
    (third,) = studio.film(["h"])[2]
    (second,) = packets(studio.send("anna", studio.camera.repair("h", lost)))
    assert [p.sequence for p in (first, second, third)] == [(first.sequence + n) & 0xFFFF for n in range(3)]
    assert packets(studio.send("anna", studio.camera.repair("l", lost))) == [], "the small one is not shown"


def test_a_line_that_wants_no_pictures_ends_a_switch_under_way() -> None:
    studio = Studio("bo")
    studio.film(key=True)
    studio.film(key=True)
    studio.show("bo", Quality.SMALL)
    studio.room.withhold("bo", frozenset({Kind.VIDEO}))
    assert studio.film(key=True)[2] == []


def test_a_line_that_carries_the_small_layer_keeps_a_moving_picture_and_is_told() -> None:
    studio = Studio("bo")
    studio.film(key=True)
    told: list[TellPictures] = []
    for _ in range(3):
        for _ in range(12):
            for _ in range(8):
                studio.film(["h"], key=True, octets=1000)
            studio.film(["l"], key=True)
        for bits in (900_000, 45_000):
            studio.control("bo", rtcp.write_bandwidth_limit(bits, [1]))
        told += [c for c in studio.room.budgets(studio.now) if isinstance(c, TellPictures)]
    assert told[0].qualities == {studio.room.legs[2].pairs[0].video.mid: "small"}
    assert studio.film(["l"])[2]


@settings(max_examples=60, deadline=None)
@given(
    acts=st.lists(
        st.one_of(
            st.sampled_from(Quality),
            st.tuples(st.sampled_from("lh"), st.booleans(), st.sampled_from((0.0, 0.7))),
        ),
        max_size=60,
    )
)
def test_any_choice_of_layers_gives_a_continuous_decodable_numbering(
    acts: list[Quality | tuple[str, bool, float]],
) -> None:
    studio, seen = Studio("bo"), list[Rtp]()
    for act in acts:
        if isinstance(act, Quality):
            studio.show("bo", act)
            continue
        rid, key, pause = act
        studio.now += pause
        seen += studio.film([rid], key=key)[2]
        studio.room.layers(studio.now)
    assert not seen or starts_keyframe(seen[0].payload)
    for before, after in pairwise(seen):
        ids = [picture_id(p.payload, places(p.payload)) for p in (before, after)]
        bases = [p.payload[places(p.payload).base] for p in (before, after)]
        assert (after.sequence - before.sequence) & 0xFFFF == 1
        assert 0 < (after.timestamp - before.timestamp) & 0xFFFFFFFF < 0x80000000
        assert (ids[1] - ids[0]) & 0x7FFF == 1
        assert (bases[1] - bases[0]) & 0xFF == 1
        assert after.ssrc == before.ssrc
