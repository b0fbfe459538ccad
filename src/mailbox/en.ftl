## Messages
mailbox-title = Messages
mailbox-note = The newest first. Where you left a mail address, the same messages go there too.
mailbox-empty = No messages yet
mailbox-empty-why = When it is your turn, or something you wait for is decided, you will be told here.
mailbox-unread = Unread
mailbox-open = Take a look
mailbox-read = Mark as read
mailbox-read-all = Mark all of these as read
mailbox-all_read = All of them are marked as read.
mailbox-one_read = It is marked as read.
mailbox-other-subject = You have a new message
mailbox-other-body = Please sign in to read it.
