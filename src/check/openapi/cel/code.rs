//! Pieces of CEL, with parentheses where they are needed and nowhere else.

/// How tightly a piece binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bind {
    Choice,
    Or,
    And,
    Relation,
    Sum,
    Product,
    Unary,
    Primary,
}

impl Bind {
    fn tighter(self) -> Bind {
        match self {
            Bind::Choice => Bind::Or,
            Bind::Or => Bind::And,
            Bind::And => Bind::Relation,
            Bind::Relation => Bind::Sum,
            Bind::Sum => Bind::Product,
            Bind::Product => Bind::Unary,
            Bind::Unary | Bind::Primary => Bind::Primary,
        }
    }
}

/// A piece of CEL.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) text: String,
    bind: Bind,
}

impl Code {
    pub(super) fn new(text: impl Into<String>, bind: Bind) -> Code {
        Code { text: text.into(), bind }
    }

    /// What stands for itself: a literal, a path, a call.
    pub(super) fn primary(text: impl Into<String>) -> Code {
        Code::new(text, Bind::Primary)
    }

    /// `self op other`.
    pub(super) fn join(self, op: &str, other: Code, bind: Bind) -> Code {
        // `&&` and `||` may be grouped either way; the others group from the left.
        let right = if matches!(bind, Bind::Or | Bind::And) { bind } else { bind.tighter() };
        // Comparisons do not chain.
        let left = if bind == Bind::Relation { bind.tighter() } else { bind };
        Code::new(format!("{} {op} {}", self.within(left), other.within(right)), bind)
    }

    pub(super) fn and(self, other: Code) -> Code {
        self.join("&&", other, Bind::And)
    }

    pub(super) fn not(self) -> Code {
        Code::new(format!("!{}", self.within(Bind::Primary)), Bind::Unary)
    }

    /// `self ? yes : no`.
    pub(super) fn choose(self, yes: Code, no: Code) -> Code {
        let (condition, yes, no) = (self.within(Bind::Or), yes.within(Bind::Or), no.within(Bind::Choice));
        Code::new(format!("{condition} ? {yes} : {no}"), Bind::Choice)
    }

    /// `self.name`, `self[key]`, `self.f(x)`: `rest` follows at once.
    pub(super) fn then(self, rest: &str) -> Code {
        Code::primary(format!("{}{rest}", self.within(Bind::Primary)))
    }

    fn within(self, least: Bind) -> String {
        if self.bind < least { format!("({})", self.text) } else { self.text }
    }
}
