"""Numbers of a plan that are no targets: thresholds, subsidies, slogans, names, structure, background."""

from __future__ import annotations

import re
from collections.abc import Callable

from monitor.workplan.lexicon import ABSTRACT_NOUNS, LOAN_NOUNS, NEWNESS
from monitor.workplan.quantities import TIME_BASES, Quantity

_SUBSIDY_BEFORE = re.compile(
    r"(?:给予|奖补|奖励|补助|补贴|资助|最高|一次性|按照?|贴息|奖金|封顶|"
    r"每[家户项人个件篇名]|单[个户项笔家])[^,;。]{0,16}$"
)
_SUBSIDY_AFTER = re.compile(
    r"^(?:以上|以内|左右)?的?(?:[^,;。\d]{0,8})?(?:奖励|补助|补贴|资助|奖金|奖补|"
    r"贴息|配套|安家费|补偿)(?!资金总)"
)
_SUBSIDY_CLAUSE = re.compile(r"给予|奖补|补助|补贴|资助|奖励|贴息")
_TOTAL_GIVEN = re.compile(r"(?:发放|兑现|落实|拨付|争取|安排|落实|支持)[^,;。]{0,14}$")
_RULE_NOUNS = re.compile(
    r"(?:权重|分值|得分|占比?分|奖励比例|分配比例|收益比例|出资比例|持股比例|"
    r"加计扣除比例|税率|加分|计\d|提取比例|让渡比例)[^,;。]{0,6}$"
)
_BACKGROUND = re.compile(
    r"(?:现有|现拥有|辖|下辖|已有|目前有?|共有|仅有?|仅为|只有|不足|相差|常住人口|"
    r"总人口|户籍人口|约占|国土|位列|位居|占地|地处|坐拥|距|总投资|计划投资|落后|"
    r"低于全[国省市]|(?:达产|投产|建成|竣工|投用)后)[^,;。]{0,8}$"
)
_BUDGET = re.compile(
    r"(?:预算(?:总额|金额|资金|数|安排)?|财政拨款|拨款|基本支出|项目支出|"
    r"结转(?:资金)?|概算|其他资金|自有资金|三公经费|公用经费|资金总额|"
    r"总预算)[^,;。\d]{0,4}$"
)
_LIVES_ON_NAME = re.compile(r"^(?:工程|计划|行动|战略|条款|俱乐部|强企业?工程)")
_PLACES = re.compile(r"^(?:以上|左右)?(?:设区市|县[(市区]|乡镇|地市|市州|街道|部门|单位(?=予以))")
_ONE_VERBS = re.compile(
    r"(?:新增|获批|建成|创建|创成|认定|力争|确保|新建|争创|引进|组建|培育|至少|举办|落户)(?:至少|不少于)?$"
)
_ONE_UNITS = frozenset("家个项名座".replace(" ", ""))
_STRONG_SMALL = re.compile(
    rf"(?:{NEWNESS}|建成|创建|创成|获批|引进|组建|建设|打造|培育|认定|争创|力争|确保|"
    rf"至少|达到|突破|承担|攻克|举办|设立|成立|申报|布局|超过|累计)"
    r"(?:省级以上|国家级|省级|市级)?$"
)
_ROUND_SLOGAN = re.compile(r"[一-龥]{1,6}[百千万][一-龥]|.{0,10}(?:行动|工程|计划|活动|大会战|攻坚)$")
_SCOPE_AFTER = re.compile(r"^(?:以上|左右|以下|以内|及以上)?级(?!别|以上)")
_ATTRIBUTE_AFTER = re.compile(r"^(?:以上|以下|左右|及以上|以内)?(?:的|且|[(（]含)")
_REPEATED = re.compile(r"连续$|每[月季周日]?$|至少每$|第$")
_OLD_SCOPE = re.compile(r"^(?:以上|以下)?(?:学历|职称|学位|周岁|岁|类)")


