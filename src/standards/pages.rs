//! Pages of standards: what is paid in an area on a day, each row with its document, and the forms for new ones.

use askama::Template;
use chrono::NaiveDate;
use entities::{
    standard_uplift, subsidy_standard,
    values::{Programme, StandardId, StandardStatus, SubsidyKind, SubsidyPayee, UpliftId, UpliftKind},
};
use rocket::{Route, get, http::CookieJar, post, response::Redirect, routes};

use crate::access::{Actor, Can};
use crate::areas::{contains, level_of};
use crate::base::lifecycle::Lifecycle;
use crate::base::{Error, Result};
use crate::policy::{Rule, RuleBook, occupation_name, occupations};
use crate::standards::forms::{EndForm, StandardForm, UpliftForm};
use crate::standards::lifecycle::StandardAction;
use crate::standards::rights::{EnactStandards, ProposeStandards, SeeProposals};
use crate::standards::standing::Standing;
use crate::standards::{service, store};
use crate::web::{FormView, Html, Nothing, Page, PageForm, Shown, Tools, go};

type Choices<T> = Vec<(T, String)>;

/// One standard or uplift as a line.
struct Line {
    href: String,
    title: String,
    /// What is paid, or by how much more.
    figure: String,
    /// To whom, or under which condition.
    terms: String,
    /// When which part is due; empty where all is due at once.
    parts: String,
    place: String,
    document_no: String,
    from: NaiveDate,
    to: Option<NaiveDate>,
    status: StandardStatus,
}

fn occupation(page: &Page, code: Option<&str>) -> String {
    code.map_or_else(|| page.say("standard-every_occupation"), |code| occupation_name(code, page.locale).to_owned())
}

fn standard_line(page: &Page, row: &subsidy_standard::Model) -> Line {
    let level = row.level.map_or_else(|| page.say("standard-every_level"), |level| page.word("skill_level", level));
    let amount = page.yuan(&row.fen);
    let figure = match row.cap_fen {
        Some(cap) => page.say2("standard-by_hour", "amount", amount, "cap", page.yuan(&cap)),
        None => page.say1("standard-by_person", "amount", amount),
    };
    let whole = row.completion_percent == 100;
    let (start, rest) = (row.start_percent, row.outcome_percent);
    Line {
        href: format!("/standards/{}", row.id),
        title: page.say3(
            "standard-name",
            "programme",
            page.word("programme", row.programme),
            "occupation",
            occupation(page, row.occupation.as_deref()),
            "level",
            level,
        ),
        figure,
        terms: page.say2(
            "standard-terms",
            "kind",
            page.word("subsidy_kind", row.kind),
            "payee",
            page.word("subsidy_payee", row.payee),
        ),
        parts: if whole {
            String::new()
        } else {
            page.say3("standard-parts", "start", start, "completion", row.completion_percent, "outcome", rest)
        },
        place: page.place(&row.area_code),
        document_no: row.document_no.clone(),
        from: row.valid_from,
        to: row.valid_to,
        status: row.status,
    }
}

fn uplift_line(page: &Page, row: &standard_uplift::Model) -> Line {
    let kind = page.word("uplift_kind", row.kind);
    let title = match &row.occupation {
        Some(code) => page.say2("uplift-of_trade", "kind", kind, "occupation", occupation(page, Some(code))),
        None => kind,
    };
    let certificate = page.say(if row.certificate { "uplift-certificate" } else { "uplift-no_certificate" });
    let stacks = page.say(if row.stackable { "uplift-stackable" } else { "uplift-alone" });
    Line {
        href: format!("/uplifts/{}", row.id),
        title,
        figure: format!("+{}%", row.percent),
        terms: page.say2("uplift-terms", "certificate", certificate, "stacks", stacks),
        parts: String::new(),
        place: page.place(&row.area_code),
        document_no: row.document_no.clone(),
        from: row.valid_from,
        to: row.valid_to,
        status: row.status,
    }
}

/// The sign of a state on a day.
fn sign(line: &Line, today: NaiveDate) -> (&'static str, &'static str) {
    match line.status {
        StandardStatus::Proposed => ("yours", "standard_status-proposed"),
        StandardStatus::Withdrawn => ("stopped", "standard_status-withdrawn"),
        StandardStatus::InForce if line.to.is_some_and(|to| to <= today) => ("held", "standard-over"),
        StandardStatus::InForce if line.from > today => ("draft", "standard-to_come"),
        StandardStatus::InForce => ("done", "standard_status-in_force"),
    }
}

