## Policy
calendar-title = Working days of { $year }
calendar-lead = Only days that differ from Monday to Friday. Days ahead of a class are counted by this calendar.
calendar-years = Year
calendar-none = No holidays are stored for { $year }
calendar-none_why = Until they are, Monday to Friday count as working days.
calendar-day = Day
calendar-kind = Works or rests
calendar-name = Holiday
calendar-document_no = Document
calendar-working = Working day
calendar-rest = Day of rest
