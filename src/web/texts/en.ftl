# The words of the house in English. Every key stands in zh-CN.ftl too, in the same order.

## The frame

brand = Sidan
layout-tagline = Subsidised training, Jiangxi
layout-skip = Skip to content
layout-nav = Main
layout-place = Where you are
layout-prefs = Language and display
layout-size-large = Large type
layout-size-standard = Standard type
layout-theme-dark = Dark
layout-theme-light = Light
layout-theme-system = As system
layout-sign-in = Sign in
layout-sign-out = Sign out
layout-acting = You act for { $name }, until { $day }
layout-acting-back = Back to my own work
layout-waiting = waiting
layout-service = Jiangxi employment services
layout-phone = Help line
layout-accessibility = Accessibility
layout-privacy = Privacy

## Navigation

nav-home = Home
nav-catalogue = Choices
nav-find = Find training
nav-open-classes = Open classes
nav-verify = Check a certificate
nav-notices = Public notices
nav-my-courses = My classes
nav-villagers = Villagers
nav-people = People
nav-orders = Orders
nav-courses = Listings
nav-classes = Classes
nav-roster = Attendance
nav-assessments = Assessments
nav-claims = Payments
nav-claim = Claims
nav-hires = Hires
nav-funds = Funds
nav-targets = Targets
nav-reports = Reports
nav-messages = Messages
nav-audit = Audit
nav-accounts = Accounts

## The four orders

four-label = Where the four orders stand
four-order = Order
four-list = Listing
four-choose = Choice
four-pay = Payment

## Who acts next

turn-yours = Your turn
turn-yours-list = Waiting for you
turn-theirs = Waiting for { $who }
turn-theirs-list = Waiting for others
turn-nothing = Nothing is waiting for you today
turn-nothing-why = When it is your turn, it will be listed here and you will get a message.
turn-rest = There is nothing for you to do now.
turn-by = by { $day }
turn-days-left = { $count ->
    [one] { $count } working day left
   *[other] { $count } working days left
}

## Lists

list-filter = Filter
list-next = Next page
list-drop = Remove this condition
list-clear = Clear all conditions
list-all = All
list-empty = No records match
list-empty-why = Try again with one condition fewer.

## Forms

form-title-mark = Error:{" "}
form-error-of = { $field }: { $message }
form-errors = { $count ->
    [one] { $count } thing to mend
   *[other] { $count } things to mend
}
form-choose = Choose one
form-save = Save
form-send = Submit
form-cancel = Leave it as it was
form-change = Change
form-reason = Reason
form-optional = { $label } (optional)
form-yes = Yes
form-no = No

## Plain pages

accessibility-title = Accessibility
accessibility-1 = Every page works by keyboard alone and without scripts. Pages are made to WCAG 2.2 level AA and checked in light, dark and large type.
accessibility-2 = For larger type choose “Large type” at the top of the page: larger text, larger buttons, one column.
accessibility-3 = If something does not work for you, call 12333; a village worker can also act for you.
privacy-title = Privacy
privacy-1 = Identity and phone numbers are stored encrypted and masked on every page by default. Whoever opens a full number must state why, and it is recorded.
privacy-2 = Causes of poverty and health are seen only by those who handle the case; they never enter a notice or a public search.
privacy-3 = You may ask to see or correct your own data: turn to your village worker or the county employment bureau.

## Roles

role-trainee = Trainee
role-village_worker = Village worker
role-enterprise = Enterprise
role-institution = Training institution
role-assessor = Assessing body
role-county_clerk = County clerk
role-county_checker = County checker
role-finance_officer = Finance officer
role-supervisor = Supervisor
role-auditor = Auditor
role-administrator = Administrator

## Kinds of session, area and organisation

