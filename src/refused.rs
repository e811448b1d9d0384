use crate::{Domain, Site, record::Record};
use std::borrow::Cow;
use std::fmt;

/// A guarded call that was not made, since its [`Domain`] is tainted: an earlier fault may have left the library half
/// changed. What was passed by value has been dropped.
///
/// ```
/// # fn report(error: backstop::Error) {
/// if let backstop::Error::Refused(refused) = error {
///     println!("{} is out of order since {}", refused.domain(), refused.first_fault());
/// }
/// # }
/// ```
pub struct Refused {
    pub(crate) record: Record,
}

impl Refused {
    /// The guarded function that was not called.
    pub fn site(&self) -> &'static Site {
        self.record.site()
    }

    /// The domain that is tainted, or was when the call was to be made. Its [`reset`](Domain::reset) lets calls be made
    /// again.
    pub fn domain(&self) -> &'static Domain {
        self.site().domain().expect("only a domain refuses")
    }

    /// The message of the fault that tainted the domain.
    pub fn first_fault(&self) -> Cow<'_, str> {
        self.record.refusal()
    }
}

/// One line: the function, its domain, and the first fault.
impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.record.message())
    }
}

impl fmt::Debug for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refused")
            .field("site", self.site())
            .field("domain", &self.domain().name())
            .field("first_fault", &self.first_fault())
            .finish()
    }
}

impl std::error::Error for Refused {}
