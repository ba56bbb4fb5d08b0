//! What families pay: what is read, the sentences it is told in, and what cannot be said.

use domain::tariff::{Change, Counted, JointRule, Over};
use folder::FolderError;

use crate::village::Village;

/// The village, with a tariff of these keys.
fn with_tariff(keys: &str) -> Village {
    with(&format!("[[tariff]]\nactivity = \"cantine\"\n{keys}\n"))
}

fn with(more: &str) -> Village {
    Village::new().change("activities.toml", "price = \"3,70\"\n", &format!("price = \"3,70\"\n\n{more}\n"))
}

fn faults(village: &Village) -> Vec<String> {
    village.read().map(|_| ()).unwrap_err().iter().map(FolderError::to_string).collect()
}

#[test]
fn adjustments_are_read_in_the_order_written() {
    let village = with_tariff(
        "prices = [{ amount = \"4,00\", qf_below = \"600\" }, { amount = \"6,00\" }]\n\
         adjustments = [{ brackets_below = 1, children = \"3+\" }, { change = \"+2,00\", resident = false }, \
         { change = \"−12,5 %\" }, { change = \"-1\" }, { change = \"+30 %\", presence = [\"unbooked\"] }]",
    );
    let organisation = village.read().unwrap().organisation;
    let changes: Vec<Change> = organisation.tariffs[0].adjustments.iter().map(|one| one.change).collect();
    let expected = [
        Change::BracketsBelow(1),
        Change::More(200),
        Change::PercentLess(1250),
        Change::Less(100),
        Change::PercentMore(3000),
    ];
    assert_eq!(changes, expected);
    let said = [
        "4,00\u{a0}€ par jour (quotient sous 600)",
        "6,00\u{a0}€ par jour",
        "Puis le prix de la tranche de quotient en dessous (familles de 3 enfants ou plus)",
        "Puis 2,00\u{a0}€ de plus (hors commune)",
        "Puis 12,5 % de moins",
        "Puis 1,00\u{a0}€ de moins",
        "Puis 30 % de plus (présent sans inscription)",
    ];
    assert_eq!(organisation.tariffs[0].sentences(), said);
}

#[test]
fn what_a_day_costs_otherwise_is_said_in_words() {
    let village = with_tariff(
        "prices = [{ rate = \"0,055 %\", least = \"0,20\", per = \"started\", minutes = 60, at_least = 8, weekdays = \"mercredi\" }, \
         { rate = \"0,055 %\", per = \"started\", minutes = 30, grace = 5 }]\n\
         days_due = [\"1\", \"3-4\"]\nunexcused = \"5 h\"\nunbooked = \"+10,00\"\n\
         unbooked_again = { within = \"school_year\", steps = [{ from = 2, price = \"+50,00\" }] }\n\
         late_leaving = { after = \"18:30\", every = 15, price = \"5,00\", \
         again = { within = \"month\", steps = [{ from = 3, price = \"15,00\" }] } }",
    );
    let said = [
        "0,055 % du quotient, 0,20\u{a0}€ au moins, par heure commencée, 8 heures au moins (le mercredi)",
        "0,055 % du quotient, par 30 minutes commencées, 5 minutes de tolérance",
        "Absence excusée : gratuit (1er jour dû, du 3e au 4e jour dus)",
        "Absence non excusée : au prix de 5 heures",
        "Sans réservation : au prix du jour et 10,00\u{a0}€ de plus, puis au prix du jour et 50,00\u{a0}€ de plus à partir de \
         la 2e fois dans l’année scolaire",
        "Repris après 18\u{a0}h\u{a0}30 : 5,00\u{a0}€, puis 15,00\u{a0}€ à partir de la 3e fois dans le mois par 15 minutes \
         commencées",
    ];
    assert_eq!(village.read().unwrap().organisation.tariffs[0].sentences(), said);
    let of_family = with_tariff("prices = [{ family_day = [\"2,80\", \"4,65\"], each_more = \"1,00\" }]");
    let said =
        "2,80\u{a0}€ pour 1 enfant de la famille ce jour-là, 4,65\u{a0}€ pour 2, 1,00\u{a0}€ pour chacun des suivants";
    assert_eq!(of_family.read().unwrap().organisation.tariffs[0].sentences(), [said]);
}

const CAP: &str =
    "[[cap]]\nid = \"repas\"\nname = \"des repas\"\nactivities = [\"cantine\"]\nper = \"month\"\nmost = \"50,00\"\n";

