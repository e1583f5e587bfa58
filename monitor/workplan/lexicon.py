"""Words of Chinese work plans, by what they do in a sentence.

The lists hold words of the trade, never phrases of one document. Alternatives are sorted longest
first where they become patterns, so that 增加到 is never read as 增加.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def alternatives(words: Iterable[str]) -> str:
    """A pattern that matches the longest of the words."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(set(words), key=lambda w: (-len(w), w))) + ")"


_PLAIN_ACTIONS = """
开展 举办 组织 实施 引进 引育 培育 培养 招引 引入 争取 争创 登记 转化 促成 促进 推荐 选派
遴选 打造 建设 建立 组建 创建 申建 培训 服务 发布 制定 制订 修订 研发 研制 开发 攻克 攻关
获得 获取 取得 形成 审定 育成 选育 支持 推广 签约 孵化 申请 申报 备案 解决 对接 走访 推动
推进 完成 落实 发放 投放 提供 吸引 集聚 聚集 承担 承接 承办 挖掘 撮合 衍生 征集 凝练 设立
成立 布局 部署 共建 联建 搭建 筹建 改造 提升 优选 评选 评审 立项 资助 扶持 惠及 带动 撬动
入选 参加 参与 召开 举行 编制 出台 输送 选树 命名 授予 认定 获批 落地 集成 示范 应用 转让
许可 交易 兑现 拨付 募集 投入 投资 融资 推出 上线 开放 开通 投用 开工 竣工 交付 布设 建档
摸排 储备 辅导 帮扶 指导 检查 抽查 调研 宣讲 发表 出版 产出 突破 攻坚 实现 招聘 派驻 选聘
聘请 聘任 招收 安排 吸纳 拓展 盘活 淘汰 整合 重组 升级 推选 表彰 奖励 安置 化解 清理 整治
关停 新建 改建 扩建 续建 续聘 转移 孵育 引聚 汇聚 招商 签订 达成 对标 创成 发展 壮大 推介
输出 承揽 收集 采集 遴聘 启动 探索 谋划 策划 联合 配备 购置 更新 布置 办理 受理 审批 授权
调解 查处 抽检 检测 监测 验收 结题 立项 引导 鼓励 协助 帮助 督促 动员 牵头 入网 接入 覆盖
投产 达产 纳入 交办 链接 走进 组团 洽谈 发掘 消化 派出 派驻 宣传 报送 刊发 编发 巡诊 义诊
招录 招募 破解 揭榜 发榜 张榜 认领 匹配 梳理 归集 建库 试制 繁育 治理 修复 采购 结对 授牌
挂牌 评定 评价 发明 转让 购买 引育 培植 孵化毕业 授予 备案登记 申领 核发 签发 消纳 接待 来访
回收 植入 入园 上市 上规 升规 转产 转化落地 攀登 扩面 拓宽 建设改造 提档 普及 轮训 研制
研究制定 牵引 支撑 促使 促进 推动 走访服务
""".split()

_STOCK_ACTIONS = """
建成 拥有 保有 入库 入驻 在库 在孵 存续 现有 创成
""".split()
_EVENT_ONLY = """
转化 服务 培训 开展 举办 组织 登记 选派 攻克 研发 推广 实施 解决 引进 吸引 发放 审定 育成
促成 走访 征集 召开 举行 宣讲 参加 对接 撮合 承担 完成 惠及 带动 支持 指导 资助 办理
""".split()

_NEWNESS = """
净增 净增长 净增加 新增 新增加 增加 增设 新认定 新建 新建成 新培育 新引进 新获批 新登记 新注册
新组建 新设立 新签约 新开通 新投用 新入库 新入选 新开工 新创建 新落户 新落地 新发展 新设 新上
新开 新招引 新集聚 新吸引 新入驻 新促成 新布局 新成立 新打造 新推出 新发放 新入网 新上云 新接入
新挂牌 新上市 新上规 新升规 新纳入 新聘用 新吸纳 新签 新授权 新评定 新备案 新申报 新选派 新聘
新发布 再增 增长 增量 新育成 新制定 新研发 新晋 新搭建 新转化 新孵化 新实施 新立项 扩增 新投产
""".split()

LEVEL_VERBS = """
达到 达 达成 增至 增加到 增加至 增长到 增长至 提高到 提高至 提升到 提升至 上升到 上升至 扩大到
扩大至 发展到 发展至 壮大到 壮大至 保持在 保持 稳定在 维持在 控制在 压减到 压减至 压缩到 压缩至
缩短到 缩短至 降低到 降低至 下降到 下降至 降到 降至 减少到 减少至 升至 升到 跃升至 拓展到
拓展至 增到 累计达到 累计达 总数达 总数达到 实现 完成 为 有 力达 扩至 扩大 迈上 跨上 站上
跃上 冲刺
""".split()

