//! `/sandbox/openapi.json`: the description of the control calls.

use super::call::Call;
use super::error::ControlError;
use crate::http::Response;
use crate::reply::Reply;
use crate::shared::Shared;

const DESCRIPTION: &str = include_str!("../../openapi.json");

pub(super) fn show(_: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    call.nothing()?;
    Ok(Response::typed(200, "application/json", DESCRIPTION.as_bytes().to_vec()).into())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::super::routes::ROUTES;
    use super::DESCRIPTION;

    #[test]
    fn every_route_is_described_and_every_description_has_a_route() -> serde_json::Result<()> {
        let description: Value = serde_json::from_str(DESCRIPTION)?;
        let paths = description["paths"].as_object().into_iter().flatten();
        let described = paths.flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flat_map(|methods| methods.keys());
            let methods = methods.filter(|name| *name != "parameters");
            methods.map(move |method| (method.to_uppercase(), path.clone()))
        });
        let routes = ROUTES.iter().map(|route| (route.method.to_owned(), route.path.to_owned()));
        assert_eq!(described.collect::<BTreeSet<_>>(), routes.collect::<BTreeSet<_>>());
        Ok(())
    }
}
