"""Texts of the confirmation pages in both languages."""

from __future__ import annotations

from monitor.words.display import Language

TEXTS: dict[Language, dict[str, str]] = {
    Language.ZH: {
        "answer_title": "签收",
        "answer_ask": "{person}：请确认已看到下列目标，并写明将采取的措施。",
        "measure": "措施（可不填）",
        "due": "完成日期（可不填）",
        "send_answer": "确认签收",
        "answered": "已签收，谢谢。",
        "answered_before": "此前已签收，内容相同，未重复登记。",
        "answers": "此目标已有的签收",
        "seen": "已看到",
        "until": "{day} 前",
        "open_target": "查看目标",
        "unsubscribe_title": "退订",
        "unsubscribe_ask": "{person}：退订后不再收到周报和紧急提醒。",
        "send_unsubscribe": "确认退订",
        "unsubscribed": "已退订。如需恢复，请联系管理员。",
        "no_longer": "此人员已不在名单内，无需操作。",
        "problem": "未能完成",
        "simulated": "模拟数据",
    },
    Language.EN: {
        "answer_title": "Acknowledge",
        "answer_ask": "{person}: please confirm that you have seen this target, and say what will be done.",
        "measure": "Measure (optional)",
        "due": "Done by (optional)",
        "send_answer": "Acknowledge",
        "answered": "Acknowledged, thank you.",
        "answered_before": "Acknowledged before with the same words; nothing was added.",
        "answers": "Acknowledgements of this target so far",
        "seen": "seen",
        "until": "by {day}",
        "open_target": "Open the target",
        "unsubscribe_title": "Unsubscribe",
        "unsubscribe_ask": "{person}: you will receive neither digests nor urgent notices any more.",
        "send_unsubscribe": "Unsubscribe",
        "unsubscribed": "Unsubscribed. An administrator can undo it.",
        "no_longer": "This person is no longer on the list; there is nothing to do.",
        "problem": "Not done",
        "simulated": "Simulated data",
    },
}
