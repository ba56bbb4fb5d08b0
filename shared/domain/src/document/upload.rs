//! What may be sent: which files, how large, about whom; and names made harmless.

use serde::{Deserialize, Serialize};

use super::kind::{Concern, Kind};
use crate::family::Family;
use crate::id::ChildId;

/// The largest file, in bytes: 10 Mo as telephones and computers count them.
pub const LARGEST: u64 = 10 * 1024 * 1024;

/// How long a name may be once cleaned, in characters.
const LONGEST_NAME: usize = 80;

/// The contents that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Media {
    /// A PDF.
    Pdf,
    /// A photo.
    Jpeg,
    /// A picture, of a screen say.
    Png,
}

impl Media {
    /// Its media type.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// What a browser announces: by the media type it gives, else by the ending of the name. Some write `image/jpg`, some
    /// give no type at all; what it is in truth is for the checker to see.
    fn announced(mime: &str, name: &str) -> Result<Self, NotTaken> {
        let mime = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match mime.as_str() {
            "application/pdf" | "application/x-pdf" => Ok(Self::Pdf),
            "image/jpeg" | "image/jpg" | "image/pjpeg" => Ok(Self::Jpeg),
            "image/png" | "image/x-png" => Ok(Self::Png),
            "image/heic" | "image/heif" | "image/heic-sequence" | "image/heif-sequence" => Err(NotTaken::Heic),
            "" | "application/octet-stream" => Self::named(name),
            _ => Err(NotTaken::OtherMedia),
        }
    }

    /// What a name says; one that says nothing may be a photo.
    fn named(name: &str) -> Result<Self, NotTaken> {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.trim().to_ascii_lowercase());
        match ending.as_deref() {
            Some("pdf") => Ok(Self::Pdf),
            None | Some("jpg" | "jpeg" | "jpe" | "jfif") => Ok(Self::Jpeg),
            Some("png") => Ok(Self::Png),
            Some("heic" | "heif") => Err(NotTaken::Heic),
            Some(_) => Err(NotTaken::OtherMedia),
        }
    }

    /// The ending of a file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }
}

/// What somebody wants to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it is.
    pub kind: Kind,
    /// About whom; none for the family.
    pub child: Option<ChildId>,
    /// What it is called.
    pub name: String,
    /// The media type the browser gives it; may be none.
    pub mime: String,
    /// How large it is.
    pub bytes: u64,
}

/// Why it is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// Nothing is in it.
    Empty,
    /// It is larger than [`LARGEST`], in bytes.
    TooLarge(u64),
    /// A photo of a kind that only some telephones open.
    Heic,
    /// Neither PDF nor JPEG nor PNG.
    OtherMedia,
    /// It must be said about which child it is.
    NoChild,
    /// It is about the family, not about one child.
    NotOfAChild,
    /// The child is not of this family.
    UnknownChild,
}

impl Offer {
    /// Whether it may be sent, and as what.
    pub fn check(&self, family: &Family) -> Result<Media, NotTaken> {
        match (self.kind.concern(), &self.child) {
            (Concern::Child, None) => return Err(NotTaken::NoChild),
            (Concern::Family, Some(_)) => return Err(NotTaken::NotOfAChild),
            (_, Some(child)) if family.child(child).is_none() => return Err(NotTaken::UnknownChild),
            _ => {}
        }
        match self.bytes {
            0 => return Err(NotTaken::Empty),
            more if more > LARGEST => return Err(NotTaken::TooLarge(more)),
            _ => {}
        }
        Media::announced(&self.mime, &self.name)
    }
}

impl NotTaken {
    /// The field of the request that is to blame.
    pub fn field(self) -> &'static str {
        match self {
            Self::Empty | Self::TooLarge(_) => "bytes",
            Self::Heic | Self::OtherMedia => "mime",
            Self::NoChild | Self::NotOfAChild | Self::UnknownChild => "child",
        }
    }

    /// What the person is told.
    pub fn sentence(self) -> String {
        match self {
            Self::Empty => super::Fault::Empty.sentence().to_owned(),
            Self::Heic => super::Fault::Heic.sentence().to_owned(),
            Self::TooLarge(bytes) => format!(
                "Ce fichier fait {} : il est trop gros, la limite est de 10\u{a0}Mo. Photographiez la page, \
                 ou enregistrez le PDF en qualité plus basse.",
                megabytes(bytes)
            ),
            Self::OtherMedia => {
                "Envoyez un PDF, ou une photo JPEG ou PNG : les autres fichiers ne sont pas acceptés.".to_owned()
            }
            Self::NoChild => "Choisissez l’enfant que ce document concerne.".to_owned(),
            Self::NotOfAChild => "Ce document concerne toute la famille : ne choisissez pas d’enfant.".to_owned(),
            Self::UnknownChild => "Cet enfant n’est pas dans cette famille.".to_owned(),
        }
    }
}