const PACKAGE: &str = "[[package]]\nid = \"ete\"\nname = \"été\"\nactivities = [\"cantine\"]\n\
                       periods = [{ name = \"juillet\", from = 2027-07-01, to = 2027-07-31 }]\ncounting = \"weeks\"\n\
                       steps = [{ count = \"1\", price = \"120,00\" }, { count = \"2-3\", price = \"220,00\" }]\n";

#[test]
fn caps_and_packages_are_read_and_said() {
    let cap = CAP.replace("per = \"month\"", "per = \"week\"\nof = \"family\"\nfrom_days = 3\nresident = true");
    let organisation = with(&cap).read().unwrap().organisation;
    let [cap] = organisation.joint_prices.as_slice() else { panic!("{:?}", organisation.joint_prices) };
    assert_eq!((cap.of, &cap.over), (Counted::Family, &Over::Week));
    assert_eq!(cap.rule, JointRule::Most { cents: 5000, from_days: 3 });
    let said = "des repas (Cantine) : à partir de 3 jours, 50,00\u{a0}€ au plus par semaine pour toute la famille (habitants de \
                la commune)";
    assert_eq!(cap.sentence(&organisation), said);
    let organisation = with(PACKAGE).read().unwrap().organisation;
    let said = "été (Cantine) : 120,00\u{a0}€ pour 1 semaine et 220,00\u{a0}€ pour 2 à 3 semaines par période (juillet, du 1er \
                juillet 2027 au 31 juillet 2027) et par enfant";
    assert_eq!(organisation.joint_prices[0].sentence(&organisation), said);
}

#[test]
fn what_an_older_folder_says_keeps_its_mark() {
    let organisation = with_tariff("prices = [{ amount = \"4,00\" }]").read().unwrap().organisation;
    let written = serde_json::to_string(&organisation).unwrap();
    let later = ["adjustments", "joint_prices", "presence", "weekdays\":[]", "again", "\"due\"", "\"least\":0"];
    assert_eq!(later.map(|key| written.contains(key)), [false; 7], "{written}");
}

