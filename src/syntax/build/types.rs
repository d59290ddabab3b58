//! Types as written.

use super::{Builder, Kids};
use crate::source::Spanned;
use crate::syntax::ast::{Literal, Refine, TypeExpr, TypeKind};
use crate::syntax::grammar::{Pair, Rule};
use crate::syntax::recover::Level;

impl Builder<'_> {
    pub(super) fn ty(&mut self, pair: Pair<'_>) -> TypeExpr {
        let span = self.span(&pair);
        let mut kids = Kids::of(pair);
        let ty = kids.opt(Rule::ty_union).map(|t| self.ty_union(t));
        let schema = kids.opt(Rule::ty_union).map(|t| self.ty_union(t));
        match (ty, schema) {
            (Some(ty), Some(schema)) => {
                TypeExpr { kind: TypeKind::Via { ty: Box::new(ty), schema: Box::new(schema) }, span }
            }
            (Some(ty), None) => ty,
            (None, _) => TypeExpr { kind: TypeKind::Union(vec![]), span },
        }
    }

    pub(super) fn ty_union(&mut self, pair: Pair<'_>) -> TypeExpr {
        let span = self.span(&pair);
        let mut options: Vec<TypeExpr> = vec![];
        let mut kids = Kids::of(pair);
        while let Some(atom) = kids.next() {
            let built = self.ty_atom(atom);
            options.extend(built);
        }
        match <[TypeExpr; 1]>::try_from(options) {
            Ok([one]) => one,
            Err(options) => TypeExpr { kind: TypeKind::Union(options), span },
        }
    }

    fn ty_atom(&mut self, pair: Pair<'_>) -> Option<TypeExpr> {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::ty_lit => TypeKind::Literal(self.literal(Kids::of(pair).next()?)?.node),
            Rule::ty_list => TypeKind::List(Box::new(self.ty(Kids::of(pair).opt(Rule::ty)?))),
            Rule::ty_map => TypeKind::Map(Box::new(self.ty(Kids::of(pair).opt(Rule::ty)?))),
            Rule::ty_record => TypeKind::Record(self.api_entries(Kids::of(pair).opt(Rule::api_entries)?)),
            Rule::ty_schema => TypeKind::Schema { name: pair.as_str().to_owned() },
            Rule::ty_named => {
                let mut kids = Kids::of(pair);
                let name = kids.opt(Rule::word)?.as_str().to_owned();
                let refines = kids.opt(Rule::refines);
                let refine = refines
                    .map(|r| self.children(Level::Argument, r, |b, p| Some(Some(b.refine(p))), |_| None));
                let refine = refine.into_iter().flatten().flatten().collect();
                TypeKind::Named { name, refine }
            }
            _ => return None,
        };
        Some(TypeExpr { kind, span })
    }

    fn refine(&mut self, pair: Pair<'_>) -> Refine {
        if pair.as_rule() == Rule::text {
            return Refine::Pattern(self.str_lit(pair));
        }
        let span = self.span(&pair);
        let mut kids = Kids::of(pair);
        let lo = kids.opt(Rule::number).and_then(|n| self.int(&n));
        kids.opt(Rule::dots);
        let hi = kids.opt(Rule::number).and_then(|n| self.int(&n));
        Refine::Range { lo, hi, span }
    }

    /// A literal of a type or a pattern; `None` if it is a float, which is reported.
    pub(super) fn literal(&mut self, pair: Pair<'_>) -> Option<Spanned<Literal>> {
        let span = self.span(&pair);
        let literal = match pair.as_rule() {
            Rule::text => Literal::Str(self.str_lit(pair).value),
            Rule::bool => Literal::Bool(pair.as_str() == "true"),
            Rule::number => Literal::Int(self.int(&pair).unwrap_or_default()),
            _ => return None,
        };
        Some(Spanned::new(literal, span))
    }
}
