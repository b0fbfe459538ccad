## Files on their way in
import-list = Files loaded
import-list-note = Files that your county sent, the newest first.
import-none = No file was sent yet
import-none-why = A list from another bureau can be sent whole.
import-new = Send a file
import-new-note = Check first, then load: a check writes nothing and lists everything that must be mended.
import-file = File
import-subject = Holds
import_subject-people = People
import_subject-services = Ledger of services
import-file-hint = CSV (UTF-8, UTF-16 or GB18030) up to 20 MiB and { $most } rows; Excel workbook (xlsx) up to 10 MiB
import-send = Send this file
import-template = Download an empty template ({ $word })
import-columns = { $subject ->
    [services] Columns of a file of services
   *[people] Columns of a file of people
}
import-columns-note = { $subject ->
    [services] In any order. Other names can be matched in the next step; extra columns are left out. The name checks the identity number.
   *[people] In any order. Other names can be matched in the next step; extra columns are left out.
}
import-column = Column
import-needed = Needed
import-aliases = Also known as
import-choices = May hold
import-unknown_word = Not one of the words that may stand here
import-see_columns = See what each column may hold
import-status = State
import-sent_at = Sent
import-rows = Rows
import-added = New
import-standing = { $subject ->
    [services] In the ledger already
   *[people] Registered already
}
import-standing-why = { $subject ->
    [services] In the ledger already are services of the same person, kind and day. They are not recorded twice, and what stands is not changed.
   *[people] Registered already are those with the same name and number. They are not registered twice, and their record is not changed.
}
import-rejected = Refused
import-seen = Rows seen
import-what = { $rows } rows, { $format }
import-uploaded = The file was read. See whether its columns are matched rightly.
import-stands = This file was sent before: here it is.
import-turn-check = Your turn: check the file
import-turn-check-why = { $subject ->
    [services] Every row is judged first; nothing is recorded.
   *[people] Every row is judged first; nobody is written down.
}
import-check = Check the file
import-check_begun = The check has begun.
import-turn-map = Your turn: match the columns
import-turn-map-why = These columns are needed. Choose which column of the file each of them is.
import-mapping = Columns
import-mapping-note = Each line is a column of the file: choose which of ours it is. Once saved, the next file with these columns needs no matching.
import-column-theirs = Column of the file
import-column-ours = Our column
import-column-nth = Column { $n }
import-example = In the first row
import-unused = Not used
import-map = Save the columns
import-mapped = The columns are saved.
import-preview = The first rows
import-line = Line
import-nth = Line { $line }
import-verdict = Verdict
import-right = { $subject ->
    [services] Can be recorded
   *[people] Can be registered
}
import-why = What to mend
import-live = This page keeps itself up to date. You may leave it; a message tells you when it is done.
import-live-stop = Let it stand still
import-live-start = Show it anew by itself
import-progress = { $done } of { $rows } rows seen
import-rate = { $rate } rows a second
import-left = { $seconds ->
    [one] about one second left
   *[other] about { $seconds } seconds left
}
import-cancel = Give this file up
import-cancel-why = { $subject ->
    [services] What the file holds is deleted; services that were recorded stay.
   *[people] What the file holds is deleted; who was registered stays.
}
import-cancel-do = Yes, give it up
import-cancelled = The file was given up. What was loaded stays.
import-outcome = Outcome
import-so_far = So far
import-outlook = What a load would do
import-see_people = See the people
import-see_sheets = See the village sheets
import-next = Send another file
import-turn-load = Load
import-turn-load-title = Your turn: decide how to load it
import-turn-load-why = The check is done and nothing is written yet: { $added } rows can be taken, { $rejected } were refused.
import-turn-mend = This file has nothing new that can be taken
import-turn-mend-why = Mend the refused rows and send them again. A file that is of no use can be given up.
import-mode = Rows that are refused
import-mode-hint = They can be downloaded, mended and sent again
import-load = { $subject ->
    [services] Load { $count ->
        [one] one person-time
       *[other] { $count } person-times
    }
   *[people] Load { $count ->
        [one] one person
       *[other] { $count } people
    }
}
import-load_begun = The load has begun.
import-rejects = Refused rows
import-rejects-note = The download holds each row as it came and what to mend; once mended it can be sent as it is. The download is written into the audit log.
import-fetch = { $count ->
    [one] Download one row
   *[other] Download { $count } rows
}
import-failed-title = Nothing was loaded
import-columns_lacking = Columns that are needed are not matched yet; the file cannot be checked.
import-columns_lacking-title = Columns are missing
import-has_rejects = Rows were refused. All or nothing was asked, so no row was loaded.
import-has_rejects-title = Rows were refused
import-refused_meanwhile = The registry changed while the file was loaded. All or nothing was asked, so no row was loaded. Try again.
import-too_long_for_whole = A file of more than { $most } rows cannot be loaded all or nothing. Choose to load the good rows.
import-too_long_for_whole-title = The file is too long
import-sent_already = This file was sent from a page; go on there.
import-sent_already-title = The file was sent before
import-unreadable = The file cannot be read; nothing was loaded.
import-unreadable-title = The file cannot be read
import-rejects_left = Some rows were refused.
import-rejects_left-title = Rows were refused
import_status-uploaded = Sent
import_status-checking = Being checked
import_status-checked = Checked
import_status-loading = Being loaded
import_status-done = Loaded
import_status-done_with_rejects = Loaded, some rows refused
import_status-failed = Not loaded
import_status-cancelled = Given up
import_mode-good_rows = Load the good rows and keep the others to be mended
import_mode-all_or_nothing = All or nothing: one refused row keeps all others out
import-told = { $subject ->
    [services] { $rows } rows seen: { $added } person-times new, { $standing } in the ledger already, { $rejected } rows refused.
   *[people] { $rows } rows seen: { $added } people new, { $standing } registered already, { $rejected } rows refused.
}
import-told_dry = { $subject ->
    [services] A check; nothing was written. { $rows } rows seen: { $added } person-times could be recorded, { $standing } are already, { $rejected } rows refused.
   *[people] A check; nothing was written. { $rows } rows seen: { $added } people could be registered, { $standing } are already, { $rejected } rows refused.
}
import-told_nothing = { $rejected } rows were refused; no row was loaded.
import-told_before = This file was loaded on { $day } and was not loaded again. The outcome then:
import-told_resumed = Going on where it was: the first { $rows } rows had been loaded.
import-told_rejects = The refused rows are in { $file }
import-told_progress = { $done } of about { $rows } rows, { $rate } a second, about { $left } seconds left
mail-import_done-subject = A file was loaded
mail-import_done-body = { $subject ->
    [services] Hello. “{ $file }” was loaded: { $added } person-times new in the ledger of services, { $rejected } rows refused.
   *[people] Hello. “{ $file }” was loaded: { $added } people new, { $rejected } rows refused.
}
mail-import_failed-subject = A file was not loaded
mail-import_failed-body = Hello. “{ $file }” was not loaded; its page tells why.
invalid-columns = This row has { $count } columns, it should have { $due }
invalid-columns_count = The number of columns is not that of the file
invalid-column_missing = The file lacks this column
invalid-id_other_name = This number is registered under another name; look at the identity card
unit-rows = rows