session_kind-page = Pages
session_kind-api = API
area_level-province = Province
area_level-prefecture = Prefecture
area_level-county = County
area_level-township = Township
area_level-village = Village
organisation_kind-institution = Training institution
organisation_kind-enterprise = Enterprise
organisation_kind-assessor = Assessing body
organisation_kind-bureau = Employment bureau
organisation_kind-finance = Finance bureau
organisation_status-active = Active
organisation_status-suspended = Suspended
organisation_status-delisted = Struck off

## Training

programme-entrepreneurship = Start-up training
programme-ecommerce = E-commerce training
programme-skill = Skill training
assessment_result-passed = Passed
assessment_result-failed = Failed
assessment_result-exempt = Exempt
exempt_reason-holds_certificate = Holds a certificate already
exempt_reason-competition = Won a competition
exempt_reason-assessed_elsewhere = Assessed elsewhere
certificate_kind-completion = Certificate of completion
certificate_kind-ability = Certificate of ability
certificate_kind-skill_level = Certificate of skill level
certificate_status-published = Valid
certificate_status-revoked = Revoked
certificate_status-replaced = Issued anew
presence-present = Present
presence-late = Late
presence-absent = Absent
presence-leave = Leave
channel-own = In person
channel-village = Through the village
measure-people = People
measure-person_times = Person-times

## People

person_status-draft = Not verified yet
person_status-verified = Verified
person_status-suspended = Suspended
person_status-merged = Merged
sex-male = Male
sex-female = Female
poverty_status-registered = Registered poor
poverty_status-exited = Lifted out, still supported
poverty_status-monitored = Monitored
poverty_status-none = Not poor
labour_capacity-ordinary = Ordinary
labour_capacity-skilled = Skilled
labour_capacity-weak = Weak or partial
labour_capacity-none = None
service_kind-job_introduction = Job introduction
service_kind-training = Skill training
service_kind-social_insurance = Social insurance subsidy
service_kind-guidance = Career guidance
service_kind-visit = Home visit
service_kind-policy = Policy briefing

## States

order_status-draft = Draft
order_status-submitted = Waiting for acceptance
order_status-returned = Returned
order_status-accepted = Accepted
order_status-settled = Settled
order_status-cancelled = Cancelled
course_status-draft = Draft
course_status-submitted = Waiting for review
course_status-returned = Returned
course_status-listed = Listed
course_status-withdrawn = Withdrawn
class_status-draft = Draft
class_status-applied = Waiting for approval
class_status-returned = Returned
class_status-approved = Open for seats
class_status-running = Running
class_status-ended = Sessions over
class_status-closed = Closed
class_status-cancelled = Cancelled
session_mode-theory = Theory
session_mode-practice = Practice
session_mode-on_the_job = On the job
session_mode-online = Online
register_status-active = In use
register_status-retired = Retired
change_of_plan_status-asked = Waits for the county
change_of_plan_status-approved = Approved
change_of_plan_status-refused = Refused
change_of_plan_status-withdrawn = Withdrawn
class_session_status-planned = Planned
class_session_status-held = Held
class_session_status-cancelled = Cancelled
enrolment_status-waitlisted = Waiting list
enrolment_status-seated = Seat taken
enrolment_status-started = In training
enrolment_status-completed = Completed
enrolment_status-failed = Not completed
enrolment_status-withdrawn = Withdrawn
enrolment_status-dropped_out = Dropped out
enrolment_status-replaced = Replaced
enrolment_status-cancelled = Class cancelled
enrolment_status-lapsed = No seat came free
claim_status-submitted = Waiting for approval
claim_status-returned = Returned
claim_status-first_approved = Waiting for check
claim_status-second_approved = Waiting for the notice
claim_status-in_notice = In public notice
claim_status-cleared = Waiting for finance
claim_status-finance_approved = Waiting for payment
claim_status-paying = Being paid
claim_status-pay_failed = Payment failed
claim_status-paid = Paid
claim_status-rejected = Not payable
line_status-claimed = Claimed
line_status-refused = Not payable
line_status-held = Waiting
line_status-cleared = Through the notice
line_status-approved = Waiting for payment
line_status-batched = Being paid
line_status-failed = Payment failed
line_status-paid = Paid
line_status-void = Void
claimant-institution = Institution
claimant-trainee = Trainee
hold_reason-objection = Objection in the notice
hold_reason-case = Under investigation
hold_reason-sanction = Institution under a sanction
hold_reason-papers = Papers to come
hold_reason-bank_details = Bank details to be checked
return_code-papers = Papers missing
return_code-people = Wrong people
return_code-attendance = Wrong attendance
return_code-certificate = Wrong certificate
return_code-amount = Wrong amount
return_code-contract = Wrong proxy contract
return_code-bank_details = Wrong bank details
return_code-other = Other
mail_state-none = Not mailed
mail_state-pending = Waiting to be mailed
mail_state-sent = Mailed
mail_state-dead = Not delivered

