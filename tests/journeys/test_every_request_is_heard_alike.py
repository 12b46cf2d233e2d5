"""In front of the boss: the group hears the same, whatever is asked and by whatever way."""

import random

from core.chat.letter import Button
from core.testing import Site, open_site
from core.testing.site import SITE

REQUESTS = (
    "我们班三个月没发工资了",
    "上个月在工地摔断了手,算不算工伤?",
    "老板不给交社保怎么办",
    "3号楼西边护栏松了",
    "3号楼有人从架子上掉下来了,快来人",
    "能不能给大家搭个棚子?",
    "妻子带孩子来,想借一间夫妻房",
    "娃想转到这边上小学,要办啥手续?",
    "想买腊月回家的火车票,谁能帮着买",
    "谁捡到一串钥匙",
    "工地上有没有体检?最近老头晕",
    "家里老人病了,实在没钱了,能不能借点",
    "没签合同就让我走人,合法吗?",
    "带班的老摸我,我害怕",
    "我举报后他们打击报复我",
    "想考电工证,去哪儿报名",
    "我不想活了",
    "/ask 别的事",
    "/帮忙 宿舍没热水",
)
"""One or more of every category and mark."""


async def heard(site: Site, who: str, request: str) -> list[tuple[str, tuple[Button, ...]]]:
    """Return what the group heard upon *request*: text and buttons, data and all."""
    before = len(site.seen(SITE))
    message = await site.says(who, request)
    answers = site.seen(SITE)[before:]
    assert all(one.reply_to == message for one in answers), request
    return [(one.text, one.buttons) for one in answers]


async def test_the_group_hears_one_sentence_with_one_button_for_every_request() -> None:
    order = list(REQUESTS)
    random.Random(20261123).shuffle(order)
    people = [
        {"handle": "li", "name": "李红梅", "role": "cadre"},
        {"handle": "zhang", "name": "张莉", "role": "chair"},
        *(
            {"handle": f"w{n}", "name": f"工友{n}", "role": "worker", "cadre": "li"}
            for n in range(len(order))
        ),
    ]
    async with open_site(people=people, plugins=["casework", "routing", "intake"]) as site:
        answers = [await heard(site, f"w{n}", request) for n, request in enumerate(order)]
        cases = await site.cases()
    assert len(cases) == len(order)
    assert len({case.category for case in cases}) >= 10
    assert len({case.visibility for case in cases}) == 4
    first = answers[0]
    assert [text for text, _ in first] == ["收到,李红梅来跟您联系。"]
    assert [button.label for button in first[0][1]] == ["私下说"]
    assert all(answer == first for answer in answers), "byte for byte, the button's data too"


async def test_a_number_is_never_said_in_the_group() -> None:
    async with open_site(plugins=["casework", "routing", "intake"]) as site:
        for who, request in zip(("wu", "ma", "hai"), REQUESTS, strict=False):
            await site.says(who, request)
            await site.presses(who, "私下说", SITE)
        said = "\n".join(site.texts(SITE))
        assert not [case for case in await site.cases() if str(case.number) in said]
        private = {case.number for case in await site.cases()}
        assert all(
            any(str(number) in site.last(f"@{who}") for number in private)
            for who in ("wu", "ma", "hai")
        )
