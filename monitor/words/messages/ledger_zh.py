"""Chinese words of the rules of the ledger that a planner meets on a screen."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.core.errors import TargetRule

LEDGER_RULES: Mapping[TargetRule, str] = {
    TargetRule.REASON: "未写入：请先写明理由，台账的每一条都要有理由。",
    TargetRule.UNCHANGED: "未写入：条款没有变化，台账只记真正的调整。",
    TargetRule.WITHDRAWN: "该目标已于 {day} 撤销，不能再调整；如需恢复，请另立目标。",
    TargetRule.ORDER: "未写入：{day} 早于上一条的生效日 {before}；请选择该日或之后的日期。",
    TargetRule.NOTICE: "未写入：生效日 {day} 超过一年；请选择 {latest} 或之前的日期。",
    TargetRule.NOT_IN_FORCE: "该目标在 {day} 尚未生效；请把截至日选在 {first} 或之后。",
    TargetRule.NO_VALUE: "该目标没有数值可试算，只有期限。",
    TargetRule.MILESTONE_AHEAD: "未写入：{day} 在今天之后；请在办结之后报告。",
    TargetRule.MILESTONE_REASON: "未写入：请简要写明事项是如何办结的。",
    TargetRule.SPLIT_KIND: "不能分解：只有水平、净增和累计类目标是各地区之和；增速、位次等不能相加。",
    TargetRule.SPLIT_COMPARATOR: "不能分解：区间目标没有单一的总数；请先改为下限或上限。",
    TargetRule.SPLIT_NOT_A_SUM: "不能分解：目录中该指标不是各地区之和（roll_up 不为 sum）。",
    TargetRule.SPLIT_NO_PARTS: "不能分解：下级地区没有该指标的数据，或数据不足以预测；请先导入各地区的数据。",
    TargetRule.SPLIT_PAST: "不能分解：期限已过。",
    TargetRule.SPLIT_NO_ROOM: "固定的和设了上下限的份额容不下总目标；请放宽其中一项。下表为现行分解。",
}
"""Sentences by rule."""
