"""Who carries a case is a helper's decision: pass, assign, call the next level, go off duty."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from core.api.case import Priority, State
from core.api.facts import CaseAccepted
from core.testing.site import Site, open_site
from tests.plugins.routing.given import asked, happens, name, now, opened, person, rung

HOUR = timedelta(hours=1)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with open_site(plugins=["groups", "routing"]) as built:
        yield built


async def led_by_li(site: Site, priority: Priority = Priority.P3, who: str = "wu") -> int:
    case = await opened(site, who, priority)
    li = await person(site, "li")
    await happens(site, CaseAccepted(case=case.id, at=site.now, actor=li))
    return case.id


async def test_a_case_passed_on_stays_with_its_lead_until_it_is_accepted(site: Site) -> None:
    case = await led_by_li(site)
    await site.tells("li", "转交 300 @王建国")
    after = await now(site, case)
    assert site.last("@li") == "300 号转给王建国了,对方接下之前还算您的。"
    assert (await name(site, after.lead), await name(site, after.offered_to)) == (
        "李红梅",
        "王建国",
    )
    wang = await person(site, "wang")
    after = await happens(site, CaseAccepted(case=case, at=site.now, actor=wang))
    assert await name(site, after.lead) == "王建国"


async def test_whom_it_was_passed_to_and_who_does_not_answer_leaves_it_where_it_was(
    site: Site,
) -> None:
    case = await led_by_li(site)
    await site.tells("li", "/pass 300 @wang")
    await site.passes(4 * HOUR)
    after = await now(site, case)
    assert (await name(site, after.lead), after.offered_to) == ("李红梅", None)
    assert "王建国没接 300 号,还在您这儿。" in site.texts("@li")


async def test_after_two_passes_the_chair_decides(site: Site) -> None:
    case = await led_by_li(site)
    await site.tells("li", "/pass 300 @wang")
    await site.tells("li", "/pass 300 @wang")
    await site.tells("li", "/pass 300 @wang")
    assert site.last("@li") == "300 号已经转过两回,请张莉定。"
    assert ("chair", "passed_twice", "张莉") in await rung(site, await now(site, case))


async def test_who_was_asked_may_name_somebody_better(site: Site) -> None:
    case = await opened(site)
    await site.tells("li", "/pass 300 @张莉")
    assert await asked(site, case) == ["李红梅", "张莉"]


@pytest.mark.parametrize(
    ("whom", "answer"),
    [
        ("@潘瑶", "潘瑶不是这个群的工会干部。请写干部的名字,前面加 @。"),
        ("@nobody", "没找到“nobody”。请写花名册上的名字,前面加 @。"),
        ("@li", "300 号本来就是李红梅在办。"),
    ],
)
async def test_a_case_cannot_be_passed_to_anybody_else(site: Site, whom: str, answer: str) -> None:
    await led_by_li(site)
    await site.tells("li", f"/pass 300 {whom}")
    assert site.last("@li") == answer


async def test_a_case_is_not_passed_to_somebody_off_duty(site: Site) -> None:
    await led_by_li(site)
    await site.tells("wang", "/duty off")
    await site.tells("li", "/pass 300 @wang")
    assert site.last("@li") == "王建国现在不值班。换一位吧。"


async def test_the_chair_assigns_by_command_and_by_button(site: Site) -> None:
    case = await opened(site, priority=Priority.P1)
    await site.presses("zhang", "派给王建国")
    assert site.last("@zhang") == "300 号派给王建国了,等对方接下。"
    assert site.buttons("zhang") == []
    await site.tells("zhang", "/assign 300 @li")
    assert await asked(site, case) == ["李红梅", "王建国", "李红梅"]


async def test_a_cadre_may_not_assign_and_a_stranger_sees_no_case(site: Site) -> None:
    await led_by_li(site)
    await site.tells("wang", "/assign 300 @li")
    assert site.last("@wang").startswith("/assign 不是给您用的")
    await site.tells("wang", "/pass 300 @li")
    assert site.last("@wang").startswith("300 号这一步不归您办")
    await site.tells("pan", "/pass 300 @li")
    assert "300 号" not in site.last("@pan")


async def test_a_helper_calls_the_next_level_with_the_reason(site: Site) -> None:
    case = await led_by_li(site)
    await site.tells("li", "上报 300 要总包来人")
    assert site.last("@li") == "300 号已请张莉来看。"
    assert site.last("@zhang").startswith("李红梅请您看看 300 号。")
    assert site.last("@zhang").endswith("原因:要总包来人")
    await site.tells("zhang", "/escalate 300")
    assert site.last("@zhang") == "300 号已请尚敏来看。"
    assert [level for level, _, _ in await rung(site, await now(site, case))] == [
        "chair",
        "upper",
    ]


async def test_off_duty_what_was_not_answered_goes_on_at_once(site: Site) -> None:
    case = await opened(site)
    await site.tells("li", "/值班 off 明天")
    assert await asked(site, case) == ["李红梅", "王建国"]
    assert site.last("@li") == "好,您歇着。\n转给别人的:300 号。"


async def test_off_duty_what_is_urgent_is_handed_over_and_the_rest_waits(site: Site) -> None:
    urgent = await led_by_li(site, Priority.P1)
    calm = await led_by_li(site, who="ma")
    await site.tells("li", "/duty off 周一")
    assert site.last("@li") == "好,您歇着。\n转给别人的:300 号。\n还有 1 件等您回来。"
    after = await now(site, urgent)
    assert (await name(site, after.lead), await name(site, after.offered_to)) == (
        "李红梅",
        "王建国",
    )
    assert (await now(site, calm)).offered_to is None


async def test_new_requests_pass_over_who_is_off_duty_until_the_time_is_over(site: Site) -> None:
    await site.tells("li", "/duty off 明天")
    assert await asked(site, await opened(site)) == ["王建国"]
    await site.passes(23 * HOUR)
    assert await asked(site, await opened(site)) == ["李红梅"]


async def test_who_comes_back_gets_what_waits(site: Site) -> None:
    await site.tells("li", "/duty off")
    await site.tells("wang", "/duty off")
    case = await opened(site)
    assert case.state is State.OPEN
    await site.tells("li", "/duty on")
    assert await asked(site, case) == ["李红梅"]


async def test_duty_is_changed_by_buttons_too(site: Site) -> None:
    await site.tells("li", "值班")
    assert site.buttons("li") == ["歇着", "歇到明早"]
    await site.presses("li", "歇到明早")
    await site.tells("li", "值班")
    assert site.last("@li") == "您现在不值班。"
    await site.presses("li", "我回来了")
    assert site.last("@li") == "好,您在值班了。"


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("/duty", "您在值班。要歇到别的日子,发:/值班 off 12-01"),
        ("值班", "您在值班。要歇到别的日子,发:/值班 off 12-01"),
        (
            "/duty off 不知道",
            "“不知道”是到什么时候?可以写:明天、周一、12-01、8:00",
        ),
        ("/duty maybe", "这样写:/duty off 明天"),
    ],
)
async def test_duty_is_told_and_asked_in_plain_words(site: Site, words: str, answer: str) -> None:
    await site.tells("li", words)
    assert site.last("@li") == answer


async def test_a_lead_who_left_the_group_is_replaced(site: Site) -> None:
    case = await led_by_li(site)
    await site.theatre.stage.leave("xiboliang", "li")
    await site.theatre.settle()
    after = await now(site, case)
    assert await name(site, after.offered_to) == "王建国"
