//! What a plain scalar means to Kubernetes, or why nobody should have to know.
//!
//! Kubernetes reads YAML with two libraries, heirs of go-yaml 2 and go-yaml 3, and other tools with a third. Where all
//! of them agree the value is taken; where they differ, or do what nobody expects, the scalar is refused.

use crate::value::Value;

/// Why a plain scalar is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surprise {
    /// `yes`, `off`, `y`.
    Boolean,
    /// `0644`, and `089`, which is none.
    Octal,
    /// `0x1f`, `0o17`, `0b1`.
    Radix,
    /// `1_000`.
    Underscore,
    /// `12:30:45`.
    Sexagesimal,
    /// `2001-01-01`.
    Date,
    /// `.inf`, `.nan`.
    NotFinite,
    /// An integer beyond 64 bits, or a float beyond its range.
    TooLarge,
    /// `<<`.
    Merge,
}

/// The value that the plain scalar `text` stands for.
///
/// # Errors
/// The reason why it should be quoted.
pub(super) fn resolve(text: &str) -> Result<Value, Surprise> {
    match text.as_bytes() {
        _ if is_text(text) => Ok(Value::str(text)),
        [] | [b'~'] => Ok(Value::Null),
        [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => number(text),
        _ => word(text),
    }
}

/// Whether `text` is a text by its first letter or its length already; most are.
pub(super) fn is_text(text: &str) -> bool {
    match text.as_bytes() {
        [] | [b'~'] | [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => false,
        [b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'y' | b'Y' | b'o' | b'O' | b'<', rest @ ..] => {
            rest.len() > 4
        }
        _ => true,
    }
}

fn word(text: &str) -> Result<Value, Surprise> {
    const BOOLEANS: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];
    match text {
        "null" | "Null" | "NULL" => Ok(Value::Null),
        "true" | "True" | "TRUE" => Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => Ok(Value::Bool(false)),
        "<<" => Err(Surprise::Merge),
        _ if BOOLEANS.iter().any(|b| b.eq_ignore_ascii_case(text)) => Err(Surprise::Boolean),
        _ => Ok(Value::str(text)),
    }
}

/// Resolves a text that starts with a digit, a sign or a point.
fn number(text: &str) -> Result<Value, Surprise> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if is_digits(unsigned) {
        return integer(text, unsigned);
    }
    if is_float(unsigned) {
        let float: f64 = text.parse().map_err(|_| Surprise::TooLarge)?;
        return if float.is_finite() { Ok(Value::Float(float)) } else { Err(Surprise::TooLarge) };
    }
    if [".inf", ".nan"].iter().any(|n| n.eq_ignore_ascii_case(unsigned)) {
        return Err(Surprise::NotFinite);
    }
    if radix(unsigned).is_some() {
        return Err(Surprise::Radix);
    }
    if is_date(text) {
        return Err(Surprise::Date);
    }
    if is_sexagesimal(unsigned) {
        return Err(Surprise::Sexagesimal);
    }
    let joined = unsigned.replace('_', "");
    let number = is_digits(&joined) || is_float(&joined) || radix(&joined).is_some();
    if number { Err(Surprise::Underscore) } else { Ok(Value::str(text)) }
}

fn integer(text: &str, unsigned: &str) -> Result<Value, Surprise> {
    if unsigned.len() > 1 && unsigned.starts_with('0') {
        return Err(Surprise::Octal);
    }
    text.parse().map(Value::Int).map_err(|_| Surprise::TooLarge)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether `text` is `1.5`, `1.`, `.5`, `1e3` or the like, without a sign.
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((m, e)) => (m, Some(e.strip_prefix(['+', '-']).unwrap_or(e))),
        None => (text, None),
    };
    let mantissa = match mantissa.split_once('.') {
        Some(("", fraction)) => is_digits(fraction),
        Some((whole, fraction)) => is_digits(whole) && (fraction.is_empty() || is_digits(fraction)),
        None => is_digits(mantissa),
    };
    mantissa && exponent.is_none_or(is_digits)
}

/// The base and the digits of `0x1f`, `0o17`, `0b1`. go-yaml takes a sign after `0o` and `0b` too.
fn radix(text: &str) -> Option<(u32, &str)> {
    let rest = text.strip_prefix('0')?;
    let base = match rest.bytes().next()?.to_ascii_lowercase() {
        b'x' => 16,
        b'o' => 8,
        b'b' => 2,
        _ => return None,
    };
    let digits = rest.get(1..)?;
    let bare = digits.strip_prefix(['+', '-']).unwrap_or(digits);
    (!bare.is_empty() && bare.chars().all(|c| c == '_' || c.is_digit(base))).then_some((base, digits))
}

