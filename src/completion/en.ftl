## Completion
completion-title = Assessment and completion
completion-enter = Your turn to enter results
completion-enter-what = { $count ->
    [one] { $count } person has no result yet. When all are in, the county bureau closes the class and issues certificates.
   *[other] { $count } people have no result yet. When all are in, the county bureau closes the class and issues certificates.
}
completion-form = Enter results
completion-form-why = Everybody may try { $count } times at most. The score may be left out. Who is exempt has a reason and the number of the evidence, and no score. Leave blank whoever has not been assessed yet.
completion-again = Attempt { $n }
completion-score = Score, 0 to 100 (optional)
completion-score-short = Score
completion-paper = Number of the paper; of the evidence where exempt
completion-paper-short = Paper no. (needed if exempt)
completion-exempt = Why exempt
completion-assessed_on = Day of the assessment
completion-assessed_on-hint = Not before the class ended, not after today; today where nothing is entered
completion-tally = Entered
completion-save = Save the results
completion-saved = The results are saved.
completion-close = Your turn to close the class
completion-close-what = All results are in: { $qualified } of { $people } reached the attendance and passed.
completion-close-money = { $yuan } yuan reserved for seats that nobody qualified on go back to the pot.
completion-close-why = After this certificates are issued and targets counted; attendance and results stay as they are.
completion-close-button = { $count ->
    [one] Close and issue { $count } certificate
   *[other] Close and issue { $count } certificates
}
completion-closed = { $count ->
    [one] The class is closed and { $count } certificate issued.
   *[other] The class is closed and { $count } certificates issued.
}
completion-not-yet = Results are entered here once the sessions are over. Below is the attendance so far.
completion-print = Download all certificates (PDF)
completion-people = How it adds up for each
completion-outcome = Outcome
completion-minutes = Credited / held (minutes)
completion-assessment = Assessment
completion-certificate = Certificate
completion-qualified = Qualified
completion-not-qualified = Not qualified
completion-open = Waiting for a result
completion-attended = reached
completion-below = below { $percent }%
completion-no-result = No result
completion-points = { $score } points
completion-attempts = { $count } attempts
completion-todo-results = Enter the results of { $class }
completion-todo-results-why = { $count ->
    [one] The sessions are over; { $count } person has no result yet.
   *[other] The sessions are over; { $count } people have no result yet.
}
completion-todo-name = Name who assesses { $class }
completion-todo-name-why = { $count ->
    [one] The sessions are over and { $count } person has no result yet, but nobody is named to assess.
   *[other] The sessions are over and { $count } people have no result yet, but nobody is named to assess.
}
completion-todo-close = Close { $class }
completion-todo-close-why = All results are in; closing it issues the certificates.
assessment-class_not_ended = Results are entered after the sessions are over and before the class is closed.
class-results_missing = { $count ->
    [one] { $count } person has no result yet, so the class cannot be closed.
   *[other] { $count } people have no result yet, so the class cannot be closed.
}
invalid-no_results = Nobody is entered yet: choose passed or failed first
invalid-not_started = This person does not attend this class: reload the list
invalid-passed_already = This person has passed already; nothing more to enter
invalid-attempts_used = This person has no attempt left
invalid-passed_or_not = Something is entered: choose passed, failed or exempt too
completion-assessed_by = Assessed by { $name }
completion-nobody_assesses = Nobody is named to assess yet
completion-name = Name the assessing body
completion-name-why = Another organisation than the school assesses. Once a result stands, it cannot be changed.
completion-name_other = Name another one
completion-name-do = Name this one
completion-named = The assessing body is named and told.
completion-body = Assessing body
completion-body-hint = Those registered in this county, and by the city or the province
completion-no_bodies = There is no assessing body to name
completion-no_bodies-why = Register one first, with another legal person and telephone than the school.
completion-tied = Bodies that cannot be named
completion-tied-why = They share a legal person or a telephone with the school of this class.
completion-assignments = Classes to assess
completion-assignments-note = Classes that the county bureau gave to this body. Results are entered once the sessions are over.
completion-assignments-none = No class was given to this body yet
completion-assignments-none-why = A message tells when the county bureau names it.
completion-class = Class
completion-state = State
completion-dates = Taught
completion-place = Place
completion-file = Enter results by a file
completion-file-note = Download the list, fill in the results and send it back. If one line is wrong, none is entered.
completion-template = Download the list (CSV)
completion-csv = The filled-in file
completion-csv-hint = CSV or an Excel workbook (xlsx). Results are passed, failed or exempt; reasons are holds_certificate, competition or assessed_elsewhere; leave a line blank for whoever has not been assessed.
completion-load = Enter the results of the file
completion-loaded = { $count ->
    [one] The result of { $count } person is entered.
   *[other] The results of { $count } people are entered.
}
completion-loaded_before = This file was entered before ({ $count }); nothing changed.
completion-faults = { $count ->
    [one] { $count } thing is wrong with the file
   *[other] { $count } things are wrong with the file
}
completion-faults-nothing = Not one line was entered. Mend it and send it again.
completion-faults-see = See what is wrong
completion-fault-list = What is wrong
completion-line = Line
completion-column = Column
completion-nth = Line { $line }
assessor-tied = This body shares a legal person or a telephone with the school, so it cannot assess this class.
assessor-results_stand = Results stand already, so the assessing body cannot be changed.
invalid-assessor = This is no assessing body of this area; choose one of the list
invalid-exempt_score = Who is exempt has no score; leave it out
invalid-not_exempt = Only who is exempt has a reason for it; leave it out
invalid-before_class_end = The assessment cannot be before the day on which the class ended
invalid-attempt = This is not the attempt that is due for this person; use the list as downloaded just now
invalid-list_number = The list has no such number; use the list as downloaded just now
invalid-other_person = This is not the person of that number in the list; use the list as downloaded just now
mail-class_to_assess-subject = Please assess { $class }
mail-class_to_assess-body = The county bureau named you to assess { $class } ({ $number }). Enter the results when the sessions are over, on { $day }.
