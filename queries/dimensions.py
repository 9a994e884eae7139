"""What figures can be split by and limited to."""

from collections.abc import Mapping

from queries.definition import Words

GRAIN_TITLES: Mapping[str, Words] = {
    "day": Words("Day", "日"),
    "week": Words("Week", "周"),
    "month": Words("Month", "月"),
    "quarter": Words("Quarter", "季"),
    "year": Words("Year", "年"),
}

DIMENSIONS: Mapping[str, Words] = {
    "department": Words("Department", "部门"),
    "team": Words("Team", "团队"),
    "agent": Words("Agent", "催收员"),
    "level": Words("Agent level", "催收员级别"),
    "agency": Words("Agency", "委外机构"),
    "product": Words("Product", "产品"),
    "segment": Words("Segment", "客群"),
    "region": Words("Region", "地区"),
    "bucket": Words("Bucket", "账龄"),
    "stage": Words("Stage", "催收阶段"),
    "age": Words("Days since placement", "委案天数"),
    "stage_age": Words("Days in stage", "阶段停留天数"),
    "idle": Words("Days since the last attempt", "距上次联系天数"),
    "channel": Words("Channel", "渠道"),
    "outcome": Words("Outcome", "触达结果"),
    "hour": Words("Hour", "小时"),
    "weekday": Words("Weekday", "星期"),
    "vintage": Words("Vintage", "委案月份"),
    "months": Words("Months since placement", "委案后月数"),
    "close_reason": Words("Close reason", "结案原因"),
    "to_state": Words("Next state", "去向"),
}
