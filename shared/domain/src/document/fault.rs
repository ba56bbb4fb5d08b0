//! Why a file that was sent is not kept: what its content turned out to be, and what the parent can do.

use serde::{Deserialize, Serialize};

/// What is wrong with the content of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Nothing is in it.
    Empty,
    /// A photo of a kind that only some telephones open.
    Heic,
    /// Neither a PDF nor a photo, whatever its name says.
    NotAsNamed,
    /// A PDF behind a password.
    Encrypted,
    /// A PDF that does something when it is opened, or carries other files.
    Active,
    /// A PDF that can be read in two ways, or holds what is on no list: nobody can say that it does nothing.
    Unclear,
    /// A small file that would fill a machine once opened.
    Bomb,
    /// It cannot be opened to its end.
    Damaged,
}

impl Fault {
    /// What the parent is told: what happened, and what can be done.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Empty => "Ce fichier est vide. Choisissez-en un autre, ou photographiez la page.",
            Self::Heic => {
                "Cette photo est au format HEIC, que la mairie ne peut pas ouvrir. Dans les réglages de l’appareil \
                 photo, choisissez « Le plus compatible », ou envoyez une capture d’écran de la photo."
            }
            Self::NotAsNamed => {
                "Le contenu de ce fichier n’est ni un PDF, ni une photo JPEG ou PNG, malgré son nom. \
                 Photographiez la page, ou enregistrez-la en PDF."
            }
            Self::Encrypted => {
                "Ce PDF est protégé par un mot de passe ou un chiffrement. Ouvrez-le, imprimez-le en PDF, puis envoyez \
                 ce nouveau fichier ; ou photographiez la page."
            }
            Self::Active => {
                "Ce PDF contient un programme ou d’autres fichiers. Ouvrez-le, imprimez-le en PDF, puis envoyez ce \
                 nouveau fichier ; ou photographiez la page."
            }
            Self::Unclear => {
                "Ce PDF est écrit d’une façon que le contrôle ne peut pas vérifier en entier. Ouvrez-le, imprimez-le en \
                 PDF, puis envoyez ce nouveau fichier ; ou photographiez la page."
            }
            Self::Bomb => {
                "Ce fichier devient beaucoup trop grand quand on l’ouvre. Photographiez la page, \
                 ou enregistrez-la en PDF."
            }
            Self::Damaged => {
                "Ce fichier est abîmé : on ne peut pas l’ouvrir. Envoyez-le de nouveau, ou photographiez la page."
            }
        }
    }
}
