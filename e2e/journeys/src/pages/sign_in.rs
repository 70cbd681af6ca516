//! Signing in.

use crate::{Journey, Member, Page, SOON};

/// Signs a tab's browser in by the server's link.
pub async fn sign_in(journey: &Journey<'_>, page: &Page) -> anyhow::Result<()> {
    page.open(&journey.server.sign_in_link()?).await?;
    inside(page).await
}

/// Signs a tab's browser in as a member, by typing their token.
pub async fn sign_in_as(page: &Page, member: &Member) -> anyhow::Result<()> {
    page.open("/sign-in").await?;
    page.fill("token", &member.token()).await?;
    page.press("main", "Sign in").await?;
    inside(page).await
}

async fn inside(page: &Page) -> anyhow::Result<()> {
    page.holds(
        "the frame is there",
        SOON,
        "return document.querySelector('nav') !== null",
    )
    .await?;
    // Being told that nobody is signed in is how a browser learns that it has to ask.
    page.quiet_but_for(&["401"]).await
}
