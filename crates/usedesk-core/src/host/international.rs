//! Labels of international names: `xn--` and Punycode (RFC 3492).
//!
//! One HTTP library sends such a label as it is, another checks it by Unicode's tables. Letters of
//! the scripts below are valid in all of them, alone and beside each other.

use std::ops::RangeInclusive;

/// Lower-case letters only, in the form that Unicode normalizes to, and none that joins others.
const LETTERS: &[RangeInclusive<char>] = &[
    'ß'..='ö', // Latin
    'ø'..='ı', // but for three that stand for two others
    'ĵ'..='ľ',
    'ł'..='ň',
    'ŋ'..='ž',
    'ά'..='ώ', // Greek
    'а'..='џ', // Cyrillic
    'ѡ'..='ѿ',
    'ҋ'..='ԯ',
    'ა'..='ჺ',   // Georgian
    'ぁ'..='ゖ', // Japanese
    'ァ'..='ヺ',
    'ー'..='ー',
    '\u{4e00}'..='\u{9fa5}', // Chinese
    '\u{ac00}'..='\u{d7a3}', // Korean
];

/// Whether what follows `xn--` is Punycode of known letters.
pub(super) fn is_known(punycode: &str) -> bool {
    decode(punycode).is_some_and(|label| {
        label.iter().all(|&c| c.is_ascii_alphanumeric() || c == '-' || is_letter(c))
    })
}

fn is_letter(c: char) -> bool {
    !c.is_uppercase() && LETTERS.iter().any(|letters| letters.contains(&c))
}

/// None when it is no Punycode, or that of ASCII alone.
fn decode(punycode: &str) -> Option<Vec<char>> {
    let (plain, digits) = match punycode.rsplit_once('-') {
        Some(("", _)) => return None,
        Some(parts) => parts,
        None => ("", punycode),
    };
    let mut label: Vec<char> = plain.chars().collect();
    let mut digits = digits.bytes().map(digit).peekable();
    digits.peek()?;
    let (mut code, mut position, mut bias) = (128_u32, 0_u32, 72_u32);
    while digits.peek().is_some() {
        let (start, mut weight, mut threshold_at) = (position, 1_u32, 36_u32);
        loop {
            let digit = digits.next()??;
            position = position.checked_add(digit.checked_mul(weight)?)?;
            let threshold = threshold_at.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(36 - threshold)?;
            threshold_at += 36;
        }
        let length = u32::try_from(label.len()).ok()? + 1;
        bias = adapted_bias(position - start, length, start == 0);
        code = code.checked_add(position / length)?;
        position %= length;
        label.insert(usize::try_from(position).ok()?, char::from_u32(code)?);
        position += 1;
    }
    Some(label)
}

fn digit(byte: u8) -> Option<u32> {
    match byte {
        b'a'..=b'z' => Some(u32::from(byte - b'a')),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 26),
        _ => None,
    }
}

fn adapted_bias(delta: u32, length: u32, is_first: bool) -> u32 {
    let mut delta = delta / if is_first { 700 } else { 2 };
    delta += delta / length;
    let mut bias = 0;
    while delta > 455 {
        delta /= 35;
        bias += 36;
    }
    bias + 36 * delta / (delta + 38)
}
