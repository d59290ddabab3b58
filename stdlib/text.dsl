// Texts. Lengths are counted in characters; nothing is made larger than 1 MiB.

/// The text with every `from` in it replaced by `to`, from left to right; refuses an empty `from`.
/// Replacing `-` by `_` in `a-b-c` gives `a_b_c`.
fn replace(text: String, from: String, to: String) -> String native

/// The pieces of the text between separators; refuses an empty separator.
/// `a,b,,c` split at `,` gives `a`, `b`, an empty text and `c`; a text without a separator is its only piece.
fn split(text: String, separator: String) -> [String] native

/// The items in one text, with the separator between them.
/// `a`, `b` and `c` joined with `, ` give `a, b, c`; no items give an empty text.
fn join(items: [String], separator: String) -> String native

/// The text in lower-case letters.
/// `App-ÄB` gives `app-äb`.
fn lower(text: String) -> String native

/// The text in upper-case letters.
/// `app-äb` gives `APP-ÄB`.
fn upper(text: String) -> String native

/// The text without white space at its start and its end.
/// Two blanks, `a b` and a newline give `a b`.
fn trim(text: String) -> String native

/// The digits `0` to `9` of the text, in their order.
/// `v1.30-rc2` gives `1302`; a text without digits gives an empty one.
fn digits(text: String) -> String native

/// The bytes of the text, in UTF-8, in the standard base64 with padding.
/// `vow` gives `dm93`, and `v` gives `dg==`.
fn base64(text: String) -> String native

/// The SHA-256 of the text, in UTF-8, as 64 lower-case hexadecimal digits.
/// That of `abc` starts with `ba7816bf`.
fn sha256(text: String) -> String native

/// The MD5 of the text, in UTF-8, as 32 lower-case hexadecimal digits: for names that must stay as they are, not for safety.
/// That of `abc` starts with `90015098`.
fn md5(text: String) -> String native

/// The integer that the text is in decimal, with `-` before a negative one; refuses any other text.
/// `-042` gives -42; `4.0`, `+4`, a blank before a digit and an empty text are refused.
fn toInt(text: String) -> Int native

/// Whether the text starts with the prefix.
/// `app-db` starts with `app`, and every text with an empty one.
fn startsWith(text: String, prefix: String) -> Bool native

/// Whether the text ends with the suffix.
/// `db.example.org` ends with `.example.org`, and every text with an empty one.
fn endsWith(text: String, suffix: String) -> Bool native

/// The first `length` characters of the text, or all if it has no more.
/// `kubernetes` truncated to 4 gives `kube`.
fn truncate(text: String, length: Int(0..)) -> String native
