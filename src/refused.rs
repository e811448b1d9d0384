use crate::{Domain, DomainState, Site, record::Record};
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// A guarded call that was not made, since its [`Domain`] refused it: an earlier fault may have left the library half
/// changed, or there were too many of them. What was passed by value has been dropped.
///
/// ```
/// # fn report(error: backstop::Error) {
/// if let backstop::Error::Refused(refused) = error {
///     println!("{} is out of order since {}", refused.domain().name(), refused.first_fault());
/// }
/// # }
/// ```
pub struct Refused {
    pub(crate) record: Record,
}

/// Why a call was refused: see [`Refused::reason`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum RefusalReason {
    /// The domain is tainted, until it is reset.
    Tainted,
    /// Its breaker has opened.
    Open {
        /// What is left of the cool-down: to try sooner is in vain.
        retry_after: Duration,
    },
    /// Its cool-down is over, and another call is being tried.
    Probing,
    /// It was no domain: the object is suspect (see [`Handle`](crate::Handle)), until it is trusted or the domain
    /// reset.
    Suspect,
}

impl Refused {
    /// The guarded function that was not called; of a suspect object, the one that crashed in it.
    pub fn site(&self) -> &'static Site {
        self.record.site()
    }

    /// The domain that refused the call, or that of the crash in a suspect object. Its [`reset`](Domain::reset) lets calls
    /// be made again.
    pub fn domain(&self) -> &'static Domain {
        self.site().domain().expect("only a domain refuses")
    }

    /// Why.
    pub fn reason(&self) -> RefusalReason {
        match self.record.refused_by() {
            (DomainState::Open, remaining) => {
                RefusalReason::Open { retry_after: Duration::from_nanos(remaining) }
            }
            (DomainState::Probing, _) => RefusalReason::Probing,
            (DomainState::Healthy, _) => RefusalReason::Suspect,
            (DomainState::Tainted, _) => RefusalReason::Tainted,
        }
    }

    /// The message of the fault that it is for: of a tainted domain, the first one since the start or the last reset; of an open
    /// one, the last; of a suspect object, the one in it.
    pub fn first_fault(&self) -> Cow<'_, str> {
        self.record.refusal()
    }
}

/// One line: the function, its domain, the reason, and the fault.
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
            .field("reason", &self.reason())
            .field("first_fault", &self.first_fault())
            .finish()
    }
}

impl std::error::Error for Refused {}

#[cfg(test)]
mod tests {
    use crate::{Error, Refused};

    #[test]
    fn an_error_is_two_words() {
        fn any_thread<T: std::error::Error + Send + Sync>() {}
        any_thread::<Refused>();
        any_thread::<Error>();
        assert!(size_of::<Error>() <= 2 * size_of::<usize>());
    }
}
