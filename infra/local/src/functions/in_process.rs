//! A function called in this process: quick to start, easy to debug.

use std::time::Duration;

use lambda::{Function, Start};
use serde_json::Value;

use super::InvokeError;
use crate::error::StartError;
use crate::template::DeployedFunction;

/// A started function and its limit.
pub(crate) struct InProcess {
    function: Function,
    timeout: Duration,
}

impl InProcess {
    /// Starts the function the template names.
    pub(super) async fn start(deployed: &DeployedFunction, start: Start) -> Result<Self, StartError> {
        let refused = |reason: String| StartError::Function { function: deployed.package.clone(), reason };
        let known = preau_template::functions().into_iter().find(|one| one.name == deployed.package);
        let known = known.ok_or_else(|| refused("le programme local ne la connaît pas".to_owned()))?;
        let function = (known.start)(start).await.map_err(|error| refused(error.to_string()))?;
        Ok(Self::of(function, deployed.timeout))
    }

    pub(super) fn of(function: Function, timeout: Duration) -> Self {
        Self { function, timeout }
    }

    /// Calls it in a task of its own: a panic costs this call and no other.
    pub(super) async fn invoke(&self, event: Value) -> Result<Value, InvokeError> {
        let function = self.function.clone();
        let mut call = tokio::spawn(async move { function.invoke(event).await });
        match tokio::time::timeout(self.timeout, &mut call).await {
            Ok(Ok(answer)) => answer.map_err(|error| InvokeError::Failed(error.to_string())),
            Ok(Err(panic)) => Err(InvokeError::Failed(panic.to_string())),
            Err(_) => {
                call.abort();
                Err(InvokeError::TimedOut)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(seconds: u64, function: Function) -> InProcess {
        InProcess::of(function, Duration::from_secs(seconds))
    }

    #[tokio::test]
    async fn a_panic_costs_one_call() {
        let function = function(
            5,
            Function::events(|event| async move {
                assert_ne!(event, 1, "une fonction peut paniquer");
                Ok(event)
            }),
        );
        assert!(matches!(function.invoke(1.into()).await, Err(InvokeError::Failed(_))));
        assert_eq!(function.invoke(2.into()).await, Ok(2.into()));
    }

    #[tokio::test]
    async fn a_call_ends_at_the_functions_limit() {
        let function = function(0, Function::events(|_| std::future::pending()));
        assert_eq!(function.invoke(Value::Null).await, Err(InvokeError::TimedOut));
    }
}
