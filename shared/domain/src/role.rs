//! What an agent may do in an organisation.

use serde::{Deserialize, Serialize};

/// The role of an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads families and their weeks.
    Reader,
    /// Works at the desk: changes weeks, invites adults.
    Desk,
    /// Runs the régie; does not touch the planning.
    Treasurer,
    /// Does everything.
    Administrator,
}

/// Something only some roles may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Permission {
    /// See families and their weeks.
    SeeFamilies,
    /// Change a family's week, past its limits.
    ChangeWeeks,
    /// Invite an adult to a family.
    InviteAdults,
    /// Note who is there.
    CheckAttendance,
    /// Close days, or open them.
    CloseDays,
    /// Make invoices, record payments, correct both.
    Bill,
    /// Write news and menus.
    Publish,
    /// Invite agents, change their roles, end memberships.
    Administer,
    /// Change dossiers, decide on what waits, make families and children.
    KeepDossiers,
    /// Send, accept and refuse documents.
    KeepDocuments,
    /// Read what is known of a child's health; each reading is kept where the family sees it.
    ReadHealth,
    /// Write what other agents should know of a family.
    WriteNotes,
}

impl Permission {
    /// Every permission there is.
    pub const ALL: [Self; 12] = [
        Self::SeeFamilies,
        Self::ChangeWeeks,
        Self::InviteAdults,
        Self::CheckAttendance,
        Self::CloseDays,
        Self::Bill,
        Self::Publish,
        Self::Administer,
        Self::KeepDossiers,
        Self::KeepDocuments,
        Self::ReadHealth,
        Self::WriteNotes,
    ];

    /// The roles that have it. A new permission is nobody's until it is written here; a new role has none.
    fn roles(self) -> &'static [Role] {
        use Role::{Administrator, Desk, Reader, Treasurer};
        match self {
            Self::SeeFamilies => &[Reader, Desk, Treasurer, Administrator],
            Self::ChangeWeeks => &[Desk, Administrator],
            Self::InviteAdults => &[Desk, Administrator],
            Self::CheckAttendance => &[Desk, Administrator],
            Self::CloseDays => &[Desk, Administrator],
            Self::Bill => &[Treasurer, Administrator],
            Self::Publish => &[Desk, Administrator],
            Self::Administer => &[Administrator],
            Self::KeepDossiers => &[Desk, Administrator],
            Self::KeepDocuments => &[Desk, Administrator],
            Self::ReadHealth => &[Desk, Administrator],
            Self::WriteNotes => &[Desk, Treasurer, Administrator],
        }
    }
}

impl Role {
    /// Whether this role has a permission.
    pub fn may(self, permission: Permission) -> bool {
        permission.roles().contains(&self)
    }

    /// What this role may do.
    pub fn permissions(self) -> Vec<Permission> {
        Permission::ALL.into_iter().filter(|permission| self.may(*permission)).collect()
    }
}

/// How a role is called, as in "vous êtes maintenant …".
impl std::fmt::Display for Role {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Reader => "lecture",
            Self::Desk => "accueil",
            Self::Treasurer => "régie",
            Self::Administrator => "administration",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_desk_and_administrators_change_weeks() {
        let may: Vec<bool> = [Role::Reader, Role::Desk, Role::Treasurer, Role::Administrator]
            .map(|role| role.may(Permission::ChangeWeeks))
            .to_vec();
        assert_eq!(may, [false, true, false, true]);
    }

    #[test]
    fn only_administrators_administer() {
        let may = [Role::Reader, Role::Desk, Role::Treasurer, Role::Administrator]
            .map(|role| role.may(Permission::Administer));
        assert_eq!(may, [false, false, false, true]);
    }

    #[test]
    fn health_is_read_by_the_desk_and_administrators_alone() {
        let may = [Role::Reader, Role::Desk, Role::Treasurer, Role::Administrator]
            .map(|role| role.may(Permission::ReadHealth));
        assert_eq!(may, [false, true, false, true]);
    }

    #[test]
    fn only_the_treasurer_and_administrators_bill() {
        let may =
            [Role::Reader, Role::Desk, Role::Treasurer, Role::Administrator].map(|role| role.may(Permission::Bill));
        assert_eq!(may, [false, false, true, true]);
    }
}
