## Completion
completion-title = Assessment and completion
completion-enter = Your turn to enter results
completion-enter-what = { $count ->
    [one] { $count } person has no result yet. When all are in, the county bureau closes the class and issues certificates.
   *[other] { $count } people have no result yet. When all are in, the county bureau closes the class and issues certificates.
}
completion-form = Enter results
completion-form-why = Everybody may try { $count } times at most. The score may be left out. Leave blank whoever has not been assessed yet.
completion-again = Attempt { $n }
completion-passed = Passed
completion-failed = Failed
completion-score = Score, 0 to 100 (optional)
completion-score-short = Score
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
invalid-passed_or_not = A score is entered: choose passed or failed too
