//! The reader of build-ids, given notes that no linker wrote.

#[path = "../../../src/build_id.rs"]
mod build_id;

pub fn check(notes: &[u8]) {
    for align in [0, 1, 4, 8, usize::MAX] {
        let Some(id) = build_id::among(notes, align) else { continue };
        assert!(
            notes.as_ptr_range().start <= id.as_ptr() && id.as_ptr_range().end <= notes.as_ptr_range().end
        );
    }
    check_round_trip(notes);
}

/// An id is found behind whatever notes stand before it.
fn check_round_trip(content: &[u8]) {
    let before = note(b"stapsdt\0", 3, content);
    let own = note(b"GNU\0", 3, content);
    assert_eq!(build_id::among(&[before, own].concat(), 4), Some(content));
}

fn note(name: &[u8], kind: u32, content: &[u8]) -> Vec<u8> {
    let mut note = Vec::new();
    for word in [name.len() as u32, content.len() as u32, kind] {
        note.extend(word.to_ne_bytes());
    }
    for part in [name, content] {
        note.extend(part);
        note.resize(note.len().next_multiple_of(4), 0);
    }
    note
}