#[derive(Template)]
#[template(path = "standards/templates/list.html")]
struct StandardsPage {
    page: Page,
    form: FormView,
    place: String,
    standards: Vec<Line>,
    uplifts: Vec<Line>,
    proposed: Vec<Line>,
    most: String,
    areas: Vec<(String, Vec<(String, String)>)>,
    on: NaiveDate,
    proposes: bool,
}

#[derive(Template)]
#[template(path = "standards/templates/row.html")]
struct RowPage {
    page: Page,
    form: FormView,
    line: Line,
    proposed_by: Option<String>,
    enacted_by: Option<String>,
    enacts: bool,
    withdraws: bool,
    ends: bool,
}

#[derive(Template)]
#[template(path = "standards/templates/new_standard.html")]
struct NewStandardPage {
    page: Page,
    form: FormView,
    programmes: Choices<Programme>,
    occupations: Choices<&'static str>,
    levels: Choices<i32>,
    kinds: Choices<SubsidyKind>,
    payees: Choices<SubsidyPayee>,
    areas: Vec<(String, Vec<(String, String)>)>,
}

#[derive(Template)]
#[template(path = "standards/templates/new_uplift.html")]
struct NewUpliftPage {
    page: Page,
    form: FormView,
    kinds: Choices<UpliftKind>,
    occupations: Choices<&'static str>,
    areas: Vec<(String, Vec<(String, String)>)>,
}

/// The reader's own area and what lies directly below it.
fn areas_of(by: &Actor, page: &Page) -> Vec<(String, Vec<(String, String)>)> {
    let own = (by.area.clone(), page.place(&by.area));
    let below = page.atlas.children(&by.area, page.today);
    let below = below.into_iter().map(|area| (area.code.clone(), area.name.clone())).collect();
    vec![(String::new(), vec![own]), (page.place(&by.area), below)]
}

fn all_occupations(page: &Page) -> Choices<&'static str> {
    occupations().iter().map(|one| (one.code, occupation_name(one.code, page.locale).to_owned())).collect()
}

impl NewStandardPage {
    fn new(by: &Actor, page: Page, form: FormView) -> Self {
        Self {
            programmes: Programme::all().map(|word| (word, page.word("programme", word))).collect(),
            occupations: all_occupations(&page),
            levels: (1..=5).rev().map(|level| (level, page.word("skill_level", level))).collect(),
            kinds: SubsidyKind::all().map(|word| (word, page.word("subsidy_kind", word))).collect(),
            payees: SubsidyPayee::all().map(|word| (word, page.word("subsidy_payee", word))).collect(),
            areas: areas_of(by, &page),
            page,
            form,
        }
    }
}

impl NewUpliftPage {
    fn new(by: &Actor, page: Page, form: FormView) -> Self {
        Self {
            kinds: UpliftKind::all().map(|word| (word, page.word("uplift_kind", word))).collect(),
            occupations: all_occupations(&page),
            areas: areas_of(by, &page),
            page,
            form,
        }
    }
}

impl RowPage {
    /// One row with what the reader may do about it.
    async fn build<R: Standing>(
        by: &Actor,
        page: Page,
        form: FormView,
        tools: Tools<'_>,
        row: &R,
        line: Line,
    ) -> Result<Self> {
        let db = tools.db.reader();
        let officials = row.officials();
        let may = |action| by.scope().covers(row.area()) && row.status().open_to(by.role).contains(&action);
        let sees = by.prove::<SeeProposals>().is_ok();
        let mut names = Vec::new();
        for id in officials {
            let name = match id.filter(|_| sees) {
                Some(id) => store::official(db, id).await?.map(|account| account.name),
                None => None,
            };
            names.push(name);
        }
        let mut names = names.into_iter();
        Ok(Self {
            enacts: may(StandardAction::Enact) && row.proposed_by() != Some(by.account),
            withdraws: may(StandardAction::Withdraw),
            ends: may(StandardAction::End) && row.period().1.is_none_or(|to| to > page.today),
            proposed_by: names.next().flatten(),
            enacted_by: names.next().flatten(),
            line,
            page,
            form,
        })
    }

