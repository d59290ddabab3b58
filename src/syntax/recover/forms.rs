//! What each form looks like, for the help of a message.

use super::Level;

/// The form that starts with `word` where `level` is expected.
pub(super) fn form(level: Level, word: &str) -> String {
    match of_word(level, word) {
        Some(form) => format!("the form is `{form}`"),
        None => of_level(level).to_owned(),
    }
}

fn of_word(level: Level, word: &str) -> Option<&'static str> {
    if level.needs_separator() && !matches!(word, "when" | "for" | "check" | "column") {
        return None;
    }
    Some(match word {
        "use" => "use MODULE` or `use ./PATH",
        "promise" => "promise NAME [version \"1.0.0\"] { … }",
        "platform" => "platform NAME { … }",
        "let" => "let NAME[: TYPE] = VALUE",
        "fn" => "fn NAME(PARAMETER: TYPE, …) -> TYPE = VALUE` or `… -> TYPE rhai { … }",
        "rule" => "rule NAME on GROUP/VERSION/KIND { … }` or `… on document|flow|request PROMISE { … }",
        "test" => "test \"NAME\" { … }` or `test \"NAME\" from \"FOLDERS\"",
        "api" => "api KIND [plural \"…\"] [short \"…\"] in GROUP/VERSION { … }",
        "needs" => "needs platform { NAME: TYPE }",
        "resource" => "resource [HANDLE =] GROUP/VERSION/KIND NAME [in NAMESPACE] { … }",
        "request" => "request [HANDLE =] PROMISE NAME [with { … }] { … }",
        "when" if level == Level::ListItem => "when CONDITION => ITEM",
        "for" if level == Level::ListItem => "for NAME in LIST => ITEM",
        "when" => "when CONDITION { … }` or `when let NAME = OPTIONAL { … }",
        "for" => "for NAME in LIST { … }` or `for KEY, VALUE in MAP { … }",
        "check" => "check CONDITION [in schema] else \"MESSAGE\"",
        "column" => "column \"TITLE\" = spec.FIELD",
        "on" => "on delete [needs HANDLE, …] { … }",
        "destination" if level == Level::StateEntry => "destination NAME { … }",
        "destination" => "destination { LABEL: VALUE }",
        "dependencies" => "dependencies \"FILES\", …",
        "pipeline" => "pipeline \"NAME\" { render }",
        "render" => "render",
        "container" => "container NAME { image: … }",
        "file" => "file \"PATH\" [to { LABEL: VALUE }] yaml|json|text VALUE",
        "status" => "status { … }",
        "observe" => {
            "observe NAME = GROUP/VERSION/KIND NAME [in NAMESPACE] { … } [retry 30s] [else \"MESSAGE\"]"
        }
        "given" => {
            "given [\"NAME\"] [in \"NAMESPACE\"] { SPEC } [with { … }]` or `given GROUP/VERSION/KIND NAME [in NAMESPACE] { … }"
        }
        "expect" => {
            "expect 3 documents`, `expect HANDLE { … }`, `expect GROUP/VERSION/KIND NAME [in NAMESPACE] { … }`, `expect file \"PATH\" { … }` or `expect no GROUP/VERSION/KIND"
        }
        "pass" => "pass",
        "refuse" => "refuse \"PART OF THE MESSAGE\"",
        "warn" if level == Level::TestStmt => "warn \"PART OF THE MESSAGE\"",
        "require" => "require CONDITION else \"MESSAGE\"",
        "deny" => "deny CONDITION else \"MESSAGE\"",
        "warn" => "warn CONDITION else \"MESSAGE\"",
        "promises" => "promises \"FILES\"",
        "rules" => "rules \"FILES\"",
        "foreign" => "foreign \"FILES\"",
        "schemas" => "schemas \"FILES\"",
        "values-schema" => "values-schema \"FILE\" for GROUP/VERSION/KIND spec.PATH",
        "values" => "values { NAME: TYPE = VALUE }",
        "secret-store" => "secret-store NAME { kind: …, provider: … }",
        "pod-security" => "pod-security LEVEL",
        "host-access" => "host-access \"NAMESPACE\" because \"REASON\"",
        "pipeline-image" => "pipeline-image \"IMAGE\"",
        "on-bad-input" => "on-bad-input suspend` or `on-bad-input fail",
        "state" => "state { branch: \"main\", destination NAME { … } }",
        _ => return None,
    })
}

fn of_level(level: Level) -> &'static str {
    match level {
        Level::Item => "a file holds `use`, `promise`, `platform`, `let`, `fn`, `rule` and `test`",
        Level::Member => "a promise holds members such as `api`, `let`, `resource` and `request`",
        Level::ApiEntry => "a field is written `name: Type`, `name?: Type` or `name: Type = value`",
        Level::ValueField => "a value is written `name: Type` or `name: Type = value`",
        Level::Entry => "an entry is written `key: value`, `when c { … }` or `for x in xs { … }`",
        Level::StateEntry => "an entry is written `key: value` or `destination NAME { … }`",
        Level::ListItem => "an item is a value, `...list`, `when c => item` or `for x in xs => item`",
        Level::Arm => "an arm is written `pattern => value`",
        Level::Argument => "arguments are values, separated by commas",
        Level::Param => "a parameter is written `name: Type`",
        Level::Step => "a step is `render` or `container NAME { … }`, and a setting `KEY: VALUE`",
        Level::TestStmt => "a test holds `given`, `expect`, `refuse`, `warn` and `pass`",
        Level::RuleStmt => "a rule holds `let`, `when`, `for`, `require`, `deny` and `warn`",
        Level::Setting => "a setting is a word such as `promises` and what belongs to it",
    }
}
