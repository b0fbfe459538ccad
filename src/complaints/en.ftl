## Complaints
complaint_status-received = received
complaint_status-taken_up = looked into
complaint_status-answered = answered
complaint_status-withdrawn = withdrawn
complaint_subject-not_held = it did not take place
complaint_subject-marks_wrong = marks are wrong
complaint_subject-money_asked = money was asked for
complaint_subject-quality = poor teaching
complaint_subject-personal_data = personal data given away
complaint_subject-other = something else
complaint_outcome-upheld = upheld
complaint_outcome-partly = upheld in part
complaint_outcome-not_upheld = not upheld
complaint-title = Complaints
complaint-lead = What trainees complain of. The institution sees neither the text nor who complains.
complaint-lead_own = The county's employment bureau looks into your complaints and answers. The institution does not see who complained.
complaint-lead_told = Outcomes of which the county told you.
complaint-by_state = By state
complaint-none = No complaints
complaint-none_own = If something is wrong with a class, say it here.
complaint-none_why = They appear here when somebody complains.
complaint-about = About
complaint-about_hint = A class that you took, or an institution
complaint-state = State
complaint-subject = What is wrong
complaint-outcome = Outcome
complaint-outcome_hint = What is upheld, in whole or in part, becomes a doubt about the class
complaint-filed_on = Filed on
complaint-due_on = Answer due
complaint-new = Complain
complaint-new_for = Complain for { $name }
complaint-new_lead = The county looks into it and answers in time. The institution sees neither what you write nor who wrote it.
complaint-text = What happened
complaint-text_hint = When and what, at most 1,000 characters. It is kept encrypted.
complaint-send = Send the complaint
complaint-filed = Your complaint is received; the county will look into it and answer.
complaint-of = Complaint: { $about }
complaint-turn_take = It is your turn to take this up
complaint-turn_answer = It is your turn to look into it and answer
complaint-by = To be answered by { $day }.
complaint-overdue = It was to be answered by { $day }.
complaint-take = Take it up
complaint-taken = Taken up; whoever complained is told.
complaint-withdraw = Take the complaint back
complaint-withdrawn = The complaint was taken back.
complaint-answer = Answer
complaint-answer_text = What you answer
complaint-answer_hint = What was found and what is done about it; whoever complained reads it. At most 1,000 characters, kept encrypted.
complaint-tell = Tell the institution the outcome (one word, without text or name)
complaint-answer_do = Answer
complaint-answered = Answered.
complaint-todo_take = { $count ->
    [one] Take up one complaint
   *[other] Take up { $count } complaints
}
complaint-todo_answer = { $count ->
    [one] Answer one complaint
   *[other] Answer { $count } complaints
}
complaint-todo_filed = { $count ->
    [one] One complaint waits to be taken up
   *[other] { $count } complaints wait to be taken up
}
complaint-todo_taken = { $count ->
    [one] One complaint waits for an answer
   *[other] { $count } complaints wait for an answer
}
complaint-todo_why = Whoever complained is to be answered in time.
complaint-too_many-title = Too many complaints today
complaint-too_many = At most { $most } complaints a day. Please come back tomorrow, or call 12333.
invalid-complaint_about = Choose a class or an institution
audit_noun-complaint = complaint
audit_action-file = file
audit_action-take_up = take up
audit_action-answer = answer
mail-complaint_taken_up-subject = Your complaint is looked into
mail-complaint_taken_up-body = Hello. Your complaint of { $day } is taken up; the county will answer by { $due }.
mail-complaint_answered-subject = Your complaint is answered
mail-complaint_answered-body = Hello. Your complaint of { $day } is answered. Please read the answer on the page.
mail-complaint_told-subject = Outcome of a complaint
mail-complaint_told-body = Hello. The county looked into a complaint; the outcome is on the page.