def trap_of(text: str, quantity: Quantity, clause: tuple[int, int]) -> str | None:
    """Why a quantity of a clause is no target, or None where nothing speaks against it.

    Parameters
    ----------
    text : str
        Repaired text.
    quantity : Quantity
        What was found.
    clause : tuple of int
        Span of its clause.

    Returns
    -------
    str or None
        name, structure, subsidy, rule, rank_change, budget, duration, background, threshold or one.

    Examples
    --------
    >>> from monitor.workplan.quantities import find_quantities
    >>> words = "给予最高50万元奖励"
    >>> trap_of(words, next(find_quantities(words)), (0, len(words)))
    'subsidy'
    """
    left, right = text[clause[0] : quantity.start], text[quantity.number_end : clause[1]]
    if _is_inside_name(text, quantity):
        return "name"
    for trap, applies in _TRAPS:
        if applies(quantity, left, right):
            return trap
    return None


def _is_rule(quantity: Quantity, left: str, right: str) -> bool:  # noqa: ARG001 - one shape for every trap
    return bool(_RULE_NOUNS.search(left))


def _is_rank_change(quantity: Quantity, left: str, right: str) -> bool:  # noqa: ARG001
    return quantity.unit == "位" and bool(re.search(r"(?:前移|提升|上升|前进|进位|下降|后移)$", left))


def _is_budget(quantity: Quantity, left: str, right: str) -> bool:  # noqa: ARG001
    return quantity.base in {"CNY", "unstated"} and bool(_BUDGET.search(left))


def _is_duration(quantity: Quantity, left: str, right: str) -> bool:  # noqa: ARG001
    return quantity.base in TIME_BASES and not _is_time_limit(left)


def _is_background(quantity: Quantity, left: str, right: str) -> bool:  # noqa: ARG001
    return bool(_BACKGROUND.search(left)) and "累计" not in left


_QUOTES = {"“": "”", '"': '"”', "「": "」", "《": "》", "‘": "’"}
_LONGEST_NAME = 30


def _is_inside_name(text: str, quantity: Quantity) -> bool:
    """Between quotation marks or in the title of a document; closing marks may be plain ones."""
    longest = 80
    for opening, closings in _QUOTES.items():
        reach = longest if opening == "《" else _LONGEST_NAME
        opened = text.rfind(opening, max(0, quantity.start - reach), quantity.start)
        if opened < 0:
            continue
        between = text[opened + 1 : quantity.start]
        ahead = text[quantity.number_end : quantity.number_end + reach]
        closes = set(closings) | ({'"'} if opening == "“" else set())
        if opening == '"' and text.count('"', max(0, opened - 400), opened) % 2:
            continue  # that mark closes a pair
        if any(char in closes for char in between) or re.search(r"[。;]", between):
            continue
        end = min((ahead.find(char) for char in closes if char in ahead), default=-1)
        if end >= 0 and not re.search(r"[。;,]" if opening != "《" else r"[。;]", ahead[:end]):
            return True
    return text[quantity.number_end : quantity.number_end + 1] in {"+"}


def _is_structure(quantity: Quantity, left: str, right: str) -> bool:
    if quantity.base != "count":
        return False
    body = re.sub(r"^(?:以上|左右)", "", right)
    if re.match(rf"[一-龥]{{0,8}}?{ABSTRACT_NOUNS}(?=$|[,;。、)”（(和])", body):
        return not re.search(r"(?:新增|力争|获批)$", left)
    if (
        quantity.is_chinese
        and quantity.value <= 10
        and re.match(rf"(?:重点|重大|专项|主要)?{ABSTRACT_NOUNS}", body)
    ):
        return True
    if quantity.is_chinese and quantity.value in {100, 1000, 10000} and _ROUND_SLOGAN.match(body):
        return True
    if quantity.unit == "条" and not re.search(
        r"线|渠道|路|建议|需求|信息|产业链|链条|河", left[-8:] + right[:8]
    ):
        return True
    return bool(_LIVES_ON_NAME.match(body)) or (bool(_REPEATED.search(left)) and quantity.value < 13)


def _is_subsidy(quantity: Quantity, left: str, right: str) -> bool:
    if quantity.base not in {"CNY", "percent", "unstated"}:
        return False
    if _SUBSIDY_AFTER.match(right) and not _TOTAL_GIVEN.search(left):
        return True
    if re.search(r"(?:奖励|补助|补贴|资助|贴息|奖补)(?:比例|标准|额度|金额|上限)$", left):
        return True
    before = _SUBSIDY_BEFORE.search(left)
    if not before:
        given = re.search(
            r"(?:给予|予以)[^,;。]*$|(?:奖励|补助|补贴|资助|贴息|奖补)(?:额度?|标准|比例|"
            r"金额|上限)?[^,;。]{0,6}$",
            left,
        )
        return bool(given) and not re.search(r"发放|兑现|落实|拨付|争取|累计|全年|总额", left)
    word = before.group()
    if re.match(r"每[家户项人个件篇名]|单", word):
        return True
    if re.match(r"最高|按|封顶|一次性", word):
        return True
    return bool(_SUBSIDY_CLAUSE.search(left + right)) and not re.search(
        r"资金|总额|额度|发放|比例|覆盖|人数|家数", word
    )


