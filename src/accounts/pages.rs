//! Pages for signing in and out, the own password, and the administrator's list.

use std::net::IpAddr;
use std::sync::Arc;

use askama::Template;
use entities::values::{AccountId, Role, SessionKind};
use rocket::{
    Route, State, get,
    http::{Cookie, CookieJar},
    post,
    response::Redirect,
    routes,
    time::Duration,
};

use crate::access::{Actor, Can, SESSION_HOURS, cookie_name};
use crate::accounts::Fresh;
use crate::accounts::forms::{ChangePassword, ConfirmForm, Identity, NewAccount, SignInForm};
use crate::accounts::holders;
use crate::accounts::passwords::Hasher;
use crate::accounts::rights::ManageAccounts;
use crate::accounts::service::{self, Door};
use crate::accounts::views::AccountLine;
use crate::base::{Clock, Result};
use crate::data::{Database, Desk, Vault, Work};
use crate::web::html::local_path;
use crate::web::preferences::cookie;
use crate::web::{FormView, Html, Nothing, Page, PageForm, Settings, Shown, Tools, back, go, on};

#[derive(Template)]
#[template(path = "accounts/templates/sign_in.html")]
struct SignInPage {
    page: Page,
    form: FormView,
}

#[derive(Template)]
#[template(path = "accounts/templates/confirm.html")]
struct ConfirmPage {
    page: Page,
    form: FormView,
}

#[derive(Template)]
#[template(path = "accounts/templates/password.html")]
struct PasswordPage {
    page: Page,
    form: FormView,
}

#[derive(Template)]
#[template(path = "accounts/templates/list.html")]
struct AccountsPage {
    page: Page,
    accounts: Vec<AccountLine>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "accounts/templates/new.html")]
struct NewAccountPage {
    page: Page,
    form: FormView,
    roles: Vec<(Role, String)>,
}

impl NewAccountPage {
    fn of(page: Page, form: FormView) -> Self {
        Self { roles: Role::all().map(|role| (role, page.word("role", role))).collect(), page, form }
    }
}

#[derive(Template)]
#[template(path = "accounts/templates/identity.html")]
struct IdentityPage {
    page: Page,
    form: FormView,
    account: AccountLine,
}

