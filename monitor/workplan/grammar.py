"""Name and verb around a number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.workplan.lexicon import (
    ACTIONS,
    FIRM,
    GROWTHS,
    LEVELS,
    NEW_VERBS,
    NEWNESS,
    STOCK_VERBS,
    STRETCH,
)
from monitor.workplan.quantities import Quantity

_TIME = (
    r"(?:(?:到|至|在|力争)?[\"“]?(?:20\d\d年|十[二三四五六七]五[\"”]?)(?:年?底|末|"
    r"期末|期间|时期|上半年前?|下半年|[一二三四]季度|\d{1,2}月)?(?:之?前|以前|内)?"
    r"|今年|全年|年内|年底前?|明年|到?20\d\d|未来[一二三四五\d]+年|"
    r"[一二三五六七八十\d]+年(?:内|来)?|每年(?:度)?|年度|当年|本年度?|上半年前?|"
    r"[一二三四]季度末?前?|\d{1,2}月底?前?|同时|逐年)"
)
_SCOPE = (
    r"(?:全(?:省|市|县|区|州|盟|旗|国|社会口径|域|园)|我[省市县区]|本[市省区县]|"
    r"辖区|市域|区域)(?:内|各级)?(?![一-龥]?平均)"
)
_CONNECT = (
    r"(?:其中|以及|并且?|及|和|与|还|再|也|均|同时|从而|进而|通过|努力|着力|积极|"
    r"加快|大力|持续|全面|进一步|不断|有序|稳步|深入|扎实|切实|全力|重点|继续|"
    r"推动实现)"
)
_LEAD = re.compile(
    rf"^(?:[、,;:\s—·●◆■▪★>-]|\d{{1,2}}[.、](?=\D)|\((?:[一二三四五六七八九十\d]+)\)|"
    rf"{STRETCH}|{FIRM}|{_TIME}|{_SCOPE}|{_CONNECT}|(?:是|要)(?=[一-龥])|(?:经过|"
    rf"计划|预计|预期|拟|将|要))+"
)
_TAIL_MODAL = re.compile(
    rf"(?:{STRETCH}|{FIRM}|要|将|拟|预计|预期|分别|各|都|(?<![签合预节契制])约|"
    rf"(?<!最)近|至少|(?<!公)共|共计|合计|总计|进一步|逐步|稳步|首次|再)+$"
)
_LEVEL_TAIL = re.compile(rf"(?P<verb>{LEVELS}|突破|超过|超|控制)(?:了|在|到|至)?$")
_GROWTH_TAIL = re.compile(
    rf"(?:(?:同比|比上年|较上年|比去年|较去年|环比|名义|实际|(?:比|较|"
    rf"与)[^,;]{{2,12}}?(?:相比)?))?(?P<pace>年均|年平均|每年|逐年|平均每年)?(?:累计|"
    rf"保持)?(?P<verb>{GROWTHS})(?:幅度|速度)?(?:了|约|近|达到?|超过|在|保持在?|力争|"
    rf"不低于|为)?$"
)
_NEW_TAIL = re.compile(rf"(?P<verb>{NEWNESS})(?:了|达到?|至少|超过|突破)?$")
_ACTION_TAIL = re.compile(rf"(?P<verb>{ACTIONS})(?:了|至少|达到?|超过|约|不少于)?$")
_ACTION_HEAD = re.compile(rf"^(?P<verb>(?:{ACTIONS}(?:[、和与并及])?)+)")
_MANNER = re.compile(
    r"(?:柔性|联合|滚动|重点|集中|分批|带头|牵头|自主|协同|定向|精准|梯次|合作|主动|"
    r"组团|择优|全职|刚性|优先|首批|分类|试点|组织|推荐|累计|高标准|高水平|高质量)+"
)
_CLOSING_VERB = re.compile(rf"(?:{ACTIONS}|交付|运行|投产|达产|开工|见效|上市|挂牌|覆盖)(?:使用|运行)?$")
EXCEEDS = frozenset("突破 超过 超 高于 大于 逾 多于 超出".split())


STEADY_NAMES = re.compile(
    r"(?:数|数量|总数|总量|总额|规模|余额|量|额|率|比重|占比|比例|强度|面积|水平|"
    r"能力|收入|产值|增加值)(?:\([^)]*\))?$"
)


@dataclass(frozen=True)
class Predicate:
    """What is said of the thing counted.

    Parameters
    ----------
    role : str
        level, growth, new, net, action, stock or none.
    verb : str
        The verb itself.
    pace : str
        年均 or 每年 before a growth verb, else empty.
    """

    role: str
    verb: str = ""
    pace: str = ""


@dataclass(frozen=True)
class Reading:
    """A number with the words that belong to it.

    Parameters
    ----------
    left, right : str
        Words before and after it, inside its clause and up to its neighbours.
    noun : str
        Name of what is counted, bare.
    predicate : Predicate
        Verb, or `none`: to be inherited.
    is_number_first : bool
        Whether the name stands after the number.
    """

    left: str
    right: str
    noun: str
    predicate: Predicate
    is_number_first: bool


def read_words(left: str, right: str, quantity: Quantity) -> Reading:
    """Divide the words around a number into name and verb.

    Parameters
    ----------
    left, right : str
        Words before the number and after it.
    quantity : Quantity
        The number.
    """
    body = strip_tail(strip_lead(left))
    after = _after_number(right)
    predicate, noun = _predicate(body, quantity)
    first = bool(after) and (not noun or _ends_with_verb(body)) and not _is_growth_word(after)
    if first:
        noun = _right_noun(after)
        is_open = predicate.role == "none" or (predicate.role == "level" and not predicate.verb)
        if is_open and quantity.base == "count" and not re.fullmatch(r"(?:、|和|与|及|以及)", left):
            predicate = Predicate("action", "")
    elif after and predicate.role == "none" and quantity.base == "count" and _CLOSING_VERB.search(after):
        noun, predicate = noun + _right_noun(after), Predicate("action", "")
    if _is_growth_word(after) and quantity.base == "percent":
        predicate = Predicate("growth", after[:2], pace_word(body))
        noun = _ACTION_HEAD.sub("", re.sub(r"(?:每年|年均)?(?:保持|实现|达到)?$", "", body)) or noun
    return Reading(left, right, noun, predicate, first)


def strip_lead(text: str) -> str:
    """Words without modal, time and place at their head."""
    while True:
        shorter = _LEAD.sub("", text, count=1)
        if shorter == text:
            return shorter.strip()
        text = shorter


def strip_tail(text: str) -> str:
    """Words without 力争, 分别, 约 at their end."""
    while True:
        shorter = re.sub(r"(?<![亩人户月日年平])均$", "", _TAIL_MODAL.sub("", text))
        if shorter == text or not shorter:
            return shorter
        text = shorter


def _after_number(right: str) -> str:
    after = re.sub(
        r"^(?:\([^()]{1,2}\))?(?:及?以上|左右|上下|以下|以内|之内|大关|之间)?级?(?:的)?", "", right
    )
    return (
        after
        if re.match(r"[一-龥A-Za-z“\"(]", after) and not re.match(r"(?:以及|和|与|及|并|其中|同时|、)", after)
        else ""
    )


def _is_growth_word(after: str) -> bool:
    return bool(re.match(r"(?:的)?(?:增幅|增速|增长|速度|年均增)", after))


def pace_word(body: str) -> str:
    """年均, 每年 or 逐年 where it stands in the words, else nothing."""
    found = re.search(r"年均|每年|逐年", body)
    return found.group() if found else ""


def _ends_with_verb(body: str) -> bool:
    return not body or bool(
        _LEVEL_TAIL.search(body)
        or _NEW_TAIL.search(body)
        or _ACTION_TAIL.search(body)
        or body.endswith(("在", "有", "将", "以"))
    )


def _predicate(body: str, quantity: Quantity) -> tuple[Predicate, str]:
    """The verb nearest to the number, and the name without it."""
    shares = quantity.base in {"percent", "pp", "permille", "times"}
    if quantity.base == "rank":
        noun = re.sub(
            r"(?:(?:继续)?(?:保持|进入|跻身|位居|稳居|排名|位列|力争|居|列|在|进|到|达到|"
            r"全[国省市区县]|同类城市|副省级城市|中西部|中部|地区)+)$",
            "",
            body,
        )
        return Predicate("level", "进入"), trimmed_noun(noun) or body
    level, growth = _LEVEL_TAIL.search(body), _GROWTH_TAIL.search(body)
    if (
        growth
        and (shares or growth.group("verb") not in {"增加", "提升", "扩大", "净增长"})
        and not (
            level
            and level.group("verb").endswith(("到", "至", "在"))
            and level.start() <= growth.start("verb")
        )
    ):
        return Predicate(
            "growth", growth.group("verb"), growth.group("pace") or pace_word(body)
        ), trimmed_noun(body[: growth.start()])
    new = _NEW_TAIL.search(body)
    if new:
        role = "net" if new.group("verb").startswith("净") else "new"
        return Predicate(role, new.group("verb")), trimmed_noun(body[: new.start()])
    if level or quantity.lead in EXCEEDS:
        return _level(body, level)
    tail = _ACTION_TAIL.search(body)
    if tail and _ACTION_HEAD.fullmatch(body):
        return Predicate(_role(body), body), ""
    if tail and tail.start() > 0 and not _is_verbal_noun(body):
        verb = tail.group("verb")
        role = _role(verb)
        return Predicate(role, verb), body
    return _head_verb(body)


def _level(body: str, level: re.Match[str] | None) -> tuple[Predicate, str]:
    noun = body[: level.start()] if level else body
    verb = level.group("verb") if level else ""
    if verb in {"实现", "完成", "有", "为"} and not noun:
        return Predicate("action", verb), ""
    newness = re.match(NEWNESS, noun)
    if newness:
        role = "net" if newness.group().startswith("净") else "new"
        return Predicate(role, newness.group()), trimmed_noun(noun[newness.end() :])
    head = None if verb or STEADY_NAMES.search(noun) else _ACTION_HEAD.match(noun)
    if head and _role(head.group("verb")) == "action" and head.end() < len(noun):
        return Predicate("action", head.group("verb")), trimmed_noun(noun)  # 培育企业超过10家
    return Predicate("level", verb), trimmed_noun(noun)


def _is_verbal_noun(body: str) -> bool:
    """科技成果转移转化 and 项目立项 end in verbs that are names there."""
    return len(body) > 4 and bool(
        re.search(
            r"(?:转移转化|合作|交流|活动|服务|培训|对接|示范|应用|项目|攻关|检测|交易|投资|融资|投入)$", body
        )
    )


def _head_verb(body: str) -> tuple[Predicate, str]:
    newness = re.match(rf"^(?P<verb>{NEWNESS})", body)
    if newness:
        role = "net" if newness.group("verb").startswith("净") else "new"
        return Predicate(role, newness.group("verb")), trimmed_noun(body[newness.end() :])
    inner = None
    for match in re.finditer(rf"(?:{ACTIONS}|{NEWNESS})", body):
        governs = match.group() in NEW_VERBS or _may_govern(body, match)
        inner = match if match.end() < len(body) and governs else inner
    if inner is None:
        return Predicate("none"), trimmed_noun(body)
    verb = inner.group()
    if re.match(rf"{NEWNESS}$", verb):
        return Predicate("net" if verb.startswith("净") else "new", verb), trimmed_noun(body[inner.end() :])
    head = _ACTION_HEAD.match(body)
    start = 0 if head and inner.start() < head.end() else inner.start()
    verb = head.group("verb") if head and start == 0 else verb
    return Predicate(_role(verb), verb), body[start:]


def _role(verbs: str) -> str:
    """The role of one verb or several in a row: the first decides."""
    first = re.match(ACTIONS, verbs)
    return "stock" if first and first.group() in STOCK_VERBS else "action"


def _may_govern(body: str, match: re.Match[str]) -> bool:
    """A verb inside the words before a number governs it if it opens them or follows another phrase."""
    if match.start() == 0 or (_MANNER.fullmatch(body[: match.start()]) and len(body) - match.end() >= 2):
        return True  # 柔性引进: words before a verb that say how
    before = body[match.start() - 1]
    return before in "、,()和与并以" or (
        bool(
            re.search(
                r"(?:企业|机构|高校|院所|单位|平台|社会|各类|方式|形式|来[一-龥]|科技)$",
                body[: match.start()],
            )
        )
        and len(body) - match.end() >= 3
    )


def trimmed_noun(noun: str) -> str:
    """A name without comparison, pace and modal at its end."""
    noun = re.sub(r"(?:由|从|较|比|在)[^,;]*\d[^,;]*$", "", noun) or noun
    noun = re.sub(rf"(?:每年|年均|累计|同比|共|的|总计|{STRETCH}|力争|确保)+$", "", noun)
    return strip_tail(noun).strip("、,;: ")


def _right_noun(after: str) -> str:
    """The thing counted, where it follows the number."""
    cut = re.split(r"[,;。:]", after)[0]
    cut = re.split(rf"(?<=[一-龥]{{3}})(?:、(?={ACTIONS})|(?:以及|并|同时)(?=[一-龥]))", cut)[0]
    return cut.strip("的、 ")
