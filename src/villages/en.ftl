## Villages
village-title = { $area }: work against poverty on one page
village-posting = { $area }: services for work
village-to = {" "}to{" "}
village-inner = For internal use, not to be posted
village-people = Poor people who can work
village-served = Services this year
village-exits = Out of poverty
village-causes = Causes of poverty of { $count } people
village-square = One square is one person.
village-no_cause = not recorded
village-services = Services: { $count } person-times
village-no_service = No services this year yet.
village-roll = The roll
village-number = No.
village-wish = Wish
village-training = Training
village-service = Services
village-times = { $count ->
    [one] once
   *[other] { $count } times
}
village-state = State
village-exited = Out of poverty
village-helped = Being helped
village-nobody = Nobody is registered in this village yet
village-nobody-why = People stand here once they are registered and verified.
village-below = Areas below
village-area = Area
village-see_people = See the people
village-see_posting = See the masked form for posting
village-see_sheet = Back to the sheet
village-printed_by = Printed by { $name }
village-below-people = People
village-below-served = Services
village-below-exits = Exits
village-labour = Labour capacity
village-wishes = What work they wish for
village-no_wish = no wish recorded
village-trainings = Training this year
village-trained = Trained
village-in_training = In a class
village-unserved = Willing, not yet served
village-willing = { $count ->
    [one] One person wishes to be trained.
   *[other] { $number } people wish to be trained.
}
village-counted = Trained and in a class as counted on { $moment }.
