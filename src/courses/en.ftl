## Courses
course-list-title = Listings
course-list-own = What your institution can teach. Once the county bureau has listed a course, classes can be opened of it.
course-list-area = Courses that institutions of this area offer.
course-none = There is no such course
course-none-own = Write down what you can teach and hand it to the county bureau.
course-none-area = Courses are listed here once institutions have submitted them.
course-new = Offer a course
course-new-note = Programme, occupation and level must lie within your accreditation.
course-edit-title = Change “{ $title }”
course-number = Course number
course-status = State
course-title = Title
course-title-hint = 2 to 60 characters, for instance E-commerce in practice
course-institution = Institution
course-area = Area
course-programme = Programme
course-occupation = Occupation
course-level = Skill level
course-certificate_kind = Certificate it leads to
course-certificate_kind-hint = A certificate of skill level is for skill training only and names occupation and level
invalid-certificate_kind = Only skill training leads to a certificate of skill level; choose another one
course-hours = Hours
course-hours-hint = Whole hours, theory and practice apart; 0 where there is none
course-theory = Hours of theory
course-practice = Hours of practice
course-price = Fee a person
course-price-hint = The government pays its own standard, which may differ from the fee
course-min_class = Fewest people in a class
course-max_class = Most people in a class
course-max_class-hint = No more than the class size of the programme
course-class_size = Class size
course-syllabus = What is taught
course-syllabus-hint = One thing a line; villagers read it when they choose
course-facts = Facts
course-draft = Keep as draft
course-edit = Change the course
course-saved = The course is saved.
course-submit = Submit the course
course-submitted = The course is submitted and waits for the county bureau.
course-list = List the course
course-listed = Listed; classes may now be opened of it.
course-return = Return the course
course-return-title = Return “{ $title }”
course-return-note = The institution can submit it again once it is mended.
course-return-hint = Say what is to be mended; the institution reads this
course-returned = Returned; the institution gets a message.
course-withdraw = Withdraw the course
course-withdrawn = Withdrawn; no new class is opened of it, and classes that stand go on.
course-open_class = Apply for a class
course-reason = Reason: { $reason }
course-next-draft = Submit the course
course-next-draft-why = It is a draft that only you can see.
course-next-submitted = Review this course
course-next-submitted-why = Once listed, the institution can apply for classes; what has to be mended goes back with a reason.
course-next-returned = Mend it and submit it again
course-next-returned-why = The county bureau returned this course.
course-next-listed = A class can be applied for
course-next-listed-why = The course is listed. Say when, where and by whom it is taught, and apply for a class.
course-four-order = may serve orders
course-four-choose = once a class is open
course-four-pay = after completion
course-todo-review = { $count ->
    [one] Review { $count } course
   *[other] Review { $count } courses
}
course-todo-review-why = Institutions are waiting; classes open only of listed courses.
course-todo-mend = { $count ->
    [one] Mend { $count } returned course
   *[other] Mend { $count } returned courses
}
course-todo-mend-why = The county bureau said what is to be mended.
course-todo-waiting = { $count ->
    [one] { $count } course waits for review
   *[other] { $count } courses wait for review
}
course-todo-waiting-why = Waiting for the county bureau
invalid-no_hours = Theory and practice cannot both be 0 hours
invalid-class_size = A class of this programme has { $most } people at most
invalid-class_range = The most cannot be below the fewest
mail-course_listed-subject = Course “{ $title }” is listed
mail-course_listed-body = The county bureau listed your course “{ $title }” ({ $number }); you can now apply for classes.
mail-course_returned-subject = Course “{ $title }” is returned
mail-course_returned-body = The county bureau returned your course “{ $title }” ({ $number }). Read the reason, mend it and submit it again.