## Seats and rates

seats-left = { $left ->
    [one] { $left } seat left
   *[other] { $left } seats left
}
seats-full = Full
seats-note = { $taken } of { $seats } taken
seats-waiting = { $seats } seats, { $waiting } waiting
seats-sentence = { $left } of { $seats } seats left, { $taken } taken
rate-sentence = { $name }: { $rate }% done, the target is 100%
rate-none = No target set
gap-over = { $count } over
gap-short = { $count } short

## Money

pot_account-appropriation = Appropriation
pot_account-available = Available
pot_account-reserved = Reserved
pot_account-payable = Payable
pot_account-paid = Paid
pot_account-recoverable = To be recovered
pot_account-recovered = Recovered
pot_account-written_off = Written off
money-granted = Granted
money-total = Total

## What went wrong

error-unauthenticated-title = Please sign in
error-unauthenticated = This page needs you to sign in. You will come back here afterwards.
error-forbidden-title = This page cannot be shown
error-forbidden = The address may be mistyped, or it may belong to another post or area. Nothing was changed.
error-step_up_required-title = Type your password again
error-step_up_required = This step needs your password once more. Nothing was changed.
error-not_found-title = This page cannot be shown
error-not_found = The address may be mistyped, or it may belong to another post or area. Nothing was changed.
error-invalid-title = Something needs mending
error-invalid = Some of what was filled in does not fit. Nothing was saved; go back, mend it and submit again.
error-stale-title = Somebody changed it meanwhile
error-stale = Since you opened this record, somebody else changed it. Your change was not saved; look at the new content first.
error-duplicate-title = It is there already
error-duplicate = The same record exists already, so no second one was saved.
error-too_many-title = Please wait
error-too_many = Too many attempts. Please try again in a few minutes.
error-busy-title = Very busy just now
error-busy = It was not done and nothing was changed. Please try again in a few seconds.
keys-changing = The keys of the system are being changed. Until that is done numbers cannot be compared, so nothing was done. Please try again in some hours.
error-lost-title = The outcome is not certain
error-lost = It may or may not have been saved. Go back and look before you do it again.
error-internal-title = Something broke on our side
error-internal = It was not done, and we have made a note of it. Try again later; if that does not help, call 12333 and quote the number below.
error-bad_request-title = The request could not be read
error-bad_request = What was sent is not complete, and nothing was changed. Go back and do it once more.
error-csrf-title = This page was open too long
error-csrf = For your safety it was not done and nothing was changed. Go back, reload the page and do it once more.
error-too_large-title = Too much at once
error-too_large = What was sent is too large, and nothing was saved. Please submit it in several parts.
error-media_type-title = Another format is needed
error-media_type = This format cannot be taken here, and nothing was saved.
idempotency-other_body = This idempotency key was used with other content already. Use a new key for a new request.
error-home = Go to the home page
error-quote = Quote this number
move-illegal-title = Not at this step
move-illegal = This has moved on to another step, so it cannot be done now. Go back and look at where it stands.

## What to mend in a field

