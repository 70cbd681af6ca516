//! What a draft leaves out of what it was read from: as comments before it, and as objects that bring it back.

use std::fmt::Write as _;

use slipway_model::validate_running;
use slipway_plan::read::{Kept, Opened, Restoring, is_selector, left_out, restoring};
use slipway_plan::{Plan, Target, plan};

/// What is said about a draft that was read.
pub(super) struct Report {
    left_out: Vec<Kept>,
    restoring: Restoring,
    apart: Vec<String>,
    unseen: Vec<String>,
}

impl Report {
    /// Compares the plan of a draft with what it was read from. Of a running app that is not done: a server has filled in
    /// most of it, and what is left out is what the form does not know.
    pub(super) fn of(opened: &Opened, unseen: &[(String, String)], is_file: bool) -> Self {
        let app = opened.app().ok();
        // What is wrong in it may hide nothing that is left out: then it is compared as if it ran.
        let app = app.or_else(|| validate_running(&opened.draft).0.app);
        let planned = app.map(|app| plan(&app, &Target::default()));
        let left_out = match &planned {
            Some(planned) if is_file => left_out(opened, planned),
            _ => opened.kept.clone(),
        };
        // Where nothing can be planned, it is for the objects as they are.
        let planned = planned.unwrap_or(Plan { objects: Vec::new() });
        Self {
            restoring: restoring(opened, &planned, &left_out),
            left_out,
            apart: opened.apart.iter().map(ToString::to_string).collect(),
            unseen: unseen
                .iter()
                .map(|(kind, reason)| format!("{kind}: {reason}"))
                .collect(),
        }
    }

    /// As comments of a YAML file.
    pub(super) fn comments(&self) -> String {
        let mut text = String::new();
        let mut group = |title: &str, lines: &[String]| {
            if !lines.is_empty() {
                let _ = writeln!(text, "# {title}");
                for line in lines {
                    let _ = writeln!(text, "#   {line}");
                }
            }
        };
        let (replaced, left_out): (Vec<&Kept>, Vec<&Kept>) = self
            .left_out
            .iter()
            .partition(|kept| is_selector(&kept.object, &kept.pointer));
        group(
            "The form does not know this, so a plan of this draft leaves it out; --keep FILE writes what brings it back:",
            &lines(&left_out),
        );
        group(
            "A plan of this draft has its own in the place of this:",
            &lines(&replaced),
        );
        group("This is no part of the app:", &self.apart);
        group("This could not be looked at:", &self.unseen);
        text
    }

    /// The objects that bring back what the plan leaves out, as YAML documents; told whether the draft is to be mended first.
    pub(super) fn patches(&self, has_errors: bool) -> anyhow::Result<String> {
        let mut text = String::from(
            "# kubectl apply --server-side --force-conflicts --field-manager=slipway-keep -f THIS_FILE\n",
        );
        if has_errors {
            text.push_str(
                "# The draft has errors. What is renamed to mend them must be renamed here as well.\n",
            );
        }
        for kept in &self.restoring.beyond {
            let _ = writeln!(
                text,
                "# Two elements have one name, which no patch can tell apart: {}",
                line(kept)
            );
        }
        let documents: Vec<String> = self
            .restoring
            .objects
            .iter()
            .map(serde_saphyr::to_string)
            .collect::<Result<_, _>>()?;
        Ok(text + &documents.join("---\n"))
    }
}

fn lines(kept: &[&Kept]) -> Vec<String> {
    kept.iter().copied().map(line).collect()
}

fn line(kept: &Kept) -> String {
    match kept.pointer.as_str() {
        "" => format!("{}: all of it", kept.object),
        pointer => format!("{} {pointer}: {}", kept.object, kept.value),
    }
}
