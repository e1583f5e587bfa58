"""Labels of the page on how past probabilities turned out: (Chinese, English)."""

LABELS = {
    "record_title": ("概率记录", "Track record"),
    "record_part": ("看什么", "What to see"),
    "record_part_scores": ("概率准不准", "How good"),
    "record_part_plans": ("规划回放", "Plans replayed"),
    "record_part_day": ("任一过去日", "Any past day"),
    "record_source": ("来源", "Source"),
    "record_shown": ("评估", "Assessments"),
    "record_source_in_advance": ("事前评估", "In advance"),
    "record_source_afterwards": ("事后补评", "Afterwards"),
    "record_source_replay": ("回放", "Replay"),
    "record_source_scheduled": ("当时所示", "As shown"),
    "record_about_in_advance": (
        "结果公布之前已经入库的定期评估：没有后见之明。",
        "Scheduled assessments that were in the database before the outcome was known: no hindsight.",
    ),
    "record_about_afterwards": (
        "结果公布之后才为过去日期补算的定期评估：只用当时已知的数据，但程序成于其后。",
        "Scheduled assessments computed for past days after the outcome was known: only what was known "
        "then is used, but the program came later.",
    ),
    "record_about_replay": (
        "已结束的规划按季末重新评估：只用当时已知的数据，不参与防抖；程序成于其后，"
        "预训练系数不来自这些数据。",
        "Finished plans assessed again at quarter ends: only what was known then is used, without "
        "hysteresis; the program came later, its pretrained coefficients come from other series.",
    ),
    "record_none_judged": ("还没有目标有了结果。", "No target has an outcome yet."),
    "record_none_judged_do": (
        "目标期限过后、数据公布时自动判定；先运行 zhibiao run，已结束的规划再运行 zhibiao replay。",
        "Targets are judged when the figure of their deadline is out. Run zhibiao run first, then "
        "zhibiao replay for finished plans.",
    ),
    "record_no_readings": (
        "这一来源还没有可以对照的概率。",
        "This source has no probability yet that could be held against an outcome.",
    ),
    "record_no_readings_in_advance": (
        "事前评估要等期限过后、结果公布才能对照；继续按周评估即可。",
        "They can be judged once deadlines have passed and figures are out; keep assessing weekly.",
    ),
    "record_no_readings_afterwards": (
        "没有为过去日期补算过的定期评估。",
        "No scheduled assessment was computed for a past day.",
    ),
    "record_no_readings_replay": (
        "运行 zhibiao replay，即按当时已知的数据重新评估已结束的规划。",
        "Run zhibiao replay: it assesses finished plans again as known then.",
    ),
    "record_few": (
        "有结果的目标 {judged} 项（达到 {met}，未达到 {missed}）；其中 {targets} 项在结果公布前有过概率，"
        "共 {readings} 个季末读数。",
        "{judged} targets have an outcome ({met} met, {missed} missed); {targets} of them had a "
        "probability before it was known, {readings} readings at quarter ends in all.",
    ),
    "record_too_few": (
        "不足 {least} 项目标的数字只说明发生过什么，不能证明概率准或不准；同一目标的各次读数并不独立，"
        "区间按目标数计算。",
        "Numbers of fewer than {least} targets tell what happened; they prove nothing. Readings of one "
        "target hang together, so intervals count targets.",
    ),
    "record_judged": ("可对照的目标", "Targets judged"),
    "record_readings": ("读数", "readings"),
    "record_share_met": ("其中达到", "Met"),
    "record_brier": ("Brier 评分", "Brier score"),
    "record_brier_hint": ("0 最好，0.25 等于一律说 50%", "0 is best; always saying 50% scores 0.25"),
    "record_against_line": ("较序时进度", "Against the straight line"),
    "record_against_last_year": ("较去年同期完成比", "Against last year's share"),
    "record_skill": ("{skill} 技巧分（{n} 个读数）", "skill {skill} ({n} readings)"),
    "record_rule_silent": ("该规则未曾表态", "the rule said nothing"),
    "record_coverage": ("80% 区间命中", "80% range held"),
    "record_of_readings": ("{n} 个读数", "of {n}"),
    "record_crps": ("区间误差 CRPS", "CRPS"),
    "record_crps_hint": ("占目标值", "of the value asked for"),
    "record_reliability": ("说的与来的", "What was said and what came"),
    "record_reliability_hint": (
        "横轴说的概率，纵轴达到的比例；竖线为 95% 区间，数字为目标数",
        "across the probability told, up the share met; bars are 95% intervals, numbers count targets",
    ),
    "record_parts": (
        "Brier = 可靠性误差 {reliability} − 分辨力 {resolution} + 不确定性 {uncertainty}（按五档）",
        "Brier = reliability {reliability} − resolution {resolution} + uncertainty {uncertainty} (five bins)",
    ),
    "record_bins": ("各档读数", "Bins"),
    "record_bin": ("说的概率", "Told"),
    "record_bin_mean": ("平均", "Mean"),
    "record_interval": ("95% 区间", "95% interval"),
    "record_targets": ("目标", "Targets"),
    "record_scores": ("分组评分", "Scores by group"),
    "record_group": ("分组", "Group"),
    "record_group_all": ("全部", "All"),
    "record_group_time_left": ("离期限", "Time to deadline"),
    "record_group_frequency": ("数据频度", "Frequency of figures"),
    "record_group_kind": ("目标类型", "Kind of target"),
    "record_key_over_12": ("12 个月以上", "12 months or more"),
    "record_key_9_to_12": ("9—12 个月", "9–12 months"),
    "record_key_6_to_9": ("6—9 个月", "6–9 months"),
    "record_key_3_to_6": ("3—6 个月", "3–6 months"),
    "record_key_0_to_3": ("3 个月以内", "under 3 months"),
    "record_key_past": ("期限已过、结果未出", "past it, figure not out"),
    "record_key_annual": ("年度", "annual"),
    "record_key_quarterly": ("季度", "quarterly"),
    "record_key_monthly": ("月度", "monthly"),
    "record_rules_note": (
        "两条规则只说“正常”或“滞后”，按 100% 与 0% 计分；“{ours} / {theirs}”为本系统与该规则在同一批读数上的"
        " Brier 评分。",
        "Both rules say on schedule or behind, scored as 100% and 0%; {ours} / {theirs}: the Brier "
        "scores of this system and of the rule over the same readings.",
    ),
    "record_ours": ("本系统", "ours"),
    "record_theirs": ("规则", "the rule"),
    "record_plan": ("规划", "Plan"),
    "record_no_plans": ("还没有已结束的规划可以回放。", "No plan is finished yet, so none can be replayed."),
    "record_not_replayed": ("这份规划还没有回放。", "This plan has not been replayed."),
    "record_not_replayed_do": (
        "运行 zhibiao replay --plan {plan}，约需数秒到一分钟。",
        "Run zhibiao replay --plan {plan}; it takes seconds to a minute.",
    ),
    "record_replayed_on": ("回放于 {day}", "replayed {day}"),
    "record_plan_told": (
        "{targets} 项数量目标，{days} 个季末；{chances} 项在结果公布前有过概率，其余当时无数据可判。"
        "达到 {met}，未达到 {missed}，不一致 {disputed}，结果不明 {unknown}。"
        "另有 {milestones} 项事项，不计概率。",
        "{targets} quantified targets at {days} quarter ends; {chances} of them had a probability before the "
        "outcome was known, the others no figures then. {met} met, {missed} missed, {disputed} in dispute, "
        "{unknown} unknown. {milestones} milestones besides, which have no probability.",
    ),
    "record_rule_on": ("正常", "on schedule"),
    "record_rule_off": ("滞后", "behind"),
    "record_column_line": ("序时进度", "Straight line"),
    "record_column_last_year": ("去年同期", "Last year"),
    "record_column_ending": ("结果", "Outcome"),
    "record_column_source": ("依据", "By"),
    "record_fate_met": ("达到", "met"),
    "record_fate_missed": ("未达到", "missed"),
    "record_fate_disputed": ("不一致", "in dispute"),
    "record_fate_unknown": ("不明", "unknown"),
    "record_fate_open": ("未到期", "open"),
    "record_by_figures": ("入库数据，{day}", "figures, {day}"),
    "record_by_record": ("公开记录，{day}", "record, {day}"),
    "record_by_both": ("数据与记录，{day}", "figures and record, {day}"),
    "record_by_dispute": ("入库数据与公开记录相反", "figures and record disagree"),
    "record_by_none": ("未找到数据", "no figure found"),
    "record_by_weak": ("有数据，不足以判定", "a figure, but none that settles it"),
    "record_day": ("日期", "Day"),
    "record_steps": ("回放：{target}", "Replay: {target}"),
    "record_steps_hint": ("点选表中一行换目标", "choose a row of the table for another target"),
    "record_deadline_sign": ("期限", "due"),
    "record_result_sign": ("结果", "out"),
    "record_cell_hint": (
        "格内为当日亮灯与概率；深框列为所选日期，其序时进度与去年同期完成比列在右边。",
        "Cells show flag and probability of the day; the rules on the right are those of the day chosen.",
    ),
    "record_then": ("{day} 的亮灯与后来的结果", "Flags of {day} and what became of them"),
    "record_then_hint": (
        "已判定 {judged} 项，其余 {rest} 项未到期或结果不明",
        "{judged} judged since, {rest} open or unknown",
    ),
    "record_then_later": (
        "其中 {count} 项的评估在当日之后才入库（补算）。",
        "{count} of these assessments entered the database after that day.",
    ),
    "record_then_none": (
        "{day} 之前没有这一来源的评估；请选较晚的日期，或另一来源。",
        "This source has no assessment by {day}; choose a later day or the other source.",
    ),
    "record_then_more": (
        "另有 {count} 项，未列出。",
        "{count} more are not listed.",
    ),
    "record_column_then": ("当日", "Then"),
}
