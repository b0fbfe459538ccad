## Attendance
