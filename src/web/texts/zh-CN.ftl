# The words of the house in Chinese. Every key stands in en.ftl too, in the same order.

## The frame

brand = 四单
layout-tagline = 江西省政府补贴培训
layout-skip = 跳到正文
layout-nav = 主导航
layout-place = 位置
layout-prefs = 语言与显示
layout-size-large = 大字版
layout-size-standard = 标准版
layout-theme-dark = 深色
layout-theme-light = 浅色
layout-theme-system = 随系统
layout-sign-in = 登录
layout-sign-out = 退出
layout-acting = 您正代{ $name }办事，到{ $day }止
layout-acting-back = 回到自己的工作
layout-waiting = 件待办
layout-service = 江西省就业服务
layout-phone = 服务电话
layout-accessibility = 无障碍说明
layout-privacy = 个人信息保护

## Navigation

nav-home = 首页
nav-catalogue = 选单
nav-find = 找培训
nav-open-classes = 可报班级
nav-verify = 证书查验
nav-notices = 公示
nav-my-courses = 我的班
nav-villagers = 村民
nav-people = 人员
nav-orders = 订单
nav-courses = 列单
nav-classes = 班级
nav-roster = 考勤
nav-assessments = 考核
nav-claims = 买单
nav-claim = 申领
nav-hires = 录用
nav-funds = 资金
nav-targets = 任务
nav-reports = 报表
nav-messages = 消息
nav-audit = 审计
nav-accounts = 账号

## The four orders

four-label = 四单进度
four-order = 订单
four-list = 列单
four-choose = 选单
four-pay = 买单

## Who acts next

turn-yours = 轮到您
turn-yours-list = 等您办
turn-theirs = 等{ $who }办理
turn-theirs-list = 等别人办
turn-nothing = 今天没有事等您办
turn-nothing-why = 有事轮到您时，会列在这里，也会发消息给您。
turn-rest = 您现在不用做什么。
turn-by = { $day }前
turn-days-left = 还有{ $count }个工作日

## Lists

list-filter = 筛选
list-next = 下一页
list-drop = 去掉此条件
list-clear = 清除全部条件
list-all = 全部
list-empty = 没有符合条件的记录
list-empty-why = 可以放宽一个条件再看。

## Forms

form-title-mark = 错误：
form-error-of = { $field }：{ $message }
form-errors = 有{ $count }处需要改
form-choose = 请选择
form-save = 存下来
form-send = 提交
form-cancel = 不改了
form-change = 更改
form-reason = 原因
form-optional = { $label }（选填）
form-yes = 是
form-no = 否

## Plain pages

accessibility-title = 无障碍说明
accessibility-1 = 本站每一页都可以只用键盘操作，不用脚本也能办事。页面按WCAG 2.2的AA级制作，浅色、深色、大字三种显示都检查过。
accessibility-2 = 需要大字时，点页面上方的“大字版”：字大、按钮大、一列到底。
accessibility-3 = 哪里用不了，请打12333告诉我们，也可以由村级协管员代办。
privacy-title = 个人信息保护
privacy-1 = 身份证号和手机号加密保存，页面上默认遮盖。每次查看完整号码都要写明用途，并留下记录。
privacy-2 = 致贫原因、健康状况只给经办的人看，不进公示，不进公开查询。
privacy-3 = 您可以要求查看或更正自己的信息，请找村级协管员或县就业局。

## Roles

role-trainee = 学员
role-village_worker = 村级协管员
role-enterprise = 用工企业
role-institution = 培训机构
role-assessor = 考核评价机构
role-county_clerk = 县就业局经办员
role-county_checker = 县就业局复核员
role-finance_officer = 财政局审核员
role-supervisor = 省市督导
role-auditor = 审计员
role-administrator = 系统管理员

## Kinds of session, area and organisation

session_kind-page = 网页
session_kind-api = 接口
area_level-province = 省
area_level-prefecture = 设区市
area_level-county = 县
area_level-township = 乡镇
area_level-village = 村
organisation_kind-institution = 培训机构
organisation_kind-enterprise = 用工企业
organisation_kind-assessor = 考核评价机构
organisation_kind-bureau = 就业局
organisation_kind-finance = 财政局
organisation_status-active = 正常
organisation_status-suspended = 已暂停
organisation_status-delisted = 已除名

