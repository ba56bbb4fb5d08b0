//! The template, the functions and the contract name the same routes; and nothing deployed can move a clock.

use serde_yaml_ng::Value;
use tests::contract::{CONTRACT, project_file};

/// The template as YAML, its short tags kept as tags.
pub(crate) fn template() -> Value {
    serde_yaml_ng::from_str(&project_file("template.yaml")).unwrap()
}

/// The routes all functions answer, by what they say themselves.
pub(crate) fn function_routes() -> Vec<String> {
    let all = [
        login::routes().keys(),
        planning::routes().keys(),
        information::routes().keys(),
        dossier::routes().keys(),
        desk::routes().keys(),
        invoices::routes().keys(),
        payments::routes().keys(),
        documents::routes().keys(),
        privacy::routes().keys(),
    ];
    all.concat().into_iter().map(str::to_owned).collect()
}

/// The template's functions by logical id, with their properties.
pub(crate) fn functions() -> Vec<(String, Value)> {
    let resources = template()["Resources"].as_mapping().unwrap().clone();
    let functions = resources.into_iter().filter(|(_, resource)| resource["Type"] == "AWS::Serverless::Function");
    functions.map(|(id, resource)| (id.as_str().unwrap().to_owned(), resource["Properties"].clone())).collect()
}

/// The package of a function: the last part of its `CodeUri`.
pub(crate) fn package(properties: &Value) -> String {
    let code = properties["CodeUri"].as_str().unwrap().trim_end_matches('/');
    code.rsplit('/').next().unwrap().to_owned()
}

/// The routes of a function, by the template.
pub(crate) fn routes_of(properties: &Value) -> Vec<String> {
    let events = properties["Events"].as_mapping().cloned().unwrap_or_default();
    let routes = events.into_values().filter(|event| event["Type"] == "HttpApi");
    routes
        .map(|event| {
            let text = |name: &str| event["Properties"][name].as_str().unwrap().to_owned();
            format!("{} {}", text("Method").to_uppercase(), text("Path"))
        })
        .collect()
}

#[test]
fn template_functions_and_contract_name_the_same_routes() {
    let mut declared: Vec<String> = functions().iter().flat_map(|(_, properties)| routes_of(properties)).collect();
    declared.sort();
    let mut served = function_routes();
    served.sort();
    assert_eq!(declared, served);
    assert_eq!(CONTRACT.routes(), served);
}

#[test]
fn each_function_is_given_its_own_routes() {
    for (id, properties) in functions() {
        let mut declared = routes_of(&properties);
        declared.sort();
        let served = match package(&properties).as_str() {
            "login" => login::routes().keys(),
            "planning" => planning::routes().keys(),
            "information" => information::routes().keys(),
            "dossier" => dossier::routes().keys(),
            "desk" => desk::routes().keys(),
            "invoices" => invoices::routes().keys(),
            "payments" => payments::routes().keys(),
            "documents" => documents::routes().keys(),
            "privacy" => privacy::routes().keys(),
            _ => Vec::new(),
        };
        assert_eq!(declared, served, "{id}");
    }
}

#[test]
fn what_reads_the_stream_retries_for_a_time_halves_and_ends_among_the_dead_letters() {
    let mut mappings = 0;
    for (id, properties) in functions() {
        let events = properties["Events"].as_mapping().cloned().unwrap_or_default();
        for mapping in events.into_values().filter(|event| event["Type"] == "DynamoDB") {
            let mapping = &mapping["Properties"];
            assert_eq!(mapping["BisectBatchOnFunctionError"], true, "{id}");
            assert_eq!(mapping["FunctionResponseTypes"][0], "ReportBatchItemFailures", "{id}");
            assert!(mapping["MaximumRetryAttempts"].as_u64().is_some_and(|tries| tries > 0), "{id}");
            assert!(!mapping["DestinationConfig"]["OnFailure"]["Destination"].is_null(), "{id}");
            assert!(mapping["ParallelizationFactor"].as_u64() <= properties["ReservedConcurrentExecutions"].as_u64());
            mappings += 1;
        }
    }
    assert_eq!(mappings, 2, "a stream has room for two readers");
    assert!(project_file("template.yaml").contains("MetricName: ApproximateNumberOfMessagesVisible"), "and an alarm");
}

#[test]
fn a_call_ends_long_before_its_time_limit_and_mailers_share_what_ses_allows() {
    let of = |wanted: &str| functions().into_iter().find(|(_, one)| package(one) == wanted).unwrap().1;
    let number =
        |one: &Value, name: &str| one["Environment"]["Variables"][name].as_str().unwrap().parse::<u64>().unwrap();
    let (billing, mailer) = (of("billing"), of("mailer"));
    assert!(3 * number(&billing, "SECONDS_A_CALL") <= billing["Timeout"].as_u64().unwrap());
    assert_eq!(Some(number(&mailer, "MAIL_SENDERS")), mailer["ReservedConcurrentExecutions"].as_u64());
}

#[test]
fn the_routes_of_other_machines_are_a_closed_list() {
    let all = [
        login::routes().machine_keys(),
        planning::routes().machine_keys(),
        information::routes().machine_keys(),
        dossier::routes().machine_keys(),
        desk::routes().machine_keys(),
        invoices::routes().machine_keys(),
        documents::routes().machine_keys(),
        payments::routes().machine_keys(),
        privacy::routes().machine_keys(),
    ];
    let notification =
        "POST /api/organisations/{organisation}/families/{family}/online-payments/{attempt}/notification";
    assert_eq!(all.concat(), ["POST /api/opt-out/{token}", notification], "exempt from the same-origin rule");
}

#[test]
fn the_template_offers_no_way_to_move_the_business_clock() {
    let text = project_file("template.yaml").to_lowercase();
    assert!(!text.contains(&lambda::clock::SHIFT_SETTING.to_lowercase()));
    let mut settings = template()["Globals"]["Function"]["Environment"]["Variables"].clone();
    let mut names = Vec::new();
    let mut collect = |variables: &Value| {
        for (name, _) in variables.as_mapping().into_iter().flatten() {
            names.push(name.as_str().unwrap().to_owned());
        }
    };
    collect(&settings);
    for (_, properties) in functions() {
        settings = properties["Environment"]["Variables"].clone();
        collect(&settings);
    }
    names.sort();
    names.dedup();
    let known = [
        "CARD_URL",
        "DOCUMENTS_BUCKET",
        "FAMILIES_A_STEP",
        "FILES_BUCKET",
        "MAILS_PER_SECOND",
        "MAIL_CONFIGURATION_SET",
        "MAIL_FROM",
        "MAIL_SENDERS",
        "ORIGIN_SECRET_SHA256",
        "PAYFIP_URL",
        "PUBLIC_ORIGIN",
        "RUST_LOG",
        "SECONDS_A_CALL",
        "TABLE_NAME",
    ];
    assert_eq!(names, known, "every setting a function is given is one of these");
}

#[test]
fn the_feature_that_moves_the_clock_is_the_local_programs_alone() {
    for package in [
        "login",
        "planning",
        "information",
        "dossier",
        "desk",
        "invoices",
        "documents",
        "payments",
        "checker",
        "billing",
        "mailer",
        "tick",
    ] {
        let manifest = project_file(&format!("functions/{package}/Cargo.toml"));
        assert!(!manifest.contains("movable-clock"), "{package}");
    }
    assert!(project_file("infra/local/Cargo.toml").contains("movable-clock"));
}
