//! The whole house for one test: a fresh database, a clock that stands, visitors who speak HTTP.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};
use entities::{
    account, holder, organisation, role_grant, setting,
    values::{
        AccountId, GrantId, HolderId, OrganisationId, OrganisationKind, OrganisationStatus, PersonId, Role, SessionKind,
    },
};
use rocket::{
    http::{ContentType, Header, Status},
    local::asynchronous::{Client, LocalRequest},
};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use sidan::{
    access::{Token, open_session},
    accounts::{Hasher, holder_row},
    areas::Atlas,
    base::{Clock, IdNumber, clock},
    data::{Database, Desk, Vault},
    house::House,
    web::Settings,
};

use super::db::{self, TestDatabase};

/// 上高县, where most stories play.
pub const COUNTY: &str = "360923";
/// 镜山村 in the list of 2016.
pub const VILLAGE: &str = "360923106206";

pub struct App {
    pub client: Client,
    pub house: House,
    pub db: Database,
    pub desk: Desk,
    pub clock: Clock,
    pub atlas: Arc<Atlas>,
    pub vault: Arc<Vault>,
    /// Counts the trainers of a story, each a person of his own.
    pub numbers: std::sync::atomic::AtomicU16,
    /// Counts those who sign in, each a person of his own.
    holders: std::sync::atomic::AtomicU16,
    /// What the vault was made of, for a second house on the same database.
    pub keys: std::collections::BTreeMap<String, String>,
    /// Dropped last: it takes the database away.
    home: TestDatabase,
}

/// A day of the story's year at nine in the morning, Shanghai time.
pub fn nine_on(month: u32, day: u32) -> chrono::DateTime<chrono::Utc> {
    let day = NaiveDate::from_ymd_opt(2016, month, day).unwrap();
    clock::instant(day, NaiveTime::from_hms_opt(9, 0, 0).unwrap())
}