/// Whether `text` is a date, alone or before what may be a time.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let time = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let clock = time.strip_prefix(['T', 't']).unwrap_or_else(|| time.trim_start_matches([' ', '\t']));
    year.len() == 4
        && is_digits(year)
        && is_digits(month)
        && month.len() <= 2
        && matches!(rest.len() - time.len(), 1 | 2)
        && (time.is_empty() || clock.len() < time.len() && clock.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether `text` is `12:30`, `1:30:59.5` or the like, without a sign.
fn is_sexagesimal(text: &str) -> bool {
    let is_number = |t: &str| t.starts_with(|c: char| c.is_ascii_digit());
    let text = match text.rsplit_once('.') {
        Some((before, after)) if after.bytes().all(|b| b.is_ascii_digit() || b == b'_') => before,
        _ => text,
    };
    let mut parts = text.split(':');
    let first = parts.next().unwrap_or("");
    let is_sixty = |p: &str| match p.as_bytes() {
        [b'0'..=b'9'] => true,
        [tens, ones] => matches!(tens, b'0'..=b'5') && ones.is_ascii_digit(),
        _ => false,
    };
    text.contains(':')
        && is_number(first)
        && first.bytes().all(|b| b.is_ascii_digit() || b == b'_')
        && parts.all(is_sixty)
}

impl Surprise {
    /// What is wrong with `text`.
    pub(super) fn message(self, text: &str) -> String {
        let why = match self {
            Surprise::Boolean => "is a boolean to some of Kubernetes' readers and a text to others",
            Surprise::Octal => "starts with `0`, so it is octal to some readers and decimal to others",
            Surprise::Radix => "is a number to some readers and a text to others",
            Surprise::Underscore => "is a number to some readers and a text to others",
            Surprise::Sexagesimal => "is a number in base 60 to some readers and a text to others",
            Surprise::Date => "is a date to some readers and a text to others",
            Surprise::NotFinite => "is a number that JSON does not have",
            Surprise::TooLarge => "is a number beyond 64 bits",
            Surprise::Merge => "means a merge to some readers and a text to others",
        };
        format!("`{text}` {why}")
    }

    /// The way out.
    pub(super) fn help(self, text: &str) -> String {
        let quoted = format!("quote it if it is meant as text: `\"{text}\"`");
        match (self, number_meant(self, text)) {
            (Surprise::Boolean, _) => {
                let yes = ["y", "yes", "on"].iter().any(|w| w.eq_ignore_ascii_case(text));
                format!("write `{yes}`, or {quoted}")
            }
            (_, Some(number)) => format!("write `{number}`, or {quoted}"),
            _ => quoted,
        }
    }
}

/// The decimal integer that Kubernetes would take `text` for.
fn number_meant(surprise: Surprise, text: &str) -> Option<i64> {
    let joined = text.replace('_', "");
    let unsigned = joined.strip_prefix(['+', '-']).unwrap_or(&joined);
    let (base, digits) = match (surprise, radix(unsigned)) {
        (Surprise::Octal, _) => (8, unsigned),
        (Surprise::Radix | Surprise::Underscore, Some(found)) => found,
        (Surprise::Underscore, None) => (10, unsigned),
        _ => return None,
    };
    let number = i64::from_str_radix(digits, base).ok()?;
    Some(if joined.starts_with('-') { -number } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_readers_agree_on_is_taken() {
        let strings = "a yess 1.2.3 10m 5Gi 1e - + . -. 0x 0b 0xg 08:60 8080:80 1:2:z 2001-01 20-01-01 1-1-1 _1 \
            nulL tRUE e5 1e5.5 .e5 0x1p4 1,000 1.5.0 -- 3d 0o8 0b2 2001-01-01x 2001-01-01T 2001-01-01-1 << trueish";
        for text in strings.split_whitespace().filter(|t| *t != "<<") {
            assert_eq!(resolve(text), Ok(Value::str(text)), "{text}");
        }
        for (text, int) in [("0", 0), ("-0", 0), ("+1", 1), ("-9223372036854775808", i64::MIN)] {
            assert_eq!(resolve(text), Ok(Value::Int(int)), "{text}");
        }
        for (text, float) in [
            ("1.5", 1.5),
            ("1.", 1.0),
            (".5", 0.5),
            ("-.5", -0.5),
            ("1e3", 1e3),
            ("+1.0E-2", 0.01),
            ("01.5", 1.5),
        ] {
            assert_eq!(resolve(text), Ok(Value::Float(float)), "{text}");
        }
        for text in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(resolve(text), Ok(Value::Null), "{text}");
        }
        assert_eq!(resolve("TRUE"), Ok(Value::Bool(true)));
        assert_eq!(resolve("False"), Ok(Value::Bool(false)));
    }

    #[test]
    fn everything_that_they_disagree_on_is_refused() {
        let table = [
            (Surprise::Boolean, "y Y n N yes Yes YES no No NO on On ON off Off OFF"),
            (Surprise::Octal, "0644 -0644 +07 00 089"),
            (Surprise::Radix, "0x1f 0X1F 0o17 0O17 0b1 0B1 -0x1 +0b1 0b-1 0o+7 0x_1"),
            (Surprise::Underscore, "1_000 1_ 1__0 -1_0 +_1 1_0.5 .5_0 1_0e3 0_7"),
            (Surprise::Sexagesimal, "12:30 12:30:45 -1:30 1_0:30 190:20:30.15 00:11:22:33:44:55"),
            (Surprise::Date, "2001-01-01 2001-1-1 2001-12-14t21:59:43.10-05:00 2001-01-01T00:00:00Z"),
            (Surprise::NotFinite, ".inf .Inf -.INF +.inf .nan .NaN .NAN"),
            (
                Surprise::TooLarge,
                "9223372036854775808 -9223372036854775809 18446744073709551616 1e999 -1e999",
            ),
            (Surprise::Merge, "<<"),
        ];
        for (surprise, texts) in table {
            for text in texts.split_whitespace() {
                assert_eq!(resolve(text), Err(surprise), "{text}");
            }
        }
    }

    #[test]
    fn the_way_out_names_the_number() {
        assert_eq!(
            Surprise::Octal.help("0644"),
            "write `420`, or quote it if it is meant as text: `\"0644\"`"
        );
        assert_eq!(number_meant(Surprise::Radix, "-0x1f"), Some(-31));
        assert_eq!(number_meant(Surprise::Underscore, "1_000"), Some(1000));
        assert_eq!(number_meant(Surprise::Octal, "089"), None);
    }
}
