## Orders
order-list = Orders
order-list-own = The people whom your enterprise looks for. Once the county bureau accepts an order, institutions open classes for it.
order-list-area = Orders of enterprises with the work in this area.
order-none = There is no such order
order-none-own = If you need people, place an order: whom you look for and what you pay.
order-none-area = Orders are listed here once enterprises have placed them.
order-new = Place an order
order-new-note = Say whom you look for, how many, and what you pay, so that institutions can teach for it.
order-edit = Change order { $number }
order-title = { $occupation }, { $count } wanted
order-number = Order number
order-status = State
order-enterprise = Enterprise
order-occupation = Occupation
order-level = Skill level
order-headcount = People
order-headcount-hint = 1 to 10,000
order-wage = Monthly wage
order-wage_low = Lowest monthly wage
order-wage_high = Highest monthly wage
order-wage-hint = Before deductions, after the trial period
order-area = Area of work
order-area-hint = The bureau of this county takes the order on
order-work_place = Place of work
order-work_place-hint = For instance Shanggao Industrial Park, Wuliling
order-start_by = Start by
order-start_by-hint = Not before today
order-commitment = Hiring commitment (%)
order-commitment-hint = Of those who qualify, at least so many percent will be hired; 0 to 100
order-skills = What they should be able to do
order-skills-hint = One thing a line; institutions teach by it
order-facts = What is asked for
order-draft = Keep as draft
order-change = Change the order
order-saved = The order is saved.
order-submit = Submit the order
order-submitted = The order is submitted and waits for the county bureau.
order-accept = Accept this order
order-accepted = Accepted; classes may now be opened for it.
order-return = Return the order
order-return-title = Return order { $number }
order-return-note = The enterprise can submit it again once it is mended.
order-return-hint = Say what is to be mended; the enterprise reads this
order-returned = Returned; the enterprise gets a message.
order-settle = Settle the order
order-settled = The order is settled.
order-cancel = Cancel the order
order-cancel-title = Cancel order { $number }
order-cancel-note = This cannot be undone; seats that classes set aside for it are free again.
order-cancel-hint = Say why nobody is needed any more
order-cancelled = The order is cancelled.
order-reason = Reason: { $reason }
order-next-place = Submit the order
order-next-place-why = It is a draft that only you can see. Once submitted, the bureau of the county of work takes it on.
order-next-accept = Accept or return this order
order-next-accept-why = Once accepted, institutions can open classes for it; what has to be mended goes back with a reason.
order-next-mend = Mend it and submit it again
order-next-mend-why = The county bureau returned this order.
order-next-open_class = Open a class for the order
order-next-open_class-why = The order is accepted and has no class yet.
order-next-train = Classes are filling or running
order-next-train-why = After completion the enterprise records whom it hired.
order-next-hire = Record whom you hired
order-next-hire-why = Somebody has qualified; record the hire below.
order-next-settle = Settle this order
order-next-settle-why = Every class is closed and the hires are recorded.
order-chain = How far the order is filled
order-chain-note = Each class counts up to the seats that it set aside for this order.
order-chain-ordered = Ordered
order-chain-enrolled = Enrolled
order-chain-completed = Completed
order-chain-hired = Hired
order-chain-share = { $people }, { $rate }% of the step before
order-four-later = not yet
order-four-no_class = needs a class
order-four-classes = { $count ->
    [one] { $count } class
   *[other] { $count } classes
}
order-four-enrolled = { $count } enrolled
order-four-pay = after completion
order-classes = Classes for this order
order-class = Class
order-class-starts = Starts on
order-class-number = Class number
order-class-number-hint = It stands at the top of the page of the class
order-no_class = No class yet
order-no_class-why = A class is listed once an institution names this order when it applies, or once the county bureau links it here.
order-seats = Seats
order-seats-hint = Entered again for the same class, the last number holds
order-link = Set seats aside for the order
order-link-save = Set these seats aside
order-linked = The seats are set aside.
order-hire = Record a hire
order-hire-note = { $count ->
    [one] { $count } person has qualified and is not recorded as hired.
   *[other] { $count } people have qualified and are not recorded as hired.
}
order-hire-who = Who was hired
order-hire-who-hint = Before the hire only the family name and the last four of the identity number are shown
order-candidate = { $name } { $tail } { $class }
order-hire-name = Name
order-hired_on = Hired on
order-hire-save = Record this hire
order-hires = Hired
order-hired = The hire is recorded.
order-todo-accept = { $count ->
    [one] Accept { $count } order
   *[other] Accept { $count } orders
}
order-todo-accept-why = Enterprises are waiting; classes open only after acceptance.
order-todo-mend = { $count ->
    [one] Mend { $count } returned order
   *[other] Mend { $count } returned orders
}
order-todo-mend-why = The county bureau said what is to be mended.
order-todo-hire = { $count ->
    [one] Record the hire of { $count } trained person
   *[other] Record the hires of { $count } trained people
}
order-todo-hire-why = They have qualified and wait for your word.
order-todo-waiting = { $count ->
    [one] { $count } order waits for acceptance
   *[other] { $count } orders wait for acceptance
}
order-todo-waiting-why = Waiting for the county bureau
order-not_accepted = This order is not in the state “Accepted”, so this cannot be done.
order-other_occupation = The class is for another occupation than the order, so it has no seats for it.
order-class_over = This class is over or cancelled and has no seats to set aside.
order-class_small = This class has { $left } seats left to set aside.
order-over_allocated = The order asks for { $headcount } people; with what may be trained beyond it, { $left } more seats can be set aside.
order-start_passed = The day of start is over; mend it and submit again.
order-classes_open = A class for this order is not closed yet, so the order cannot be settled.
order-has_hires = Hires are recorded, so the order cannot be cancelled; settle it once its classes are closed.
hire-not_qualified = This person did not qualify in a class of this order, so the hire cannot be recorded.
hire-already = This person is recorded as hired already.
invalid-wage_range = The highest wage cannot be below the lowest
invalid-work_area = Choose the county where the work is
invalid-start_by = The day of start cannot be before today
invalid-class_number = No class of this area has this number; compare the page of the class
invalid-hired_on = The day must be after the completion and not after today
mail-order_accepted-subject = Order { $number } is accepted
mail-order_accepted-body = The county bureau accepted your order { $number }; institutions can now open classes for it.
mail-order_returned-subject = Order { $number } is returned
mail-order_returned-body = The county bureau returned your order { $number }. Read the reason, mend it and submit it again.
