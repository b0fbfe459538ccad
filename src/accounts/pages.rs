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
use crate::accounts::forms::{ChangePassword, ConfirmForm, NewAccount, SignInForm};
use crate::accounts::passwords::Hasher;
use crate::accounts::rights::ManageAccounts;
use crate::accounts::service::{self, Door};
use crate::accounts::store::{self, Listed};
use crate::areas::Atlas;
use crate::base::{Clock, Result};
use crate::data::{Database, Desk, Vault};
use crate::web::html::local_path;
use crate::web::preferences::cookie;
use crate::web::{FormView, Html, Nothing, Page, PageForm, Settings, back, go};

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
    form: FormView,
    roles: Vec<(Role, String)>,
    accounts: Vec<Listed>,
    next: Option<String>,
}

type Shown<T> = std::result::Result<T, Html<SignInPage>>;

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
) -> Result<Shown<Redirect>> {
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

async fn list(page: Page, form: FormView, db: &Database, after: Option<&str>) -> Result<AccountsPage> {
    const ROWS: u64 = 50;
    let rows = store::list(db.reader(), after, ROWS + 1).await?;
    let rows = crate::base::paging::Page::cut(rows, ROWS, |row| row.login.clone());
    Ok(AccountsPage {
        roles: Role::all().map(|role| (role, page.word("role", role))).collect(),
        next: rows.next.map(|login| format!("/accounts?after={login}")),
        accounts: rows.items,
        page,
        form,
    })
}

#[get("/accounts?<after>")]
async fn accounts(
    _by: Can<ManageAccounts>,
    page: Page,
    after: Option<&str>,
    db: &State<Database>,
) -> Result<Html<AccountsPage>> {
    Ok(Html::ok(list(page, FormView::default(), db, after).await?))
}

#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/accounts", data = "<form>")]
async fn create(
    by: Can<ManageAccounts>,
    page: Page,
    form: PageForm<NewAccount>,
    cookies: &CookieJar<'_>,
    atlas: &State<Arc<Atlas>>,
    hasher: &State<Hasher>,
    db: &State<Database>,
    desk: &State<Desk>,
) -> Result<std::result::Result<Redirect, Html<AccountsPage>>> {
    let (input, view) = form.open();
    let done = match input {
        Ok(new) => desk.write(async |work| service::create(Some(by.actor()), work, atlas, hasher, &new).await).await,
        Err(e) => Err(e),
    };
    match done {
        Ok(_) => Ok(Ok(go(cookies, "/accounts", "account-created", &Vec::new()))),
        Err(e) => {
            let form = view.with("password", "").told(&page, e)?;
            Ok(Err(Html::again(list(page, form, db, None).await?)))
        }
    }
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
    routes![sign_in_form, sign_in, sign_out, confirm_form, confirm, password_form, password, accounts, create, disable]
}
