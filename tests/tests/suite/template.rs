//! The template, the functions and the contract name the same routes; and nothing deployed can move a clock.

use serde_yaml_ng::Value;
use tests::contract::{CONTRACT, project, project_file};

/// The template as YAML, its short tags kept as tags.
pub(crate) fn template() -> Value {
    serde_yaml_ng::from_str(&project_file("template.yaml")).unwrap()
}

/// The routes all functions answer, by what they say themselves.
pub(crate) fn function_routes() -> Vec<String> {
    let routes = preau_template::functions().into_iter().flat_map(|function| function.routes);
    routes.map(str::to_owned).collect()
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
fn the_committed_template_is_what_the_functions_say() {
    let written = preau_template::template(&project()).unwrap();
    assert_eq!(project_file("template.yaml"), written, "`cargo run --bin template` writes it");
}

#[test]
fn every_folder_of_a_function_is_in_the_list_and_in_the_template() {
    let folders = std::fs::read_dir(project().join("functions")).unwrap().map(Result::unwrap);
    let mut folders: Vec<String> = folders.map(|folder| folder.file_name().into_string().unwrap()).collect();
    folders.sort();
    let mut listed: Vec<String> =
        preau_template::functions().into_iter().map(|function| function.name.to_owned()).collect();
    listed.sort();
    let mut deployed: Vec<String> = functions().iter().map(|(_, properties)| package(properties)).collect();
    deployed.sort();
    assert_eq!((&folders, &folders), (&listed, &deployed));
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
    let known = preau_template::functions();
    for (id, properties) in functions() {
        let mut declared = routes_of(&properties);
        declared.sort();
        let function = known.iter().find(|one| one.name == package(&properties)).unwrap();
        assert_eq!(declared, function.routes, "{id}");
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
fn the_figure_of_an_alarm_is_what_the_mailer_writes() {
    let counted = template()["Resources"]["OldestMail"]["Properties"]["MetricTransformations"][0].clone();
    let field = counted["MetricValue"].as_str().unwrap().strip_prefix("$.fields.").unwrap().to_owned();
    assert!(project_file("functions/mailer/src/sweep.rs").contains(&format!("tracing::info!({field} = ")), "{field}");
}

#[test]
fn the_guide_names_the_floor_of_concurrency_and_stops_every_function_before_a_restore() {
    /// What Lambda keeps for functions that reserve nothing.
    const UNRESERVED: u64 = 100;
    let guide = project_file("docs/DEPLOY.md");
    let reserved: u64 = functions().iter().filter_map(|(_, one)| one["ReservedConcurrentExecutions"].as_u64()).sum();
    assert!(guide.contains(&format!("**{}**", reserved + UNRESERVED)), "{reserved} are reserved");
    let restore = guide.split("## Restoring a backup").nth(1).unwrap().split("\n## ").next().unwrap();
    for step in ["?ResourceType=='AWS::Lambda::Function'", "--reserved-concurrent-executions 0"] {
        assert!(
            restore.contains(step),
            "{step}: who restores stops every function, by no list that can be out of date"
        );
    }
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
    let notification =
        "POST /api/organisations/{organisation}/families/{family}/online-payments/{attempt}/notification";
    let all: Vec<&str> = preau_template::functions().into_iter().flat_map(|function| function.machine_routes).collect();
    assert_eq!(all, ["POST /api/opt-out/{token}", notification], "exempt from the same-origin rule");
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
        "JUDGE",
        "MAILS_PER_SECOND",
        "MAIL_CONFIGURATION_SET",
        "MAIL_FROM",
        "MAIL_SENDERS",
        "ORIGIN_SECRET_SHA256",
        "ORIGIN_SECRET_SHA256_OLD",
        "PAYFIP_URL",
        "PUBLIC_ORIGIN",
        "RUST_LOG",
        "SECONDS_A_CALL",
        "TABLE_NAME",
        "WORK_SECONDS",
    ];
    assert_eq!(names, known, "every setting a function is given is one of these");
}

#[test]
fn the_feature_that_moves_the_clock_is_the_local_programs_alone() {
    for function in preau_template::functions() {
        let manifest = project_file(&format!("functions/{}/Cargo.toml", function.name));
        assert!(!manifest.contains("movable-clock"), "{}", function.name);
    }
    assert!(!project_file("infra/template/Cargo.toml").contains("movable-clock"));
    assert!(project_file("infra/local/Cargo.toml").contains("movable-clock"));
}
