## Courses
