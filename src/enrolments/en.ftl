## Enrolments
