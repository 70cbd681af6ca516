//! Acting as somebody on a cluster.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER, WARNING};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use kube::Client;
use kube::client::Body;
use serde::de::DeserializeOwned;
use slipway_plan::ObjectKey;

use super::discreet::Audience;
use super::path::{demand_same, demand_within};
use super::review::REVIEWS;
use super::{ApiPath, ClusterError};

/// The most bytes of one answer that are read.
const ANSWER_LIMIT: usize = 64 * 1024 * 1024;
/// How long a request may take when nobody says otherwise.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// The right to send requests to a cluster as somebody. Cheap to clone; all of a cluster share one pool of connections.
#[derive(Clone)]
pub struct Access {
    client: Client,
    timeout: Duration,
    audience: Audience,
}

/// What the cluster answered, good or bad.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The texts of its `Warning` headers.
    pub warnings: Vec<String>,
    /// When to come back, if it said.
    pub retry_after: Option<Duration>,
    /// The body.
    pub body: Bytes,
    audience: Audience,
}

impl Access {
    pub(super) fn new(client: Client, audience: Audience) -> Self {
        Self {
            client,
            timeout: REQUEST_TIMEOUT,
            audience,
        }
    }

    /// The same with another time after which an answer is no longer waited for.
    #[must_use]
    pub fn within(&self, timeout: Duration) -> Self {
        Self {
            timeout,
            ..self.clone()
        }
    }

    /// The client behind, for typed calls and watches.
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Sends one request and reads the whole answer. An error means that none came: whether the request was
    /// carried out is then not known.
    ///
    /// What changes nothing is asked once more when the connection broke: the API server closes a connection on which
    /// nothing was said for a while, and what is sent at that moment is lost. What changes something is sent once.
    pub async fn request(
        &self,
        method: Method,
        path: &ApiPath,
        content_type: Option<&str>,
        body: Vec<u8>,
    ) -> Result<Answer, ClusterError> {
        let path = path.as_str();
        let harmless = method == Method::GET || path.contains("dryRun=All") || path.starts_with(REVIEWS);
        self.timely(async {
            // Both share it: it may be large.
            let body = Bytes::from(body);
            match self.send(&method, path, content_type, body.clone()).await {
                Err(ClusterError::Unreachable(_)) if harmless => {
                    self.send(&method, path, content_type, body).await
                }
                answer => answer,
            }
        })
        .await
    }

    async fn send(
        &self,
        method: &Method,
        path: &str,
        content_type: Option<&str>,
        body: Bytes,
    ) -> Result<Answer, ClusterError> {
        let mut request = Request::builder()
            .method(method.clone())
            .uri(path)
            .header(ACCEPT, "application/json");
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        let request = request.body(Body::from(body)).map_err(|_| ClusterError::Failed {
            message: "the address of an object cannot be written as a URL".into(),
        })?;
        Answer::read(self.client.send(request).await?, self.audience.clone()).await
    }

    /// Reads one thing, and its JSON.
    pub async fn get<T: DeserializeOwned>(&self, path: &ApiPath) -> Result<T, ClusterError> {
        self.request(Method::GET, path, None, Vec::new()).await?.json()
    }

    /// Reads one object. What comes back under another name, in another namespace or of another kind is not it.
    pub(super) async fn object<T: DeserializeOwned>(&self, key: &ObjectKey) -> Result<T, ClusterError> {
        let path = ApiPath::object(key);
        self.request(Method::GET, &path, None, Vec::new())
            .await?
            .object(key)
    }

    /// Gives up on an answer that does not come in time.
    pub(super) async fn timely<T>(
        &self,
        answer: impl Future<Output = Result<T, ClusterError>>,
    ) -> Result<T, ClusterError> {
        tokio::time::timeout(self.timeout, answer)
            .await
            .unwrap_or_else(|_| {
                Err(ClusterError::Unreachable(format!(
                    "no answer in {:?}",
                    self.timeout
                )))
            })
    }
}

impl Answer {
    async fn read(response: Response<Body>, audience: Audience) -> Result<Self, ClusterError> {
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, ANSWER_LIMIT)
            .collect()
            .await
            .map_err(|error| cut_off(&*error))?;
        Ok(Self {
            status: parts.status,
            warnings: warnings(&parts.headers),
            retry_after: retry_after(&parts.headers),
            body: body.to_bytes(),
            audience,
        })
    }

    /// The body, if the request succeeded; else what went wrong.
    pub fn ok(self) -> Result<Bytes, ClusterError> {
        if self.status.is_success() {
            return Ok(self.body);
        }
        let mut status: kube::core::Status = serde_json::from_slice(&self.body).unwrap_or_default();
        status.code = self.status.as_u16();
        Err(self
            .audience
            .told(ClusterError::of_status(status, self.retry_after)))
    }

    /// The body as JSON, if the request succeeded; else what went wrong.
    pub fn json<T: DeserializeOwned>(self) -> Result<T, ClusterError> {
        read(&self.ok()?)
    }

    /// The object that was asked for, if the request succeeded and it is that; else what went wrong.
    pub(super) fn object<T: DeserializeOwned>(self, key: &ObjectKey) -> Result<T, ClusterError> {
        let body = self.ok()?;
        demand_same(key, &body)?;
        read(&body)
    }

    /// The list that was asked for, if the request succeeded and everything in it is of that namespace; else what went wrong.
    pub(super) fn list<T: DeserializeOwned>(self, like: &ObjectKey) -> Result<T, ClusterError> {
        let body = self.ok()?;
        demand_within(like, &body)?;
        read(&body)
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ClusterError> {
    serde_json::from_slice(body).map_err(|error| ClusterError::Failed {
        message: format!("an answer that cannot be read: {error}"),
    })
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn warnings(headers: &HeaderMap) -> Vec<String> {
    headers
        .get_all(WARNING)
        .iter()
        .filter_map(|value| warning(std::str::from_utf8(value.as_bytes()).ok()?))
        .collect()
}

/// The text of a `Warning` header: `299 - "text"`, with `\` before quotes and backslashes of the text.
fn warning(value: &str) -> Option<String> {
    let (_, quoted) = value.split_once('"')?;
    let mut text = String::new();
    let mut rest = quoted.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' => break,
            '\\' => text.extend(rest.next()),
            _ => text.push(c),
        }
    }
    Some(text)
}

/// Why an answer did not arrive whole. One that is too large would be as large if it were asked for again.
fn cut_off(error: &(dyn std::error::Error + 'static)) -> ClusterError {
    if error.is::<LengthLimitError>() {
        let message = format!("the answer is larger than {} MiB", ANSWER_LIMIT / 1024 / 1024);
        return ClusterError::Failed { message };
    }
    ClusterError::Unreachable(format!("the answer broke off: {error}"))
}

#[cfg(test)]
mod tests {
    use super::warning;

    #[test]
    fn the_text_of_a_warning_is_read_without_its_quotes() {
        assert_eq!(
            warning(r#"299 - "unknown field \"spec.a\"" "date""#).as_deref(),
            Some(r#"unknown field "spec.a""#)
        );
        assert_eq!(warning("299 - nothing"), None);
    }
}
