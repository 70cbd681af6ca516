//! The typed client over `slipway-api`. A page sees a view or a [`Failure`], never a status.

mod change;

pub use change::{
    changes, compare, deletion, draft_of, drift, merge, merge_view, revision, revisions, start_app_operation,
    take_drift, take_over,
};

use gloo_net::http::{Method, Request, RequestBuilder};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use slipway_api::{
    AppDetail, AppKey, AppQuery, AppRow, ChecksView, ClusterView, Consent, CreateDraft, DraftLine, DraftView,
    MEMBER_HEADER, NamespaceList, OperationLine, OperationView, Page, PlanView, Problem, SaveDraft,
    SessionView, SignIn, SignInLink, paths,
};
use slipway_model::{Draft, Issue};
use web_sys::RequestCredentials;

use crate::member;

/// What can go wrong with a call, as far as a page can act on it.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// Nobody is signed in, or not any more.
    SignedOut,
    /// The server refused, and says why.
    Problem(Box<Refusal>),
    /// There is no answer, or none that we understand.
    Unreachable,
}

/// What a [`Problem`] says to every page. Its issues are read where there are fields to show them at.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Refusal {
    /// What is wrong, as a code.
    pub code: String,
    /// The same in English.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The id of the request, to find it in the log.
    pub request_id: Option<String>,
    #[serde(default)]
    params: Params,
    #[serde(skip)]
    body: String,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
struct Params {
    message: Option<String>,
}

impl Refusal {
    fn from_json(body: &str) -> Option<Self> {
        let refusal: Self = serde_json::from_str(body).ok()?;
        Some(Self {
            body: body.to_owned(),
            ..refusal
        })
    }

    /// The words of the cluster, where it was the cluster that refused.
    pub fn message(&self) -> String {
        self.params.message.clone().unwrap_or_default()
    }

    /// The issues of the draft, each with its field.
    pub fn issues(&self) -> Vec<Issue> {
        serde_json::from_str(&self.body)
            .map(|problem: Problem| problem.issues)
            .unwrap_or_default()
    }
}

impl Failure {
    /// The HTTP status of the refusal, if there was one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Problem(problem) => Some(problem.status),
            _ => None,
        }
    }

    /// What is wrong, each with its field.
    pub fn issues(&self) -> Vec<Issue> {
        match self {
            Self::Problem(problem) => problem.issues(),
            _ => Vec::new(),
        }
    }
}

/// What a call comes to.
pub type Answer<T> = Result<T, Failure>;

/// Who is signed in.
pub async fn session() -> Answer<SessionView> {
    get(paths::SESSION).await
}

/// Signs in with the token of a link.
pub async fn sign_in(token: String) -> Answer<SessionView> {
    json(request(Method::POST, paths::SESSION), &SignIn { token }).await
}

/// Signs out.
pub async fn sign_out() -> Answer<()> {
    nothing(request(Method::DELETE, paths::SESSION)).await
}

/// A link that signs another browser in, once.
pub async fn sign_in_link() -> Answer<SignInLink> {
    empty(request(Method::POST, paths::SIGN_IN_LINK)).await
}

/// The clusters.
pub async fn clusters() -> Answer<Vec<ClusterView>> {
    get(paths::CLUSTERS).await
}

/// One cluster.
pub async fn cluster(slug: &str) -> Answer<ClusterView> {
    get(&paths::cluster(slug)).await
}

/// The namespaces that may be chosen on a cluster.
pub async fn namespaces(cluster: &str) -> Answer<NamespaceList> {
    get(&paths::namespaces(cluster)).await
}

/// One page of the apps of a cluster.
pub async fn apps(cluster: &str, query: &AppQuery) -> Answer<Page<AppRow>> {
    get(&format!("{}{}", paths::apps(cluster), query_string(query))).await
}

/// Everything about one app.
pub async fn app(key: &AppKey) -> Answer<AppDetail> {
    get(&paths::app(&key.cluster, &key.namespace, &key.kind, &key.name)).await
}

/// The drafts of the team.
pub async fn drafts() -> Answer<Vec<DraftLine>> {
    get(paths::DRAFTS).await
}

/// One draft.
pub async fn draft(id: &str) -> Answer<DraftView> {
    get(&paths::draft(id)).await
}

/// Makes a draft. The same `key` makes it once, however often it is sent; then the answer is the draft as it is now.
pub async fn create_draft(draft: &CreateDraft, key: &str) -> Answer<DraftView> {
    let request = request(Method::POST, paths::DRAFTS).header("Idempotency-Key", key);
    json(request, draft).await
}

/// Saves a draft, if it is still at the revision it was changed from.
pub async fn save_draft(id: &str, base: u64, content: &Draft) -> Answer<DraftView> {
    let save = SaveDraft {
        content: content.clone(),
    };
    json(
        request(Method::PUT, &paths::draft(id)).header("If-Match", &etag(base)),
        &save,
    )
    .await
}

/// The same, by a request that outlives the page.
pub async fn save_draft_outliving(id: &str, base: u64, content: &Draft) -> Answer<DraftView> {
    let save = SaveDraft {
        content: content.clone(),
    };
    let request = request(Method::PUT, &paths::draft(id))
        .header("If-Match", &etag(base))
        .json(&save);
    read(&send(request.map(outliving)).await?)
}

