//! Whether a promise takes every request that a node renders for it, by types: the check of each of them is then done.
//!
//! What types do not say is how deep a free-form part is; that is looked at for each request.

use crate::check::api::{Api, ApiRecord, ApiType, Shape};
use crate::check::program::Request;
use crate::check::types::{Class, Field, Record, Str, Type};

/// The longest value of a label.
const LABEL: usize = 63;

/// Whether every request that `r`, in `promise`, makes of `api` is taken.
pub(super) fn is_taken(promise: &str, r: &Request, api: &Api) -> bool {
    let name = Type::Str(Str { class: Some(Class::DnsSubdomain), max: Some(63), ..Str::default() });
    let Type::Record(body) = &r.body.ty.ty else { return false };
    // The names of both promises become values of labels.
    let labels = promise.len() <= LABEL && r.promise.len() <= LABEL;
    let head = r.with.is_empty() && !r.name.ty.optional && r.name.ty.ty.is_within(&name);
    labels && head && !r.body.ty.optional && record(body, &api.spec)
}

fn record(given: &Record, api: &ApiRecord) -> bool {
    let known = given.fields.keys().all(|key| api.field(key).is_some());
    let fits = |(name, field): (&std::sync::Arc<str>, &Field)| {
        api.field(name).is_some_and(|f| value(&field.ty, &f.ty))
    };
    let there = |f: &crate::check::api::ApiField| {
        !f.is_required() || given.fields.get(&f.name).is_some_and(|g| !g.optional)
    };
    known && given.fields.iter().all(fits) && api.fields.iter().all(there)
}

fn value(given: &Type, api: &ApiType) -> bool {
    let refined = api.refined.as_ref().is_none_or(|ty| given.is_within(ty));
    let shape = match (&api.shape, given) {
        (_, Type::Never) => false,
        (Shape::Scalar(ty), _) => given.is_within(ty),
        (Shape::List(item), Type::List(given)) => value(given, item),
        (Shape::Map(item), Type::Map(given)) => value(given, item),
        (Shape::Map(item), Type::Record(given)) => given.fields.values().all(|f| value(&f.ty, item)),
        (Shape::Record(api), Type::Record(given)) => record(given, api),
        (Shape::Object, Type::Record(_) | Type::Map(_) | Type::Object) => true,
        _ => false,
    };
    refined && shape
}
