//! What the README tells people to do at a provider is what the program asks for (C-2).

use purser_connectors::stripe::needs;
use purser_connectors::webhook::SIGNATURE_HEADER;

use crate::repository::root;

#[test]
fn the_readme_names_the_permissions_that_are_tried() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("there is a README");
    let section = readme.split_once("## Connecting your accounts").expect("it says how to connect").1;
    let section = section.split_once("\n## ").expect("a section follows").0.replace('\n', " ");
    let reads: Vec<&str> = needs().iter().filter(|need| !need.write).map(|need| need.name).collect();
    let listed = format!("with *Read* for: {}.", reads.join(", "));
    assert!(section.contains(&listed), "README.md should say: {listed}");
    let writes: Vec<&str> = needs().iter().filter(|need| need.write).map(|need| need.name).collect();
    let listed = format!("with *Write* for {}", writes.join(" and "));
    assert!(section.contains(&listed), "README.md should say: {listed}");
    assert!(section.contains(SIGNATURE_HEADER));
}
