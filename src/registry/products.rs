//! What an enterprise makes, as rows: comparable across units, so that makers of one thing can be
//! added up.

use crate::db::enterprises::ProductRow;
use crate::domain::enterprise::Draft;
use crate::domain::quantity::convert::monthly;
use crate::domain::reference::Reference;

/// The rows of a draft's products. A capacity that has no monthly figure leaves it out.
pub(super) fn product_rows(id: &str, draft: &Draft, reference: &Reference) -> Vec<ProductRow> {
    let row = |(position, product): (i32, &crate::domain::enterprise::Product)| {
        let commodity = product.commodity.as_deref().and_then(|code| reference.commodity(code));
        let figure =
            product.capacity.as_ref().and_then(|capacity| monthly(capacity, commodity).ok());
        ProductRow {
            enterprise_id: id.to_owned(),
            position,
            name: product.name.clone(),
            commodity: product.commodity.clone(),
            dimension: figure.map(|figure| <&str>::from(figure.dimension).to_owned()),
            monthly_min: figure.map(|figure| figure.min),
            monthly_max: figure.map(|figure| figure.max),
            utilisation: product.utilisation.map(i32::from),
        }
    };
    (0..).zip(&draft.products).map(row).collect()
}