impl App {
    /// A migrated, empty house on the morning of 1 November 2016.
    pub async fn start() -> Arc<Self> {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(adjust: impl FnOnce(&mut Settings)) -> Arc<Self> {
        let database = db::fresh_database().await;
        let clock = Clock::fixed_at(nine_on(11, 1));
        let mut settings: Settings =
            rocket::figment::Figment::from(("base_url", "http://localhost")).extract().unwrap();
        settings.reader = Some(env!("CARGO_BIN_EXE_sidan").into());
        adjust(&mut settings);
        let keys = Vault::fresh_keys().unwrap();
        let house =
            House::open(settings, clock.clone(), &database.url, keys.clone(), Hasher::cheap().unwrap()).await.unwrap();
        setting::Entity::insert(setting::ActiveModel { name: Set("demo".into()), value: Set("yes".into()) })
            .on_conflict(sea_orm::sea_query::OnConflict::column(setting::Column::Name).do_nothing().to_owned())
            .exec_without_returning(house.database.writer())
            .await
            .unwrap();
        let figment = rocket::figment::Figment::from(rocket::Config::debug_default())
            .merge(("log_level", "off"))
            .merge(("ip_header", false));
        let client = Client::untracked(house.rocket(figment).unwrap()).await.unwrap();
        Arc::new(Self {
            client,
            db: house.database.clone(),
            desk: house.desk.clone(),
            clock,
            atlas: house.atlas.clone(),
            vault: house.vault.clone(),
            numbers: std::sync::atomic::AtomicU16::new(0),
            holders: std::sync::atomic::AtomicU16::new(0),
            keys,
            house,
            home: database,
        })
    }

    /// Where the database is, for a second house on it.
    pub fn url(&self) -> String {
        self.home.url.clone()
    }

    /// Somebody of a role in 上高县 (a village worker in 镜山村, a supervisor for the province); organisation roles act for a new
    /// organisation.
    pub async fn sign_in(self: &Arc<Self>, role: Role) -> Visitor {
        let area = match role {
            Role::VillageWorker | Role::Trainee => VILLAGE,
            Role::Supervisor | Role::Auditor | Role::Administrator => "360000",
            _ => COUNTY,
        };
        self.sign_in_at(role, area).await
    }

    pub async fn sign_in_at(self: &Arc<Self>, role: Role, area: &str) -> Visitor {
        let organisation = match role {
            Role::Institution => Some(self.organisation(OrganisationKind::Institution, area).await),
            Role::Enterprise => Some(self.organisation(OrganisationKind::Enterprise, area).await),
            Role::Assessor => Some(self.organisation(OrganisationKind::Assessor, area).await),
            _ => None,
        };
        self.visitor(role, area, organisation, None).await
    }

    /// The same natural person with another account, in 上高县.
    pub async fn sign_in_as(self: &Arc<Self>, role: Role, other: &Visitor) -> Visitor {
        let holder = other.holder;
        self.visitor_who(role, COUNTY, None, None, holder).await
    }

    /// Somebody of whom nobody knows who it is.
    pub async fn sign_in_unknown(self: &Arc<Self>, role: Role) -> Visitor {
        self.visitor_who(role, COUNTY, None, None, None).await
    }

    /// Somebody else each time.
    pub async fn new_holder(&self) -> HolderId {
        let n = self.holders.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let born = NaiveDate::from_ymd_opt(1980, 1, 1).unwrap() + chrono::Days::new(u64::from(n));
        let number = IdNumber::compose("369971", born, 1).unwrap();
        let row = holder_row(&self.vault, HolderId::new(), &number, self.clock.now()).unwrap();
        let id = row.id;
        holder::Entity::insert(row.into_active_model()).exec_without_returning(self.db.writer()).await.unwrap();
        id
    }

    pub async fn sign_in_for(self: &Arc<Self>, role: Role, organisation: OrganisationId) -> Visitor {
        self.visitor(role, COUNTY, Some(organisation), None).await
    }

    /// The trainee who is that registered person.
    pub async fn sign_in_person(self: &Arc<Self>, person: PersonId) -> Visitor {
        self.visitor(Role::Trainee, VILLAGE, None, Some(person)).await
    }

    pub async fn organisation(&self, kind: OrganisationKind, area: &str) -> OrganisationId {
        let id = OrganisationId::new();
        // Who assesses is another one than who teaches.
        let (name, legal_person, phone) = match kind {
            OrganisationKind::Assessor => ("上高县职业技能评价中心", "邓海英", "15400000009"),
            _ => ("锦江职业培训学校", "郭志明", "15400000000"),
        };
        organisation::Entity::insert(organisation::ActiveModel {
            id: Set(id),
            kind: Set(kind),
            name: Set(name.into()),
            credit_code: Set(id.to_string().chars().take(18).collect::<String>() + &id.to_string()[28..]),
            area_code: Set(area.into()),
            legal_person: Set(legal_person.into()),
            phone: Set(phone.into()),
            status: Set(OrganisationStatus::Active),
            created_at: Set(self.clock.now()),
            version: Set(1),
        })
        .exec_without_returning(self.db.writer())
        .await
        .unwrap();
        id
    }

    /// An account of its own for each visitor, with a page session and an API token; another person each.
    pub async fn visitor(
        self: &Arc<Self>,
        role: Role,
        area: &str,
        organisation: Option<OrganisationId>,
        person: Option<PersonId>,
    ) -> Visitor {
        let holder = if person.is_none() { Some(self.new_holder().await) } else { None };
        self.visitor_who(role, area, organisation, person, holder).await
    }

    async fn visitor_who(
        self: &Arc<Self>,
        role: Role,
        area: &str,
        organisation: Option<OrganisationId>,
        person: Option<PersonId>,
        holder: Option<HolderId>,
    ) -> Visitor {
        let id = AccountId::new();
        let area = area.to_owned();
        let (page, api) = self
            .desk
            .write(async |work| {
                account::Entity::insert(account::ActiveModel {
                    id: Set(id),
                    login: Set(format!("{role}-{}", id.0.simple())),
                    password_hash: Set("-".into()),
                    name: Set("刘敏".into()),
                    email: Set(None),
                    locale: Set("zh-CN".into()),
                    person_id: Set(person),
                    holder_id: Set(holder),
                    disabled_at: Set(None),
                    created_at: Set(work.now),
                    version: Set(1),
                })
                .exec_without_returning(work.db())
                .await?;
                role_grant::Entity::insert(role_grant::ActiveModel {
                    id: Set(GrantId::new()),
                    account_id: Set(id),
                    role: Set(role),
                    area_code: Set(area.clone()),
                    organisation_id: Set(organisation),
                    granted_at: Set(work.now),
                    ended_at: Set(None),
                })
                .exec_without_returning(work.db())
                .await?;
                let page = open_session(work, id, SessionKind::Page).await?.0;
                let api = open_session(work, id, SessionKind::Api).await?.0;
                Ok((page, api))
            })
            .await
            .unwrap();
        Visitor { app: self.clone(), account: id, holder, organisation, page: Some(page), api: Some(api) }
    }

    /// Somebody who did not sign in.
    pub fn passer_by(self: &Arc<Self>) -> Visitor {
        Visitor {
            app: self.clone(),
            account: AccountId::new(),
            holder: None,
            organisation: None,
            page: None,
            api: None,
        }
    }
}

/// Somebody who speaks HTTP to the house.
pub struct Visitor {
    pub app: Arc<App>,
    pub account: AccountId,
    pub holder: Option<HolderId>,
    pub organisation: Option<OrganisationId>,
    pub page: Option<Token>,
    pub api: Option<Token>,
}

/// What a visitor was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: Status,
    pub text: String,
    pub location: Option<String>,
    pub headers: Vec<(String, String)>,
}

