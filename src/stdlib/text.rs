//! The native functions of `text`.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha2::{Digest, Sha256};

use super::{Body, ITEM_BYTES, fits, shorten, text_at};
use crate::value::Value;

pub(super) const NATIVES: &[(&str, Body)] = &[
    ("base64", base64),
    ("digits", digits),
    ("endsWith", ends_with),
    ("join", join),
    ("lower", lower),
    ("md5", md5),
    ("replace", replace),
    ("sha256", sha256),
    ("split", split),
    ("startsWith", starts_with),
    ("toInt", to_int),
    ("trim", trim),
    ("truncate", truncate),
    ("upper", upper),
];

fn replace(args: &[Value]) -> Result<Value, String> {
    let (text, from, to) = (text_at(args, 0)?, text_at(args, 1)?, text_at(args, 2)?);
    if from.is_empty() {
        return Err("the text to replace is empty".into());
    }
    let found = text.matches(from).count();
    if found == 0 {
        return Ok(text.into());
    }
    let kept = text.len().saturating_sub(found.saturating_mul(from.len()));
    fits(found.saturating_mul(to.len()).saturating_add(kept))?;
    Ok(text.replace(from, to).into())
}

fn split(args: &[Value]) -> Result<Value, String> {
    let (text, separator) = (text_at(args, 0)?, text_at(args, 1)?);
    if separator.is_empty() {
        return Err("the separator is empty".into());
    }
    let pieces = text.matches(separator).count() + 1;
    fits(pieces.saturating_mul(ITEM_BYTES).saturating_add(text.len()))?;
    Ok(Value::list(text.split(separator).map(Value::from).collect()))
}

fn join(args: &[Value]) -> Result<Value, String> {
    let items = args.first().and_then(Value::as_list).ok_or("argument 1 is no list")?;
    let separator = text_at(args, 1)?;
    let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
    let texts = texts.ok_or("argument 1 has an item that is no string")?;
    let separators = texts.len().saturating_sub(1).saturating_mul(separator.len());
    // Items may share one text, so their sum is bounded by nothing.
    fits(texts.iter().fold(separators, |sum, text| sum.saturating_add(text.len())))?;
    Ok(texts.join(separator).into())
}

fn lower(args: &[Value]) -> Result<Value, String> {
    let text = text_at(args, 0)?;
    fits(text.len())?;
    let lower = text.to_lowercase();
    fits(lower.len())?;
    Ok(lower.into())
}

fn upper(args: &[Value]) -> Result<Value, String> {
    let text = text_at(args, 0)?;
    fits(text.len())?;
    let upper = text.to_uppercase();
    fits(upper.len())?;
    Ok(upper.into())
}

fn trim(args: &[Value]) -> Result<Value, String> {
    text_at(args, 0).map(|text| text.trim().into())
}

fn digits(args: &[Value]) -> Result<Value, String> {
    text_at(args, 0).map(|text| text.chars().filter(char::is_ascii_digit).collect::<String>().into())
}

fn base64(args: &[Value]) -> Result<Value, String> {
    let text = text_at(args, 0)?;
    fits(text.len().div_ceil(3).saturating_mul(4))?;
    Ok(STANDARD.encode(text).into())
}

fn sha256(args: &[Value]) -> Result<Value, String> {
    text_at(args, 0).map(|text| hex(&Sha256::digest(text)).into())
}

fn md5(args: &[Value]) -> Result<Value, String> {
    text_at(args, 0).map(|text| hex(&Md5::digest(text)).into())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        // Writing to a text does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn to_int(args: &[Value]) -> Result<Value, String> {
    let text = text_at(args, 0)?;
    if text.is_empty() {
        return Err("an empty text is no integer".into());
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(format!("`{}` is no integer", shorten(text)));
    }
    text.parse::<i64>().map(Value::Int).map_err(|_| format!("`{}` does not fit in 64 bits", shorten(text)))
}

fn starts_with(args: &[Value]) -> Result<Value, String> {
    Ok(text_at(args, 0)?.starts_with(text_at(args, 1)?).into())
}

fn ends_with(args: &[Value]) -> Result<Value, String> {
    Ok(text_at(args, 0)?.ends_with(text_at(args, 1)?).into())
}

fn truncate(args: &[Value]) -> Result<Value, String> {
    let text = text_at(args, 0)?;
    let Some(Value::Int(length)) = args.get(1) else {
        return Err("argument 2 is no integer".into());
    };
    let length = usize::try_from(*length).map_err(|_| format!("the length {length} is less than 0"))?;
    let end = text.char_indices().nth(length).map_or(text.len(), |(at, _)| at);
    Ok(text.get(..end).unwrap_or(text).into())
}
