"""What is told of a target, the same on pages, in reports and in mail: the words of its standing,
and what is left unsaid while it would be noise."""

from collections.abc import Mapping
from fractions import Fraction

from queries.definition import Words
from queries.targets.pace import Standing
from queries.targets.progress import Progress

# On the way through a period, and of what does not add up or is over.
RUNNING: Mapping[Standing, Words] = {
    "below_floor": Words("behind the floor", "落后于底线"),
    "below_target": Words("behind", "落后"),
    "even": Words("on course", "符合进度"),
    "on_target": Words("ahead", "领先"),
    "stretch": Words("ahead of the stretch", "领先于挑战目标"),
}
REACHED: Mapping[Standing, Words] = {
    "below_floor": Words("floor missed", "未达底线"),
    "below_target": Words("target missed", "未达目标"),
    "even": Words("on target", "持平目标"),
    "on_target": Words("target reached", "达成目标"),
    "stretch": Words("stretch reached", "达成挑战目标"),
}
# Shape, not colour alone.
MARKS: Mapping[Standing, str] = {
    "below_floor": "▼", "below_target": "▽", "even": "■", "on_target": "▲", "stretch": "★",
}  # fmt: skip
# Below a tenth of the period a landing is mostly chance.
FIRST_SHARE = Fraction(1, 10)


def verdict(one: Progress) -> Words | None:
    """The verdict with its sign: "▲ ahead"; None while it is too early for one."""
    if one.standing is None:
        return None
    running = one.pace is not None and one.pace.share_elapsed < 1
    words = (RUNNING if running else REACHED)[one.standing]
    mark = MARKS[one.standing]
    return Words(f"{mark} {words.en}", f"{mark} {words.zh}")


def needed(one: Progress) -> int | None:
    """What each working day left has to bring; None where there is nothing to be brought."""
    return one.pace.needed_per_day if one.pace and one.begun else None


def landing(one: Progress) -> int | None:
    """Where the period lands if the rest goes as it went so far; None before there is a rhythm, or
    where nothing adds up. In the first days it would be noise."""
    if one.pace is None or not one.begun or one.pace.share_elapsed < FIRST_SHARE:
        return None
    return one.pace.projected
