## Corrections
change_status-filed = Filed
change_status-awaiting_second = Second check
change_status-applied = Applied
change_status-refused = Refused
change_status-withdrawn = Withdrawn
correction-list = Corrections
correction-list-note = When a record is wrong or out of date, the village or the person asks and the county employment bureau decides.
correction-none = No requests
correction-none-why = A correction is asked for on the page of the person.
correction-status = State
correction-fields = Fields
correction-filed_at = Filed at
correction-filed_on = Filed { $day }
correction-new = Correct the record of { $name }
correction-new-own = Correct my record
correction-new-note = Change only what is wrong or out of date and leave the rest. It takes effect when the county employment bureau has applied it.
correction-part-why = Move to another county, and why
correction-moves_to = Village in another county
correction-moves_to-hint = County, township and village, or the 12-digit code. That county decides, and the household number changes too
correction-note = Why
correction-note-hint = No illness and no numbers, up to 200 characters
correction-now = Now { $value }. Leave empty to keep it
correction-nothing = nothing
correction-empty = ; write “none” if there is none any more
correction-file = File the request
correction-filed = Filed. The county employment bureau decides.
correction-of = Correction for { $name }
correction-person = The person's record
correction-changes = What is to change
correction-old = Before
correction-wanted = After
correction-turn-apply = It is your turn to decide on this request
correction-turn-apply-why = Compare with the documents. The record changes at once; the person and whoever filed are told.
correction-turn-pass-why = Compare with the documents. Name, identity number and bank account take two people: after you, the checker decides.
correction-turn-confirm = It is your turn to check this request
correction-turn-confirm-why = Compare with the documents once more. The record then changes at once.
correction-apply = Apply the correction
correction-pass = Agree and pass on
correction-confirm = Confirm the correction
correction-refuse = Refuse this correction
correction-refuse-hint = Whoever filed will read it
correction-refuse-do = Refuse the correction
correction-withdraw = Withdraw the request
correction-applied = The record is corrected.
correction-passed = Passed on to the checker.
correction-refused-done = Refused. Whoever filed is told.
correction-withdrawn = The request is withdrawn.
correction-todo-apply = { $count ->
    [one] Decide on one correction
   *[other] Decide on { $count } corrections
}
correction-todo-confirm = { $count ->
    [one] Check one correction
   *[other] Check { $count } corrections
}
correction-todo-filed = { $count ->
    [one] One correction waits for the county
   *[other] { $count } corrections wait for the county
}
correction-open-title = A request is open
correction-open = This person has an open request. Another one can be filed when it is decided.
correction-own-title = Your own request
correction-own = Whoever filed a request does not decide on it. Ask a colleague.
correction-same_person-title = A second person is needed
correction-same_person = The one who agreed first cannot confirm as well.
correction-not_yours-title = Not your request
correction-not_yours = Only whoever filed a request can withdraw it.
correction-other_county-title = Another county decides
correction-other_county = The person moves to another county, and that county decides.
mail-correction_applied-subject = { $name }: record corrected
mail-correction_applied-body = Hello. The record of { $name } was corrected as requested.
mail-correction_refused-subject = { $name }: correction refused
mail-correction_refused-body = Hello. The correction for { $name } was refused. Reason: { $reason }
