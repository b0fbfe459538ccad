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
certificate-title = Certificate
certificate-lead = It can be printed. Anybody can check it by its code or its number.
certificate-id = {" "}(identity number { $id })
certificate-dates = attended, from { $from } to { $to },
certificate-done = : { $hours } hours held, { $rate }% attended, assessment passed, and has completed it.
certificate-qr = Code that leads to the check of this certificate
certificate-serial = Certificate number
certificate-institution = Institution
certificate-issuer = Issued by
certificate-bureau = Employment bureau of { $place }
certificate-issued_on = Issued on
certificate-public = See the public check
certificate-revoke = Revoke this certificate
certificate-revoke-why = Whoever checks it will read that it is revoked, and why. Its holder and the institution are told. The record of completion stays.
certificate-revoke-hint = For example: somebody else sat the course, confirmed. Everybody can read it: no personal data.
certificate-revoke-button = Revoke the certificate
certificate-revoked = The certificate is revoked.
verify-result = Result of the check
verify-lead = Enter the number of a certificate to see whether it is real and still valid.
verify-at = Checked at
verify-valid = This certificate is real and valid
verify-valid-why = It has not been revoked.
verify-revoked = This certificate is revoked
verify-reason = Reason: { $reason }
verify-unknown = There is no such certificate
verify-unknown-why = Compare the number with the certificate and try again.
verify-another = Check another certificate
verify-hint = At the foot of the certificate, for example JX2016-EC-0011738-4
verify-ask = Check
invalid-no_results = Nobody is entered yet: choose passed or failed first
invalid-not_started = This person does not attend this class: reload the list
invalid-passed_already = This person has passed already; nothing more to enter
invalid-attempts_used = This person has no attempt left
invalid-passed_or_not = A score is entered: choose passed or failed too
mail-certificate_issued-subject = Your certificate is here
mail-certificate_issued-body = You have completed { $class }; the number of your certificate is { $serial }. You can open and print it, and anybody can check it.
mail-certificate_revoked-subject = Certificate { $serial } is revoked
mail-certificate_revoked-body = Certificate { $serial } of { $class } is revoked. Reason: { $reason }. If you have questions, turn to the county bureau.
