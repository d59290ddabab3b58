//! The words of the language, for messages: what may start what, and what a grammar rule is called.

use super::Level;
use crate::syntax::grammar::Rule;

impl Level {
    /// The words that start a sibling here; empty where siblings start with names of the author's choice.
    pub(super) fn words(self) -> &'static [&'static str] {
        match self {
            Level::Item => &["use", "promise", "platform", "let", "fn", "rule", "test"],
            Level::Member => &[
                "api",
                "needs",
                "let",
                "fn",
                "resource",
                "request",
                "when",
                "for",
                "check",
                "on",
                "destination",
                "dependencies",
                "pipeline",
                "file",
                "status",
                "observe",
                "rule",
                "test",
            ],
            Level::Step => &["render", "container"],
            Level::TestStmt => &["given", "expect", "refuse", "warn", "pass"],
            Level::RuleStmt => &["let", "when", "for", "require", "deny", "warn"],
            Level::Setting => &[
                "promises",
                "rules",
                "foreign",
                "schemas",
                "values-schema",
                "values",
                "secret-store",
                "pod-security",
                "host-access",
                "pipeline-image",
                "on-bad-input",
                "state",
            ],
            _ => &[],
        }
    }

    /// The rule that a single one of the siblings matches, without the error productions of this level.
    pub(super) fn strict(self) -> Rule {
        match self {
            Level::Item => Rule::only_item,
            Level::Member => Rule::only_member,
            Level::ApiEntry => Rule::only_api_entry,
            Level::ValueField => Rule::only_value_field,
            Level::Entry | Level::Argument | Level::Param | Level::Arm => Rule::only_entry,
            Level::ListItem => Rule::only_list_item,
            Level::Step => Rule::only_step,
            Level::TestStmt => Rule::only_test_stmt,
            Level::RuleStmt => Rule::only_rule_stmt,
            Level::Setting => Rule::only_setting,
            Level::StateEntry => Rule::only_state_entry,
        }
    }

    /// Where the siblings stand, for `… stands in a promise`.
    fn home(self) -> &'static str {
        match self {
            Level::Item => "at the top level of a file",
            Level::Member => "in a promise",
            Level::ApiEntry | Level::ValueField => "in an api",
            Level::Step => "in a pipeline",
            Level::TestStmt => "in a test",
            Level::RuleStmt => "in a rule",
            Level::Setting => "in a platform",
            Level::StateEntry => "in the state of a platform",
            _ => "in an object",
        }
    }
}

const BLOCKS: [Level; 6] =
    [Level::Member, Level::Item, Level::RuleStmt, Level::TestStmt, Level::Setting, Level::Step];

/// Where `word` may start something, if it is a word of the language.
pub(super) fn home_of(word: &str) -> Option<&'static str> {
    BLOCKS.into_iter().find(|l| l.words().contains(&word)).map(Level::home)
}

/// Whether a line starts like an item, a member or a statement, or closes a group.
pub(super) fn starts_sibling(line: &str) -> bool {
    let word: &str = first_word(line);
    let blank = line.get(word.len()..).is_some_and(|rest| rest.starts_with([' ', '\t']));
    line.starts_with(['}', ']', ')']) || (blank && home_of(word).is_some())
}

/// The word at the start of `text`, dashes included; empty if there is none.
pub(super) fn first_word(text: &str) -> &str {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let len = text.find(|c| !word(c)).unwrap_or(text.len());
    text.get(..len).filter(|w| w.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')).unwrap_or("")
}

/// Words that no variable can be called.
pub(super) fn is_reserved(word: &str) -> bool {
    matches!(word, "true" | "false" | "if" | "else" | "match" | "when" | "for" | "let" | "as" | "in" | "rhai")
}

/// What `rule` is called in `expected …`; the number orders them, the lowest is said first. `None` if it only continues
/// what is already whole, such as an operator, and so says nothing about what is missing.
pub(super) fn expected(rule: Rule) -> Option<(u8, &'static str)> {
    use Rule as R;
    Some(match rule {
        R::eq => (0, "`=`"),
        R::colon => (0, "`:`"),
        R::arrow => (0, "`->`"),
        R::fat_arrow => (0, "`=>`"),
        R::rparen => (1, "`)`"),
        R::rbrack => (1, "`]`"),
        R::rbrace => (1, "`}`"),
        R::lbrace | R::state_body | R::block => (2, "`{`"),
        R::object => (2, "`{`"),
        R::kw_in | R::namespace | R::given_in | R::group_version | R::in_schema => (2, "`in`"),
        R::kw_else | R::message => (2, "`else`"),
        R::kw_platform => (2, "`platform`"),
        R::kw_schema => (2, "`schema`"),
        R::kw_delete => (2, "`delete`"),
        R::kw_on => (2, "`on`"),
        R::kw_because | R::because => (2, "`because`"),
        R::kw_documents => (2, "`documents`"),
        R::kw_from | R::test_from => (2, "`from`"),
        R::kw_version | R::version => (3, "`version`"),
        R::kw_plural | R::plural => (3, "`plural`"),
        R::kw_short | R::short => (3, "`short`"),
        R::kw_with | R::with => (3, "`with`"),
        R::kw_to | R::to => (3, "`to`"),
        R::kw_native => (3, "`native`"),
        R::kw_rhai => (3, "`rhai`"),
        R::kw_needs | R::needed => (3, "`needs`"),
        R::params => (1, "`(`"),
        R::ident | R::handle | R::let_condition | R::param => (1, "a name"),
        R::name | R::promise_head | R::platform_head | R::rule_head => (1, "a name"),
        R::word => (1, "a name"),
        R::format => (1, "`yaml`, `json` or `text`"),
        R::gvk => (1, "`group/version/Kind`"),
        R::gv => (1, "`group/version`"),
        R::use_path => (1, "the name or the path of a module"),
        R::expr | R::postfix | R::not => (1, "a value"),
        R::number => (4, "a number"),
        R::text => (4, "a text"),
        R::dots | R::range => (1, "a range such as `1..10`"),
        R::ty | R::ty_union | R::ty_lit | R::ty_named | R::ty_list => (1, "a type"),
        R::pattern | R::wildcard => (1, "a pattern"),
        R::arm => (2, "an arm such as `\"a\" => 1`"),
        R::comma => (5, "`,`"),
        _ => return None,
    })
}