def _is_time_limit(left: str) -> bool:
    return bool(re.search(r"压|缩|控制在|时限|周期|时间|不超过|提速|办结|减少", left))


def _is_scope(quantity: Quantity, left: str, right: str) -> bool:
    """A threshold that describes what is counted, or whom a rule is for."""
    if _OLD_SCOPE.match(right) and quantity.base == "count":
        return True
    if _SCOPE_AFTER.match(right):
        return not re.search(r"(?:达到|突破|超过|超|达|迈上|跃上)$", left)
    if quantity.base == "percent":
        return _is_share_condition(left, right)
    if quantity.base in {"CNY", "unstated", "square_metre", "mu", "tonne"}:
        return _is_amount_scope(left, right)
    if left.endswith("的") and quantity.base == "count":
        return True
    if _PLACES.match(right) and not re.search(r"(?:建成|创建|获批|新增|力争|争创|建设)$", left):
        return True
    attribute = _ATTRIBUTE_AFTER.match(right)
    if attribute is None:
        return False
    return quantity.unit in {"人", "年", "次", "名"} and "的" in attribute.group()


def _is_share_condition(left: str, right: str) -> bool:
    if re.match(r"^(?:以上|以下|左右)?(?:给予|予以|的比例|的标准|计提|提取|用于|奖)", right):
        return True
    if left.endswith("的") and not re.search(r"占|相当于", left):
        return True
    if not re.match(r"^(?:以上|以下|左右)?的", right):
        return False
    return bool(re.search(r"[一-龥]", re.sub(r"^.*?(?:推动|力争|确保|使|实现|支持|引导|约)$", "", left)))


def _is_amount_scope(left: str, right: str) -> bool:
    body = re.sub(r"^(?:以上|以下|左右|以内|及以上)", "", right)
    if re.match(r"\d|[一二两三四五六七八九十]+[个家项]", body):
        return True  # 10亿元以上1个
    if not body or body[0] in "、)((及和与或并":
        return bool(re.match(r"^及以上", right)) and bool(body)
    if re.match(rf"的?[一-龥“”]{{0,6}}?{LOAN_NOUNS}", body) and not re.search(r"以上的", right[:4]):
        return False
    if re.match(r"大关|目标|用于|以支持|支持|,", body):
        return False
    if re.match(r"(?:的|规模)", body):
        return not re.search(r"(?:总规模|规模)$", left)
    return bool(re.match(r"[一-龥]{2,}", body))


def _is_small_word(quantity: Quantity, left: str, right: str) -> bool:
    """Small Chinese numerals count only after a verb that creates something, or at the end of a list."""
    if not quantity.is_chinese or quantity.base != "count" or quantity.value > 10:
        return False
    noun = re.sub(r"^(?:以上|左右)", "", right)
    if quantity.value == 1:
        if (
            quantity.unit not in _ONE_UNITS
            or re.search(r"一[家个项名座]", right)
            or not _ONE_VERBS.search(left)
        ):
            return True
        return bool(re.match(r"个?(?:标准|平台化|窗口|图|清单|体|盘|批|系列|流)", noun))
    if re.match(r"[一-龥]", noun):
        return not _STRONG_SMALL.search(left) or quantity.unit in {"期", "次", "条", "部", "位"}
    return quantity.unit in {"期", "部", "位"} and not left


_TRAPS: tuple[tuple[str, Callable[[Quantity, str, str], bool]], ...] = (
    ("structure", _is_structure),
    ("subsidy", _is_subsidy),
    ("rule", _is_rule),
    ("rank_change", _is_rank_change),
    ("budget", _is_budget),
    ("duration", _is_duration),
    ("background", _is_background),
    ("threshold", _is_scope),
    ("one", _is_small_word),
)