impl Visitor {
    pub fn with_session<'c>(&self, request: LocalRequest<'c>) -> LocalRequest<'c> {
        match &self.page {
            Some(token) => request.cookie(("sidan", token.reveal().to_owned())),
            None => request.cookie(("sidan-visitor", "a-passer-by")),
        }
    }

    pub fn with_token<'c>(&self, request: LocalRequest<'c>) -> LocalRequest<'c> {
        match &self.api {
            Some(token) => request.header(Header::new("Authorization", format!("Bearer {}", token.reveal()))),
            None => request,
        }
    }

    /// The hidden token of this visitor's forms.
    pub fn csrf(&self) -> String {
        match &self.page {
            Some(token) => token.form_token(),
            None => Token::from_visitor("a-passer-by").form_token(),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.with_session(self.app.client.get(path.to_owned()))).await
    }

    pub async fn get_in(&self, language: &str, path: &str) -> Answer {
        Answer::of(self.with_session(self.app.client.get(path.to_owned())).cookie(("lang", language.to_owned()))).await
    }

    /// Sends a form as a browser would.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = format!("_csrf={}", self.csrf());
        for (name, value) in fields {
            let encode = |text: &str| rocket::http::RawStr::new(text).percent_encode().to_string();
            body = format!("{body}&{}={}", encode(name), encode(value));
        }
        Answer::of(self.with_session(self.app.client.post(path.to_owned())).header(ContentType::Form).body(body)).await
    }

    pub async fn api_get(&self, path: &str) -> Answer {
        Answer::of(self.with_token(self.app.client.get(path.to_owned()))).await
    }

    pub async fn api_post(&self, path: &str, body: serde_json::Value) -> Answer {
        let request = self.with_token(self.app.client.post(path.to_owned()));
        Answer::of(request.header(ContentType::JSON).body(body.to_string())).await
    }

    pub async fn api_post_once(&self, path: &str, key: &str, body: serde_json::Value) -> Answer {
        let request = self.with_token(self.app.client.post(path.to_owned()));
        let request = request.header(Header::new("Idempotency-Key", key.to_owned()));
        Answer::of(request.header(ContentType::JSON).body(body.to_string())).await
    }
}

impl Answer {
    pub async fn of(request: LocalRequest<'_>) -> Self {
        let response = request.dispatch().await;
        let headers = response.headers().iter().map(|h| (h.name().to_string(), h.value().to_owned())).collect();
        let location = response.headers().get_one("Location").map(str::to_owned);
        Self { status: response.status(), location, headers, text: response.into_string().await.unwrap_or_default() }
    }

    #[track_caller]
    pub fn is(self, status: Status) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The page door's success: on to another page.
    #[track_caller]
    pub fn goes_to(self, path: &str) -> Self {
        assert_eq!(self.status, Status::SeeOther, "{}", self.text);
        assert_eq!(self.location.as_deref(), Some(path));
        self
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// The API said no, for this reason.
    #[track_caller]
    pub fn refuses(self, code: &str) -> Self {
        assert_eq!(self.json()["code"], code, "{}", self.text);
        assert!(self.status.code >= 400);
        self
    }

    /// The API said that this field is wrong, in this way.
    #[track_caller]
    pub fn blames(self, field: &str, code: &str) -> Self {
        let json = self.is(Status::UnprocessableEntity).json();
        let found = json["errors"].as_array().unwrap().iter().any(|e| e["field"] == field && e["code"] == code);
        assert!(found, "{json}");
        Self { status: Status::UnprocessableEntity, text: json.to_string(), location: None, headers: Vec::new() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}
