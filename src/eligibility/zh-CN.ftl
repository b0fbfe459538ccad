## 资格
eligibility-rules = 资格规则
eligibility-rules-note = 什么人可以参加培训，按地区、培训类别和时间定。离得最近的地区说了算；按开班那天的规则办。
eligibility-lists = 排除名单
eligibility-programme = 培训类别
eligibility-state = 状态
eligibility-area = 地区
eligibility-period = 有效期
eligibility-since = { $day }起
eligibility-before = { $day }以前
eligibility-asks = 条件
eligibility-document = 依据
eligibility-all = 全部类别
eligibility-default = 省里的默认规则
eligibility-holds = 有效
eligibility-later = 还没开始
eligibility-over = 已失效
eligibility-and = 、
eligibility-asks-poverty = 贫困状态：{ $words }
eligibility-asks-labour = 劳动能力：{ $words }
eligibility-asks-men = 男：满{ $from }到{ $to }岁
eligibility-asks-women = 女：满{ $from }到{ $to }岁
eligibility-asks-registration = 户口性质：{ $words }
eligibility-asks-area = 住在：{ $words }
eligibility-person = 可以参加什么
eligibility-person-of = { $name }可以参加什么
eligibility-person-note = { $place }，{ $day }开班的话
eligibility-people = 人员
eligibility-record = 人员页
eligibility-on = 开班日期
eligibility-look = 查看
eligibility-yes = 符合条件
eligibility-no = 不符合条件
eligibility-by = 依据：{ $document }
eligibility-class = { $class }的资格
eligibility-class-note = 开班那天的结论留作凭据，以后情况变了也不改。以后发现的疑点另列，由经办员判定。
eligibility-classes = 班级
eligibility-evidence = 开班时的结论
eligibility-evidence-none = 没有留下结论
eligibility-evidence-none-why = 开班的时候逐人留下；还没开班，或开班早于这项记录的班级没有。
eligibility-who = 学员
eligibility-result = 结果
eligibility-conditions = 逐条
flag-title = 资格疑点
flag-note = 班级上课期间每天重新核对规则和排除名单。有变化的列在这里，由经办员判定；不会自动让谁退出。
flag-none = 没有疑点
flag-none-why = 重新核对后有变化的会列在这里。
flag-all = 全部疑点
flag-state = 状态
flag-says = 疑点
flag-class = 班级
flag-found = 发现日期
flag-decide = 判定
flag-confirm = 属实
flag-dismiss = 不成立
flag-dismiss-after = 以后重新核对，同一原因不会再提出来。
flag-dismiss-hint = 写清为什么不成立，2到500个字；请不要写身份证号和手机号。
flag-recheck = 重新核对资格
flag-rechecked = 已重新核对，新发现{ $count }个疑点。
flag-confirmed-done = 已判定属实。座位和补贴另行处理。
flag-dismissed-done = 已判定不成立。
flag-not_running = 只有正在上课的班级可以重新核对。
flag-todo = 判定{ $count }个资格疑点
flag-todo-why = 有学员上课期间情况变了
flag_status-open = 待判定
flag_status-dismissed = 不成立
flag_status-confirmed = 属实
flag_status-cleared = 已消失
enrolment-not_verified = 登记信息还没有核实，请找县就业局
enrolment-not_eligible = { $status ->
    [registered] 建档立卡贫困户
    [exited] 已脱贫享受政策的人
    [monitored] 监测对象
   *[none] 不是建档立卡、监测或已脱贫享受政策的人
}，不在培训对象里
enrolment-age = 年龄{ $age }岁，开班之日须满{ $from }至{ $to }岁{ $sex ->
    [male] （男）
    [female] （女）
   *[any] { "" }
}
enrolment-no_labour = 劳动能力登记为{ $capacity ->
    [ordinary] 普通劳动力
    [skilled] 技能劳动力
    [weak] 弱劳动力或半劳动力
   *[none] 无劳动能力
}，不在培训对象里
enrolment-registration = 户口性质不在培训对象里
enrolment-area = 不住在这条规则的地区
enrolment-excluded = { $kind ->
    [pensioner] 列入退休人员名单
    [public_payroll] 列入财政供养人员名单
    [student] 列入在校学生名单
    [insured] 列入参保职工名单
   *[deceased] 列入死亡人员名单
}（{ $day }，{ $document }）
check-verified = 登记信息已核实
check-eligible = 属于培训对象（{ $status ->
    [registered] 建档立卡
    [exited] 已脱贫
    [monitored] 监测对象
   *[none] 非贫困户
}）
check-age = 开班之日{ $age }岁，在{ $from }至{ $to }岁之间{ $sex ->
    [male] （男）
    [female] （女）
   *[any] { "" }
}
check-labour = 有劳动能力
check-registration = 户口性质符合
check-area = 住在规则的地区
check-not_excluded = 不在退休、财政供养、在校、参保、死亡名单上
