"""What the codes of a dimension are called in both languages: channels, outcomes, stages, buckets.

Names that belong to the organisation (teams, agents, products) are not translated.
"""

from collections.abc import Mapping

from queries.definition import Words

_CLOSE_REASONS = {
    "paid": Words("Paid in full", "还清"),
    "settled": Words("Settled", "减免结清"),
    "cured": Words("Cured", "恢复正常"),
    "written_off": Words("Written off", "核销"),
    "recalled": Words("Recalled", "退案"),
    "sold": Words("Sold", "债权转让"),
    "other": Words("Other", "其他"),
}

MEMBERS: Mapping[str, Mapping[str, Words]] = {
    "channel": {
        "call": Words("Call", "电话"),
        "sms": Words("SMS", "短信"),
        "email": Words("E-mail", "邮件"),
        "chat": Words("Chat", "在线聊天"),
        "app": Words("App", "App 消息"),
        "letter": Words("Letter", "信函"),
        "visit": Words("Visit", "外访"),
    },
    "direction": {
        "outbound": Words("Outbound", "外呼"),
        "inbound": Words("Inbound", "呼入"),
    },
    "outcome": {
        "no_answer": Words("No answer", "无人接听"),
        "busy": Words("Busy", "占线"),
        "failed": Words("Failed", "未送达"),
        "wrong_number": Words("Wrong number", "错号"),
        "voicemail": Words("Voicemail", "语音信箱"),
        "delivered": Words("Delivered", "已送达"),
        "read": Words("Read", "已读"),
        "third_party": Words("Third party", "第三人"),
        "right_party": Words("Right party", "本人"),
        "refused": Words("Refused to talk", "本人拒绝沟通"),
    },
    "stage": {
        "notice": Words("Notice", "提醒"),
        "call": Words("Call", "电催"),
        "visit": Words("Visit", "外访"),
        "legal": Words("Legal", "法务"),
        "closed": Words("Closed", "已结案"),
    },
    "close_reason": _CLOSE_REASONS,
    "to_state": _CLOSE_REASONS,
    "level": {
        "junior": Words("Junior", "初级"),
        "intermediate": Words("Intermediate", "中级"),
        "senior": Words("Senior", "高级"),
        "supervisor": Words("Supervisor", "主管"),
        "manager": Words("Manager", "经理"),
    },
    "hardship": {
        "unemployment": Words("Unemployment", "失业"),
        "illness": Words("Illness", "疾病"),
        "disaster": Words("Disaster", "灾害"),
        "other": Words("Other", "其他"),
    },
}

# What an empty value means differs: an agent that is not there is a machine, an agency is a choice.
EMPTY: Mapping[str, Words] = {
    "agent": Words("Automated", "自动外呼"),
    "agency": Words("In-house", "自营"),
}
UNKNOWN = Words("Not known", "未知")

# Dimensions whose values are spans of days, written "0-6" or "30+".
BANDS = frozenset({"age", "stage_age", "idle"})
