//! What stands in for the files of a folder that holds rules and their examples alone.

/// A commune without a family, whose school has no holidays.
pub(super) const FILES: [(&str, &str); 8] = [
    ("organisation.toml", ORGANISATION),
    ("calendar.toml", "school_weekdays = [\"lundi\", \"mardi\", \"jeudi\", \"vendredi\"]\n"),
    ("families.csv", "family;name;town\n"),
    ("adults.csv", "family;adult;role;first_name;last_name\n"),
    ("children.csv", "child;first_name\n"),
    ("custody.csv", "child;family\n"),
    ("enrolments.csv", "child;activity;from;to\n"),
    ("bookings.csv", "child;activity;day\n"),
];

const ORGANISATION: &str = r#"format = 1
id = "exemple"
name = "Règles sans commune"
town = "00000 EXEMPLE"
zone = "B"

[contact]
phone = "03 00 00 00 00"
mel = "mairie@exemple.example"
address = ["Mairie"]
opening_hours = []

[administrator]
first_name = "Dominique"
last_name = "EXEMPLE"
mel = "dominique@exemple.example"
"#;
