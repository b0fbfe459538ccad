//! Tokens and the own account, for programs.

use std::{net::IpAddr, sync::Arc};

use entities::values::{AccountId, SessionKind};
use rocket::{Route, State, delete, get, http::Status, post, response::status::Created, routes, serde::json::Json};
use utoipa::OpenApi;

use crate::access::{Actor, Can};
use crate::accounts::Fresh;
use crate::accounts::forms::{Confirmation, Identity, NewAccount, SignIn};
use crate::accounts::holders;
use crate::accounts::passwords::Hasher;
use crate::accounts::rights::ManageAccounts;
use crate::accounts::service::{self, Door};
use crate::accounts::views::{AccountLine, AccountView, TokenView};
use crate::base::{Clock, Result, paging};
use crate::data::{Database, Desk, Vault};
use crate::web::{Body, Paging, Tools};

#[derive(OpenApi)]
#[openapi(paths(sign_in, sign_out, confirm, me, list, create, enter_identity))]
pub(crate) struct Docs;

/// Signs in and gives a token.
#[utoipa::path(context_path = "/api/v1", request_body = SignIn, tag = "accounts",
    responses((status = 201, body = TokenView), (status = 409, description = "wrong login or password"), (status = 429)))]
#[post("/tokens", data = "<body>")]
pub(crate) async fn sign_in(
    body: Body<SignIn>,
    db: &State<Database>,
    desk: &State<Desk>,
    hasher: &State<Hasher>,
    clock: &State<Clock>,
    vault: &State<Arc<Vault>>,
    address: Option<IpAddr>,
) -> Result<Created<Json<TokenView>>> {
    let door = Door { db, desk, hasher, clock, vault, address };
    let opened = door.sign_in(&body.value.login, &body.value.password, SessionKind::Api).await?;
    Ok(Created::new("/api/v1/tokens/current").body(Json(opened.into())))
}

/// Ends the token that this call carries.
#[utoipa::path(context_path = "/api/v1", tag = "accounts", responses((status = 204), (status = 401)))]
#[delete("/tokens/current")]
pub(crate) async fn sign_out(actor: Actor, desk: &State<Desk>) -> Result<Status> {
    desk.write(async |work| service::sign_out(&actor, work).await).await?;
    Ok(Status::NoContent)
}

/// Types the password again: for some minutes this token then opens what asks for it (`error.step_up_required`).
#[utoipa::path(context_path = "/api/v1", request_body = Confirmation, tag = "accounts",
    responses((status = 204), (status = 401), (status = 422), (status = 429)))]
#[expect(clippy::too_many_arguments, reason = "each is a guard or a part of the house")]
#[post("/tokens/current/confirm", data = "<body>")]
pub(crate) async fn confirm(
    actor: Actor,
    body: Body<Confirmation>,
    db: &State<Database>,
    desk: &State<Desk>,
    hasher: &State<Hasher>,
    clock: &State<Clock>,
    vault: &State<Arc<Vault>>,
    address: Option<IpAddr>,
) -> Result<Status> {
    let door = Door { db, desk, hasher, clock, vault, address };
    service::confirm(&actor, &door, &body.value.password).await?;
    Ok(Status::NoContent)
}

/// Who the caller is.
#[utoipa::path(context_path = "/api/v1", tag = "accounts", responses((status = 200, body = AccountView), (status = 401)))]
#[get("/accounts/me")]
pub(crate) fn me(actor: Actor) -> Json<AccountView> {
    Json(actor.into())
}

/// Accounts in the order of their logins, numbers masked.
#[utoipa::path(context_path = "/api/v1", params(Paging), tag = "accounts",
    responses((status = 200, body = paging::Page<AccountLine>), (status = 401), (status = 403), (status = 422)))]
#[get("/accounts?<paging..>")]
async fn list(by: Can<ManageAccounts>, paging: Paging, tools: Tools<'_>) -> Result<Json<paging::Page<AccountLine>>> {
    paging.check()?;
    let after = paging.after.as_deref();
    Ok(Json(service::list(&by, tools.db.reader(), tools.vault, after, paging.limit()).await?))
}

/// Makes an account with its one role. Needs a password typed a short while ago.
#[utoipa::path(context_path = "/api/v1", request_body = NewAccount, tag = "accounts",
    responses((status = 201, body = AccountLine), (status = 401), (status = 403), (status = 422)))]
#[post("/accounts", data = "<body>")]
async fn create(
    by: Can<ManageAccounts>,
    _fresh: Fresh,
    body: Body<NewAccount>,
    hasher: &State<Hasher>,
    tools: Tools<'_>,
) -> Result<Created<Json<AccountLine>>> {
    let new = &body.value;
    let deed = async |work: &_| service::create(Some(by.actor()), work, tools.vault, tools.atlas, hasher, new).await;
    let id = tools.desk.write(deed).await?;
    let line = service::show(&by, tools.db.reader(), tools.vault, id).await?;
    Ok(Created::new("/api/v1/accounts").body(Json(line)))
}

/// Says who is behind an account, once. Needs a password typed a short while ago.
#[utoipa::path(context_path = "/api/v1", request_body = Identity, tag = "accounts",
    responses((status = 200, body = AccountLine), (status = 401), (status = 403), (status = 404), (status = 409),
        (status = 422)))]
#[post("/accounts/<id>/identity", data = "<body>")]
async fn enter_identity(
    by: Can<ManageAccounts>,
    _fresh: Fresh,
    id: AccountId,
    body: Body<Identity>,
    tools: Tools<'_>,
) -> Result<Json<AccountLine>> {
    let number = &body.value.identity;
    let deed = async |work: &_| holders::enter(Some(by.actor()), work, tools.vault, id, number).await;
    tools.desk.write(deed).await?;
    Ok(Json(service::show(&by, tools.db.reader(), tools.vault, id).await?))
}

pub(crate) fn routes() -> Vec<Route> {
    routes![sign_in, sign_out, confirm, me, list, create, enter_identity]
}
