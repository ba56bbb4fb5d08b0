//! `accounts.toml`: read and checked like a folder's files.

use std::collections::HashSet;
use std::path::Path;

use domain::account::{check_password, is_identifiant, normalised_name};
use domain::day::Day;
use domain::id::FamilyId;
use domain::role::Role;

use super::{DemoAccount, DemoFamily, DemoRole};
use crate::fault::FolderError;
use crate::source::{Reading, Section, value};

/// Reads the file of demo accounts.
pub(super) fn read(path: &Path, today: Day) -> Result<Vec<DemoAccount>, Vec<FolderError>> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let file = path.file_name().and_then(|name| name.to_str()).unwrap_or("accounts.toml");
    let reading = Reading::new(dir, today);
    let text = reading.text(file);
    let section = text.as_deref().and_then(|text| Section::of_file(&reading, file, text));
    let accounts = section.map(accounts).unwrap_or_default();
    reading.faults.conclude().map(|_| accounts)
}

fn accounts(mut section: Section) -> Vec<DemoAccount> {
    let mut names = HashSet::new();
    let read = section.sections("account").into_iter().filter_map(|inner| account(inner, &mut names)).collect();
    section.end();
    read
}

fn account(mut section: Section, names: &mut HashSet<String>) -> Option<DemoAccount> {
    let line = section.line;
    let identifiant = section.parsed("identifiant", identifiant);
    let mel = section.parsed("mel", value::mel);
    let own: Vec<&str> = identifiant.iter().chain(&mel).map(String::as_str).collect();
    let password = section.parsed("password", |text| {
        check_password(text, &own).map(|()| text.to_owned()).map_err(|weak| weak.to_string())
    });
    for name in own.iter().filter(|name| !names.insert(normalised_name(name))) {
        section.fault(line, format!("« {name} » est déjà celui d’un autre compte."));
    }
    let (first_name, last_name) = (section.text("first_name"), section.text("last_name"));
    let note = section.optional("note", |text| Ok(text.to_owned()));
    let families = section.sections("family").into_iter().filter_map(family).collect();
    let role = section.optional_section("role").and_then(role);
    section.end();
    let (identifiant, password, mel) = (identifiant?, password?, mel?);
    Some(DemoAccount {
        identifiant,
        password,
        first_name: first_name?,
        last_name: last_name?,
        mel,
        note,
        families,
        role,
    })
}

fn identifiant(text: &str) -> Result<String, String> {
    let rule = "3 à 60 lettres minuscules, chiffres, points ou tirets, une lettre d’abord";
    if is_identifiant(text) {
        Ok(text.to_owned())
    } else {
        Err(format!("« {text} » n’est pas un identifiant : {rule}."))
    }
}

fn family(mut section: Section) -> Option<DemoFamily> {
    let (organisation, family) = (section.parsed("organisation", value::id), section.parsed("family", value::id));
    let adult = section.parsed("adult", value::id::<FamilyId>);
    section.end();
    Some(DemoFamily { organisation: organisation?, family: family?, adult: adult?.as_str().to_owned() })
}

fn role(mut section: Section) -> Option<DemoRole> {
    let organisation = section.parsed("organisation", value::id);
    let role = section.parsed("role", role_named);
    let totp = section.parsed("totp", totp);
    section.end();
    Some(DemoRole { organisation: organisation?, role: role?, totp: totp? })
}

fn role_named(text: &str) -> Result<Role, String> {
    match text {
        "reader" => Ok(Role::Reader),
        "desk" => Ok(Role::Desk),
        "treasurer" => Ok(Role::Treasurer),
        "administrator" => Ok(Role::Administrator),
        other => Err(format!("« {other} » : écrivez reader, desk, treasurer ou administrator.")),
    }
}

/// 26 base32 letters are the first to hold 128 bits.
fn totp(text: &str) -> Result<String, String> {
    let base32 = |byte: u8| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte);
    let long = text.len() >= 26 && text.bytes().all(base32);
    let message = "écrivez une clé de 26 caractères ou plus, en lettres capitales et chiffres de 2 à 7 (base32).";
    if long { Ok(text.to_owned()) } else { Err(message.to_owned()) }
}