## Training

programme-entrepreneurship = 创业培训
programme-ecommerce = 电商培训
programme-skill = 职业技能培训
assessment_result-passed = 合格
assessment_result-failed = 不合格
assessment_result-exempt = 免考
exempt_reason-holds_certificate = 已有证书
exempt_reason-competition = 竞赛获奖
exempt_reason-assessed_elsewhere = 他处已考核
certificate_kind-completion = 培训合格证书
certificate_kind-ability = 专项能力证书
certificate_kind-skill_level = 技能等级证书
certificate_status-published = 有效
certificate_status-revoked = 已撤销
certificate_status-replaced = 已换发
presence-present = 到
presence-late = 迟到
presence-absent = 缺
presence-leave = 请假
channel-own = 本人
channel-village = 村里代办
measure-people = 人数
measure-person_times = 人次

## People

person_status-draft = 待核实
person_status-verified = 已核实
person_status-suspended = 已暂停
person_status-merged = 已合并
sex-male = 男
sex-female = 女
poverty_status-registered = 建档立卡贫困人口
poverty_status-exited = 已脱贫，享受政策
poverty_status-monitored = 监测对象
poverty_status-none = 非贫困户
labour_capacity-ordinary = 普通劳动力
labour_capacity-skilled = 技能劳动力
labour_capacity-weak = 弱劳动力或半劳动力
labour_capacity-none = 无劳动力
service_kind-job_introduction = 职业介绍
service_kind-training = 技能培训
service_kind-social_insurance = 社保补贴
service_kind-guidance = 就业指导
service_kind-visit = 入户走访
service_kind-policy = 政策宣讲

## States

order_status-draft = 草稿
order_status-submitted = 待受理
order_status-returned = 已退回
order_status-accepted = 已受理
order_status-settled = 已完结
order_status-cancelled = 已取消
course_status-draft = 草稿
course_status-submitted = 待审
course_status-returned = 已退回
course_status-listed = 已列单
course_status-withdrawn = 已撤下
class_status-draft = 草稿
class_status-applied = 待批准
class_status-returned = 已退回
class_status-approved = 报名中
class_status-running = 开课中
class_status-ended = 课已上完
class_status-closed = 已结班
class_status-cancelled = 已取消
session_mode-theory = 理论
session_mode-practice = 实操
session_mode-on_the_job = 岗位实训
session_mode-online = 线上
register_status-active = 在用
register_status-retired = 停用
change_of_plan_status-asked = 等县里决定
change_of_plan_status-approved = 已批准
change_of_plan_status-refused = 未批准
change_of_plan_status-withdrawn = 已撤回
class_session_status-planned = 未上
class_session_status-held = 已上
class_session_status-cancelled = 已取消
enrolment_status-waitlisted = 候补
enrolment_status-seated = 已选上
enrolment_status-started = 在学
enrolment_status-completed = 已结业
enrolment_status-failed = 未结业
enrolment_status-withdrawn = 已退出
enrolment_status-dropped_out = 中途退出
enrolment_status-replaced = 已换人
enrolment_status-cancelled = 班已取消
enrolment_status-lapsed = 候补未成
claim_status-submitted = 待初审
claim_status-returned = 已退回
claim_status-first_approved = 待复核
claim_status-second_approved = 待公示
claim_status-in_notice = 公示中
claim_status-cleared = 待财政审批
claim_status-finance_approved = 待拨付
claim_status-paying = 拨付中
claim_status-pay_failed = 拨付失败
claim_status-paid = 已到账
claim_status-rejected = 不予补贴
line_status-claimed = 已申领
line_status-refused = 不予补贴
line_status-held = 暂缓
line_status-cleared = 公示无异议
line_status-approved = 待拨付
line_status-batched = 拨付中
line_status-failed = 拨付失败
line_status-paid = 已到账
line_status-void = 已作废
claimant-institution = 机构代为申领
claimant-trainee = 学员本人申领
hold_reason-objection = 公示有异议
hold_reason-case = 正在调查
hold_reason-sanction = 机构被处罚
hold_reason-papers = 材料待补
hold_reason-bank_details = 收款账户待核
return_code-papers = 材料不全
return_code-people = 人员有误
return_code-attendance = 签到有误
return_code-certificate = 证书有误
return_code-amount = 金额有误
return_code-contract = 代领协议有误
return_code-bank_details = 收款账户有误
return_code-other = 其他
mail_state-none = 不发邮件
mail_state-pending = 待发
mail_state-sent = 已发
mail_state-dead = 未送达

