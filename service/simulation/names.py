"""Names of the demo's people and teams: invented, Chinese and English, each with one spelling."""

TEAM_NAMES = (
    "Early calls A 一组", "Late calls A 一组", "Field visits 外访一组", "Legal 法务组",
    "早期电催二组", "Late calls B 二组", "Early calls C 三组", "外访二组 Field South",
)  # fmt: skip

DEPARTMENTS = ("Early Collections 早期催收部", "Recovery & Legal 后期保全部")

AGENCIES = ("Huaxin Services 华信", "Northgate Recovery")

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
# 喆, 堃, 翀 and 玥 are missing from many fonts and code pages: names must survive them.
_GIVEN = (
    "喆", "堃", "伟", "敏", "静怡", "志强", "翀", "玥", "雪梅", "建国", "子涵", "欣然", "浩然",
    "晓燕", "文博", "佳琪", "俊杰", "思远", "雨桐", "国栋", "丽华", "嘉怡", "鹏飞",
    "婷婷", "明轩", "海燕",
)  # fmt: skip
_FIRST = (
    "Grace", "Daniel", "Lily", "Marcus", "Chloe", "Victor", "Hannah", "Oliver", "Zoë", "Samuel",
    "Irene", "Patrick", "Fiona", "Leo", "Amelia", "Kevin", "Sophie", "Ethan", "Renée", "Hugo",
)  # fmt: skip
_LAST = (
    "Chen", "Wright", "Okafor", "Lim", "Novak", "Fischer", "Tan", "Murphy", "García", "Wong",
    "Hughes", "Petrov", "Ng", "O'Brien", "Larsen", "Fraser", "Cheung",
)  # fmt: skip


def agent_names(number: int) -> list[str]:
    """`number` different names; two in three Chinese, the others English or both."""
    return [_name(position) for position in range(number)]


def team_names(number: int) -> list[str]:
    """`number` different team names, the well-known eight first."""
    further = [f"Team {position + 1} 第{position + 1}组" for position in range(8, number)]
    return [*TEAM_NAMES[:number], *further]


def _name(position: int) -> str:
    given = _GIVEN[position % len(_GIVEN)]
    surname = _SURNAMES[(position * 7 + position // len(_GIVEN)) % len(_SURNAMES)]
    first = _FIRST[position % len(_FIRST)]
    last = _LAST[(position * 5 + position // len(_FIRST)) % len(_LAST)]
    turn = position // (len(_SURNAMES) * len(_GIVEN))
    again = f" {turn + 1}" if turn else ""
    if position % 3 == 1:
        return f"{first} {last}{_roman(position // (len(_FIRST) * len(_LAST)))}"
    if position % 12 == 5:
        return f"{surname}{given} {first}{again}"
    return f"{surname}{given}{again}"


def _roman(turn: int) -> str:
    return f" {'I' * (turn + 1)}" if turn else ""