/// `1,8 Mo`, `12 Ko`, rounded half up: sizes as telephones show them.
pub fn megabytes(bytes: u64) -> String {
    const KO: u64 = 1024;
    const MO: u64 = KO * KO;
    if bytes < MO {
        return format!("{}\u{a0}Ko", bytes.div_ceil(KO));
    }
    let tenths = (bytes * 10 + MO / 2) / MO;
    match tenths % 10 {
        0 => format!("{}\u{a0}Mo", tenths / 10),
        tenth => format!("{},{tenth}\u{a0}Mo", tenths / 10),
    }
}

/// A file's name as it is shown: no folders, nothing invisible, not endless.
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = last.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let visible: String = visible.chars().filter(|letter| !is_invisible(*letter)).collect();
    let words = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = words.trim_start_matches('.').trim();
    if name.is_empty() {
        return "document".to_owned();
    }
    if name.chars().count() <= LONGEST_NAME {
        return name.to_owned();
    }
    let ending: String = name.rsplit_once('.').map(|(_, ending)| ending.chars().take(5).collect()).unwrap_or_default();
    let kept: String = name.chars().take(LONGEST_NAME - ending.chars().count() - 2).collect();
    if ending.is_empty() { format!("{kept}…") } else { format!("{kept}….{ending}") }
}

/// Marks that turn the direction of writing or have no width: a name with them does not read as it is.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_folders_directions_and_length_and_keep_their_ending() {
        assert_eq!(clean_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_name(r"C:\Users\Chantal\scan 1.pdf"), "scan 1.pdf");
        assert_eq!(clean_name("avis\u{202e}fdp.exe"), "avisfdp.exe");
        assert_eq!(clean_name("..\n"), "document");
        assert_eq!(clean_name("photo 🎈.jpg"), "photo 🎈.jpg");
        let long = clean_name(&format!("{}.pdf", "a".repeat(296)));
        assert!(long.ends_with("….pdf") && long.chars().count() == LONGEST_NAME, "{long}");
        assert_eq!(clean_name(&"🎈".repeat(300)).chars().count(), LONGEST_NAME - 1);
    }

    #[test]
    fn sizes_are_said_as_telephones_show_them() {
        let said = [(1, "1 Ko"), (1024 * 1024 - 1, "1024 Ko"), (LARGEST, "10 Mo"), (3_040_870, "2,9 Mo")];
        for (bytes, words) in said {
            assert_eq!(megabytes(bytes).replace('\u{a0}', " "), words);
        }
        assert_eq!(megabytes(11 * 1024 * 1024).replace('\u{a0}', " "), "11 Mo");
    }

    #[test]
    fn the_largest_file_is_taken_and_one_byte_more_is_not() {
        let family = serde_json::json!({ "id": "devret", "name": "DEVRET", "town": "", "children": [] });
        let family: Family = serde_json::from_value(family).unwrap();
        let (kind, name) = (Kind::CafStatement, "scan.pdf".to_owned());
        let offer = |bytes, mime: &str| Offer { kind, child: None, name: name.clone(), mime: mime.to_owned(), bytes };
        assert_eq!(offer(LARGEST, "application/pdf").check(&family), Ok(Media::Pdf));
        assert_eq!(offer(LARGEST + 1, "application/pdf").check(&family), Err(NotTaken::TooLarge(LARGEST + 1)));
        assert_eq!(offer(0, "image/png").check(&family), Err(NotTaken::Empty));
        assert_eq!(offer(1, "image/svg+xml").check(&family), Err(NotTaken::OtherMedia));
        assert_eq!(offer(1, "image/heic").check(&family), Err(NotTaken::Heic));
        let pai = Offer { kind: Kind::Pai, ..offer(1, "image/png") };
        assert_eq!(pai.check(&family), Err(NotTaken::NoChild));
        let unknown = Offer { child: Some("lou".parse().unwrap()), ..pai };
        assert_eq!(unknown.check(&family), Err(NotTaken::UnknownChild));
    }

    #[test]
    fn a_jpeg_is_one_however_a_browser_announces_it() {
        let announced = |mime: &str, name: &str| Media::announced(mime, name);
        for mime in ["image/jpeg", "image/jpg", "image/pjpeg", "IMAGE/JPG", "image/jpeg; charset=binary"] {
            assert_eq!(announced(mime, "IMG_0001"), Ok(Media::Jpeg), "{mime}");
        }
        for name in ["IMG_0001.JPG", "photo.jpeg", "IMG_0001"] {
            assert_eq!(announced("", name), Ok(Media::Jpeg), "{name}");
            assert_eq!(announced("application/octet-stream", name), Ok(Media::Jpeg), "{name}");
        }
        assert_eq!(announced("", "attestation.PDF"), Ok(Media::Pdf));
        assert_eq!(announced("", "écran.png"), Ok(Media::Png));
        assert_eq!(announced("", "IMG_0001.HEIC"), Err(NotTaken::Heic));
        assert_eq!(announced("", "photo.jpg.exe"), Err(NotTaken::OtherMedia));
        assert_eq!(announced("image/svg+xml", "photo.jpg"), Err(NotTaken::OtherMedia));
    }
}
