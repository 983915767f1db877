//! The part of a header that says what is asked: without the hints that forms add in brackets,
//! behind the question mark or behind "jika", "contoh", "tulis".

/// Words that a hint begins with.
const HINTS: &[&str] = &[
    "jika",
    "bila",
    "apabila",
    "kalau",
    "contoh",
    "cth",
    "misal",
    "misalnya",
    "mis",
    "tulis",
    "tuliskan",
    "ketik",
    "isi",
    "isikan",
    "diisi",
    "isilah",
    "sebutkan",
    "pilih",
    "pilihlah",
    "kosongkan",
    "cukup",
    "boleh",
    "wajib",
    "termasuk",
    "tanpa",
    "format",
    "sesuai",
    "catatan",
    "note",
    "mohon",
    "harap",
    "dapat",
    "bisa",
    "maks",
    "maksimal",
    "beri",
    "centang",
    "lihat",
    "berupa",
    "pastikan",
    "if",
    "please",
    "eg",
    "example",
    "optional",
    "opsional",
    "select",
];
/// Those that begin one also without a mark before them.
const PLAIN_HINTS: &[&str] = &[
    "jika",
    "bila",
    "apabila",
    "kalau",
    "contoh",
    "cth",
    "misal",
    "misalnya",
    "tuliskan",
    "sebutkan",
    "kosongkan",
];
/// More words than this in brackets explain, they do not name.
const MOST_IN_BRACKETS: usize = 5;

/// What a header asks, without its hints.
pub fn asked(header: &str) -> String {
    let (bare, brackets) = without_brackets(header);
    let mut asked = first_sentence(&bare).to_owned();
    for words in brackets.iter().filter(|words| !is_hint(words)) {
        asked.push(' ');
        asked.push_str(words);
    }
    asked
}

/// Whether a header asks in a sentence.
pub fn is_question(header: &str) -> bool {
    header.contains('?')
}

fn without_brackets(header: &str) -> (String, Vec<String>) {
    let (mut bare, mut brackets) = (String::with_capacity(header.len()), Vec::new());
    let mut depth = 0_usize;
    for letter in header.chars() {
        match letter {
            '(' | '[' | '{' => {
                if depth == 0 {
                    brackets.push(String::new());
                    bare.push(' ');
                }
                depth += 1;
            }
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            letter if depth == 0 => bare.push(letter),
            letter => brackets.last_mut().map_or((), |words: &mut String| words.push(letter)),
        }
    }
    (bare, brackets)
}

fn is_hint(brackets: &str) -> bool {
    let words: Vec<String> = words(brackets).map(|(_, word)| word.to_lowercase()).collect();
    // "(sesuai KTP)" says whose name or address it is.
    let of_card = words.len() <= 3 && words.iter().any(|word| word == "ktp");
    let begins = words.first().is_some_and(|word| HINTS.contains(&word.as_str()));
    !of_card && (begins || words.len() > MOST_IN_BRACKETS)
}

/// Up to the question mark, or to the hint that a sentence or a clause begins with.
fn first_sentence(text: &str) -> &str {
    let mut count = 0;
    let mut end = text.len();
    for (place, word) in words(text) {
        let before = text[..place].trim_end();
        if count >= 2 && before.ends_with('?') {
            end = place;
            break;
        }
        let parted = before.ends_with(['.', ',', ';', ':', '!', '-', '*']);
        let capital = word.starts_with(char::is_uppercase) && !word.ends_with(char::is_uppercase);
        let word_of_hint = word.to_lowercase();
        let plain = capital && PLAIN_HINTS.contains(&word_of_hint.as_str());
        if count >= 1 && (plain || parted && HINTS.contains(&word_of_hint.as_str())) {
            end = place;
            break;
        }
        count += usize::from(word.chars().any(char::is_alphabetic));
    }
    text[..end].trim_end()
}

/// Words, each with its place.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_end = |letter: char| !letter.is_alphanumeric();
    text.split(is_end).filter(|word| !word.is_empty()).map(move |word| {
        let place = word.as_ptr().addr() - text.as_ptr().addr();
        (place, word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_are_taken_off() {
        for (header, expected) in [
            ("Nilai Investasi (Rp.000)", "Nilai Investasi Rp.000"),
            ("6. Apa nama usaha? Jika belum ada, tulis nama pemilik", "6. Apa nama usaha?"),
            ("Jika sudah punya NIB, tuliskan nomornya", "Jika sudah punya NIB,"),
            ("Alamat (sesuai KTP)", "Alamat sesuai KTP"),
            ("Telepon (contoh: 0812)", "Telepon"),
            ("Tenaga Kerja (L)", "Tenaga Kerja L"),
            ("NAMA LENGKAP SESUAI KTP", "NAMA LENGKAP SESUAI KTP"),
            ("Nama Usaha - bila belum ada isi -", "Nama Usaha -"),
            ("Nomor Yang Bisa Dihubungi", "Nomor Yang Bisa Dihubungi"),
        ] {
            let asked = asked(header);
            let words: Vec<&str> = asked.split_whitespace().collect();
            assert_eq!(words.join(" "), expected);
        }
    }
}
