## 导入
import-list = 导入的文件
import-list-note = 本县传来的文件，新的在前。
import-none = 还没有传过文件
import-none-why = 从别的单位拿到的名单，可以整份传上来。
import-new = 传一份文件
import-new-note = 先试导入，再导入：试的时候什么也不写，每一处要改的都会列出来。
import-file = 文件
import-subject = 内容
import_subject-people = 人员
import_subject-services = 服务台账
import-file-hint = CSV（UTF-8、UTF-16或GB18030）不超过20兆、{ $most }行；Excel工作簿（xlsx）不超过10兆
import-send = 传这个文件
import-template = 下载空白模板（{ $word }）
import-columns = { $subject ->
    [services] 服务台账可以有哪些栏目
   *[people] 人员文件可以有哪些栏目
}
import-columns-note = { $subject ->
    [services] 栏目的顺序不限，叫法不同的下一步可以对应，多出来的栏目不用。姓名用来核对身份证号。
   *[people] 栏目的顺序不限，叫法不同的下一步可以对应，多出来的栏目不用。
}
import-column = 栏目
import-needed = 必须有
import-aliases = 也认得
import-choices = 可以填
import-unknown_word = 没有这种写法，请看“可以有哪些栏目”
import-see_columns = 看每一栏可以填什么
import-status = 状态
import-sent_at = 传来的时间
import-rows = 行数
import-added = 新增
import-standing = { $subject ->
    [services] 台账里已有
   *[people] 已经在册
}
import-standing-why = { $subject ->
    [services] “台账里已有”是同一个人、同一天、同一类型的服务，不会重复记，也不改动原来的记录。
   *[people] “已经在册”是姓名和身份证号都相同的人，不会重复登记，也不改动原来的登记。
}
import-rejected = 不合格
import-seen = 看过的行
import-what = { $rows }行，{ $format }
import-uploaded = 文件已读好。请看栏目对得对不对。
import-stands = 这个文件传过了，就是这一份。
import-turn-check = 轮到您试导入
import-turn-check-why = { $subject ->
    [services] 先逐行检查，不记入台账。
   *[people] 先逐行检查，不写入任何人。
}
import-check = 试导入
import-check_begun = 开始试导入。
import-turn-map = 轮到您对应栏目
import-turn-map-why = 下面这些栏目必须有。请在表里选出文件的哪一栏是它。
import-mapping = 栏目对应
import-mapping-note = 每一行是文件里的一栏，请选它是登记的哪一栏。保存后，本县下次传同样的文件不用再对。
import-column-theirs = 文件的栏目
import-column-ours = 登记的栏目
import-column-nth = 第{ $n }栏
import-example = 第一行的内容
import-unused = 不用
import-map = 保存对应
import-mapped = 栏目对应已保存。
import-preview = 前几行看看
import-line = 行号
import-nth = 第{ $line }行
import-verdict = 结果
import-right = { $subject ->
    [services] 可以记入
   *[people] 可以登记
}
import-why = 要改的地方
import-live = 这一页自己更新，也可以先去做别的事，做完会发消息。
import-live-stop = 不要自动更新
import-live-start = 自动更新
import-progress = 已看{ $done }行，共{ $rows }行
import-rate = 每秒{ $rate }行
import-left = 大约还要{ $seconds }秒
import-cancel = 取消这份文件
import-cancel-why = { $subject ->
    [services] 取消后，文件的内容会删掉；已经记入台账的服务不受影响。
   *[people] 取消后，文件的内容会删掉；已经登记的人不受影响。
}
import-cancel-do = 确定取消
import-cancelled = 已取消。已经导入的不受影响。
import-outcome = 结果
import-so_far = 到现在
import-outlook = 试导入的结果
import-see_people = 看人员名单
import-see_sheets = 看村情表
import-next = 再传一份文件
import-turn-load = 导入
import-turn-load-title = 轮到您决定怎样导入
import-turn-load-why = 试导入做完了，还什么也没有写：{ $added }行可以导入，{ $rejected }行不合格。
import-turn-mend = 这份文件里没有可以导入的新内容
import-turn-mend-why = 把不合格的行改好，再传一次；不用的文件可以取消。
import-mode = 有不合格的行怎么办
import-mode-hint = 不合格的行可以下载，改好再传
import-load = { $subject ->
    [services] 导入{ $count }人次
   *[people] 导入{ $count }人
}
import-load_begun = 开始导入。
import-rejects = 不合格的行
import-rejects-note = 下载的文件里有原来的内容和要改的地方，改好后可以直接再传。下载会记入审计日志。
import-fetch = 下载{ $count }行
import-failed-title = 没有导入
import-columns_lacking = 还有必须的栏目没有对应，不能试导入。
import-columns_lacking-title = 栏目不全
import-has_rejects = 有不合格的行，按“全部或全不”一行也没有导入。
import-has_rejects-title = 有不合格的行
import-refused_meanwhile = 导入期间登记有变化，按“全部或全不”一行也没有导入。请再试一次。
import-too_long_for_whole = 超过{ $most }行的文件不能“全部或全不”，请选“导入合格的行”。
import-too_long_for_whole-title = 文件太长
import-sent_already = 这个文件已经从网页传来，请在网页上继续。
import-sent_already-title = 文件已经传过
import-unreadable = 文件读不了，什么也没有导入。
import-unreadable-title = 文件读不了
import-rejects_left = 有不合格的行没有导入。
import-rejects_left-title = 有不合格的行
import_status-uploaded = 已传来
import_status-checking = 正在试导入
import_status-checked = 已试导入
import_status-loading = 正在导入
import_status-done = 已导入
import_status-done_with_rejects = 已导入，有不合格的行
import_status-failed = 没有导入
import_status-cancelled = 已取消
import_mode-good_rows = 导入合格的行，不合格的留下来改
import_mode-all_or_nothing = 全部或全不：有一行不合格就都不导入
import-told = { $subject ->
    [services] 共看{ $rows }行：新记{ $added }人次，台账里已有{ $standing }人次，不合格{ $rejected }行。
   *[people] 共看{ $rows }行：新登记{ $added }人，已经在册{ $standing }人，不合格{ $rejected }行。
}
import-told_dry = { $subject ->
    [services] 试导入，什么也没有写。共看{ $rows }行：可以记{ $added }人次，台账里已有{ $standing }人次，不合格{ $rejected }行。
   *[people] 试导入，什么也没有写。共看{ $rows }行：可以登记{ $added }人，已经在册{ $standing }人，不合格{ $rejected }行。
}
import-told_nothing = 有{ $rejected }行不合格，一行也没有导入。
import-told_before = 这个文件{ $day }已经导入过，这次没有再导入。当时的结果：
import-told_resumed = 接着上次导入：前{ $rows }行上次已经导入。
import-told_rejects = 不合格的行在 { $file }
import-told_progress = 已看{ $done }行，约{ $rows }行，每秒{ $rate }行，大约还要{ $left }秒
mail-import_done-subject = 文件已导入
mail-import_done-body = { $subject ->
    [services] 您好。“{ $file }”已导入：服务台账新记{ $added }人次，不合格{ $rejected }行。
   *[people] 您好。“{ $file }”已导入：新登记{ $added }人，不合格{ $rejected }行。
}
mail-import_failed-subject = 文件没有导入
mail-import_failed-body = 您好。“{ $file }”没有导入，请打开这一页看原因。
invalid-columns = 这一行有{ $count }栏，应有{ $due }栏
invalid-columns_count = 栏目的个数和文件对不上
invalid-column_missing = 文件里没有这一栏
invalid-id_other_name = 这个身份证号在册的是另一个姓名，请对照证件
unit-rows = 行