#[get("/sign-in?<next>")]
fn sign_in_form(page: Page, next: Option<&str>) -> Html<SignInPage> {
    Html::ok(SignInPage { page, form: FormView::default().with("next", local_path(next)) })
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/sign-in", data = "<form>")]
async fn sign_in(
    page: Page,
    form: PageForm<SignInForm>,
    cookies: &CookieJar<'_>,
    settings: &State<Settings>,
    db: &State<Database>,
    desk: &State<Desk>,
    hasher: &State<Hasher>,
    clock: &State<Clock>,
    vault: &State<Arc<Vault>>,
    address: Option<IpAddr>,
) -> Shown<SignInPage> {
    let door = Door { db, desk, hasher, clock, vault, address };
    let (input, view) = form.open();
    let opened = match input {
        Ok(input) => {
            door.sign_in(&input.login, &input.password, SessionKind::Page).await.map(|opened| (opened, input.next))
        }
        Err(e) => Err(e),
    };
    match opened {
        Ok((opened, next)) => {
            let mut session: Cookie<'static> =
                cookie(cookie_name(settings.secure()), opened.token.reveal().to_owned(), settings.secure(), true);
            // So long from now, not until a date: the clock of a demonstration stands in another year than the browser's.
            session.set_max_age(Duration::hours(SESSION_HOURS));
            cookies.add(session);
            Ok(Ok(Redirect::to(local_path(next.as_deref()))))
        }
        Err(e) => {
            let form = view.with("password", "").told(&page, e)?;
            Ok(Err(Html::again(SignInPage { page, form })))
        }
    }
}

#[post("/sign-out", data = "<_form>")]
async fn sign_out(
    actor: Actor,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    settings: &State<Settings>,
    desk: &State<Desk>,
) -> Result<Redirect> {
    desk.write(async |work| service::sign_out(&actor, work).await).await?;
    cookies.remove(cookie(cookie_name(settings.secure()), String::new(), settings.secure(), true));
    Ok(Redirect::to("/sign-in"))
}

#[get("/confirm?<to>")]
fn confirm_form(_actor: Actor, page: Page, to: Option<&str>) -> Html<ConfirmPage> {
    Html::ok(ConfirmPage { page, form: FormView::default().with("to", local_path(to)) })
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/confirm", data = "<form>")]
async fn confirm(
    actor: Actor,
    page: Page,
    form: PageForm<ConfirmForm>,
    db: &State<Database>,
    desk: &State<Desk>,
    hasher: &State<Hasher>,
    clock: &State<Clock>,
    vault: &State<Arc<Vault>>,
    address: Option<IpAddr>,
) -> Result<std::result::Result<Redirect, Html<ConfirmPage>>> {
    let door = Door { db, desk, hasher, clock, vault, address };
    let (input, view) = form.open();
    let done = match input {
        Ok(input) => service::confirm(&actor, &door, &input.password).await.map(|()| input.to),
        Err(e) => Err(e),
    };
    match done {
        Ok(to) => Ok(Ok(Redirect::to(local_path(to.as_deref())))),
        Err(e) => {
            let form = FormView::default().with("to", local_path(Some(view.value("to")))).told(&page, e)?;
            Ok(Err(Html::again(ConfirmPage { page, form })))
        }
    }
}

#[get("/password")]
fn password_form(_actor: Actor, page: Page) -> Html<PasswordPage> {
    Html::ok(PasswordPage { page, form: FormView::default() })
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/password", data = "<form>")]
async fn password(
    actor: Actor,
    page: Page,
    form: PageForm<ChangePassword>,
    cookies: &CookieJar<'_>,
    db: &State<Database>,
    desk: &State<Desk>,
    hasher: &State<Hasher>,
    clock: &State<Clock>,
    vault: &State<Arc<Vault>>,
    address: Option<IpAddr>,
) -> Result<std::result::Result<Redirect, Html<PasswordPage>>> {
    let door = Door { db, desk, hasher, clock, vault, address };
    let (input, _) = form.open();
    let done = match input {
        Ok(input) => service::change_password(&actor, &door, &input.current, &input.new).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(()) => Ok(Ok(go(cookies, "/", "account-password_changed", &Vec::new()))),
        // What was typed is not sent back: these are passwords.
        Err(e) => {
            let form = FormView::default().told(&page, e)?;
            Ok(Err(Html::again(PasswordPage { page, form })))
        }
    }
}

#[get("/accounts?<after>")]
async fn accounts(
    by: Can<ManageAccounts>,
    page: Page,
    after: Option<&str>,
    tools: Tools<'_>,
) -> Result<Html<AccountsPage>> {
    const ROWS: u64 = 50;
    let rows = service::list(&by, tools.db.reader(), tools.vault, after, ROWS).await?;
    Ok(Html::ok(AccountsPage {
        next: rows.next.map(|login| format!("/accounts?after={login}")),
        accounts: rows.items,
        page,
    }))
}

#[get("/accounts/new")]
fn new_form(_by: Can<ManageAccounts>, _fresh: Fresh, page: Page) -> Html<NewAccountPage> {
    Html::ok(NewAccountPage::of(page, FormView::default()))
}

#[post("/accounts", data = "<form>")]
async fn create(
    by: Can<ManageAccounts>,
    _fresh: Fresh,
    page: Page,
    form: PageForm<NewAccount>,
    cookies: &CookieJar<'_>,
    hasher: &State<Hasher>,
    tools: Tools<'_>,
) -> Shown<NewAccountPage> {
    let deed = async |work: &Work, new: NewAccount| {
        service::create(Some(by.actor()), work, tools.vault, tools.atlas, hasher, &new).await
    };
    let again = async |page, form: FormView| Ok(NewAccountPage::of(page, form.with("password", "")));
    form.write(tools.desk, deed).await.or_again(page, on(cookies, "/accounts", "account-created"), again).await
}

async fn identity_page(
    by: &Can<ManageAccounts>,
    page: Page,
    form: FormView,
    id: AccountId,
    tools: Tools<'_>,
) -> Result<IdentityPage> {
    Ok(IdentityPage { account: service::show(by, tools.db.reader(), tools.vault, id).await?, page, form })
}

#[get("/accounts/<id>/identity")]
async fn identity_form(
    by: Can<ManageAccounts>,
    _fresh: Fresh,
    page: Page,
    id: AccountId,
    tools: Tools<'_>,
) -> Result<Html<IdentityPage>> {
    Ok(Html::ok(identity_page(&by, page, FormView::default(), id, tools).await?))
}

#[post("/accounts/<id>/identity", data = "<form>")]
async fn enter_identity(
    by: Can<ManageAccounts>,
    _fresh: Fresh,
    page: Page,
    id: AccountId,
    form: PageForm<Identity>,
    cookies: &CookieJar<'_>,
    tools: Tools<'_>,
) -> Shown<IdentityPage> {
    let deed = async |work: &Work, input: Identity| {
        holders::enter(Some(by.actor()), work, tools.vault, id, &input.identity).await
    };
    let again = async |page, form| identity_page(&by, page, form, id, tools).await;
    let on = on(cookies, "/accounts", "account-identified");
    form.write(tools.desk, deed).await.or_again(page, on, again).await
}

#[post("/accounts/<id>/disable", data = "<_form>")]
async fn disable(
    by: Can<ManageAccounts>,
    id: AccountId,
    _form: PageForm<Nothing>,
    cookies: &CookieJar<'_>,
    desk: &State<Desk>,
) -> Result<Redirect> {
    match desk.write(async |work| service::disable(Some(by.actor()), work, id).await).await {
        Ok(()) => Ok(go(cookies, "/accounts", "account-disabled", &Vec::new())),
        Err(e) => back(cookies, "/accounts", e),
    }
}

pub(crate) fn routes() -> Vec<Route> {
    routes![
        sign_in_form,
        sign_in,
        sign_out,
        confirm_form,
        confirm,
        password_form,
        password,
        accounts,
        new_form,
        create,
        disable,
        identity_form,
        enter_identity
    ]
}
