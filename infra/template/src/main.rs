//! Writes `template.yaml`: `cargo run --bin template`, after a change of a route, an access or a part.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let project = preau_template::project();
    let text = preau_template::template(&project)?;
    let path = project.join("template.yaml");
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    std::fs::write(&path, &text)?;
    let what = if known == text { "as it was" } else { "written anew" };
    println!("template.yaml: {} lines, {what}", text.lines().count());
    Ok(())
}
