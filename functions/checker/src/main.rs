//! The `checker` function as a Lambda binary: wiring only.

use lambda::{Error, run};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(checker::start).await
}
