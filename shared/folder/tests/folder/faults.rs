//! Every kind of fault, with its file, its line and its sentence.

use folder::FolderError;

use crate::village::Village;

fn faults(village: &Village) -> Vec<String> {
    village.read().map(|_| ()).unwrap_err().iter().map(FolderError::to_string).collect()
}

/// One test per fault: the file, what is changed in it, where the fault is told and what it says.
macro_rules! fault {
    ($($name:ident: $file:literal, $from:literal => $to:literal, $told:literal;)+) => { $(
        #[test]
        fn $name() {
            let told = faults(&Village::new().change($file, $from, $to));
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(told[0].starts_with($told), "{}", told[0]);
        }
    )+ };
}

fault! {
    a_key_is_missing: "organisation.toml", "zone = \"B\"\n" => "",
        "organisation.toml, ligne 1 : la clé « zone » manque";
    a_key_of_a_table_is_missing: "organisation.toml", "phone = \"02 00 00 00 00\"\n" => "",
        "organisation.toml, ligne 7 : la clé « phone » manque";
    a_key_is_unknown: "organisation.toml", "zone = \"B\"" => "zone = \"B\"\nville = \"X\"",
        "organisation.toml, ligne 6 : la clé « ville » est inconnue";
    a_text_is_no_text: "organisation.toml", "name = \"Commune de Bourg\"" => "name = 3",
        "organisation.toml, ligne 3 : « name » : écrivez un texte entre guillemets";
    a_text_is_empty: "organisation.toml", "name = \"Commune de Bourg\"" => "name = \" \"",
        "organisation.toml, ligne 3 : « name » : ce texte est vide";
    an_organisation_is_no_slug: "organisation.toml", "id = \"bourg\"" => "id = \"Bourg\"",
        "organisation.toml, ligne 2 : « id » : « Bourg » n’est pas un identifiant";
    a_mel_is_none: "organisation.toml", "ada@bourg.example" => "ada",
        "organisation.toml, ligne 16 : « mel » : « ada » n’est pas un mél";
    a_provider_is_unknown: "organisation.toml", "[administrator]" => "[billing]\nseller = [\"X\"]\nonline = { provider = \"tipi\" }\n[administrator]",
        "organisation.toml, ligne 15 : « provider » : « tipi » : écrivez payfip ou card";
    a_payfip_client_is_none: "organisation.toml",
        "[administrator]" => "[billing]\nseller = [\"X\"]\nonline = { provider = \"payfip\", client = \"12345\", mode = \"test\" }\n[administrator]",
        "organisation.toml, ligne 15 : « client » : « 12345 » n’est pas un numéro de client PayFiP";
    a_key_is_in_the_folder: "organisation.toml", "[administrator]" => "[billing]\nseller = [\"X\"]\nonline = { provider = \"card\", api_key = \"sk\" }\n[administrator]",
        "organisation.toml, ligne 15 : la clé « api_key » est inconnue";
    toml_is_broken: "organisation.toml", "zone = \"B\"" => "zone = B",
        "organisation.toml, ligne 5 : « zone = B » n’est pas du TOML";
    a_later_format_is_refused: "organisation.toml", "format = 1" => "format = 2",
        "organisation.toml, ligne 1 : ce dossier est au format 2, cette version de Préau lit jusqu’au format 1";
    a_format_is_missing: "organisation.toml", "format = 1\n" => "",
        "organisation.toml, ligne 1 : la clé « format » manque";
    a_day_that_does_not_exist: "calendar.toml", "day = 2026-11-11" => "day = 2015-02-30",
        "calendar.toml, ligne 4 : ";
    a_quoted_day_that_does_not_exist: "calendar.toml", "day = 2026-11-11" => "day = \"2015-02-30\"",
        "calendar.toml, ligne 4 : « day » : « 2015-02-30 » n’est pas un jour";
    a_range_is_upside_down: "calendar.toml", "to = 2026-11-01" => "to = 2026-10-01",
        "calendar.toml, ligne 7 : « to » est avant « from »";
    a_range_has_no_end: "calendar.toml", "to = 2026-11-01\n" => "",
        "calendar.toml, ligne 7 : écrivez soit « day », soit « from » et « to »";
    a_school_weekday_is_none: "calendar.toml", "\"mardi\"" => "\"mardy\"",
        "calendar.toml, ligne 1 : « school_weekdays » : « mardy » n’est pas un jour de la semaine";
    a_price_is_a_float: "activities.toml", "price = \"3,70\"" => "price = 3.70",
        "activities.toml, ligne 7 : « price » : écrivez un texte entre guillemets";
    a_price_has_thousandths: "activities.toml", "price = \"3,70\"" => "price = \"3.700\"",
        "activities.toml, ligne 7 : « price » : « 3.700 » n’est pas un prix";
    a_rule_has_two_kinds: "activities.toml", "days_before = 2," => "days_before = 2, open = true,",
        "activities.toml, ligne 5 : une règle s’écrit avec une de ces clés";
    a_rule_has_no_hour: "activities.toml", ", until = \"23:59\"" => "",
        "activities.toml, ligne 6 : écrivez l’heure avec « before »";
    a_rule_has_two_hours: "activities.toml", "before = \"12:00\"" => "before = \"12:00\", until = \"9:00\"",
        "activities.toml, ligne 5 : écrivez l’heure avec « before »";
    an_hour_is_none: "activities.toml", "23:59" => "25:00",
        "activities.toml, ligne 6 : « until » : « 25:00 » n’est pas une heure";
    days_are_counted_in_an_unknown_way: "activities.toml", "working" => "lunar",
        "activities.toml, ligne 5 : « counting » : « lunar » : écrivez calendar";
    a_number_is_out_of_range: "activities.toml", "days_before = 2" => "days_before = -1",
        "activities.toml, ligne 5 : « days_before » : écrivez un nombre entier de 0 à 366";
    an_activity_is_there_twice: "activities.toml", "price = \"3,70\"" =>
        "[[activity]]\nid = \"cantine\"\nname = \"Bis\"\nweekdays = []\nbook = { open = true }\ncancel = { open = true }",
        "activities.toml, ligne 7 : l’activité « cantine » est là deux fois";
    a_column_is_unknown: "children.csv", "child;first_name;class" => "child;first_name;classe",
        "children.csv, ligne 1 : la colonne « classe » est inconnue";
    a_row_is_too_short: "families.csv", "roux;ROUX;BOURG" => "roux;ROUX",
        "families.csv, ligne 2 : cette ligne a 2 colonnes au lieu de 3";
    a_cell_is_empty: "families.csv", "blanc;BLANC;" => "blanc;;",
        "families.csv, ligne 3 : la colonne « name » est vide";
    a_family_is_no_slug: "families.csv", "blanc;BLANC" => "Blanc;BLANC",
        "families.csv, ligne 3 : « family » : « Blanc » n’est pas un identifiant";
    a_family_is_there_twice: "families.csv", "blanc;BLANC" => "roux;ROUX;BOURG\nblanc;BLANC",
        "families.csv, ligne 3 : la famille « roux » est là deux fois";
    a_quotient_is_none: "families.csv", "town\nroux;ROUX;BOURG\nblanc;BLANC;BOURG" => "town;qf\nroux;ROUX;BOURG;NC\nblanc;BLANC;BOURG;",
        "families.csv, ligne 2 : « qf » : « NC » n’est pas un quotient";
    an_adult_has_no_family: "adults.csv", "roux;eva" => "rous;eva",
        "adults.csv, ligne 2 : la famille « rous » n’est pas dans families.csv";
    an_adult_is_invited_without_mel: "adults.csv", "eva@mail.example" => "",
        "adults.csv, ligne 2 : pour inviter cet adulte";
    an_invitation_is_neither_yes_nor_no: "adults.csv", ";yes" => ";oui",
        "adults.csv, ligne 2 : « invite » : « oui » : écrivez yes ou no";
    an_adult_is_there_twice: "adults.csv", ";yes\n" => ";yes\nroux;eva;MÈRE;Eva;ROUX;;\n",
        "adults.csv, ligne 3 : l’adulte « eva » de « roux » est là deux fois";
    a_child_is_there_twice: "children.csv", "leo;Léo;" => "zoe;Zoé;\nleo;Léo;",
        "children.csv, ligne 3 : l’enfant « zoe » est là deux fois";
    a_child_has_no_family: "custody.csv", "leo;blanc;;;\n" => "",
        "children.csv, ligne 3 : l’enfant « leo » n’a pas de famille";
    custody_is_of_nobody: "custody.csv", "leo;blanc;;;\n" => "leo;blanc;;;\nleon;blanc;;;\n",
        "custody.csv, ligne 5 : l’enfant « leon » n’est pas dans children.csv";
    two_homes_answer_for_a_day: "custody.csv", "zoe;blanc;odd" => "zoe;blanc;all",
        "custody.csv, ligne 3 : « roux » a déjà la garde";
    weeks_are_unknown: "custody.csv", "zoe;blanc;odd" => "zoe;blanc;impaires",
        "custody.csv, ligne 3 : « weeks » : « impaires » : écrivez all";
    custody_is_there_twice: "custody.csv", "leo;blanc;;;\n" => "leo;blanc;;;\nleo;blanc;;;\n",
        "custody.csv, ligne 5 : la garde de « leo » par « blanc » est là deux fois";
    an_enrolment_is_for_no_activity: "enrolments.csv", "leo;cantine;;" => "leo;cantine;;\nleo;judo;;",
        "enrolments.csv, ligne 4 : l’activité « judo » n’est pas dans activities.toml";
    an_enrolment_overlaps: "enrolments.csv", "leo;cantine;;" => "leo;cantine;;\nleo;cantine;2026-09-01;",
        "enrolments.csv, ligne 4 : cet enfant est déjà inscrit à « cantine »";
    an_enrolment_is_upside_down: "enrolments.csv", "2027-07-02" => "2026-07-02",
        "enrolments.csv, ligne 2 : « to » est avant « from »";
    a_booking_is_for_nobody: "bookings.csv", "leo;" => "leon;",
        "bookings.csv, ligne 4 : l’enfant « leon » n’est pas dans children.csv";
    a_booking_is_on_a_day_that_does_not_exist: "bookings.csv", "2026-09-14" => "2026-02-30",
        "bookings.csv, ligne 3 : « day » : « 2026-02-30 » n’est pas un jour";
    a_booking_is_there_twice: "bookings.csv", "2026-09-14" => "2026-09-07",
        "bookings.csv, ligne 3 : cette réservation est là deux fois";
    a_booking_is_of_a_child_not_enrolled: "bookings.csv", "2026-09-14" => "2026-06-15",
        "bookings.csv, ligne 3 : le lundi 15 juin 2026, cet enfant n’est pas inscrit";
    a_relative_day_is_ill_written: "bookings.csv", "2026-09-14" => "semaine lundi",
        "bookings.csv, ligne 3 : « day » : « semaine lundi » n’est pas un jour relatif";
    a_control_character: "families.csv", "ROUX" => "RO\u{7}UX",
        "families.csv, ligne 2 : « name » : ce texte contient un caractère de contrôle";
}

