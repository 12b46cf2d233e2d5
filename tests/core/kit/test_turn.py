"""A turn: what it gathers, for whom it writes, and what it refuses."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.chat.message import Incoming
from core.domain.org import Role
from core.errors import RuleError
from core.kit.heard import Heard
from core.kit.turn import Turn, fresh_turn
from core.kit.writing import ALARM, NOTICE, tap
from core.testing.site import SITE
from tests.laws.deployment import Deployment, deployed


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployed(tmp_path) as deployment:
        yield deployment


async def turn_of(site: Deployment, incoming: Incoming) -> Turn:
    scene = await site.app.directory.scene(incoming)
    return fresh_turn(site.app.house, "bell", Heard.of(incoming, scene))


async def said(site: Deployment, who: str = "wu", chat: str | None = SITE) -> Turn:
    return await turn_of(site, site.message(who, "hello", chat))


async def test_a_turn_that_did_nothing_has_nothing_to_commit(site: Deployment) -> None:
    turn = await said(site)
    assert (await turn.finish()).is_empty


async def test_a_reply_in_a_group_quotes_and_in_private_does_not(site: Deployment) -> None:
    group, private = await said(site), await said(site, chat=None)
    await group.reply("x")
    await private.reply("x")
    assert group.unit.letters[0].reply_to == group.incoming.id
    assert private.unit.letters[0].reply_to is None


async def test_an_answer_goes_home(site: Deployment) -> None:
    turn = await said(site)
    await turn.answer("x")
    home = await turn.home(turn.me)
    assert home is not None
    assert turn.unit.letters[0].place == home.id


async def test_an_answer_to_somebody_without_a_home_tells_the_way(site: Deployment) -> None:
    turn = await said(site, "stranger")
    await turn.answer("a secret")
    (letter,) = turn.unit.letters
    assert "secret" not in letter.text
    assert letter.text == "这事我私下跟您说:请点我的头像,发一句“在吗”。"


async def test_a_stranger_becomes_a_worker_of_the_group_with_the_commit(site: Deployment) -> None:
    turn = await said(site, "stranger")
    await turn.reply("x")
    await site.app.house.store.commit(await turn.finish())
    person = await site.app.house.store.people.by_user("sandbox:stranger")
    assert person is not None
    (membership,) = await site.app.house.store.people.memberships(person.id)
    assert (membership.role, membership.verified) == (Role.WORKER, False)


async def test_whoever_has_not_opened_his_chat_cannot_be_told(site: Deployment) -> None:
    turn = await said(site, "stranger")
    await turn.reply("x")
    await site.app.house.store.commit(await turn.finish())
    person = await site.app.house.store.people.by_user("sandbox:stranger")
    assert person is not None
    other = await said(site)
    assert await other.tell(person.id, "x") is None
    assert other.unit.is_empty


async def test_a_post_reaches_every_chat_of_the_group(site: Deployment) -> None:
    turn = await said(site)
    assert turn.group is not None
    assert len(await turn.post(turn.group.id, "x", manner=NOTICE)) == 1


async def test_a_manner_is_written_on_the_letter(site: Deployment) -> None:
    turn = await said(site)
    assert turn.group is not None
    await turn.post(turn.group.id, "x", manner=ALARM)
    (letter,) = turn.unit.letters
    assert (letter.urgency, letter.prompted) == (ALARM.urgency, True)


async def test_a_button_names_its_plugin_and_fits(site: Deployment) -> None:
    turn = await said(site)
    await turn.reply("x", tap("go", "again", 7), tap("go", "other.do", "a"))
    data = [button.data for button in turn.unit.letters[0].buttons]
    assert data == ["bell.again:7", "other.do:a"]


async def test_a_turn_without_a_speaker_cannot_reply(site: Deployment) -> None:
    turn = fresh_turn(site.app.house, "bell")
    with pytest.raises(TypeError, match="nobody spoke"):
        await turn.reply("x")


async def test_a_job_planned_under_a_key_replaces_the_one_before(site: Deployment) -> None:
    turn = await said(site)
    for minutes in (1, 2):
        turn.later("chime", turn.now + timedelta(minutes=minutes), {"n": minutes}, key="k")
    assert [job.data for _, job in turn.unit.jobs] == [{"n": 2}]


async def test_a_plan_can_be_dropped(site: Deployment) -> None:
    turn = await said(site)
    turn.later("chime", turn.now, {}, key="k")
    turn.cancel("k")
    assert turn.unit.jobs == []


async def test_a_case_that_is_not_there_is_refused_by_number_and_by_button(
    site: Deployment,
) -> None:
    turn = await said(site)
    with pytest.raises(RuleError, match=r"core\.no_such_case"):
        await turn.case_numbered(999)
    with pytest.raises(RuleError, match=r"core\.stale_button"):
        await turn.case(1)


async def test_roles_are_those_of_this_group(site: Deployment) -> None:
    assert (await said(site, "li")).holds(Role.CADRE)
    assert not (await said(site, "wu")).holds(Role.CADRE, Role.CHAIR)


async def test_what_is_quoted_is_found_again(site: Deployment) -> None:
    await site.says("wu", "ring")
    message = replace(site.message("ma", "that one"), quotes=f"s{len(site.slate.names)}")
    quoted = await (await turn_of(site, message)).quoted()
    assert quoted is not None
    assert quoted.letter is not None
    assert quoted.letter.owner == "bell"
    nothing = replace(message, quotes="s999")
    assert await (await turn_of(site, nothing)).quoted() is None


async def test_a_message_can_belong_to_a_case(site: Deployment) -> None:
    await site.says("wu", "/open")
    ((case,),) = await site.rows("SELECT id FROM cases")
    assert isinstance(case, int)
    turn = await said(site)
    await turn.belongs(case)
    await site.app.house.store.commit(await turn.finish())
    answer = replace(site.message("ma", "我也是"), quotes=turn.incoming.id)
    quoted = await (await turn_of(site, answer)).quoted()
    assert quoted is not None
    assert quoted.case == case
