## Public notices
notice_status-open = open
notice_status-over = over
notice_status-restarted = published anew
notice_status-withdrawn = withdrawn
notice-title = Public notices
notice-lead = Who is to get a training subsidy, for what and how much. Until the last day anybody can say what is wrong.
notice-public = Open to all today
notice-by_state = By state
notice-area = Area
notice-everywhere = Everywhere
notice-county = Area and number
notice-class = Class and institution
notice-state = State
notice-days = Days
notice-people = People
notice-sum = Amount
notice-none = No notice lies open
notice-none_why = A list is published when a claim has been approved twice.
notice-number = Notice
notice-of = Public notice: { $title }
notice-of_claim = Public notices of claim { $number }
notice-until = You can object until { $day }
notice-clock = Published on { $from }, which does not count; its working days end on { $to }.
notice-round_why = The list changed and is published for the { $round }. time.
notice-round = round { $round }
notice-was = It lay open from { $from } to { $to }.
notice-csv = List for the website (CSV)
notice-list = The list
notice-sum_of = { $count ->
    [one] 1 person, { $amount } yuan
   *[other] { $count } people, { $amount } yuan together
}
notice-mask = No more than this is shown of anybody.
notice-col_ordinal = No.
notice-col_name = Name
notice-col_number = Identity number
notice-col_item = Subsidised item
notice-col_yuan = Amount (yuan)
notice-gone-title = Public notice
notice-gone = This notice is not open
notice-gone_why = Its days are over or there never was one. A list is shown only as long as one can object to it.
notice-not_yet = No list was published yet
notice-not_yet_why = It is published when the claim has been approved twice.
notice-ended-title = This notice has ended
notice-ended = A list that has ended is not posted any more.
## Objections
objection_status-received = received
objection_status-investigated = looked into
objection_status-upheld = upheld
objection_status-dismissed = not upheld
objection_outcome-upheld = It is right: nothing is paid for this person
objection_outcome-dismissed = It is not right: the line goes on
objection-title = Objections
objection-lead = What people say against lines of open notices. Only the line objected to waits.
objection-by_state = By state
objection-none = No objections
objection-none_why = They appear here when somebody objects to a line of an open notice.
objection-about = About
objection-filed_on = Objected on
objection-due_on = Answer due
objection-to_line = Line { $line }, { $day }
objection-line_of = Line { $line }: { $title }
objection-column = Object
objection-new = Object to a line
objection-new_lead = You can object until { $day }. You need no account. Only the line that you name waits; the county looks into it and answers.
objection-line = Which line
objection-text = What is wrong
objection-text_hint = For instance: did not attend, was not there that day, has a regular job. 10 to 500 characters, kept encrypted.
objection-name = Your name (may be left out)
objection-name_hint = Only those who look into it read your name and phone.
objection-phone = Your mobile phone (may be left out)
objection-send = Send the objection
objection-filed = Received. Your code is { $code }. It is shown only this once: write it down, you read the answer with it.
objection-ask = Read the answer to an objection
objection-ask_lead = With the code that you were given when you objected.
objection-code = Code
objection-code_hint = Twenty letters and digits, with or without hyphens
objection-look = Read the answer
objection-waits = Objected on { $from }; the county answers by { $day }.
objection-unknown_code-title = No such code
objection-unknown_code = There is no objection with this code. Please compare it with what you wrote down.
objection-claim = The claim
objection-turn_investigate = It is your turn to look into this
objection-turn_decide = It is your turn to decide
objection-by = To be answered by { $day }.
objection-overdue = It was to be answered by { $day }.
objection-same_person = You looked into it, so somebody else decides.
objection-finding = What was found
objection-finding_label = What you found
objection-finding_hint = Whom you asked, what you compared, what came of it. At most 1,000 characters, kept encrypted.
objection-finding_do = Hand on for decision
objection-investigated = Written down; now the checker decides.
objection-decide = Decide
objection-outcome = Is the objection right?
objection-outcome_hint = The other lines of the claim are not touched.
objection-answer = Answer
objection-answer_hint = Whoever objected reads it. At most 1,000 characters, kept encrypted.
objection-decide_do = Decide and answer
objection-decided = Decided; the answer can be read with the code.
objection-todo_investigate = { $count ->
    [one] Look into one objection
   *[other] Look into { $count } objections
}
objection-todo_decide = { $count ->
    [one] Decide on one objection
   *[other] Decide on { $count } objections
}
objection-todo_why = The line waits, and whoever objected waits for an answer.
objection-too_many-title = Too many objections today
objection-too_many = No more than { $most } objections a day are taken here. Please come back tomorrow, or call 12333.
objection-settled-title = This line is settled
objection-settled = Nothing is paid for this line anyway.
invalid-objection_short = Please write at least 10 characters
audit_noun-notice = public notice
audit_noun-objection = objection
audit_action-publish = publish
audit_action-restart = publish anew
audit_action-investigate = look into
audit_action-uphold = uphold
mail-notice_restarted-subject = A list is published anew
mail-notice_restarted-body = Hello. The list of claim { $number } ({ $title }) changed and is published anew, until { $day }.
mail-line_objected-subject = Somebody objected to a line
mail-line_objected-body = Hello. Somebody objected to line { $line } of claim { $number }. Only this line waits until the county has looked into it.
mail-objection_decided-subject = An objection was decided
mail-objection_decided-body = Hello. The objection to line { $line } of claim { $number } was { $outcome ->
    [upheld] upheld; nothing is paid for this person
   *[other] not upheld; the line goes on
}.