GROWTH_VERBS = """
增长 增加 提高 提升 上升 递增 下降 降低 减少 减低 压降 压减 扩大 上涨 增幅 增速 增长率 涨幅
降幅 净增长 增收 增效
""".split()
DECLINES = """
下降 降低 减少 减低 压降 压减 缩短 压缩 降幅 降
""".split()

ACTION_VERBS = frozenset((*_PLAIN_ACTIONS, *_STOCK_ACTIONS))
STOCK_VERBS = frozenset(_STOCK_ACTIONS)
EVENT_VERBS = frozenset(_EVENT_ONLY)
NEW_VERBS = (frozenset(_NEWNESS) | {"新" + verb for verb in _PLAIN_ACTIONS if not verb.startswith("新")}) - {
    "增长",
    "增量",
}

_VERBAL_MODIFIERS = alternatives(
    """
研发 服务 培训 孵化 示范 应用 检测 交易 投资 融资 转化 培育 许可 合作 投入 实验 设计 创新
测试 检验
""".split()
)
_HEAD_NOUNS = alternatives(
    """
机构 平台 中心 基地 人员 人才 投入 费用 经费 载体 活动 团队 园区 体系 场景 金额 强度 能力
队伍 资金 支出 站 库 区 设备 系统 收入 产业 业 额 率 量 数
""".split()
)
NOT_A_NOUN = (
    rf"(?!{_VERBAL_MODIFIERS}{_HEAD_NOUNS}|联合(?:体|会|国|实验室|攻关项目)|(?:发展|引导|支持|担保|补偿|建设)(?:资金|基金|区|改革|规划)"
    r"|(?:示范|合作|应用|创新)项目)"
)
"""Ahead of a verb: 研发 in 研发机构 and 服务 in 服务业 say which kind, and do nothing."""

ACTIONS = NOT_A_NOUN + r"(?<![创更高翻革刷全最清](?=新))" + alternatives((*ACTION_VERBS, *NEW_VERBS))
LEVELS = alternatives(LEVEL_VERBS)
GROWTHS = alternatives(GROWTH_VERBS)
NEWNESS = r"(?<![创更高翻革刷全最清])" + alternatives(NEW_VERBS)

STRETCH = (
    r"(?:(?<![全奋大竭努])力争(?![创取先])|力求|努力(?=实现|达到|完成|使)|奋力|冲刺"
    r"|(?<!力)争取(?![^,;。]{0,10}(?:资金|项目|经费|专项|立项|试点|支持|补助|债券|贷款))(?=实现|达|突破|超过|到|全|新|净|年|20|[\d一二两三四五六七八九十百千]|$|.{0,12}(?:达到|突破|超过|增长|提高到|新增)))"
)
FIRM = alternatives("确保 必须 务必 保证 保底".split())

ABSTRACT_NOUNS = alternatives(
    """
改革 行动 工程 计划 任务 措施 举措 清单 机制 体系 制度 方面 重点工作 政策 方向 领域 原则
意识 自信 维护 面向 确立 要点 环节 阶段 层面 作用 优势 抓手 主题 问题 关系 大局 要求 环境
转变 统一 结合 支柱 实事 大事 要事 专项行动 专项活动 亮点工作 工作 目标 重点 战略 定位 布局
篇章 文章 硬仗 战役 攻坚战 要素 维度 特色 规定 纪律 报告 文件 意见 办法 部门 代表 条例 理念
维护 建设 专项 条款 模块 步骤 途径 路径 能力 支撑 引领 主线 中心工作 中心任务 动力 系统 群体
责任 保障
""".split()
)
"""What a plan counts of itself: measures, tasks, principles. Never an indicator."""

LOAN_NOUNS = alternatives(
    """
资金 贷款 融资 投资 基金 经费 信贷 授信 担保 补助资金 专项资金 子基金 母基金 产值 合同 订单
""".split()
)

GENERIC_HEADS = re.compile(
    r"^(?:其中)?(?:总数量?|总量|数量|总数|规模|总规模|余额|总额|总值|金额|占比|比重|比例|增速|增幅|总面积|面积|到位资金|资金|占.*|其.*|总投资)$"
)
"""Names that need the noun before them."""
