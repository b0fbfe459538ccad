## 消息
mailbox-title = 消息
mailbox-note = 新的在前。留了邮箱的，同样的消息也会发到邮箱。
mailbox-empty = 还没有消息
mailbox-empty-why = 有事轮到您，或者您等的事有了结果，会在这里告诉您。
mailbox-unread = 未读
mailbox-open = 去看看
mailbox-read = 标为已读
mailbox-read-all = 把这些都标为已读
mailbox-all_read = 都标为已读了。
mailbox-one_read = 标为已读了。
mailbox-other-subject = 您有一条新消息
mailbox-other-body = 请登录以后查看。
