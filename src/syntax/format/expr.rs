//! Expressions, objects and lists.

use super::Formatter;
use super::doc::Doc;
use super::place::Placed;
use crate::source::Span;
use crate::syntax::ast::{
    Arm, BinaryOp, Condition, Entry, Expr, ExprKind, Key, ListItem, Name, Object, Text, TextStyle,
};

impl Formatter<'_> {
    /// An expression; parentheses that the author wrote around it stay.
    pub(super) fn expr(&mut self, expr: &Expr) -> Doc {
        let doc = self.bare(expr);
        if !self.slice(expr.span).starts_with('(')
            || first(expr).is_some_and(|f| f.span.start == expr.span.start)
        {
            return doc;
        }
        Doc::All(vec![Doc::text("("), doc, Doc::text(")")])
    }

    fn bare(&mut self, expr: &Expr) -> Doc {
        match &expr.kind {
            ExprKind::Name(name) => Doc::text(name.clone()),
            ExprKind::Bool(value) => Doc::text(value.to_string()),
            ExprKind::Int(value) => Doc::text(value.to_string()),
            ExprKind::Float(_) => Doc::text(self.slice(expr.span).trim_matches(['(', ')', ' ', '\n'])),
            ExprKind::Text(text) => self.text_doc(text, expr.span),
            ExprKind::Field { base, name, optional } => {
                let dot = if *optional { "?." } else { "." };
                let gap = Span { start: base.span.end, end: name.span.start, ..name.span };
                let link = vec![Doc::text(format!("{dot}{}", name.node))];
                let base = self.expr(base);
                match self.slice(gap).contains('\n') {
                    true => {
                        let mut line = self.gap_comments(gap);
                        line.push(Doc::Newline(false));
                        line.extend(link);
                        Doc::Group(true, vec![base, Doc::Indent(line)])
                    }
                    false => Doc::All([vec![base], link].concat()),
                }
            }
            ExprKind::Index { base, index, optional } => {
                let open = if *optional { "?[" } else { "[" };
                Doc::All(vec![self.expr(base), Doc::text(open), self.expr(index), Doc::text("]")])
            }
            ExprKind::Call { callee, args } => {
                let head = self.expr(callee);
                let span = Span { start: callee.span.end, ..expr.span };
                let args = self.arguments(span, args, Self::expr);
                Doc::All(vec![head, args])
            }
            ExprKind::Present(base) => Doc::All(vec![self.expr(base), Doc::text("?")]),
            ExprKind::Not(operand) => Doc::All(vec![Doc::text("!"), self.expr(operand)]),
            ExprKind::Binary { op, .. } => self.binary(expr, *op),
            ExprKind::If { .. } => self.if_(expr),
            ExprKind::Match { subject, arms } => {
                let head = self.expr(subject);
                let span = self.brace_after(subject.span, self.inner(expr));
                let arms = self.braces(span, arms, ", ", Self::arm);
                Doc::All(vec![Doc::text("match "), head, Doc::text(" "), arms])
            }
            ExprKind::Object(object) => self.object(object),
            ExprKind::List(items) => self.list(self.inner(expr), items),
            ExprKind::Cast { value, ty, message } => {
                let head = Doc::All(vec![self.expr(value), Doc::text(" as "), self.ty(ty)]);
                match message {
                    Some(message) => self.or_else(head, ty.span, message),
                    None => head,
                }
            }
            ExprKind::Contains(inner) => Doc::All(vec![Doc::text("contains "), self.expr(inner)]),
            ExprKind::Error => self.verbatim(expr.span),
        }
    }

    /// The place of an expression without the parentheses around it.
    fn inner(&self, expr: &Expr) -> Span {
        let mut span = expr.span;
        loop {
            let text = self.slice(span);
            let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) else { return span };
            let blanks = inner.len() - inner.trim_start().len();
            let start = span.range().start + 1 + blanks;
            span = Span::new(span.file, start, start + inner.trim().len());
        }
    }

    fn text_doc(&mut self, text: &Text, span: Span) -> Doc {
        let span = self.inner(&Expr { kind: ExprKind::Error, span });
        let range = span.range();
        self.take(range.start, range.end);
        if matches!(text.style, TextStyle::Quoted | TextStyle::Raw) {
            return Doc::text(self.slice(span));
        }
        let before = self.text.get(..range.start).unwrap_or("");
        let line = before.rsplit('\n').next().unwrap_or("");
        let indent = line.len() - line.trim_start_matches(' ').len();
        let lines =
            self.slice(span).split('\n').map(|l| l.strip_suffix('\r').unwrap_or(l).to_owned()).collect();
        Doc::Block(lines, indent)
    }

    /// What stands in the parentheses that start at `span`: on one line, or one a line if the first of them was written
    /// on a new line.
    pub(super) fn arguments<T: Placed>(
        &mut self,
        span: Span,
        args: &[T],
        mut print: impl FnMut(&mut Self, &T) -> Doc,
    ) -> Doc {
        let range = span.range();
        let mut gaps = vec![];
        let mut last = range.start;
        for place in args.iter().map(|a| a.place().range()) {
            gaps.push(Span::new(span.file, last, place.start));
            last = place.end;
        }
        let new_line = gaps.first().is_some_and(|g| self.slice(*g).contains('\n'));
        gaps.push(Span::new(span.file, last, range.end));
        if !new_line && !gaps.into_iter().any(|g| self.has_comments(g)) {
            let mut body = vec![Doc::Line("")];
            for (i, arg) in args.iter().enumerate() {
                body.extend((i > 0).then(|| Doc::All(vec![Doc::text(","), Doc::Line(" ")])));
                body.push(print(self, arg));
            }
            let inner = if args.is_empty() { vec![] } else { vec![Doc::Indent(body), Doc::Line("")] };
            return Doc::Group(false, vec![Doc::text("("), Doc::All(inner), Doc::text(")")]);
        }
        let mut left = args.len();
        let body = self.lines(range.start + 1, range.end, args, |f, arg| {
            left -= 1;
            Doc::All(vec![print(f, arg), Doc::text(if left > 0 { "," } else { "" })])
        });
        Doc::Group(true, vec![Doc::text("("), Doc::Indent(body), Doc::Newline(false), Doc::text(")")])
    }

    /// Operands of one precedence stand on one line, or one a line with the operator before it.
    fn binary(&mut self, expr: &Expr, op: BinaryOp) -> Doc {
        let mut links = vec![];
        let mut head = expr;
        while let ExprKind::Binary { op: this, op_span, left, right } = &head.kind {
            let own = head.span.start == left.span.start || std::ptr::eq(head, expr);
            if this.precedence() != op.precedence() || !own {
                break;
            }
            links.push((*this, *op_span, left.span, right.as_ref()));
            head = left;
        }
        links.reverse();
        let gap = |left: Span, right: Span| Span { start: left.end, end: right.start, ..left };
        let broken =
            links.iter().any(|(_, _, left, right)| self.slice(gap(*left, right.span)).contains('\n'));
        let first = self.expr(head);
        let mut docs = vec![];
        for (op, op_span, left, right) in links {
            docs.extend(self.gap_comments(gap(left, op_span)));
            docs.push(Doc::Line(" "));
            docs.push(Doc::text(format!("{} ", op.symbol())));
            docs.push(self.expr(right));
        }
        Doc::Group(broken, vec![first, Doc::Indent(docs)])
    }

    /// The comments in a gap whose end is a new line.
    pub(super) fn gap_comments(&mut self, gap: Span) -> Vec<Doc> {
        if !self.slice(gap).contains('\n') {
            return vec![];
        }
        let mut docs = vec![];
        for comment in self.take(gap.range().start, gap.range().end) {
            let text = self.slice(comment.span).to_owned();
            if comment.own_line || text.contains('\n') || !docs.is_empty() {
                docs.extend([Doc::Newline(false), Doc::Verbatim(text)]);
            } else {
                docs.push(Doc::Comment(format!(" {text}")));
            }
        }
        docs
    }

    fn if_(&mut self, expr: &Expr) -> Doc {
        let span = self.inner(expr);
        let broken = self.is_broken(span);
        let mut docs = vec![];
        let mut rest = Some(expr);
        while let Some(expr) = rest {
            let ExprKind::If { condition, then, otherwise } = &expr.kind else { break };
            docs.extend([Doc::text("if "), self.expr(condition), Doc::text(" ")]);
            let end = otherwise.as_ref().map_or(span.range().end, |o| o.span.range().start);
            docs.push(self.branch(broken, condition.span.range().end, then, end));
            rest = None;
            if let Some(otherwise) = otherwise {
                docs.push(Doc::text(" else "));
                match self.is_else_if(otherwise) {
                    true => rest = Some(otherwise),
                    false => docs.push(self.branch(broken, end, otherwise, span.range().end)),
                }
            }
        }
        Doc::Group(broken, docs)
    }

    /// `{ value }`, with the comments in `from..to`.
    fn branch(&mut self, broken: bool, from: usize, value: &Expr, to: usize) -> Doc {
        let body = match broken {
            true => self.lines(from, to, std::slice::from_ref(value), Self::expr),
            false => vec![Doc::Line(" "), self.expr(value)],
        };
        Doc::All(vec![Doc::text("{"), Doc::Indent(body), Doc::Line(" "), Doc::text("}")])
    }

    /// Whether `else if` was written, not `else { if … }`.
    fn is_else_if(&self, otherwise: &Expr) -> bool {
        let before = self.text.get(..otherwise.span.range().start).unwrap_or("");
        let mut end = before.trim_end().len();
        let ends_at = |end: usize| {
            let i = self.comments.partition_point(|c| c.span.range().end < end);
            self.comments.get(i).filter(|c| c.span.range().end == end)
        };
        while let Some(comment) = ends_at(end) {
            end = before.get(..comment.span.range().start).unwrap_or("").trim_end().len();
        }
        matches!(otherwise.kind, ExprKind::If { .. })
            && before.get(..end).is_some_and(|b| b.ends_with("else"))
    }

    fn arm(&mut self, arm: &Arm) -> Doc {
        let patterns: Vec<&str> = arm.patterns.iter().map(|p| self.slice(p.span)).collect();
        let pattern = if patterns.is_empty() { "_".to_owned() } else { patterns.join(" | ") };
        Doc::All(vec![Doc::text(format!("{pattern} => ")), self.expr(&arm.value)])
    }

    pub(super) fn object(&mut self, object: &Object) -> Doc {
        let span = self.inner(&Expr { kind: ExprKind::Error, span: object.span });
        self.braces(span, &object.entries, ", ", Self::entry)
    }

    pub(super) fn entry(&mut self, entry: &Entry) -> Doc {
        match entry {
            Entry::Field { key, value } => {
                let key = match key {
                    Key::Path(words) => {
                        let words: Vec<&str> = words.iter().map(|w| w.node.as_str()).collect();
                        Doc::text(words.join("."))
                    }
                    Key::Quoted(lit) => Doc::text(self.slice(lit.span)),
                    Key::Computed(expr) => Doc::All(vec![Doc::text("["), self.expr(expr), Doc::text("]")]),
                };
                Doc::All(vec![key, Doc::text(": "), self.expr(value)])
            }
            Entry::When(x) => {
                let head = self.condition(&x.condition);
                let body = self.braces(
                    self.brace_after(condition_end(&x.condition), x.span),
                    &x.body,
                    ", ",
                    Self::entry,
                );
                Doc::All(vec![head, Doc::text(" "), body])
            }
            Entry::For(x) => {
                let head = self.loop_(x.key.as_ref(), &x.item, &x.over);
                let body = self.braces(self.brace_after(x.over.span, x.span), &x.body, ", ", Self::entry);
                Doc::All(vec![head, Doc::text(" "), body])
            }
            Entry::Error(span) => self.verbatim(*span),
        }
    }

    /// A list; the brackets of its only object stay with the braces if they were written so: `[{` … `}]`.
    fn list(&mut self, span: Span, items: &[ListItem]) -> Doc {
        if let [ListItem::Expr(Expr { kind: ExprKind::Object(object), span: item })] = items {
            let before = Span { end: item.start, ..span };
            let after = Span { start: item.end, ..span };
            if self.is_broken(*item) && !self.is_broken(before) && !self.is_broken(after) {
                return Doc::All(vec![Doc::text("["), self.object(object), Doc::text("]")]);
            }
        }
        self.delimited(span, items, ("[", "]", ""), ", ", Self::list_item)
    }

    fn list_item(&mut self, item: &ListItem) -> Doc {
        match item {
            ListItem::Expr(expr) => self.expr(expr),
            ListItem::Spread(expr, _) => Doc::All(vec![Doc::text("..."), self.expr(expr)]),
            ListItem::When(x) => {
                let head = self.condition(&x.condition);
                Doc::All(vec![head, Doc::text(" => "), self.list_item(&x.body)])
            }
            ListItem::For(x) => {
                let head = self.loop_(x.key.as_ref(), &x.item, &x.over);
                Doc::All(vec![head, Doc::text(" => "), self.list_item(&x.body)])
            }
            ListItem::Error(span) => self.verbatim(*span),
        }
    }

    /// `when C`.
    pub(super) fn condition(&mut self, condition: &Condition) -> Doc {
        match condition {
            Condition::Expr(expr) => Doc::All(vec![Doc::text("when "), self.expr(expr)]),
            Condition::Let { name, value } => {
                Doc::All(vec![Doc::text(format!("when let {} = ", name.node)), self.expr(value)])
            }
        }
    }

    /// `for k, v in e`.
    pub(super) fn loop_(&mut self, key: Option<&Name>, item: &Name, over: &Expr) -> Doc {
        let key = key.map(|k| format!("{}, ", k.node)).unwrap_or_default();
        Doc::All(vec![Doc::text(format!("for {key}{} in ", item.node)), self.expr(over)])
    }
}

/// Where a condition ends.
pub(super) fn condition_end(condition: &Condition) -> Span {
    match condition {
        Condition::Expr(expr) => expr.span,
        Condition::Let { value, .. } => value.span,
    }
}

/// The expression that the text of `expr` starts with, if it starts with one.
fn first(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Field { base, .. } | ExprKind::Index { base, .. } | ExprKind::Present(base) => Some(base),
        ExprKind::Call { callee, .. } => Some(callee),
        ExprKind::Binary { left, .. } => Some(left),
        ExprKind::Cast { value, .. } => Some(value),
        _ => None,
    }
}