#[test]
fn nobody_has_the_child_that_day() {
    let village = Village::new().change("custody.csv", "zoe;blanc;odd;;\n", "").change(
        "bookings.csv",
        "zoe;cantine;2026-09-14\n",
        "",
    );
    let told = faults(&village);
    assert_eq!(
        told,
        ["bookings.csv, ligne 2 : le lundi 7 septembre 2026, aucun foyer n’a la garde de cet enfant (custody.csv)."]
    );
}

#[test]
fn a_column_is_missing() {
    let told = faults(&Village::new().write("families.csv", b"family;name\nroux;ROUX\nblanc;BLANC\n"));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("families.csv, ligne 1 : la colonne « town » manque."), "{told:?}");
}

#[test]
fn a_column_is_there_twice() {
    let text = "family;name;town;name\nroux;ROUX;BOURG;X\nblanc;BLANC;BOURG;Y\n";
    let told = faults(&Village::new().write("families.csv", text.as_bytes()));
    assert_eq!(told, ["families.csv, ligne 1 : la colonne « name » est là deux fois."]);
}

#[test]
fn a_file_is_missing() {
    let village = Village::new();
    std::fs::remove_file(village.path("families.csv")).unwrap();
    assert_eq!(faults(&village), ["families.csv : ce fichier manque."]);
}

