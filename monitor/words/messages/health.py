"""Sentences of the health checks: (Chinese, English) by sign, and the names of the checks."""

CHECKS = {
    "database": ("数据库", "database"),
    "ledger": ("台账哈希链", "ledger"),
    "ledger ends": ("台账与操作记录", "ledger ends"),
    "assessment": ("评估", "assessment"),
    "catalogue": ("配置目录", "catalogue"),
    "quarantine": ("待处理行", "quarantine"),
    "clock": ("时钟", "clock"),
    "scheduler": ("主调度进程", "scheduler"),
    "jobs": ("计划任务", "jobs"),
    "outbox": ("发件箱", "outbox"),
    "mail server": ("邮件服务器", "mail server"),
    "sources": ("数据来源", "sources"),
    "corrections": ("来源更正", "corrections"),
    "disk": ("磁盘", "disk"),
}

SENTENCES = {
    "database_outdated": (
        "数据库不存在，或版本与程序不符；请运行 zhibiao init",
        "missing, or of another version than the program; run `zhibiao init`",
    ),
    "database_unusable": ("{address} 无法使用：{why}", "{address} cannot be used: {why}"),
    "database_refuses": ("{why}", "{why}"),
    "database_of_another": (
        "它属于工作区 {found!r}，不是 {wanted!r}",
        "it belongs to the workspace {found!r}, not {wanted!r}",
    ),
    "database_ok": ("可用，表结构为最新", "reachable, migrations up to date"),
    "ledger_broken": (
        "{targets} 的哈希链断裂；请恢复备份",
        "the hash chain is broken for {targets}; restore a backup",
    ),
    "ledger_ok": ("{count} 条哈希链完好", "{count} hash chains hold"),
    "ledger_ends_differ": (
        "{targets} 的台账条数与操作记录不符；请恢复备份",
        "entries and audit trail differ in number for {targets}; restore a backup",
    ),
    "ledger_ends_ok": (
        "共 {count} 条，与操作记录一致",
        "{count} entries, as many as the audit trail tells",
    ),
    "assessment_none": ("尚未评估；请运行 zhibiao run", "nothing was assessed yet; run `zhibiao run`"),
    "assessment_ahead": (
        "最近一次评估截至 {as_of}，晚于今天；请检查时钟，在此之前的评估只算临时评估",
        "the last one is as of {as_of}, which lies ahead; check the clock: until then, runs are ad hoc",
    ),
    "assessment_stale": (
        "最近一次评估已过 {days} 天；请运行 zhibiao run",
        "the last one is {days} days old; run `zhibiao run`",
    ),
    "assessment_ok": ("截至 {as_of}", "as of {as_of}"),
    "catalogue_changed": (
        "configs/ 在最近一次评估后有改动；请先运行 zhibiao init，再运行 zhibiao run",
        "configs/ changed since the last assessment; run `zhibiao init`, then `zhibiao run`",
    ),
    "catalogue_ok": ("版本 {version}", "version {version}"),
    "quarantine_waiting": (
        "{refused} 行被拒、{held} 行存疑，等待处理",
        "{refused} refused and {held} held rows wait for a decision",
    ),
    "quarantine_ok": ("空", "empty"),
    "clock_behind": (
        "时钟为 {now}，但最新记录写于 {newest}；请校准时钟",
        "it shows {now}, but the newest entry was recorded {newest}; set the clock",
    ),
    "clock_ok": (
        "{zone} 为 UTC{offset}，没有晚于此刻的记录",
        "{zone} is UTC{offset}, and no entry lies ahead",
    ),
    "scheduler_none": (
        "没有任务自动运行；请启动 zhibiao serve",
        "no job runs by itself; start `zhibiao serve`",
    ),
    "scheduler_left": (
        "第 {epoch} 届主调度进程（{host} 上的进程 {pid}）已于 {time} 停止；请启动 zhibiao serve",
        "leader {epoch}, process {pid} on {host} was stopped {time}; start `zhibiao serve`",
    ),
    "scheduler_silent": (
        "第 {epoch} 届主调度进程（{host} 上的进程 {pid}）自 {time} 起没有心跳；请启动 zhibiao serve",
        "leader {epoch}, process {pid} on {host} gave no sign since {time}; start `zhibiao serve`",
    ),
    "scheduler_ok": (
        "第 {epoch} 届主调度进程（{host} 上的进程 {pid}），{seconds} 秒前有心跳",
        "leader {epoch}, process {pid} on {host} gave a sign {seconds} s ago",
    ),
    "jobs_failed": ("{told}；见“计划任务”", "{told}; see `zhibiao jobs history`"),
    "job_failed": ("{job} 失败（{why}）", "{job} failed ({why})"),
    "job_overdue": ("{job} 应于 {time} 运行而未运行", "{job} was due {time} and did not run"),
    "jobs_abandoned": (
        "中断：{jobs}；见“计划任务”",
        "cut off half-way: {jobs}; see `zhibiao jobs history`",
    ),
    "jobs_none": ("尚无任务运行", "none ran yet"),
    "jobs_ok": ("各任务最近一次均成功：{jobs}", "the last run of each went well: {jobs}"),
    "jobs_at_work": (
        "各任务最近一次均成功：{jobs}；正在运行：{running}",
        "the last run of each went well: {jobs}, {running} at work",
    ),
    "outbox_uncertain": (
        "{count} 条消息存疑；请在“邮件”中核定",
        "{count} messages may or may not have arrived; settle them (`zhibiao mail list`)",
    ),
    "outbox_waiting": (
        "最早一条已待发 {hours} 小时",
        "the oldest message due has waited for {hours} hours",
    ),
    "outbox_ahead": (
        "{count} 条消息的待发时间来自走快的时钟；请取消或等待",
        "{count} messages wait for a moment that a clock ahead of time gave them; cancel them or wait",
    ),
    "outbox_failed": (
        "近 {days} 天有 {count} 条消息失败；见“邮件”",
        "{count} messages failed in the last {days} days (`zhibiao mail list --state failed`)",
    ),
    "outbox_ok": ("待发 {queued}，失败 {failed}", "{queued} waiting, {failed} failed"),
    "mail_refused": ("{why}", "{why}"),
    "mail_off": ("configs/mail.yaml 未开启投递", "delivery is switched off in configs/mail.yaml"),
    "mail_silent": (
        "{address} 没有应答（{why}）；邮件在等待",
        "{address} does not answer ({why}); messages wait",
    ),
    "mail_ok": (
        "{address} 有应答；zhibiao mail test 可全程测试",
        "{address} answers; `zhibiao mail test` tries it whole",
    ),
    "sources_failed": (
        "{sources} 最近一次采集失败；见“数据”",
        "the last run of {sources} failed; see `zhibiao sources history`",
    ),
    "sources_silent": (
        "{sources} 过久没有新数据；见“数据”",
        "nothing came from {sources} for too long; see `zhibiao sources list`",
    ),
    "sources_ok": ("启用 {count} 个", "{count} enabled"),
    "corrections_obsolete": (
        "来源已改正 {codes}；请从 corrections.yaml 删去该条",
        "the source no longer gives the wrong figure of {codes}; remove the entry from corrections.yaml",
    ),
    "corrections_ok": ("登记的来源错误 {count} 条", "{count} known errors of sources"),
    "disk_full": ("仅剩 {mib} MiB", "only {mib} MiB free"),
    "disk_ok": ("剩余 {gib} GiB", "{gib} GiB free"),
}
