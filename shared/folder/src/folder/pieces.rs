//! `[[piece]]` of `activities.toml`: the documents that families are asked for.

use std::collections::HashSet;

use domain::document::{Kind, Requirement};
use domain::id::ActivityId;

use crate::source::{Section, value};

/// Reads the required pieces; an ill-written one is a fault and left out.
pub(super) fn read(section: &mut Section, activities: &HashSet<ActivityId>) -> Vec<Requirement> {
    section.sections("piece").into_iter().filter_map(|inner| piece(inner, activities)).collect()
}

fn piece(mut section: Section, activities: &HashSet<ActivityId>) -> Option<Requirement> {
    let line = section.line;
    let kind = section.parsed("kind", kind);
    let asked: Vec<ActivityId> =
        if section.has("activities") { section.list("activities", value::id) } else { Vec::new() };
    if let Some(unknown) = asked.iter().find(|activity| !activities.contains(activity)) {
        section.fault(line, format!("« activities » : l’activité « {unknown} » n’est pas dans ce fichier."));
    }
    let blocks = section.flag("blocks", false);
    let note = section.optional("note", |text| Ok(text.to_owned()));
    section.end();
    Some(Requirement { kind: kind?, activities: asked, blocks, note })
}

/// The name of a kind in a folder is the one it has everywhere.
fn kind(text: &str) -> Result<Kind, String> {
    let named = |kind: Kind| serde_json::to_value(kind).ok().and_then(|name| name.as_str().map(str::to_owned));
    let known = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Other);
    let names: Vec<String> = known.clone().filter_map(named).collect();
    known.into_iter().find(|kind| named(*kind).as_deref() == Some(text)).ok_or_else(|| {
        format!("« {text} » n’est pas une pièce que l’on demande : écrivez l’une de {}.", names.join(", "))
    })
}
