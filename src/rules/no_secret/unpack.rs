//! What is packed in a text: base64, compressed or not.

use std::io::Read;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::read::{MultiGzDecoder, ZlibDecoder};

use crate::rules::profile::Profile;

/// A packed token has thirty bytes and more, a packed manifest 47 (`apiVersion: v1`, `kind: Secret`, a name).
const SHORTEST: usize = 40;
/// How often something is packed at most.
const LAYERS: usize = 6;
/// What is unpacked of one text at most.
const MOST: u64 = 4 << 20;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Whether a text could hold a packed manifest.
pub(super) fn may_be_packed(profile: Profile) -> bool {
    profile.reaches(SHORTEST) && profile.has_any("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
}

/// The texts that are packed in `text`: the whole of it, or any run of base64 in it.
pub(super) fn unpack(text: &str) -> Vec<String> {
    if text.bytes().all(|b| is_base64(b) || b.is_ascii_whitespace()) {
        let packed: String = text.split_ascii_whitespace().collect();
        return decode(&packed).into_iter().collect();
    }
    text.split(|c: char| !c.is_ascii() || !is_base64(c as u8))
        .filter(|run| run.len() >= SHORTEST)
        .filter_map(decode)
        .collect()
}

/// Whether nothing is packed in a text that begins so and is of letters and digits alone, whatever follows: what comes out at
/// its beginning is neither text nor compressed.
pub(super) fn begins_nothing(start: &str) -> bool {
    let packed: String = start.split_ascii_whitespace().collect();
    // Four letters are three bytes. What follows may decide between the two alphabets, which differ in their signs.
    let whole = packed.get(..packed.len() / 4 * 4).unwrap_or_default();
    let Ok(bytes) = STANDARD.decode(whole) else { return false };
    let other = match bytes.as_slice() {
        [0x1f, 0x8b, ..] | [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => true,
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [_, 0, _, 0, ..] | [0, _, 0, _, ..] => true,
        _ => bytes.len() < 4,
    };
    let no_text = std::str::from_utf8(&bytes).is_err_and(|e| e.error_len().is_some());
    whole.bytes().all(|b| b.is_ascii_alphanumeric()) && !other && no_text
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte)
}

fn decode(packed: &str) -> Option<String> {
    // Without capitals it is a name or a word: no key and no kind of a manifest is packed without one.
    if packed.len() < SHORTEST || !packed.bytes().any(|b| b.is_ascii_uppercase()) {
        return None;
    }
    let engine = if packed.contains(['-', '_']) { URL_SAFE } else { STANDARD };
    let mut bytes = engine.decode(packed).ok()?;
    for _ in 0..LAYERS {
        bytes = match bytes.as_slice() {
            [0x1f, 0x8b, ..] => inflate(MultiGzDecoder::new(bytes.as_slice())),
            [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => inflate(ZlibDecoder::new(bytes.as_slice())),
            _ => break,
        };
    }
    text(bytes)
}

/// Bytes as a text, in the encodings that readers of YAML take.
fn text(bytes: Vec<u8>) -> Option<String> {
    let pairs = |of: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| of(*pair)).collect();
        String::from_utf16(&units).ok()
    };
    match bytes.as_slice() {
        [0xff, 0xfe, ..] | [_, 0, _, 0, ..] => pairs(u16::from_le_bytes),
        [0xfe, 0xff, ..] | [0, _, 0, _, ..] => pairs(u16::from_be_bytes),
        _ => String::from_utf8(bytes).ok(),
    }
}

/// What comes out, up to the first error.
fn inflate(from: impl Read) -> Vec<u8> {
    let mut out = Vec::new();
    let _ = from.take(MOST).read_to_end(&mut out);
    out
}
