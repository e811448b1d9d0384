//! The id that the linker gives a program or library, and its separate debug file the same.

const NT_GNU_BUILD_ID: u32 = 3;
const HEADER: usize = 12;

/// The build-id among the notes of a PT_NOTE segment, whose alignment is `p_align`.
pub(crate) fn among(mut notes: &[u8], p_align: usize) -> Option<&[u8]> {
    // Most linkers write 4, some 0 or 1 for the same; 8 is what it says.
    let align = if p_align == 8 { 8 } else { 4 };
    loop {
        let (name_size, size, kind) = (word(notes, 0)?, word(notes, 4)?, word(notes, 8)?);
        let start = HEADER.checked_add(name_size as usize)?.checked_next_multiple_of(align)?;
        let end = start.checked_add(size as usize)?;
        let id = notes.get(start..end)?;
        if kind == NT_GNU_BUILD_ID && notes.get(HEADER..HEADER + name_size as usize)? == b"GNU\0" {
            return Some(id);
        }
        notes = notes.get(end.checked_next_multiple_of(align)?..)?;
    }
}

fn word(notes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(notes.get(offset..offset + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(name: &[u8], kind: u32, content: &[u8], align: usize) -> Vec<u8> {
        let mut note = Vec::new();
        for word in [name.len() as u32, content.len() as u32, kind] {
            note.extend(word.to_ne_bytes());
        }
        for part in [name, content] {
            note.extend(part);
            note.resize(note.len().next_multiple_of(align), 0);
        }
        note
    }

    #[test]
    fn it_is_found_among_others() {
        for align in [4, 8] {
            let notes = [
                note(b"GNU\0", 1, &[0; 16], align),
                note(b"stapsdt\0", 3, &[1, 2, 3, 4, 5], align),
                note(b"GNU\0", 3, &[0xab; 20], align),
            ];
            assert_eq!(among(&notes.concat(), align), Some(&[0xab; 20][..]));
            assert_eq!(among(&notes[..2].concat(), align), None);
        }
    }

    #[test]
    fn nonsense_has_none() {
        let whole = note(b"GNU\0", 3, &[7; 20], 4);
        for length in 0..whole.len() {
            assert_eq!(among(&whole[..length], 4), None);
        }
        assert_eq!(among(&[0xff; 64], 4), None);
        assert_eq!(among(&[0; 64], 0), None);
    }
}
