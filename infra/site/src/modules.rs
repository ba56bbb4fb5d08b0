//! What a module imports, so that a page can ask for all of it at once instead of one file after the other.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// The addresses of the modules that this one needs, itself apart: `/js/lib/dom.js`.
pub(crate) fn imports(folder: &Path, module: &str) -> io::Result<Vec<String>> {
    let mut found = BTreeSet::from([module.to_owned()]);
    collect(folder, module, &mut found)?;
    found.remove(module);
    Ok(found.into_iter().collect())
}

fn collect(folder: &Path, module: &str, found: &mut BTreeSet<String>) -> io::Result<()> {
    let file = folder.join(module.trim_start_matches('/'));
    let text = std::fs::read_to_string(&file)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", file.display())))?;
    // A list of names may go over several lines: what counts is the one that says where from.
    for line in text
        .lines()
        .filter(|line| line.starts_with("import ") || line.starts_with("export ") || line.starts_with("} from "))
    {
        let Some((_, name)) = line.split_once("from '") else { continue };
        let name = name.split('\'').next().unwrap_or_default();
        let imported = resolve(module, name);
        if name.starts_with('.') && found.insert(imported.clone()) {
            collect(folder, &imported, found)?;
        }
    }
    Ok(())
}

/// The address of what a module names `./dom.js` or `../lib/dom.js`.
fn resolve(importer: &str, name: &str) -> String {
    let mut parts: Vec<&str> = importer.split('/').collect();
    parts.pop();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
