## Supervision
doubt-title = Doubts about classes and marks
doubt-note = Classes that changed are looked at. What seems wrong stands here; a checker or supervisor decides. A doubt by itself takes nobody's seat or subsidy, and the institution does not see it.
doubt-of_class = Doubts about { $class }
doubt-look = Look at this class now
doubt-looked = Looked at. New or changed doubts: { $count }.
doubt-open_by_kind = Doubts to be decided
doubt-unit = { "" }
doubt-state = State
doubt-kind = Kind
doubt-says = Doubt
doubt-class = Class
doubt-institution = Institution
doubt-found = Found
doubt-decided = Decided
doubt-none = No doubts
doubt-none-why = Try another state or kind, or look at one class from its page.
doubt-turn = Please decide
doubt-turn_theirs = Waiting for a checker or supervisor
doubt-turn_theirs-why = There is nothing for you to do now.
doubt-turn_case = Confirmed, and not in a case yet
doubt-turn_case-why = Confirmed doubts about this institution can be taken into one case; the institution is told of it.
doubt-confirm = It is so
doubt-dismiss = Nothing in it
doubt-dismiss-hint = Why there is nothing in it, 2 to 500 characters; do not write identity or phone numbers. It is not raised again for the same.
doubt-confirmed-done = Confirmed. Subsidies are decided separately.
doubt-dismissed-done = Dismissed.
doubt-all_of_it = All doubts about this institution
doubt-session = Session
doubt-roster = Roster of session { $n }
doubt-tries = Every try to mark
doubt-other = The other class
doubt-elsewhere = outside your area
doubt-source = Rests on
doubt-source_headcount = See the inspection
doubt-source_call_back = See the call-back
doubt-source_complaint = See the complaint
doubt-results = Assessment
doubt-results-see = See the results
doubt-people = { $count ->
    [one] One person concerned
   *[other] { $count } people concerned
}
doubt-tied = You act or acted for this institution; somebody else must do it
doubt-todo = Decide on { $count ->
    [one] one doubt about a class
   *[other] { $count } doubts about classes
}
doubt-todo-why = Found by looking, inspecting, calling back, or by a complaint
doubt-todo-case = { $count ->
    [one] One confirmed doubt is in no case
   *[other] { $count } confirmed doubts are in no case
}
doubt-todo-case-why = Those about one institution can go into one case
doubt_kind-shared_device = One phone, many people
doubt_kind-same_second = Marks in the same second
doubt_kind-outside_radius = Marked away from the venue
doubt_kind-person_in_two_places = Trainee in two places
doubt_kind-trainer_in_two_places = Trainer in two places
doubt_kind-over_capacity = Room over capacity
doubt_kind-before_approval = Marks before approval
doubt_kind-pass_rate = Pass rate too high
doubt_kind-burst_of_classes = Burst of classes by a new institution
doubt_kind-headcount = Headcount does not fit
doubt_kind-call_back = Call-back contradicts the record
doubt_kind-complaint = Complaint of a trainee
doubt_status-open = To be decided
doubt_status-dismissed = Nothing in it
doubt_status-confirmed = Confirmed
doubt_status-in_case = In a case
doubt_status-cleared = Gone
doubt_says-shared_device = Session { $n }: { $people } people marked themselves with one phone, or tried to; more than { $most }
doubt_says-same_second = Session { $n }: { $people } people { $says ->
    [out] went
   *[in] came
} in the same second ({ $at })
doubt_says-outside_radius = Session { $n }: { $people } people marked themselves more than { $radius } m from the venue, the farthest { $metres } m away
doubt_says-person_in_two_places = Session { $n }: a trainee's attendance overlaps with that in class { $other } by { $minutes } minutes
doubt_says-trainer_in_two_places = Session { $n }: the trainer taught class { $other } at the same time, for { $minutes } minutes
doubt_says-over_capacity = Session { $n }: { $present } people credited in a room for { $capacity }
doubt_says-before_approval = Session { $n }: marks of { $people } people are older than the approval ({ $approved_on })
doubt_says-pass_rate = { $passed } of { $assessed } assessed people passed: { $rate }%, at or above { $percent }%
doubt_says-burst_of_classes = { $classes } classes in { $days } days by an institution { $age } days old; more than { $most }
doubt_says-headcount = { $seen } people were counted on the spot, { $marked } were marked
doubt_says-call_back = What the trainee answered does not fit the record
doubt_says-complaint = A trainee complained about this class
doubt_ask-shared_device = See whether people shared a phone; a couple that shares one is no reason for doubt.
doubt_ask-same_second = When a network comes back, marks may arrive in one second too; look at each try first.
doubt_ask-outside_radius = See first whether the position of the venue is right, then who marked.
doubt_ask-person_in_two_places = Compare the rosters of both classes, and ask the person where the lesson was.
doubt_ask-trainer_in_two_places = Ask the trainees of both classes who taught.
doubt_ask-over_capacity = See first whether the capacity of the venue is right, then the roster of that day.
doubt_ask-before_approval = Lessons before the approval do not count; see whether the clock of a device was wrong.
doubt_ask-pass_rate = See who held the assessment, and whether papers and scores are there.
doubt_ask-burst_of_classes = See whether rooms and trainers suffice for so many classes; go there if need be.
doubt_ask-headcount = See the inspection and the roster of that session.
doubt_ask-call_back = See the call-back and the attendance of that person.
doubt_ask-complaint = See what the complaint says, and find out before you decide.
case-title = Cases
case-note = Confirmed doubts go into a case against the institution. Somebody else decides on it; it is closed when what was asked is done.
case-note_own = Cases against your institution, and what became of them.
case-one = Case
case-see = See the case
case-state = State
case-none = No cases
case-none-why = A case can be opened once a doubt is confirmed.
case-open = Open a case
case-open_against = Open a case against { $name }
case-open-note = The institution is told the name of the case. What was found, and the evidence of trainees, is not shown to it. Somebody else decides.
case-doubts = Confirmed doubts
case-nothing = No confirmed doubts
case-nothing-why = Confirm a doubt first, then open a case.
case-about = Name of the case
case-about-hint = 2 to 60 characters; the institution reads it. Do not write names of trainees.
case-finding = What was found
case-finding-hint = 2 to 2000 characters, for those who handle the case; do not write identity or phone numbers.
case-opened_at = Opened on
case-outcome = Outcome
case-outcome-hint = Subsidies are cut or recovered separately.
case-decide = Decide
case-decide-note = Somebody else opened the case, you decide; the institution is told the outcome and why.
case-decision = Why, and what is asked
case-decision-hint = 2 to 1000 characters; the institution reads it. Do not write names of trainees.
case-close = Close the case
case-close-note = See what the institution did; write it down, and the case is over.
case-closing = What was done
case-closing-hint = 2 to 200 characters; the institution reads it.
case-turn_decide = Please decide on this case
case-turn_close = Close the case when what was asked is done
case-to_form = Go to the form
case-turn_theirs = Waiting for a decision
case-turn_theirs-why = Who opens a case does not decide on it; another checker or supervisor does.
case-turn_theirs-own = You will be sent a message; there is nothing for you to do now.
case-timeline = What happened
case-step_opened = Opened
case-step_decided = Decided
case-step_closed = Closed
case-step_to_decide = To be decided
case-step_to_decide-who = A checker or supervisor other than who opened it
case-step_to_close = To be closed
case-step_to_close-who = A checker or supervisor
case-opened-done = The case is open; the institution was told.
case-decided-done = Decided; the institution was told.
case-closed-done = Closed; the institution was told.
case-same_person = You opened this case; somebody else must decide
case-two_institutions = A case is against one institution
case-not_confirmed = Only confirmed doubts that are in no case can be taken into one
case-todo-decide = Decide on { $count ->
    [one] one case
   *[other] { $count } cases
}
case-todo-decide-why = Opened by somebody else
case-todo-close = Close { $count ->
    [one] one case
   *[other] { $count } cases
}
case-todo-close-why = See whether what was asked is done
case_status-opened = Opened
case_status-decided = Decided
case_status-closed = Closed
case_outcome-unfounded = Unfounded
case_outcome-warning = Warning
case_outcome-rectify = To be put right in time
case_outcome-suspend = Accreditation suspended
case_outcome-handed_over = Handed over to another authority
case-recover = To be recovered
case-recover-hint = Subsidies of this case that were paid wrongly; left out where nothing is recovered.
case-recover-told = To be recovered: { $yuan } yuan
case-sanctions = Sanctions of this case
case_outcome-delist = To be struck off
mail-case_opened-subject = Case opened: { $title }
mail-case_opened-body = A case was opened against your institution, number { $number }: { $title }. You will be told the outcome.
mail-case_decided-subject = Outcome of a case: { $title }
mail-case_decided-body = The outcome of case { $number } ({ $title }): { $outcome ->
    [unfounded] unfounded
    [warning] a warning
    [rectify] to be put right in time
    [suspend] accreditation suspended
    [delist] to be struck off
   *[handed_over] handed over to another authority
}. The reasons and what is asked stand on the page of the case.
mail-case_closed-subject = Case closed: { $title }
mail-case_closed-body = Case { $number } ({ $title }) is closed.
