"""The roster's law: every bad row is told, and nothing is half read."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.org import SIDE_OF, Role, Side
from core.domain.roster import COLUMNS, RosterRow, as_typed, read_rows
from core.errors import ConfigError

HEADER = ("group", "handle", "name", "role", "cadre", "deputy")
LI = ("xiboliang", "li", "李红梅", "cadre")


def problems(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as told:
        read_rows(header, rows)
    return told.value.problems


def only(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> RosterRow:
    (row,) = read_rows(header, rows).rows
    return row


def test_a_row_says_who_belongs_where_as_what() -> None:
    plan = read_rows(HEADER, [LI, ("xiboliang", "wu", "仵金生", "worker", "li")])
    (group,) = plan.groups
    assert (group.key, group.zone) == ("xiboliang", None)
    _, wu = group.rows
    assert (wu.user, wu.name, wu.role, wu.side) == (
        "sandbox:wu",
        "仵金生",
        Role.WORKER,
        Side.WORKER,
    )
    assert wu.cadres == ("sandbox:li",)


@pytest.mark.parametrize(
    ("typed", "role"),
    [
        ("工人", Role.WORKER),
        ("班组长", Role.FOREMAN),
        ("干部", Role.CADRE),
        ("主席", Role.CHAIR),
        ("项目经理", Role.MANAGER),
        ("管理", Role.MANAGER),
        ("上级工会", Role.UPPER),
        ("upper union", Role.UPPER),
        ("Upper_Union", Role.UPPER),
        ("upper", Role.UPPER),
        ("Specialist", Role.SPECIALIST),
    ],
)
def test_roles_are_understood_in_both_languages(typed: str, role: Role) -> None:
    assert only(("x", "a", "A", typed)).role is role


def test_the_side_follows_the_role_unless_the_file_says_otherwise() -> None:
    header = ("group", "handle", "name", "role", "side")
    for role in Role:
        assert only(("x", "a", "A", role.value, ""), header=header).side is SIDE_OF[role]
    assert only(("x", "a", "A", "worker", "unknown"), header=header).side is Side.UNKNOWN
    assert only(("x", "a", "A", "worker", "单位"), header=header).side is Side.EMPLOYER


@pytest.mark.parametrize(
    ("typed", "user"),
    [
        ("wu", "sandbox:wu"),
        ("@wu", "sandbox:wu"),
        ("telegram:123", "telegram:123"),
        ("matrix:@a:b.org", "matrix:@a:b.org"),
        ("", ""),
    ],
)
def test_a_handle_is_a_sandbox_name_or_a_platforms_user(typed: str, user: str) -> None:
    assert only(("x", typed, "A", "worker")).user == user


def test_several_values_stand_between_semicolons() -> None:
    header = ("group", "handle", "name", "role", "skills")
    assert only(("x", "a", "A", "cadre", "wages; legal；wages"), header=header).skills == {
        "wages",
        "legal",
    }


def test_every_bad_row_is_told_with_its_number() -> None:
    told = problems(
        LI,
        ("xiboliang", "wu", "仵金生", "wroker"),
        (),
        ("", "a", "", "worker"),
        ("xiboliang", "wu", "仵金生", "worker", "lii"),
    )
    assert told == (
        "row 3: wroker is no role; did you mean worker?",
        "row 5: group is missing",
        "row 5: name is missing",
        "row 6: cadre lii is nobody in this file; did you mean li?",
    )


def test_unknown_double_and_missing_columns_are_told_together() -> None:
    assert problems(header=("group", "hande", "name", "name")) == (
        "row 1: hande is no column; did you mean handle?",
        "row 1: column name stands there twice",
        "row 1: column handle is missing",
        "row 1: column role is missing",
    )


def test_nothing_at_all_is_no_roster() -> None:
    assert problems(header=()) == ("there is no header row",)
    assert problems() == ("the roster has no rows",)


def test_the_same_person_twice_in_one_role_is_told() -> None:
    assert problems(LI, LI) == ("row 3: li is cadre of xiboliang in row 2 already",)


def test_one_person_may_be_chair_and_cadre() -> None:
    plan = read_rows(HEADER, [LI, (*LI[:3], "chair"), ("other", *LI[1:])])
    assert len(list(plan.rows)) == 3


def test_one_handle_with_two_names_is_told() -> None:
    assert problems(LI, ("other", "li", "李梅", "cadre")) == (
        "row 3: li is 李红梅 in row 2, 李梅 here",
    )


def test_two_unclaimed_people_may_share_a_name() -> None:
    row = ("xiboliang", "", "张伟", "worker")
    assert [one.name for one in read_rows(HEADER, [row, row]).rows] == ["张伟", "张伟"]


def test_who_answers_for_a_worker_must_be_a_helper_of_the_same_group() -> None:
    told = problems(
        LI,
        ("xiboliang", "pan", "潘瑶", "manager"),
        ("xiboliang", "wu", "仵金生", "worker", "pan", "li"),
        ("elsewhere", "yu", "于海", "worker", "li", ""),
        ("xiboliang", "hu", "胡军", "worker", "li", "li"),
    )
    assert told == (
        "row 4: cadre pan has no row as cadre, chair or upper_union of xiboliang",
        "row 5: cadre li has no row as cadre, chair or upper_union of elsewhere",
        "row 6: li is both cadre and deputy",
    )


@pytest.mark.parametrize(
    ("column", "typed", "why"),
    [
        ("side", "onion", "onion is no side; did you mean union?"),
        ("function", "qualty", "qualty is no function; did you mean quality?"),
        ("timezone", "Asia/Shangai", "Asia/Shangai is no time zone; did you mean Asia/Shanghai?"),
        (
            "language",
            "中国话",
            "中国话 is no language; write zh, en or another short code",
        ),
        ("crew", "", "a b is no handle; write wu, telegram:123 or matrix:@a:b"),
    ],
)
def test_a_bad_cell_names_the_nearest_right_word(column: str, typed: str, why: str) -> None:
    handle = "a b" if column == "crew" else "a"
    header = ("group", "handle", "name", "role", column)
    assert problems(("x", handle, "A", "worker", typed), header=header) == (f"row 2: {why}",)


def test_what_a_group_is_must_be_said_alike_in_all_its_rows() -> None:
    header = ("group", "handle", "name", "role", "group_name", "timezone")
    told = problems(
        ("x", "a", "A", "worker", "西柏梁", "Asia/Shanghai"),
        ("x", "b", "B", "worker", "", ""),
        ("x", "c", "C", "worker", "别处", "Asia/Urumqi"),
        header=header,
    )
    assert told == (
        "row 4: group_name of x is 西柏梁 above and 别处 here",
        "row 4: timezone of x is Asia/Shanghai above and Asia/Urumqi here",
    )


def test_a_row_longer_than_its_header_is_told() -> None:
    assert problems((*LI, "", "", "stray")) == (
        "row 2: has more cells than the header has columns",
    )


WORD = st.text("abcdefg工会李红", min_size=1, max_size=6)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["one", "two"]),
        st.one_of(st.just(""), st.text("abcxyz", min_size=1, max_size=4)),
        st.sampled_from(Role),
        st.sampled_from(Side),
        st.frozensets(WORD, max_size=3),
        WORD,
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda row: (row[0], row[1] or id(row), row[2]),
)


@given(ROWS)
def test_what_was_written_out_is_read_back(
    rows: list[tuple[str, str, Role, Side, frozenset[str], str]],
) -> None:
    header = ("group", "handle", "name", "role", "side", "skills", "crew")
    cells = [
        (group, handle, handle or "无名", role.value, side.value, ";".join(skills), crew)
        for group, handle, role, side, skills, crew in rows
    ]
    plan = read_rows(header, cells)
    read = {
        (group.key, as_typed(row.user), row.role, row.side, row.skills, row.crew)
        for group in plan.groups
        for row in group.rows
    }
    assert read == {(g, h, role, side, s, crew) for g, h, role, side, s, crew in rows}
    assert sum(len(group.rows) for group in plan.groups) == len(rows)


@given(st.lists(st.lists(st.text(max_size=8), max_size=len(COLUMNS)), max_size=6))
def test_no_rows_however_strange_end_otherwise_than_in_a_plan_or_a_config_error(
    rows: list[list[str]],
) -> None:
    with suppress(ConfigError):
        assert read_rows(COLUMNS, rows).groups
