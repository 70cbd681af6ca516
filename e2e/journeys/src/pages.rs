//! The pages of the product.