## Seats and rates

seats-left = 余{ $left }座
seats-full = 已满
seats-note = 共{ $seats }座，已选{ $taken }
seats-waiting = 共{ $seats }座，候补{ $waiting }人
seats-sentence = 余{ $left }座，共{ $seats }座，已选{ $taken }人
rate-sentence = { $name }完成{ $rate }%，任务为100%
rate-none = 未下达任务
gap-over = 超{ $count }
gap-short = 差{ $count }

## Money

pot_account-appropriation = 指标
pot_account-available = 可用
pot_account-reserved = 占用
pot_account-payable = 应付
pot_account-paid = 已付
pot_account-recoverable = 应追回
pot_account-recovered = 已追回
pot_account-written_off = 已核销
money-granted = 下达
money-total = 合计

## What went wrong

error-unauthenticated-title = 请先登录
error-unauthenticated = 这一页要登录以后才能看。登录后会回到这里。
error-forbidden-title = 这一页看不到
error-forbidden = 可能地址有误，也可能不归您的岗位或地区。没有改动任何内容。
error-step_up_required-title = 请再输一次密码
error-step_up_required = 这一步要先再输一次密码。什么都没有改动。
error-not_found-title = 这一页看不到
error-not_found = 可能地址有误，也可能不归您的岗位或地区。没有改动任何内容。
error-invalid-title = 有内容需要改
error-invalid = 有的内容填得不对。什么都没有保存，请回上一页改好再提交。
error-stale-title = 已被别人改过
error-stale = 您打开之后，别人改过这条记录。您这次的改动没有保存，请看过新的内容再办。
error-duplicate-title = 已经有了
error-duplicate = 同样的记录已经有一条，没有再存一条。
error-too_many-title = 请稍等
error-too_many = 试的次数太多。请过几分钟再试。
error-busy-title = 现在人太多
error-busy = 这次没有办成，什么都没有改动。请过几秒再试。
keys-changing = 系统正在更换密钥，这段时间核对号码会有遗漏，所以没有办。请过几小时再试。
error-lost-title = 结果还不确定
error-lost = 不知道这次有没有存上。请先回去看一眼，再决定要不要重办。
error-internal-title = 系统出错了
error-internal = 这次没有办成，已经记下来。可以过一会儿再试；还不行，请打12333，并报下面的编号。
error-bad_request-title = 请求读不懂
error-bad_request = 发来的内容不完整，什么都没有改动。请回上一页再办一次。
error-csrf-title = 这一页放得太久了
error-csrf = 为了您的安全，这次没有办，什么都没有改动。请回上一页刷新，再办一次。
error-too_large-title = 内容太大
error-too_large = 发来的内容太大，什么都没有保存。请分成几次提交。
error-media_type-title = 格式不对
error-media_type = 这里收不了这种格式，什么都没有保存。
idempotency-other_body = 这个幂等编号已经用在另一份内容上。新的请求请换一个编号。
error-home = 回首页
error-quote = 来电请报编号
move-illegal-title = 现在不能这样办
move-illegal = 这件事已经走到别的步骤，现在不能这样办。请回去看它的最新状态。

## What to mend in a field

