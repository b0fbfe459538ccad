## 政策
calendar-title = { $year }年工作日历
calendar-lead = 只列出与周一至周五不同的日子。开班提前的工作日按这张日历计算。
calendar-years = 年份
calendar-none = 还没有{ $year }年的节假日安排
calendar-none_why = 录入以前，周一至周五都算工作日。
calendar-day = 日期
calendar-kind = 上班或放假
calendar-name = 节日
calendar-document_no = 文号
calendar-working = 上班
calendar-rest = 放假
