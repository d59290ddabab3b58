//! The native functions of `quantity`: exact, in decimal, without floats.

use std::cmp::Ordering;

use super::{Body, shorten, text_at};
use crate::value::Value;

pub(super) const NATIVES: &[(&str, Body)] =
    &[("compare", compare), ("max", max), ("min", min), ("milli", milli)];

fn compare(args: &[Value]) -> Result<Value, String> {
    order(args).map(|order| Value::Int(order as i64))
}

fn max(args: &[Value]) -> Result<Value, String> {
    text_at(args, usize::from(order(args)? == Ordering::Less)).map(Value::from)
}

fn min(args: &[Value]) -> Result<Value, String> {
    text_at(args, usize::from(order(args)? == Ordering::Greater)).map(Value::from)
}

fn milli(args: &[Value]) -> Result<Value, String> {
    let text = text_at(args, 0)?;
    let amount = Amount::read(text)?.thousandths();
    amount
        .map(Value::Int)
        .ok_or_else(|| format!("`{}` does not fit in 64 bits of thousandths", shorten(text)))
}

fn order(args: &[Value]) -> Result<Ordering, String> {
    Ok(Amount::read(text_at(args, 0)?)?.order(&Amount::read(text_at(args, 1)?)?))
}

/// Digits times a power of ten. An amount has one form: no zero at either end of the digits, and nothing is nothing.
#[derive(Debug, PartialEq, Eq)]
struct Amount {
    negative: bool,
    /// From 0 to 9, the greatest place first.
    digits: Vec<u8>,
    exponent: i64,
}

impl Amount {
    /// Reads `-1.5Gi`, `200m`, `1e3`.
    fn read(text: &str) -> Result<Amount, String> {
        let wrong = || format!("`{}` is no quantity", shorten(text));
        // The class allows 64; the time of what follows is their square at most.
        if text.len() > 64 {
            return Err(wrong());
        }
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
        let (number, suffix) = unsigned.split_at_checked(end).ok_or_else(wrong)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
            return Err(wrong());
        }
        let (twos, tens) = scale(suffix).ok_or_else(wrong)?;
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).map(|b| b - b'0').collect();
        double(&mut digits, twos);
        let exponent = tens.checked_sub(fraction.len() as i64).ok_or_else(wrong)?;
        Ok(Amount { negative: text.starts_with('-'), digits, exponent }.normal())
    }

    fn normal(mut self) -> Amount {
        let zeros = self.digits.iter().take_while(|d| **d == 0).count();
        self.digits.drain(..zeros);
        while self.digits.last() == Some(&0) {
            self.digits.pop();
            self.exponent = self.exponent.saturating_add(1);
        }
        if self.digits.is_empty() {
            return Amount { negative: false, digits: self.digits, exponent: 0 };
        }
        self
    }

    fn order(&self, other: &Amount) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.size_order(other),
            (true, true) => other.size_order(self),
        }
    }

    /// The order of two amounts without their signs: the greater first place decides, then the digits from there.
    fn size_order(&self, other: &Amount) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (false, false) => self.places().cmp(&other.places()).then_with(|| self.digits.cmp(&other.digits)),
            (nothing, something) => something.cmp(&nothing),
        }
    }

    /// How far the first digit stands before the decimal point.
    fn places(&self) -> i128 {
        i128::from(self.exponent) + self.digits.len() as i128
    }

    /// In thousandths, rounded up; `None` if that does not fit.
    fn thousandths(&self) -> Option<i64> {
        let places = self.places() + 3;
        // 2^63 has 19 digits; and what has no digit before the point is a part of one thousandth.
        if places > 19 {
            return None;
        }
        let whole_digits = usize::try_from(places).unwrap_or(0);
        let digits = self.digits.iter().copied().chain(std::iter::repeat(0)).take(whole_digits);
        let whole = digits.fold(0_i128, |sum, digit| sum * 10 + i128::from(digit));
        let rest = self.digits.len() > whole_digits;
        let signed = if self.negative { -whole } else { whole + i128::from(rest) };
        i64::try_from(signed).ok()
    }
}

/// A suffix as a power of two and one of ten.
fn scale(suffix: &str) -> Option<(u32, i64)> {
    Some(match suffix {
        "" => (0, 0),
        "Ki" => (10, 0),
        "Mi" => (20, 0),
        "Gi" => (30, 0),
        "Ti" => (40, 0),
        "Pi" => (50, 0),
        "Ei" => (60, 0),
        "n" => (0, -9),
        "u" => (0, -6),
        "m" => (0, -3),
        "k" => (0, 3),
        "M" => (0, 6),
        "G" => (0, 9),
        "T" => (0, 12),
        "P" => (0, 15),
        "E" => (0, 18),
        _ => (0, suffix.strip_prefix(['e', 'E'])?.parse().ok()?),
    })
}

/// Doubles a number in decimal digits that many times.
fn double(digits: &mut Vec<u8>, times: u32) {
    for _ in 0..times {
        let mut carry = 0;
        for digit in digits.iter_mut().rev() {
            let doubled = *digit * 2 + carry;
            (*digit, carry) = (doubled % 10, doubled / 10);
        }
        if carry > 0 {
            digits.insert(0, carry);
        }
    }
}
