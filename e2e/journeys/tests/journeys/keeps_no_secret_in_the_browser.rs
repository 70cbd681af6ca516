//! A value was typed before it became a Secret: the browser keeps it nowhere, whatever happens next.

use journeys::pages::{Step, Wizard, sign_in_as};
use journeys::{Journey, LONG, Member, Page, SOON, Settings};
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use kube::api::PostParams;
use serde_json::json;

use crate::{rights, running};

/// What is typed as the value of a variable and must be nowhere afterwards.
const CANARY: &str = "canary-7f3ac0ffee";

async fn with_a_member(name: &str, steps: impl AsyncFnOnce(&Journey<'_>, &str) -> anyhow::Result<()>) {
    let raven = Member {
        name: "raven-dev".to_owned(),
        team: "raven".to_owned(),
    };
    let settings = Settings {
        members: vec![raven.clone()],
        ..Settings::default()
    };
    Journey::on(name, settings, None, async |journey| {
        let namespace = journey.cluster.namespace("keeps-none").await?;
        rights::allow(journey.cluster, &namespace, &raven.name, "edit").await?;
        sign_in_as(&journey.page(), &raven).await?;
        steps(journey, &namespace).await
    })
    .await;
}

#[tokio::test]
async fn a_value_that_became_a_secret_is_kept_nowhere_in_the_browser() {
    with_a_member(
        "a_value_that_became_a_secret_is_kept_nowhere_in_the_browser",
        async |journey, _| {
            let page = journey.page();
            what_is_kept_is_found(&page).await?;
            let wizard = Wizard::begin(&page, &journey.server).await?;
            let variable = types_it(&page, &wizard).await?;
            assert_eq!(wizard.stored_at(&format!("{variable}.value")).await?, CANARY);

            becomes_a_secret(&page, &wizard, &variable).await?;

            assert_eq!(wizard.stored_at(&format!("{variable}.value")).await?, "");
            assert_eq!(found(&page).await?, [""; 0]);
            // What is typed later goes the same way, with what is kept until it is saved.
            page.fill(&format!("{variable}.name"), "PASSWORD_2").await?;
            assert_eq!(found(&page).await?, [""; 0]);
            wizard.saved().await?;
            page.reload().await?;
            page.settled().await?;
            nothing_is_kept_before_and_after_signing_out(&page).await
        },
    )
    .await;
}

#[tokio::test]
async fn a_draft_that_was_deleted_is_kept_nowhere_in_the_browser() {
    with_a_member(
        "a_draft_that_was_deleted_is_kept_nowhere_in_the_browser",
        async |journey, _| {
            let page = journey.page();
            let wizard = Wizard::begin(&page, &journey.server).await?;
            page.fill("basics.name", "doomed").await?;
            types_it(&page, &wizard).await?;

            page.open("/drafts").await?;
            page.says("main", "doomed", SOON).await?;
            page.click("main .pf-v6-c-table__action button").await?;
            page.press("#delete-draft", "Delete").await?;
            page.says("main", "No drafts", SOON).await?;

            nothing_is_kept_before_and_after_signing_out(&page).await
        },
    )
    .await;
}

#[tokio::test]
async fn a_revision_that_is_gone_back_to_is_kept_nowhere_in_the_browser() {
    with_a_member(
        "a_revision_that_is_gone_back_to_is_kept_nowhere_in_the_browser",
        async |journey, namespace| {
            let page = journey.page();
            a_secret(journey, namespace).await?;
            let mut draft = running::draft(namespace, "shop");
            draft["containers"][0]["env"] = json!([{ "kind": "value", "name": "PASSWORD", "value": CANARY }]);
            running::app(&page, draft).await?;
            let wizard = running::edit(&page).await?;
            let wizard = becomes_a_key_of_a_secret(&page, &wizard).await?;
            running::save(&page, &wizard).await?;
            assert_eq!(found(&page).await?, [""; 0]);

            running::open(&page, &running::href(namespace, "shop")).await?;
            running::history(&page).await?;
            page.press("main", "Roll back to revision 1").await?;
            page.says("main", "Roll back from revision 2 to 1", SOON).await?;
            page.click("#roll-back").await?;
            page.says("main", "Every object is as it was", LONG).await?;

            nothing_is_kept_before_and_after_signing_out(&page).await
        },
    )
    .await;
}

/// Types it as the value of a new variable, and waits until it is saved. Answers the path of the variable.
async fn types_it(page: &Page, wizard: &Wizard) -> anyhow::Result<String> {
    wizard.go(Step::Containers).await?;
    let container = wizard.shown_container().await?;
    let variable = wizard.add_row(&format!("{container}.env")).await?;
    page.fill(&format!("{variable}.name"), "PASSWORD").await?;
    page.fill(&format!("{variable}.value"), CANARY).await?;
    wizard.saved().await?;
    Ok(variable)
}

/// Switches the variable to a key of a Secret, and waits until that is saved. The form offers values only, so what a longer
/// list would send is sent by a script; everything from there on is the page's own.
async fn becomes_a_secret(page: &Page, wizard: &Wizard, variable: &str) -> anyhow::Result<()> {
    page.run(SWITCH, vec![json!(format!("{variable}.kind"))]).await?;
    let kind = format!("{variable}.kind");
    journeys::until("the switch is saved", SOON, async || {
        Ok((wizard.stored_at(&kind).await? == "secret").then_some(()))
    })
    .await?;
    wizard.saved().await
}

/// Another program of the same member saves the draft with the key of a Secret instead, and the page opens it anew.
async fn becomes_a_key_of_a_secret(page: &Page, wizard: &Wizard) -> anyhow::Result<Wizard> {
    let (draft, stored) = (wizard.draft().await?, wizard.stored().await?);
    let mut content = stored["content"].clone();
    let variable = &mut content["containers"][0]["env"][0];
    for (leaf, text) in [("kind", "secret"), ("object", "shop-secret"), ("key", "password")] {
        variable[leaf] = json!(text);
    }
    let headers = json!({ "If-Match": format!("\"{}\"", stored["revision"]) });
    let path = format!("/api/v1/drafts/{draft}");
    let answer = page
        .ask("PUT", &path, headers, Some(json!({ "content": content })))
        .await?;
    anyhow::ensure!(
        answer.status == 200 && !answer.body.contains(CANARY),
        "{answer:?}"
    );
    Wizard::reopen(page, &draft).await
}

async fn a_secret(journey: &Journey<'_>, namespace: &str) -> anyhow::Result<()> {
    let secret: Secret = serde_json::from_value(json!({
        "metadata": { "name": "shop-secret" }, "stringData": { "password": "another-value" } }))?;
    Api::namespaced(journey.cluster.client().await?, namespace)
        .create(&PostParams::default(), &secret)
        .await?;
    Ok(())
}

async fn nothing_is_kept_before_and_after_signing_out(page: &Page) -> anyhow::Result<()> {
    assert_eq!(found(page).await?, [""; 0]);
    page.click(".app-account__toggle").await?;
    page.click("#sign-out").await?;
    page.find("#token").await?;
    assert_eq!(found(page).await?, [""; 0]);
    page.quiet_but_for(&["401"]).await
}

/// Every place of the browser that holds it.
async fn found(page: &Page) -> anyhow::Result<Vec<String>> {
    let found = page.run_async(SEARCH, vec![json!(CANARY)]).await?;
    serde_json::from_value(found.clone())
        .map_err(|_| anyhow::anyhow!("the browser was not searched: {found}"))
}

/// The search finds what is there.
async fn what_is_kept_is_found(page: &Page) -> anyhow::Result<()> {
    page.run_async(KEEP, vec![json!(CANARY)]).await?;
    let everywhere = ["localStorage", "sessionStorage", "indexedDB", "caches", "cookie"];
    assert_eq!(found(page).await?, everywhere);
    page.run_async(FORGET, vec![]).await?;
    assert_eq!(found(page).await?, [""; 0]);
    Ok(())
}

const SWITCH: &str = "
    const select = document.getElementById(arguments[0]);
    select.add(new Option('Secret', 'secret'));
    select.value = 'secret';
    select.dispatchEvent(new Event('change', { bubbles: true }));
";

/// Databases are read whole: every key and every value of every store.
const SEARCH: &str = r"
    const [text, done] = arguments;
    const answered = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    const ofDatabase = async (name) => {
        const database = await answered(indexedDB.open(name));
        const kept = [name];
        for (const store of database.objectStoreNames) {
            const rows = database.transaction(store).objectStore(store);
            kept.push(store, await answered(rows.getAllKeys()), await answered(rows.getAll()));
        }
        database.close();
        return kept;
    };
    const ofCache = async (name) => {
        const cache = await caches.open(name);
        const entries = await cache.matchAll();
        return [name, (await cache.keys()).map((key) => key.url), await Promise.all(entries.map((one) => one.text()))];
    };
    (async () => {
        const kept = {
            localStorage: { ...localStorage },
            sessionStorage: { ...sessionStorage },
            indexedDB: await Promise.all((await indexedDB.databases()).map(({ name }) => ofDatabase(name))),
            caches: await Promise.all((await caches.keys()).map(ofCache)),
            history: [history.state, location.href],
            cookie: document.cookie,
        };
        return Object.keys(kept).filter((place) => JSON.stringify(kept[place]).includes(text));
    })().then(done, (reason) => done(String(reason)));
";

/// Puts it where a page can put anything.
const KEEP: &str = r"
    const [text, done] = arguments;
    localStorage.setItem('probe', text);
    sessionStorage.setItem('probe', text);
    document.cookie = 'probe=' + text;
    const opening = indexedDB.open('probe');
    opening.onupgradeneeded = () => opening.result.createObjectStore('probe');
    opening.onsuccess = () => {
        const change = opening.result.transaction('probe', 'readwrite');
        change.objectStore('probe').put({ text }, 'key');
        change.oncomplete = async () => {
            opening.result.close();
            await (await caches.open('probe')).put('/probe', new Response(text));
            done(null);
        };
    };
";

const FORGET: &str = r"
    const [done] = arguments;
    localStorage.removeItem('probe');
    sessionStorage.removeItem('probe');
    document.cookie = 'probe=; max-age=0';
    const deleting = indexedDB.deleteDatabase('probe');
    deleting.onsuccess = () => caches.delete('probe').then(() => done(null));
";
