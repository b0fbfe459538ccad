## Eligibility
eligibility-rules = Rules of eligibility
eligibility-rules-note = Who may be trained, by area, programme and time. The nearest area decides, by the rule of the day on which the class begins.
eligibility-lists = Exclusion lists
eligibility-programme = Programme
eligibility-state = State
eligibility-area = Area
eligibility-period = Period
eligibility-since = from { $day } on
eligibility-before = before { $day }
eligibility-asks = Conditions
eligibility-document = By
eligibility-all = Every programme
eligibility-default = Default of the province
eligibility-holds = Holds
eligibility-later = Not yet
eligibility-over = Over
eligibility-and = , { "" }
eligibility-asks-poverty = Poverty status: { $words }
eligibility-asks-labour = Labour capacity: { $words }
eligibility-asks-men = Men: { $from } to { $to }
eligibility-asks-women = Women: { $from } to { $to }
eligibility-asks-registration = Household registration: { $words }
eligibility-asks-area = Lives in: { $words }
eligibility-person = What this person may have
eligibility-person-of = What { $name } may have
eligibility-person-note = { $place }, in a class that begins on { $day }
eligibility-people = People
eligibility-record = The person
eligibility-on = First day of a class
eligibility-look = Look
eligibility-yes = Eligible
eligibility-no = Not eligible
eligibility-by = By: { $document }
eligibility-class = Eligibility in { $class }
eligibility-class-note = What was found when the class began is kept as it was. What is found later stands apart, and the clerk decides on it.
eligibility-classes = Classes
eligibility-evidence = When the class began
eligibility-evidence-none = Nothing was kept
eligibility-evidence-none-why = It is kept for each person when a class begins. This one has not begun, or began before that was done.
eligibility-who = Person
eligibility-result = Result
eligibility-conditions = One by one
flag-title = Doubts about eligibility
flag-note = While a class runs, rules and exclusion lists are compared every day. What changed stands here for the clerk; nobody is taken out by it.
flag-none = No doubts
flag-none-why = What changes while a class runs will stand here.
flag-all = All doubts
flag-state = State
flag-says = Doubt
flag-class = Class
flag-found = Found on
flag-decide = Decide
flag-confirm = It is so
flag-dismiss = Nothing in it
flag-dismiss-after = It is not raised again for the same cause.
flag-dismiss-hint = Why there is nothing in it, 2 to 500 characters; do not write identity or phone numbers.
flag-recheck = Look at everybody anew
flag-rechecked = Looked at anew; { $count } new doubts.
flag-confirmed-done = Confirmed. Seat and subsidy are decided separately.
flag-dismissed-done = Dismissed.
flag-not_running = Only a class that runs is looked at anew.
flag-todo = Decide on { $count ->
    [one] one doubt about eligibility
   *[other] { $count } doubts about eligibility
}
flag-todo-why = Something changed while a class runs
flag_status-open = To be decided
flag_status-dismissed = Nothing in it
flag_status-confirmed = Confirmed
flag_status-cleared = Gone
enrolment-not_verified = The registry entry is not verified yet; ask the county bureau
enrolment-not_eligible = { $status ->
    [registered] Registered poor, and this training is for others
    [exited] Lifted out of poverty, and this training is for others
    [monitored] Monitored, and this training is for others
   *[none] Not registered poor, monitored, or lifted out and still supported
}
enrolment-age = { $age } on the first day, not between { $from } and { $to }{ $sex ->
    [male] { " " }(men)
    [female] { " " }(women)
   *[any] { "" }
}
enrolment-no_labour = { $capacity ->
    [ordinary] Ordinary labour capacity, and this training is for others
    [skilled] Skilled, and this training is for others
    [weak] Weak labour capacity, and this training is for others
   *[none] Registered without labour capacity
}
enrolment-registration = The kind of household registration is not among those that this training is for
enrolment-area = Does not live where this rule holds
enrolment-excluded = { $kind ->
    [pensioner] On the list of pensioners
    [public_payroll] On the list of the public payroll
    [student] On the list of enrolled students
    [insured] On the list of insured workers
   *[deceased] On the list of the deceased
} ({ $day }, { $document })
check-verified = Registry entry verified
check-eligible = Entitled to subsidised training{ $status ->
    [registered] { " " }(registered poor)
    [exited] { " " }(lifted out)
    [monitored] { " " }(monitored)
   *[none] { "" }
}
check-age = { $age } on the first day, between { $from } and { $to }{ $sex ->
    [male] { " " }(men)
    [female] { " " }(women)
   *[any] { "" }
}
check-labour = Has labour capacity
check-registration = Kind of household registration fits
check-area = Lives where the rule holds
check-not_excluded = On no list of pensioners, public payroll, students, insured workers or the deceased
