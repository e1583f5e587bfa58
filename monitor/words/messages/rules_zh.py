"""Chinese words of the rules that figures must keep: name, what is wrong, what to do."""

RULES: dict[str, tuple[str, str, str]] = {
    "extra_cells": (
        "表头之外有内容",
        "该行有一格不在任何列名之下。",
        "含分隔符的文字请加引号，备注请移入备注列。",
    ),
    "unknown_indicator": ("指标不在目录", "目录中没有指标“{found}”。", "请写目录中的代码或名称。"),
    "ambiguous_indicator": ("指标有歧义", "“{found}”可指多个指标。", "请写所指指标的代码。"),
    "unknown_region": ("地区不在目录", "目录中没有地区“{found}”。", "请写目录中的代码或名称。"),
    "ambiguous_region": ("地区有歧义", "“{found}”可指多个地区。", "请写所指地区的代码。"),
    "bad_period": ("时期无法识别", "“{found}”不是时期。", "请写 2022、2022-Q3 或 2022-09。"),
    "period_does_not_fit_frequency": (
        "时期与频率不符",
        "时期“{found}”与该指标的报送频率不符。",
        "请按该指标的频率填写，或改用其他指标。",
    ),
    "period_is_cumulative": (
        "时期为累计",
        "“{found}”为自年初累计，而该指标按单期报送。",
        "请填单期数，或改用累计指标。",
    ),
    "period_is_single": (
        "时期为单期",
        "“{found}”为单月或单季，而该指标自年初累计。",
        "请填自年初累计数，或改用单期指标。",
    ),
    "missing_value": ("缺数值", "该行没有数值。", "得到数据后补填，或删去该行。"),
    "bad_value": ("数值无法识别", "“{found}”不能作为数值。", "只写数字，如 1420.5；单位和备注各有其列。"),
    "unknown_unit": ("单位无法识别", "“{found}”不是单位。", "请写该指标的单位。"),
    "unit_mismatch": ("单位不符", "单位“{found}”与该指标所计量的不符。", "请写该指标的单位，或改正指标。"),
    "unknown_status": (
        "状态无法识别",
        "“{found}”不是数据状态。",
        "请写最终、初步、修订、推算或年份推断；预计数不是观测值。",
    ),
    "bad_date": ("日期无法识别", "“{found}”不是日期。", "请写 2022-08-31、2022-08 或 2022。"),
    "unknown_origin": ("来源未登记", "来源“{found}”尚未登记。", "请先登记发布单位、标题和地址，或改写来源。"),
    "hidden_sheet": ("隐藏的工作表", "该工作表被隐藏，未读取。", "请取消隐藏，或指明要读该表。"),
    "unclear_cell": (
        "单元格含义不明",
        "无法从工作表看出单元格“{found}”是哪一个数据。",
        "请改为带列名的一行，或将该单元格留空。",
    ),
    "layout_not_understood": (
        "版式无法识别",
        "工作表中有一张表没有写明指标、地区和时期。",
        "请按目录中的名称补写缺少的部分。",
    ),
    "sheet_without_header": ("工作表无表头", "该工作表没有列名，未读取。", "请在数据上方写明列名。"),
    # Rules over figures
    "below_lower_bound": (
        "低于下限",
        "{written} 低于 {indicator} 的下限 {bound}。",
        "请核对数值、正负号和单位；若数值无误，应修改目录中的下限。",
    ),
    "above_upper_bound": (
        "高于上限",
        "{written} 高于 {indicator} 的上限 {bound}。",
        "请核对数值和单位；若数值无误，应修改目录中的上限。",
    ),
    "period_not_begun": (
        "时期尚未开始",
        "时期 {period} 尚未开始。",
        "请改正时期；预计数、计划数不是观测值。",
    ),
    "future_publication": (
        "发布日期在将来",
        "发布日期 {published} 晚于入库日。",
        "请改正日期；若数据尚未公开，请将该日填入解密日期（embargo_until）。",
    ),
    "published_before_period_start": (
        "发布早于时期",
        "{period} 的数据不可能在该期开始前的 {published} 发布。",
        "请改正发布日期或时期。",
    ),
    "duplicate_row_disagrees": (
        "重复行不一致",
        "{region} {indicator} {period} 的同一次发布出现多次且数值不同：{others}。",
        "请保留正确的一行；若为不同日期的发布，请分别填写发布日期。",
    ),
    "unit_slip": (
        "单位错位",
        "{period} 的 {written} 约比 {other} {larger} 10^{powers} 倍。",
        "{compare}{hint}{stored_remedy}",
    ),
    "percent_slip": (
        "小数与百分数混淆",
        "{period} 的 {written} 约比 {other} {larger} 10^{powers} 倍。",
        "{compare}{hint}{stored_remedy}",
    ),
    "cumulative_falls": (
        "累计数下降",
        "{indicator} 自年初累计，却由 {high} 降至 {low}{again}：{guess}。",
        "请将全年与公布数核对；若为单月数，请自 1 月起累加后重新导入全年。{stored_fall}",
    ),
    "fractional_count": (
        "计数带小数",
        "{period} 的 {written}：{indicator} 按个计数，应为整数。",
        "请核对数值和单位（“万”是另一单位）。",
    ),
    "single_month": (
        "单月数标为累计",
        "{period} 的 {written} 应为自年初累计，却接近上年同月的单月数（{alone}），与 {other} 相差很大。",
        "请与公布数核对，将单月数累加后重新导入；若今年确实偏低，可按原值接受。",
    ),
    "copied_period": (
        "重复上期数",
        "{period} 的 {written} 与 {other} 相同{regions}。",
        "请核对是否已填入新一期的数；若确无变化，可按原值接受。",
    ),
    "misplaced": (
        "疑为其他{what}的数",
        "{region} {period} 的 {written} 与其他{what}的数明显更吻合：{other}。",
        "请核对行列是否对调或错位；若数值无误，可按原值接受。",
    ),
    "outlier": (
        "远超常见范围",
        "{period} 的 {written} 远在 {low} 至 {high} 之外"
        "（{indicator} 各地区常见变动范围，自 {other} 起算）。",
        "请与公布数核对：有误则改正，无误可按原值接受。",
    ),
    "total_disagrees": (
        "合计与分项不符",
        "{total} 与其 {parts} 个分项{incomplete}之和 {summed} 不符。",
        "请查明哪一项有误；若分项本不构成合计，可按原值接受。",
    ),
    "ratio_disagrees": (
        "比率与分子分母不符",
        "{ratio} 应为 {expected}：{numerator} 除以 {denominator}。",
        "请查明三者中哪一个有误；若属不同次发布，可按原值接受。",
    ),
    "settled_figure_moves": (
        "已定数大幅变动",
        "{period} 的 {written} 将替换已定一年以上的 {other}，变动很大。",
        "若为修订，请将状态标为修订；否则请改正，或按原值接受。",
    ),
    "basis_changed": (
        "口径改变",
        "{period} 的口径为“{new}”，{other} 的口径为“{old}”：序列在此断开。",
        "若口径确已改变，无需处理；否则请改正口径列。",
    ),
    "unverifiable": (
        "无从核对",
        "{period} 的 {written} 是 {region} {indicator} 的首个数，其他地区和上下限都不能判明单位是否正确。",
        "请与公布数核对一次数值和单位。",
    ),
    "file_held": (
        "整份文件暂存",
        "本文件未入库：{rows} 行中有 {count} 行违反同一规则（{broken}），其余各行也存疑。",
        "请改正后重新导入，或接受其中无误的行。",
    ),
}

