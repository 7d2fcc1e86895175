//! Whether places lie in a shape, as a function of the engine.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{ArrayRef, BooleanArray};
use arrow_schema::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::place::{Relation, Shape};

/// The condition that a longitude and a latitude lie so to a shape; unknown where one of them is missing.
pub(super) fn condition(longitude: Expr, latitude: Expr, relation: Relation, shape: &Shape) -> Expr {
    let degrees = vec![DataType::Float64, DataType::Float64];
    let signature = Signature::exact(degrees, Volatility::Immutable);
    let lies = Lies { relation, shape: Arc::new(shape.clone()), signature };
    ScalarUDF::new_from_impl(lies).call(vec![longitude, latitude])
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Lies {
    relation: Relation,
    shape: Arc<Shape>,
    signature: Signature,
}

impl ScalarUDFImpl for Lies {
    fn name(&self) -> &str {
        "lies"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let (longitudes, latitudes) =
            (arrays[0].as_primitive::<Float64Type>(), arrays[1].as_primitive::<Float64Type>());
        let lies: BooleanArray = longitudes
            .iter()
            .zip(latitudes)
            .map(|(longitude, latitude)| {
                let (longitude, latitude) = (longitude?, latitude?);
                let side = self.shape.side(longitude, latitude);
                Some(self.relation.holds(side, self.shape.is_only(longitude, latitude)))
            })
            .collect();
        Ok(ColumnarValue::Array(Arc::new(lies) as ArrayRef))
    }
}