#[test]
fn a_file_is_unknown() {
    let told = faults(&Village::new().write("booking.csv", b"child;activity;day\n"));
    assert!(told.len() == 1 && told[0].starts_with("booking.csv : ce fichier est inconnu."), "{told:?}");
}

#[test]
fn a_file_of_utf_8_is_damaged() {
    let told = faults(&Village::new().write("children.csv", b"child;first_name;class\nleo;L\xc3\xa9o;\nzoe;Zo\xe9;\n"));
    assert_eq!(told, ["children.csv, ligne 3 : cette ligne n’est pas en UTF-8. Enregistrez le fichier en UTF-8."]);
}

#[test]
fn blank_lines_do_not_move_the_line() {
    let village =
        Village::new().change("families.csv", "roux;", "\n\nroux;").change("families.csv", "blanc;BLANC", ";BLANC");
    assert_eq!(faults(&village), ["families.csv, ligne 5 : la colonne « family » est vide."]);
}

#[test]
fn quoted_cells_of_two_lines_do_not_move_the_line() {
    let village = Village::new().write("children.csv", "child;first_name;class\nzoe;\"Zoé\n\";CP\nleo;;\n".as_bytes());
    assert_eq!(faults(&village), ["children.csv, ligne 4 : la colonne « first_name » est vide."]);
}

