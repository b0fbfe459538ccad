## Home
home-greeting = { $name }, { $count ->
    [one] one thing waits for you today
   *[other] { $count } things wait for you today
}
home-greeting-none = { $name }, nothing waits for you today
home-overdue = was due { $day }
home-links = Go to
home-village = Open the village sheet
home-catalogue = See which classes are open
home-my-courses = My classes
home-my-data = What is kept about me
home-orders = My orders
home-classes = My classes
home-assessments = Classes to assess
home-claims = Claims
home-payments = Claims to be paid
home-eligibility = Rules of eligibility
home-exclusions = Exclusion lists
home-revocations = Wishes to revoke certificates
home-batches = Payment batches
home-funds = Funds
home-standards = Subsidy standards
home-targets = Targets and results
home-mailbox = Messages
home-audit = Audit log
home-doubts = Doubts about classes and marks
home-cases = Cases
home-sanctions = Sanctions
home-risk = Risk of institutions
home-risk_own = Your risk
home-payees = Payee accounts
home-delegations = Acting for colleagues
home-exports = Exports
home-accounts = Manage accounts
home-rates = Targets of this year
home-welcome = Enterprises order, institutions list, people choose, the government pays. The tuition costs you nothing, and you choose what to learn.
home-welcome-order = Enterprises say whom they need
home-welcome-list = Institutions say what they teach
home-welcome-choose = People choose their class
home-welcome-pay = The government pays
home-welcome-help = If you are not online, a village worker can act for you, or call 12333.
home-corrections = Corrections of my record
home-inspections = Inspections
home-call_backs = Call-backs
home-complaints = Complaints
home-my-complaints = My complaints