invalid-required = 请填写这一项
invalid-length = 字数太多或太少，请按提示的字数填写
invalid-range = 数字太大或太小，请按提示的范围填写
invalid-email = 邮箱地址不完整，例如 zhang@example.com
invalid-date = 日期要写成年-月-日，例如 2016-12-05
invalid-number = 请填数字，例如 41
invalid-money = 金额要填数字，最多两位小数，例如 800.00
invalid-choice = 请从列出的选项里选一个
invalid-picture = 请选一张 JPEG 或 PNG 照片
invalid-id = 身份证号应为18位，请对照原件
invalid-id_format = 身份证号应为17位数字加一位数字或X
invalid-id_date = 身份证号里的出生日期不存在，请对照原件
invalid-id_checksum = 身份证号最后一位对不上，请对照原件
invalid-id_test_number = 这是测试用的号码，请填本人的身份证号
invalid-phone = 手机号应为11位，以1开头
invalid-degrees = 经纬度要写成度数，最多6位小数，例如 28.682976
invalid-credit_code = 统一社会信用代码应为18位，请对照营业执照
invalid-area = 请选择您负责地区内的一个地方
invalid-control = 内容里有看不见的控制字符，请重新输入
invalid-unknown_field = 这一栏不在表里，请去掉
invalid-repeated = 同一项填了两次，请只留一次
invalid-too_long = 内容太长，请写短一些
invalid-json = 不是正确的JSON，第{ $line }行第{ $column }列读不下去
invalid-unreadable = 内容读不出来，请检查格式后再提交
invalid-session_time = 课次的结束时间要晚于开始时间，并且在开班日期之内

## Why a file is not read

file-empty = 文件里没有内容，请选好文件再传
file-encoding = 第{ $line }行第{ $column }栏有读不出来的字。请用表格软件打开原文件，另存为“CSV UTF-8”再传
file-nul = 第{ $line }行第{ $column }栏有空字符，文件可能已经损坏。请从原文件重新另存为CSV
file-utf16 = 文件是UTF-16编码，但没有标明。请另存为“CSV UTF-8”再传
file-not_a_table = 这不是表格文件。请传CSV或.xlsx文件
file-old_excel = 这是旧式的Excel文件（.xls或.xlsb）。请另存为.xlsx再传
file-macros = 这个Excel文件里有宏。请另存为不带宏的.xlsx再传
file-encrypted = 这个Excel文件设了密码。请去掉密码，存好再传
file-unreadable = 文件读不出来，可能没有存完或已经损坏。请用表格软件打开，另存一份再传
file-unsafe = 这个Excel文件的内部结构不正常，为安全起见没有读。请新建一个工作簿，把内容复制过去再传
file-too_large = 文件太大，最大{ $most }MB。请分成几个文件
file-unpacked = Excel文件的内容太多，展开后最大{ $most }MB。请分成几个文件
file-too_many_sheets = 工作表太多，最多{ $most }张。请只留要传的那一张
file-too_many_cells = 单元格太多，最多{ $most }个。请删去空白的行和栏，或分成几个文件
file-too_many_rows = 行数太多，最多{ $most }行。请分成几个文件
file-too_many_columns = 第{ $line }行的栏数太多，最多{ $most }栏
file-long_cell = 第{ $line }行第{ $column }栏字数太多，最多{ $most }字。如果那里没有这么多字，请看是不是少了一个引号
file-took_too_long = 文件读得太久，已经停下。请分成几个文件，或另存为CSV再传
file-broke_off = 文件没有传完就断了，请再传一次
file-no_reader = 现在读不了文件，请过几分钟再试

## Units and the calendar

unit-yuan = 元
unit-people = 人
unit-person-times = 人次
unit-seats = 座
unit-classes = 个班
unit-hours = 学时
unit-days = 天
unit-percent = %
count-people = { $count }人
count-person-times = { $count }人次
count-seats = { $count }座
count-classes = { $count }个班
range = { $from }至{ $to }
year = { $year }年
today = 今天
tomorrow = 明天
month-1 = 1月
month-2 = 2月
month-3 = 3月
month-4 = 4月
month-5 = 5月
month-6 = 6月
month-7 = 7月
month-8 = 8月
month-9 = 9月
month-10 = 10月
month-11 = 11月
month-12 = 12月
weekday-1 = 周一
weekday-2 = 周二
weekday-3 = 周三
weekday-4 = 周四
weekday-5 = 周五
weekday-6 = 周六
weekday-7 = 周日