#[test]
fn all_faults_are_told_at_once_by_file_and_line() {
    let village = Village::new()
        .change("organisation.toml", "zone = \"B\"\n", "")
        .change("organisation.toml", "ada@bourg.example", "ada")
        .change("families.csv", "blanc;BLANC;BOURG", "blanc;BLANC")
        .change("activities.toml", "\"mardi\", \"jeudi\"", "\"mardy\", \"jeudy\"");
    let told = faults(&village);
    let places: Vec<&str> = told.iter().filter_map(|line| line.split(" : ").next()).collect();
    assert_eq!(
        places,
        [
            "activities.toml, ligne 4",
            "activities.toml, ligne 4",
            "families.csv, ligne 3",
            "organisation.toml, ligne 1",
            "organisation.toml, ligne 15",
        ]
    );
}

#[test]
fn a_later_format_is_the_only_thing_told() {
    let village =
        Village::new().change("organisation.toml", "format = 1", "format = 7\nfoo = 1").write("extra.csv", b"x");
    assert_eq!(faults(&village).len(), 1);
}

#[test]
fn a_booking_on_a_closed_day_is_a_warning() {
    let village = Village::new().change("bookings.csv", "2026-09-14", "2026-10-19");
    let folder = village.read().unwrap();
    let told: Vec<String> = folder.warnings.iter().map(ToString::to_string).collect();
    let said = "bookings.csv, ligne 3 : le lundi 19 octobre 2026, l’activité est fermée : Toussaint ; réservation laissée de côté.";
    assert_eq!(told, [said]);
    assert_eq!(folder.bookings.len(), 2);
}

#[test]
fn spreadsheets_write_a_byte_order_mark_and_carriage_returns() {
    let text = "\u{feff}family;name;town\r\nroux;ROUX;BOURG\r\nblanc; BLANC ;BOURG\r\n";
    let folder = Village::new().write("families.csv", text.as_bytes()).read().unwrap();
    assert_eq!(folder.families[1].family.name, "BLANC");
}

#[test]
fn lines_are_counted_the_same_with_the_line_ends_of_windows_and_after_blank_lines() {
    let text = "family;name;town\n\nroux;ROUX;BOURG\n\n\nblanc;BLANC\n\"noir\";NOIR;BOURG;x\n";
    for ends in ["\n", "\r\n", "\r"] {
        let text = text.replace('\n', ends);
        let told = faults(&Village::new().write("families.csv", text.as_bytes()));
        assert!(
            told[0].starts_with("families.csv, ligne 6 : cette ligne a 2 colonnes au lieu de 3"),
            "{ends:?}: {told:?}"
        );
        assert!(told[1].starts_with("families.csv, ligne 7 : cette ligne a 4 colonnes"), "{ends:?}: {told:?}");
    }
    let toml = std::fs::read_to_string(Village::new().path("organisation.toml")).unwrap();
    let toml = toml.replace("name = \"Commune de Bourg\"", "name = 3").replace('\n', "\r\n");
    let told = faults(&Village::new().write("organisation.toml", toml.as_bytes()));
    assert!(told[0].starts_with("organisation.toml, ligne 3 : « name »"), "{told:?}");
}

#[test]
fn a_row_of_empty_cells_is_no_row() {
    let text = "family;name;town\r\nroux;ROUX;BOURG\r\n;;\r\n ; ;\r\n;;;;;;\r\nblanc;BLANC;BOURG\r\n;;\r\n";
    let folder = Village::new().write("families.csv", text.as_bytes()).read().unwrap();
    assert_eq!(folder.families.len(), 2);
    assert_eq!(folder.warnings, []);
}