/// A rule that cannot be said is refused once, by a sentence that names it.
#[test]
fn what_cannot_be_said_is_refused_by_name() {
    let priced = |keys: &str| with_tariff(&format!("prices = [{{ amount = \"4,00\" }}]\n{keys}"));
    let adjusted = |keys: &str| priced(&format!("adjustments = [{keys}]"));
    let capped = |from: &str, to: &str| with(&CAP.replace(from, to));
    let package = |from: &str, to: &str| with(&PACKAGE.replace(from, to));
    let two = |other: &str| with(&format!("{CAP}{other}"));
    let tickets = |village: Village| {
        let billing = "[billing]\nseller = [\"X\"]\n[administrator]";
        let village =
            village.change("activities.toml", "price = \"3,70\"\n", "price = \"3,70\"\nprepaid = { packs = [10] }\n");
        village.change("organisation.toml", "[administrator]", billing)
    };
    let second = |keys: &str| {
        CAP.replace("\"repas\"", "\"autre\"").replace("des repas", "autres").replace("per = \"month\"", keys)
    };
    for (village, told) in [
        (adjusted("{ change = \"x2\" }"), "« change » : « x2 » : écrivez ce qui s’ajoute ou se retire"),
        (adjusted("{ change = \"10 %\" }"), "« change » : « 10 % » : écrivez ce qui s’ajoute ou se retire"),
        (adjusted("{ change = \"-120 %\" }"), "« change » : « -120 % » : écrivez ce qui s’ajoute ou se retire"),
        (adjusted("{ change = \"+1,00\", moon = \"full\" }"), "la clé « moon » est inconnue"),
        (adjusted("{ brackets_below = 1 }"), "« brackets_below » : aucun prix de ce tarif n’a de tranche"),
        (
            with_tariff(
                "prices = [{ amount = \"1\", qf_below = \"600\" }, { amount = \"4,00\" }]\nadjustments = [{ change = \"+1\" }, { brackets_below = 1 }]",
            ),
            "« brackets_below » choisit le prix",
        ),
        (
            adjusted("{ change = \"+1\", brackets_below = 1 }"),
            "un ajustement dit soit « change », soit « brackets_below »",
        ),
        (
            adjusted("{ change = \"+1\", qf_from = \"600\", qf_below = \"500\" }"),
            "« qf_from » n’est pas sous « qf_below »",
        ),
        (adjusted("{ change = \"+1\", presence = \"late\" }"), "« presence » : « late » : écrivez present, excused"),
        (
            adjusted("{ change = \"+1\", presence = \"excused\" }"),
            "« presence » : une absence excusée ne coûte ici pas le prix",
        ),
        (
            adjusted("{ change = \"+1\", weekdays = \"monday\" }"),
            "« weekdays » : « monday » n’est pas un jour de la semaine",
        ),
        (
            with_tariff("prices = [{ family_day = [\"2,80\"] }]"),
            "« family_day » dit le prix d’un enfant, de deux, de trois",
        ),
        (
            with_tariff("prices = [{ family_day = [\"2,80\", \"2,00\"] }]"),
            "« family_day » : plusieurs enfants ensemble ne paient pas",
        ),
        (
            with_tariff("prices = [{ family_day = [\"2,80\", \"4\"], per = \"month\" }]"),
            "« family_day » est le prix d’un jour",
        ),
        (
            with_tariff("prices = [{ family_day = [\"2\", \"4\"], amount = \"3\" }]"),
            "un prix dit soit « amount », soit « rate »",
        ),
        (priced("unexcused = \"5 h\""), "une absence de tant d’heures va avec des prix d’heures"),
        (priced("unexcused = \"5 jours\""), "« unexcused » : « 5 jours » : écrivez full, free"),
        (
            priced("unbooked_again = { within = \"month\", steps = [{ from = 1, price = \"+50,00\" }] }"),
            "« steps » : la première fois est déjà dite",
        ),
        (
            priced("unbooked_again = { within = \"toujours\", steps = [{ from = 2, price = \"+50,00\" }] }"),
            "« within » : « toujours » : écrivez month",
        ),
        (priced("days_due = [\"4-3\"]"), "« days_due » : « 4-3 » : écrivez les jours dus d’une absence"),
        (capped("\"month\"", "\"term\""), "« per » : « term » : écrivez week, month ou school_year"),
        (capped("per = \"month\"\n", ""), "un plafond ou un forfait dit soit « per », soit « periods »"),
        (
            capped("[\"cantine\"]", "[\"cantine\", \"piscine\"]"),
            "« activities » : l’activité « piscine » n’est pas dans ce fichier",
        ),
        (
            capped("most = \"50,00\"", "most = \"50,00\"\ntogether = \"2+\""),
            "« together » ne va pas avec un plafond ou un forfait",
        ),
        (
            capped("most = \"50,00\"", "most = \"50,00\"\nof = \"family\"\nrank = \"2\""),
            "« rank » ne va pas avec un plafond ou un forfait de toute la famille",
        ),
        (capped("per = \"month\"", "of = \"village\"\nper = \"month\""), "« of » : « village » : écrivez child"),
        (two(&second("per = \"week\"")), "« des repas » et « autres » comptent certains jours ensemble"),
        (two(CAP), "« repas » est là deux fois"),
        (
            package("to = 2027-07-31 }", "to = 2027-07-31 }, { name = \"été\", from = 2027-07-14, to = 2027-08-31 }"),
            "« periods » : « juillet » et « été » se chevauchent",
        ),
        (
            package("count = \"2-3\"", "count = \"3\""),
            "« steps » : écrivez les prix dans l’ordre, chaque nombre une fois et sans trou",
        ),
        (
            package("counting = \"weeks\"", "counting = \"weeks\"\nof = \"family\""),
            "un forfait de semaines se compte par enfant",
        ),
        (package("\"weeks\"", "\"hours\""), "« counting » : « hours » : écrivez days"),
        (
            with(&format!(
                "[[tariff]]\nactivity = \"cantine\"\nmost_a_month = \"9,00\"\nprices = [{{ amount = \"1\" }}]\n{}",
                second("per = \"week\"")
            )),
            "« autres » et le plafond du mois (most_a_month)",
        ),
        (
            with(&format!(
                "[[tariff]]\nactivity = \"cantine\"\nprices = [{{ amount = \"90\", per = \"year\" }}]\n{CAP}"
            )),
            "« des repas » compte par mois l’activité « cantine », qui se paie pour plus longtemps",
        ),
        (tickets(with(CAP)), "« activities » : l’activité « cantine » se paie par tickets"),
        (tickets(with_tariff("prices = [{ family_day = [\"2\", \"4\"] }]")), "se paie par tickets, un par enfant"),
        (
            tickets(adjusted("{ change = \"+1\", weekdays = \"lundi\" }")),
            "se paie par tickets : un ajustement n’y dépend pas du jour",
        ),
    ] {
        let faults = faults(&village);
        assert!(faults.len() == 1 && faults[0].contains(told), "{told}\n{faults:#?}");
        assert!(faults[0].starts_with("activities.toml"), "{faults:?}");
    }
}