/// Lets a request outlive the page. The browser gives up on it when its body is large; then it goes without.
fn outliving(request: Request) -> Request {
    let request = web_sys::Request::from(request);
    let wish = web_sys::RequestInit::new();
    let _ = js_sys::Reflect::set(&wish, &"keepalive".into(), &true.into());
    let outliving = request
        .clone()
        .and_then(|copy| web_sys::Request::new_with_request_and_init(&copy, &wish));
    outliving.unwrap_or(request).into()
}

/// Deletes a draft.
pub async fn delete_draft(id: &str, base: u64) -> Answer<()> {
    nothing(request(Method::DELETE, &paths::draft(id)).header("If-Match", &etag(base))).await
}

/// The objects a draft leads to.
pub async fn draft_plan(id: &str) -> Answer<PlanView> {
    get(&paths::draft_plan(id)).await
}

/// Asks the cluster what it would say to a draft.
pub async fn draft_checks(id: &str) -> Answer<ChecksView> {
    empty(request(Method::POST, &paths::draft_checks(id))).await
}

/// Starts creating or changing the app of a draft. The same `key` starts it once, however often it is sent.
pub async fn start_operation(id: &str, base: u64, key: &str, consent: &Consent) -> Answer<OperationView> {
    let request = request(Method::POST, &paths::draft_operations(id))
        .header("If-Match", &etag(base))
        .header("Idempotency-Key", key);
    if *consent == Consent::default() {
        return empty(request).await;
    }
    json(request, consent).await
}

/// The operations of the team, newest first.
pub async fn operations() -> Answer<Vec<OperationLine>> {
    get(paths::OPERATIONS).await
}

/// The record of one operation.
pub async fn operation(id: &str) -> Answer<OperationView> {
    get(&paths::operation(id)).await
}

fn etag(revision: u64) -> String {
    format!("\"{revision}\"")
}

fn request(method: Method, path: &str) -> RequestBuilder {
    let request = RequestBuilder::new(path)
        .method(method)
        .credentials(RequestCredentials::SameOrigin)
        // Only a page of ours can add a header; a form of somebody else's page cannot.
        .header("X-Slipway", "1")
        .header("Accept", "application/json");
    // The cookie is that of whoever signed in last, perhaps in another tab: then the server refuses.
    match member::id() {
        Some(id) => request.header(MEMBER_HEADER, id),
        None => request,
    }
}

async fn get<T: DeserializeOwned>(path: &str) -> Answer<T> {
    empty(request(Method::GET, path)).await
}

async fn empty<T: DeserializeOwned>(request: RequestBuilder) -> Answer<T> {
    read(&send(request.build()).await?)
}

async fn json<T: DeserializeOwned>(request: RequestBuilder, body: &impl Serialize) -> Answer<T> {
    read(&send(request.json(body)).await?)
}

async fn nothing(request: RequestBuilder) -> Answer<()> {
    send(request.build()).await.map(drop)
}

/// Sends a request and answers the text that came back. Does not know the type of the answer, so that it is in the
/// program once; the same holds for [`failure`].
async fn send(request: Result<Request, gloo_net::Error>) -> Answer<String> {
    let sent = match request {
        Ok(request) => request.send().await,
        Err(error) => Err(error),
    };
    let Ok(response) = sent else {
        return Err(Failure::Unreachable);
    };
    let text = response.text().await.map_err(|_| Failure::Unreachable)?;
    if response.ok() {
        Ok(text)
    } else {
        Err(failure(response.status(), &text))
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Answer<T> {
    serde_json::from_str(text).map_err(|_| Failure::Unreachable)
}

fn failure(status: u16, text: &str) -> Failure {
    match Refusal::from_json(text) {
        Some(refusal) if refusal.code == "member_changed" => {
            member::leave();
            Failure::SignedOut
        }
        // A refused token is said where it was typed; every other 401 means that the session is over.
        Some(refusal) if refusal.status == 401 && refusal.code != "unknown_token" => Failure::SignedOut,
        Some(refusal) => Failure::Problem(Box::new(refusal)),
        None if status == 401 => Failure::SignedOut,
        None => Failure::Unreachable,
    }
}

/// The query as it stands in a URL, with its `?`; nothing when nothing is asked.
pub fn query_string(query: &AppQuery) -> String {
    let AppQuery {
        namespace,
        search,
        health,
        managed_by,
        sort,
        descending,
        page,
        limit,
    } = query;
    let pairs = [
        ("namespace", namespace.clone()),
        ("search", search.clone()),
        ("health", health.as_ref().map(code)),
        ("managed_by", managed_by.clone()),
        ("sort", sort.as_ref().map(code)),
        ("descending", descending.as_ref().map(code)),
        ("page", page.as_ref().map(code)),
        ("limit", limit.as_ref().map(code)),
    ];
    let mut text = String::new();
    for (name, value) in pairs {
        if let Some(value) = value {
            text.push(if text.is_empty() { '?' } else { '&' });
            text.push_str(name);
            text.push('=');
            text.push_str(&String::from(js_sys::encode_uri_component(&value)));
        }
    }
    text
}

/// The code of an enum of the wire, or a number as it stands in a URL.
pub fn code<T: Serialize>(value: &T) -> String {
    let json = serde_json::to_string(value).unwrap_or_default();
    json.trim_matches('"').to_owned()
}

/// An enum of the wire by its code.
pub fn coded<T: DeserializeOwned>(code: &str) -> Option<T> {
    serde_json::from_str(&format!("\"{code}\"")).ok()
}
