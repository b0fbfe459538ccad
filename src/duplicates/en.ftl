## Duplicates
pair_status-open = Open
pair_status-dismissed = Two people
pair_status-merge_asked = Second check
pair_status-merged = Merged
pair_status-gone = No longer found
pair_reason-same_name_and_birth = Same name, birth date and village
pair_reason-same_number = One identity number in two ways
pair_reason-shared_account = One bank account in two households
pair_reason-shared_phone = One phone, many people
pair_why-same_name_and_birth = Name, birth date and village are the same, the identity numbers are not.
pair_why-same_number = The first 17 digits are the same; one is an old number of 15 digits, or the last character differs.
pair_why-shared_account = The two are of different households and have one bank account.
pair_why-shared_phone = Too many people have this phone.
duplicate-list = Possible duplicates
duplicate-list-note = Found by rule: they may be one person, or not. Look at each pair.
duplicate-search = Search the county again
duplicate-searched = Searched: { $new } found, { $gone } no longer found.
duplicate-none = No possible duplicates
duplicate-none-why = Look at another state, or let the county's clerk search again.
duplicate-status = State
duplicate-reason = Why
duplicate-first = First record
duplicate-second = Second record
duplicate-compare = Both records
duplicate-field = Field
duplicate-differs = Differs
duplicate-differs-yes = differs
duplicate-same_ends = (the hidden part differs)
duplicate-registered = Registered on
duplicate-stays = stays
duplicate-turn-ask = It is your turn to compare these records
duplicate-turn-ask-why = If they are one person, ask for a merge; if not, say why.
duplicate-turn-confirm = It is your turn to check this merge
duplicate-turn-confirm-why = Services, classes, certificates and accounts of the other record go to the one that stays. It cannot be undone.
duplicate-ask = They are one person
duplicate-keeper = Which record stays
duplicate-keeper-hint = The one with the right identity number
duplicate-keep-first = First: { $name } { $number }
duplicate-keep-second = Second: { $name } { $number }
duplicate-ask-do = Ask for the merge
duplicate-asked = The merge is asked for. The checker decides.
duplicate-dismiss = They are two people
duplicate-dismiss-hint = How you know, for instance: saw both documents
duplicate-dismiss-do = Record that they are two
duplicate-dismissed = Recorded as two people. They are not listed again.
duplicate-confirm = Merge these records
duplicate-merged = The two records are one now.
duplicate-refuse = Send back to the clerk
duplicate-refuse-hint = Why they cannot be merged
duplicate-refuse-do = Send the merge back
duplicate-refused = Sent back to the clerk.
duplicate-todo-open = { $count ->
    [one] Compare one pair of records
   *[other] Compare { $count } pairs of records
}
duplicate-todo-merge = { $count ->
    [one] Check one merge
   *[other] Check { $count } merges
}
duplicate-county = { $area }: { $new } found, { $gone } no longer found
merge-same_person-title = A second person is needed
merge-same_person = Whoever asked for a merge does not confirm it.
merge-class-title = Both are in one class
merge-class = Both records are in “{ $class }”. Give one seat back first.
merge-quota-title = One quota, used twice
merge-quota = Both records used the same place of the quota of { $year }. Clear that up first.
merge-hire-title = Hired twice
merge-hire = Both records were hired for one order. Correct the hires first.
merge-request-title = A request is open
merge-request = The record that goes has an open correction. Decide on it first.
merge-claim-title = Claimed twice
merge-claim = Both records have a claim for one skill. Refuse the line that is not paid first.