    async fn standard(by: &Actor, page: Page, form: FormView, tools: Tools<'_>, id: StandardId) -> Result<Self> {
        let row = store::visible(tools.db.reader(), &service::sight(by), id).await?;
        let row = row.ok_or(Error::NotFound("subsidy_standard"))?;
        let line = standard_line(&page, &row);
        Self::build(by, page, form, tools, &row, line).await
    }

    async fn uplift(by: &Actor, page: Page, form: FormView, tools: Tools<'_>, id: UpliftId) -> Result<Self> {
        let row = store::uplift(tools.db.reader(), &service::sight(by), id).await?;
        let row = row.ok_or(Error::NotFound("standard_uplift"))?;
        let line = uplift_line(&page, &row);
        Self::build(by, page, form, tools, &row, line).await
    }

    fn path(&self, rest: &str) -> String {
        format!("{}/{rest}", self.line.href)
    }

    fn sign(&self) -> (&'static str, &'static str) {
        sign(&self.line, self.page.today)
    }
}

#[get("/standards?<area>&<on>")]
async fn list(
    by: Actor,
    page: Page,
    area: Option<String>,
    on: Option<String>,
    tools: Tools<'_>,
) -> Result<Html<StandardsPage>> {
    let db = tools.db.reader();
    let on = on.and_then(|text| text.parse().ok()).unwrap_or(page.today);
    let area = area.filter(|code| level_of(code).is_some()).unwrap_or_else(|| by.area.clone());
    let mut rows = store::in_force(db, &area, on).await?;
    rows.sort_by(|one, other| {
        let key =
            |row: &subsidy_standard::Model| (row.kind, row.programme, row.occupation.clone(), row.level.map(|l| -l));
        key(one).cmp(&key(other)).then_with(|| other.area_code.cmp(&one.area_code))
    });
    let mut uplifts = store::uplifts_in_force(db, &area, on).await?;
    uplifts.sort_by_key(|row| (row.kind, row.occupation.clone()));
    let most = RuleBook::load(db).await?.value(Rule::UpliftPercentMost, &area, on)?;
    let mut proposed = Vec::new();
    if let Ok(by) = by.prove::<SeeProposals>() {
        proposed.extend(store::proposed(db, &by.scope()).await?.iter().map(|row| standard_line(&page, row)));
        proposed.extend(store::uplifts_proposed(db, &by.scope()).await?.iter().map(|row| uplift_line(&page, row)));
    }
    let mut areas = areas_of(&by, &page);
    if !contains(&by.area, &area) {
        areas.push((String::new(), vec![(area.clone(), page.place(&area))]));
    }
    Ok(Html::ok(StandardsPage {
        form: FormView::default().with("area", &area).with("on", on),
        place: page.place(&area),
        standards: rows.iter().map(|row| standard_line(&page, row)).collect(),
        uplifts: uplifts.iter().map(|row| uplift_line(&page, row)).collect(),
        most: page.say1("uplift-most", "percent", most),
        proposes: by.prove::<ProposeStandards>().is_ok(),
        proposed,
        areas,
        on,
        page,
    }))
}

#[get("/standards/new")]
fn new_standard(by: Can<ProposeStandards>, page: Page) -> Html<NewStandardPage> {
    let form = FormView::default()
        .with("area_code", &by.area)
        .with("kind", SubsidyKind::Training)
        .with("payee", SubsidyPayee::Institution)
        .with("start_percent", 0)
        .with("completion_percent", 100)
        .with("outcome_percent", 0);
    Html::ok(NewStandardPage::new(&by, page, form))
}

