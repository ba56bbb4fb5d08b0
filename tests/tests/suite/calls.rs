//! `static-site/js/lib/api.js` calls what `docs/openapi.yaml` describes: each operation by its method, path and body.

use std::collections::BTreeSet;

use tests::contract::{CONTRACT, project_file};

/// What no page calls: programs that are no browser, and what a mail program does by itself.
const NOT_OF_PAGES: [&str; 3] = [
    "GET /api/calendars/{feed}",
    "POST /api/opt-out/{token}",
    "POST /api/organisations/{organisation}/families/{family}/online-payments/{attempt}/notification",
];

/// A call of the module: method, path with an `x` for whatever is put in, whether it sends a body.
#[derive(Debug, PartialEq, Eq)]
struct Written {
    method: String,
    path: String,
    sends: bool,
}

/// The calls of the module, and the addresses that a browser opens by itself.
fn written(module: &str) -> Vec<Written> {
    let mut calls = Vec::new();
    for begin in ["call('", "once('", "file('", "fetch('"] {
        for (at, _) in module.match_indices(begin) {
            let rest = &module[at + begin.len()..];
            // An address alone is given with its method beside it.
            let (method, rest) = match rest.starts_with('/') {
                true => (rest.split("method: '").nth(1).unwrap(), &module[at + begin.len() - 1..]),
                false => (rest, rest.split_once("', ").unwrap().1),
            };
            let (path, rest) = path(rest);
            let method = method.split('\'').next().unwrap().to_owned();
            calls.push(Written { method, path, sends: rest.starts_with(", ") });
        }
    }
    for (_, address) in module.lines().filter_map(|line| line.split_once(") => `${")) {
        let (path, _) = path(&format!("`${{{address}"));
        calls.push(Written { method: "GET".to_owned(), path, sends: false });
    }
    calls
}

/// The path that a call begins with, and what follows it.
fn path(call: &str) -> (String, &str) {
    let (text, rest) = match call.chars().next().unwrap() {
        quote @ ('\'' | '`') => {
            let end = 1 + call[1..].find(quote).unwrap();
            (&call[1..end], &call[end + 1..])
        }
        _ => {
            let end = 1 + call.find(')').unwrap();
            return (filled(&format!("${{{}}}", &call[..end])), &call[end..]);
        }
    };
    (filled(text), rest)
}

/// A path with all that is put in as an `x`, without its query.
fn filled(template: &str) -> String {
    let mut path = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        // The end of what is put in: the first brace that closes none within.
        let closes = |at: &usize| after[..*at].matches('{').count() == after[..*at].matches('}').count();
        let end = after.match_indices('}').map(|(at, _)| at).find(closes).unwrap();
        path += before;
        path += match after[..end].split('(').next().unwrap() {
            "family" => "/api/organisations/x/families/x",
            "office" => "/api/organisations/x",
            "ofDay" | "afterFamily" => "",
            _ => "x",
        };
        rest = &after[end + 1..];
    }
    path += rest;
    path.split('?').next().unwrap().to_owned()
}

#[test]
fn pages_call_what_is_described_and_all_of_it() {
    let calls = written(&project_file("static-site/js/lib/api.js"));
    assert!(calls.len() > 90, "{}", calls.len());
    let mut called: BTreeSet<String> = NOT_OF_PAGES.into_iter().map(str::to_owned).collect();
    for Written { method, path, sends } in calls {
        let route = CONTRACT.route(&method, &path);
        let route = route.unwrap_or_else(|| panic!("api.js calls {method} {path}, which is not described"));
        assert_eq!(CONTRACT.takes_a_body(&route), sends, "api.js calls {route} with a body or without");
        called.insert(route);
    }
    assert_eq!(called.into_iter().collect::<Vec<_>>(), CONTRACT.routes(), "what api.js calls, and what is described");
}

#[test]
fn a_call_is_read_as_it_is_written() {
    let read = |line: &str| written(line).into_iter().map(|one| (one.method, one.path, one.sends)).next().unwrap();
    let as_read = |method: &str, path: &str, sends: bool| (method.to_owned(), path.to_owned(), sends);
    for (line, expected) in [
        ("call('GET', '/api/session');", as_read("GET", "/api/session", false)),
        ("call('GET', family(place));", as_read("GET", "/api/organisations/x/families/x", false)),
        ("call('PUT', `${family(place)}/days`, click);", as_read("PUT", "/api/organisations/x/families/x/days", true)),
        (
            "call('GET', `${office(o)}/attendance?${new URLSearchParams({ ...(day && { day }) })}`);",
            as_read("GET", "/api/organisations/x/attendance", false),
        ),
        (
            "export const invoiceFile = (place, number) => `${family(place)}/invoices/${encodeURIComponent(number)}/file`;",
            as_read("GET", "/api/organisations/x/families/x/invoices/x/file", false),
        ),
        ("fetch('/api/l', { method: 'POST', headers: {} })", as_read("POST", "/api/l", true)),
    ] {
        assert_eq!(read(line), expected, "{line}");
    }
}
