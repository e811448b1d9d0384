use crate::sys;
use std::ffi::CStr;
use std::fmt;

/// The general registers at the fault, with their names; clone it to go through them again.
#[derive(Clone)]
pub(crate) struct Registers<'a> {
    values: std::iter::Enumerate<std::slice::Iter<'a, u64>>,
}

impl<'a> Registers<'a> {
    pub(crate) fn new(values: &'a [u64]) -> Self {
        Registers { values: values.iter().enumerate() }
    }
}

impl Iterator for Registers<'_> {
    type Item = (&'static str, u64);

    fn next(&mut self) -> Option<Self::Item> {
        self.values.next().and_then(|(index, &value)| Some((name(index)?, value)))
    }
}

fn name(index: usize) -> Option<&'static str> {
    let name = sys::register_name(index);
    // SAFETY: the runtime answers null, or a string literal.
    (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) })?.to_str().ok()
}

const IN_A_LINE: usize = 4;

/// Several in a line, without a newline at the end. Nothing if there are none, or all are 0: under `std::terminate`,
/// which is a call like any other, nobody looked.
impl fmt::Display for Registers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.clone().all(|(_, value)| value == 0) {
            return Ok(());
        }
        let width = self.clone().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (index, (name, value)) in self.clone().enumerate() {
            let separator = match index {
                0 => "",
                _ if index % IN_A_LINE == 0 => "\n",
                _ => "  ",
            };
            write!(f, "{separator}{name:>width$} {value:016x}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_have_names() {
        let named = (0..).take_while(|&index| name(index).is_some()).count();
        assert_eq!(Registers::new(&[7; 100]).count(), named.min(100));
    }

    #[test]
    fn compact() {
        let names: Vec<_> = (0..5).map_while(name).collect();
        let [a, b, c, d, e] = names[..] else { return }; // without fault support there are none
        let width = names.iter().map(|name| name.len()).max().unwrap();
        assert_eq!(
            Registers::new(&[1, 2, 3, 4, 0xfedc_ba98_7654_3210]).to_string(),
            format!(
                "{a:>width$} 0000000000000001  {b:>width$} 0000000000000002  {c:>width$} 0000000000000003  \
                 {d:>width$} 0000000000000004\n{e:>width$} fedcba9876543210"
            )
        );
        assert_eq!(Registers::new(&[0; 5]).to_string(), "");
        assert_eq!(Registers::new(&[]).to_string(), "");
    }
}