invalid-required = Please fill this in
invalid-length = Too long or too short; keep to the length in the hint
invalid-range = Too large or too small; keep to the range in the hint
invalid-email = The mail address is not complete; write it like zhang@example.com
invalid-date = Write the date as year-month-day, like 2016-12-05
invalid-number = Write a number, like 41
invalid-money = Write the amount as a number with at most two decimals, like 800.00
invalid-choice = Choose one from the list
invalid-picture = Choose a photo, JPEG or PNG
invalid-id = An identity number has 18 characters; compare it with the card
invalid-id_format = An identity number is 17 digits and one more digit or X
invalid-id_date = The birth date in this identity number does not exist; compare it with the card
invalid-id_checksum = The last character of the identity number does not fit; compare it with the card
invalid-id_test_number = This is a test number; write the person's own identity number
invalid-phone = A mobile number has 11 digits and begins with 1
invalid-degrees = Write degrees as a plain number with at most 6 decimals, for example 28.682976
invalid-credit_code = A credit code has 18 characters; compare it with the licence
invalid-area = Choose a place within your own area
invalid-control = There are invisible control characters in it; please type it again
invalid-unknown_field = This field is not part of the form; leave it out
invalid-repeated = It is given twice; keep one
invalid-too_long = Too long; please shorten it
invalid-json = This is not JSON; reading stopped at line { $line }, column { $column }
invalid-unreadable = It could not be read; check the format and submit again
invalid-session_time = A session must end after it begins, within the dates of the class

## Why a file is not read

file-empty = There is nothing in the file; choose the file and send it again
file-encoding = Line { $line }, cell { $column } holds characters that cannot be read; open the original in your spreadsheet and save it as “CSV UTF-8”
file-nul = Line { $line }, cell { $column } holds a null character, so the file may be damaged; save the original as CSV again
file-utf16 = The file is UTF-16 but does not say so; save it as “CSV UTF-8”
file-not_a_table = This is not a table; send a CSV or an .xlsx file
file-old_excel = This is an old kind of Excel file (.xls or .xlsb); save it as .xlsx
file-macros = This Excel file has macros in it; save it as .xlsx without macros
file-encrypted = This Excel file has a password; remove it, save the file and send it again
file-unreadable = The file cannot be read; it may be damaged or not wholly saved. Open it in your spreadsheet and save a new copy
file-unsafe = The inside of this Excel file is not as it should be, so it was not read; copy what is in it to a new workbook
file-too_large = The file is too large, { $most } MB at most; split it
file-unpacked = There is too much in this Excel file, { $most } MB at most when it is unpacked; split it
file-too_many_sheets = Too many sheets, { $most } at most; keep only the one to send
file-too_many_cells = Too many cells, { $most } at most; delete blank rows and columns, or split the file
file-too_many_rows = Too many rows, { $most } at most; split the file
file-too_many_columns = Too many cells on line { $line }, { $most } at most
file-long_cell = Line { $line }, cell { $column } is too long, { $most } characters at most; if there is not so much in it, look for a missing quotation mark
file-took_too_long = Reading the file took too long and was stopped; split it, or save it as CSV
file-broke_off = The file broke off on its way; send it again
file-no_reader = Files cannot be read at the moment; try again in a few minutes

## Units and the calendar

unit-yuan = yuan
unit-people = people
unit-person-times = person-times
unit-seats = seats
unit-classes = classes
unit-hours = hours
unit-days = days
unit-percent = %
count-people = { $count ->
    [one] { $count } person
   *[other] { $count } people
}
count-person-times = { $count ->
    [one] { $count } person-time
   *[other] { $count } person-times
}
count-seats = { $count ->
    [one] { $count } seat
   *[other] { $count } seats
}
count-classes = { $count ->
    [one] { $count } class
   *[other] { $count } classes
}
range = { $from } to { $to }
year = { $year }
today = today
tomorrow = tomorrow
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun
