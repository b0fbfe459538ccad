## People
person-list = People of { $area }
person-list-note = Identity numbers, phone numbers and accounts are masked.
person-names = The list
person-all = See everybody
person-new = Register a villager
person-new-note = The county bureau verifies it afterwards. Sex and birth date are told by the identity number.
person-eligibility = What this person may have
person-rules = Rules of eligibility
person-exclusions = Exclusion lists
person-import = Load a file of people
person-sheet = See the one-page sheet
person-search = Find somebody
person-search-number = Identity number or phone number
person-search-hint = The whole number
person-search-either = Identity number, phone number or name
person-search-either-hint = A number whole, or how the name begins
person-found-first = The first { $count } who were found
person-chip = { $field }: { $value }
person-more = More conditions
person-total = { $count ->
    [one] One person in all
   *[other] { $number } people in all
}
person-rare = Nobody so far
person-rare-why = Few meet all of these conditions. Go on to look through the next villages.
person-search-do = Find this person
person-found = { $count ->
    [one] One person found
   *[other] { $count } people found
}
person-none = Nobody was found
person-none-why = Nobody of your area is registered so. Compare what you typed with the card and try again.
person-hidden = masked
person-and = ,{" "}
person-part-identity = Identity
person-part-household = Home and household
person-part-poverty = Poverty and health
person-part-work = Work and wishes
person-name = Name
person-status = State
person-id_number = Identity number
person-id_number-hint = 18 characters; the 20 of a disability certificate will do
person-sex = Sex
person-birth = Birth date
person-ethnicity = Ethnic group
person-education = Education
person-political = Political status
person-marital = Marital status
person-area = Village
person-address = Address
person-registration = Household registration
person-household = Household number
person-household-hint = People of one household have one number
person-household_kind = Kind of household
person-household_members = People in the family
person-relation = Relation to the head
person-phone = Phone
person-phone-hint = A relative's will do
person-bank = Account of the social security card
person-poverty = Poverty status
person-exited = Out of poverty since
person-exited-hint = Only of those who are out of poverty
person-main_cause = Main cause of poverty
person-main_cause-hint = Leave it out for a household that is not poor
person-second_cause = A second cause
person-third_cause = A third cause
person-other_causes = Other causes
person-health = Health
person-second_health = A second state of health
person-labour = Labour capacity
person-helper = Helper
person-employment = Employment
person-skills = Skills
person-employment_wish = Wish for work
person-training_wish = Wish for training
person-startup_wish = Wish to start a business
person-startup_wish-tick = Wants to start a business
person-verified = Verified on
person-register = Register this person
person-registered = Registered; the county bureau verifies it now.
person-turn-verify = It is your turn to verify this record
person-turn-verify-why = Compare it with the papers. Once it is verified the person can take a class.
person-verify = Verify { $name }'s record
person-verified-done = Verified.
person-rests = This record is suspended; the person cannot take a class now
person-suspend = Suspend { $name }'s record
person-suspend-hint = The person takes no class meanwhile; it can be restored at any time
person-suspend-do = Suspend the record
person-suspended-done = The record is suspended.
person-restore = Restore { $name }'s record
person-restored-done = The record is restored.
person-reason-death = death
person-reason-moved = moved away
person-reason-prison = in prison
person-broken = damaged, tell the administrator
person-reveal = Show numbers in full
person-choose = Choose a class for { $name }
person-members = People of the same household
person-suspended-title = The record is suspended
person-suspended = This record is suspended; no service can be recorded.
person-number_mismatch-title = The number does not fit
person-number_mismatch = The identity number does not fit the sex and birth date of the record. Ask the village to correct it first.
person-todo-verify = { $count ->
    [one] Verify one record
   *[other] Verify { $count } records
}
person-todo-verify-why = Registered by a village; they can take a class once verified
person-todo-drafts = { $count ->
    [one] One record waits to be verified
   *[other] { $count } records wait to be verified
}
person-todo-drafts-why = They can take a class once the county bureau has verified them
service-list = Services
service-none = No services yet.
service-new = Record a service
service-kind = Kind of service
service-held_on = Date
service-provider = Given by
service-provider-hint = An office or a person, such as Aoshan township office
service-note = Note
service-note-hint = Nothing on illness; 200 characters at most
service-record = Record this service
service-recorded = One person-time is recorded.
mail-person_verified-subject = Your record is verified
mail-person_verified-body = Hello { $name }, the county bureau has verified your record. You can choose a class now.
mail-person_suspended-subject = Your record is suspended
mail-person_suspended-body = Hello { $name }, your record is suspended and you cannot take a class for now. Ask the county bureau or call 12333.
mail-person_restored-subject = Your record is restored
mail-person_restored-body = Hello { $name }, your record is restored. You can choose a class again.
invalid-id_taken = This identity number is registered already; ask the county bureau
invalid-disability_certificate = A disability certificate has 20 characters; compare it with the card
invalid-card_format = An account has 12 to 32 digits; compare it with the card
invalid-card_checksum = The last digit of the card number does not fit; compare it with the card
invalid-name = A name has no digits
invalid-date_future = The date cannot be after today
invalid-exit_of_poor = Only those who are out of poverty have this date
invalid-household_number = A household number has digits, letters and hyphens only
invalid-household_elsewhere = This household number belongs to another place; check it
invalid-search = Give an identity number, a phone number or a name
invalid-search_name = Your role finds people by a whole number only
invalid-area_unknown = No such village; write its full name or its code of twelve digits
invalid-area_ambiguous = Several villages bear this name; write the township before it
invalid-area_outside = This village is not in your area
invalid-area_village = Name the village by its code of twelve digits
invalid-too_many = At most two
invalid-id_15 = This is an old number of 15 digits. Write 19 behind the sixth digit and { $check } at the end, and compare it with the identity card
services-title = { $area }: one service for several people
services-note = A service of one day, one kind and one provider is written down at once: one person-time for each.
services-who = Who was served
services-most = { $most } people at once at most.
services-nobody = Nobody of this village is verified yet.
services-record = Record these services
services-list = Record a service for several
service-recorded_many = { $count ->
    [one] One person-time was recorded.
   *[other] { $count } person-times were recorded.
}
invalid-nobody_chosen = Tick at least one person
invalid-too_many_chosen = { $most } people at once at most
invalid-service_before_birth = { $name }: the service lies before the birth date
invalid-person_rests = { $name }: the record rests and gets no service
invalid-person_unknown = Nobody of your area is called by this id