#[post("/standards", data = "<form>")]
async fn propose_standard(
    by: Can<ProposeStandards>,
    page: Page,
    form: PageForm<StandardForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<NewStandardPage> {
    let sent =
        form.write(tools.desk, async |work, form| service::propose(&by, work, tools.atlas, &form.read()?).await).await;
    let again = async |page, form| Ok(NewStandardPage::new(&by, page, form));
    sent.or_again(page, |id| go(cookies, format!("/standards/{id}"), "standard-proposed", &Vec::new()), again).await
}

#[get("/standards/<id>", rank = 2)]
async fn show_standard(by: Actor, page: Page, id: StandardId, tools: Tools<'_>) -> Result<Html<RowPage>> {
    Ok(Html::ok(RowPage::standard(&by, page, FormView::default(), tools, id).await?))
}

#[post("/standards/<id>/enact", data = "<form>")]
async fn enact_standard(
    by: Can<EnactStandards>,
    id: StandardId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/standards/{id}");
    let sent = form.write(tools.desk, async |work, Nothing| service::enact(&by, work, id).await).await;
    sent.or_back(cookies, path.clone(), |()| go(cookies, path, "standard-enacted", &Vec::new()))
}

#[post("/standards/<id>/withdraw", data = "<form>")]
async fn withdraw_standard(
    by: Can<ProposeStandards>,
    id: StandardId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/standards/{id}");
    let sent = form.write(tools.desk, async |work, Nothing| service::withdraw(&by, work, id).await).await;
    sent.or_back(cookies, path.clone(), |()| go(cookies, path, "standard-withdrawn", &Vec::new()))
}

#[post("/standards/<id>/end", data = "<form>")]
async fn end_standard(
    by: Can<ProposeStandards>,
    page: Page,
    id: StandardId,
    form: PageForm<EndForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<RowPage> {
    let sent = form.write(tools.desk, async |work, form| service::end(&by, work, id, &form.read()?).await).await;
    let again = async |page, form| RowPage::standard(&by, page, form, tools, id).await;
    sent.or_again(page, |()| go(cookies, format!("/standards/{id}"), "standard-ended", &Vec::new()), again).await
}

#[get("/uplifts/new")]
fn new_uplift(by: Can<ProposeStandards>, page: Page) -> Html<NewUpliftPage> {
    let form = FormView::default().with("area_code", &by.area).with("certificate", true);
    Html::ok(NewUpliftPage::new(&by, page, form))
}

#[post("/uplifts", data = "<form>")]
async fn propose_uplift(
    by: Can<ProposeStandards>,
    page: Page,
    form: PageForm<UpliftForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<NewUpliftPage> {
    let sent = form
        .write(tools.desk, async |work, form| service::propose_uplift(&by, work, tools.atlas, &form.read()?).await)
        .await;
    let again = async |page, form| Ok(NewUpliftPage::new(&by, page, form));
    sent.or_again(page, |id| go(cookies, format!("/uplifts/{id}"), "standard-proposed", &Vec::new()), again).await
}

#[get("/uplifts/<id>", rank = 2)]
async fn show_uplift(by: Actor, page: Page, id: UpliftId, tools: Tools<'_>) -> Result<Html<RowPage>> {
    Ok(Html::ok(RowPage::uplift(&by, page, FormView::default(), tools, id).await?))
}

#[post("/uplifts/<id>/enact", data = "<form>")]
async fn enact_uplift(
    by: Can<EnactStandards>,
    id: UpliftId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/uplifts/{id}");
    let sent = form.write(tools.desk, async |work, Nothing| service::enact_uplift(&by, work, id).await).await;
    sent.or_back(cookies, path.clone(), |()| go(cookies, path, "standard-enacted", &Vec::new()))
}

#[post("/uplifts/<id>/withdraw", data = "<form>")]
async fn withdraw_uplift(
    by: Can<ProposeStandards>,
    id: UpliftId,
    form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Result<Redirect> {
    let path = format!("/uplifts/{id}");
    let sent = form.write(tools.desk, async |work, Nothing| service::withdraw_uplift(&by, work, id).await).await;
    sent.or_back(cookies, path.clone(), |()| go(cookies, path, "standard-withdrawn", &Vec::new()))
}

#[post("/uplifts/<id>/end", data = "<form>")]
async fn end_uplift(
    by: Can<ProposeStandards>,
    page: Page,
    id: UpliftId,
    form: PageForm<EndForm>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<RowPage> {
    let sent = form.write(tools.desk, async |work, form| service::end_uplift(&by, work, id, &form.read()?).await).await;
    let again = async |page, form| RowPage::uplift(&by, page, form, tools, id).await;
    sent.or_again(page, |()| go(cookies, format!("/uplifts/{id}"), "standard-ended", &Vec::new()), again).await
}

pub(crate) fn routes() -> Vec<Route> {
    routes![
        list,
        new_standard,
        propose_standard,
        show_standard,
        enact_standard,
        withdraw_standard,
        end_standard,
        new_uplift,
        propose_uplift,
        show_uplift,
        enact_uplift,
        withdraw_uplift,
        end_uplift,
    ]
}