#[test]
fn a_file_in_an_older_encoding_is_read_and_said() {
    let written = "family;name;town\r\nroux;LEFÈVRE – ŒUVRARD;L’HAŸ\r\nblanc;BLANC;BOURG\r\n";
    let windows: Vec<u8> = written
        .chars()
        .map(|letter| match letter {
            'Œ' => 0x8c,
            '’' => 0x92,
            '–' => 0x96,
            'Ÿ' => 0x9f,
            latin => u8::try_from(u32::from(latin)).unwrap(),
        })
        .collect();
    let utf_16: Vec<u8> = "\u{feff}"
        .chars()
        .chain(written.chars())
        .flat_map(|letter| {
            let unit = u16::try_from(u32::from(letter)).unwrap();
            unit.to_le_bytes()
        })
        .collect();
    for (bytes, name) in [(windows, "Windows-1252"), (utf_16, "UTF-16LE")] {
        let folder = Village::new().write("families.csv", &bytes).read().unwrap();
        let family = &folder.families[0].family;
        assert_eq!((family.name.as_str(), family.town.as_str()), ("LEFÈVRE – ŒUVRARD", "L’HAŸ"), "{name}");
        let told: Vec<String> = folder.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [format!("families.csv : ce fichier n’est pas en UTF-8 : il est lu en {name}. Vérifiez ses accents.")]
        );
    }
    // Letters of UTF-8 beside what is none: a damaged file, which read otherwise would give other names.
    let damaged = [written.as_bytes(), b"\xe9;X;Y\r\n"].concat();
    let told = faults(&Village::new().write("families.csv", &damaged));
    assert!(told[0].starts_with("families.csv, ligne 4 : cette ligne n’est pas en UTF-8"), "{told:?}");
}

#[test]
fn names_are_composed_and_what_no_invoice_can_show_is_refused() {
    let text = "family;name;town\nroux;LEFE\u{300}VRE\u{202e};BOURG\nblanc;BLANC;BOURG\n";
    let folder = Village::new().write("families.csv", text.as_bytes()).read().unwrap();
    assert_eq!(folder.families[0].family.name, "LEFÈVRE");
    let told = faults(
        &Village::new().write("families.csv", "family;name;town\nroux;王;BOURG\nblanc;BLANC;BOURG\n".as_bytes()),
    );
    assert!(told[0].starts_with("families.csv, ligne 2 : « name » : « 王 » ne s’imprime pas"), "{told:?}");
}

#[test]
fn of_two_adults_with_one_mel_one_is_invited_and_the_other_stays_a_fiche() {
    let text = "family;adult;role;first_name;last_name;mel;invite\nroux;ada;MÈRE;Ada;ROUX;roux@mail.example;yes\n\
                roux;bob;PÈRE;Bob;ROUX;Roux@mail.example;yes\nblanc;ada;MÈRE;Ada;BLANC;roux@mail.example;yes\n";
    let folder = Village::new().write("adults.csv", text.as_bytes()).read().unwrap();
    let invited: Vec<bool> =
        folder.families.iter().flat_map(|family| &family.adults).map(|adult| adult.invite).collect();
    assert_eq!(invited, [true, false, true], "another family's is another invitation of the same person");
    let told: Vec<String> = folder.warnings.iter().map(ToString::to_string).collect();
    assert!(
        told[0].starts_with("adults.csv, ligne 3 : « Roux@mail.example » est déjà l’adresse de l’adulte « ada »"),
        "{told:?}"
    );
    assert_eq!(told.len(), 1);
}

#[test]
fn a_sound_folder_says_what_it_says() {
    let folder = Village::new().read().unwrap();
    let activity = &folder.organisation.activities[0];
    assert_eq!(activity.price, Some(370));
    let rule = "Réservation : 2 jours ouvrés avant, avant 12\u{a0}h. Annulation : le mardi de la semaine précédente, jusqu’à 23\u{a0}h\u{a0}59.";
    assert_eq!(activity.rule(), rule);
    assert!(activity.closes_on_public_holidays && activity.closes_in_school_holidays);
    let homes: Vec<&str> = folder.bookings.iter().map(|booking| booking.family.as_str()).collect();
    assert_eq!(homes, ["blanc", "roux", "blanc"], "weeks 37 and 38 of an alternating custody, and Léo's only home");
}