PARTS = {
    "figure": "{period} 的 {written}（{where}）",
    "figure_elsewhere": "{region} {period} 的 {written}（{where}）",
    "row": "第 {row} 行",
    "row_of": "{sheet} 第 {row} 行",
    "stored": "库中，获知日 {known_on}",
    "duplicate": "{where}为 {written}",
    "larger": "大",
    "smaller": "小",
    "hint_unit": "万元与亿元容易混淆。",
    "hint_percent": "0.0345 与 3.45 % 容易混淆，也可能漏了小数点。",
    "hint_peers": "这是该序列的首个数，其他地区彼此接近。",
    "compare_rows": "请将两行的数值和单位与公布数核对；",
    "compare_stored": "请将数值和单位与公布数核对；",
    "stored_remedy": "若库中数有误，请将其全部重新填入一份文件并标为修订。",
    "again_one": "，{year} 年另有 1 次",
    "again_many": "，{year} 年另有 {again} 次",
    "guess_one": "其中一个有误，或这些是单月数",
    "guess_many": "这些像是单月数",
    "stored_fall": "若库中某月有误，请在同一文件中给出更正数。",
    "regions": "，共 {count} 个地区如此",
    "what_region": "地区",
    "what_period": "时期",
    "incomplete": "（尚缺部分）",
    "separator": "，",
    "unknown": "违反规则 {rule}（{found}）。",
    "unknown_remedy": "请与公布数核对该行。",
}
