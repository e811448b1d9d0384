use crate::Child;

/// A body for a child process, and a check of how that ended.
pub struct Test {
    pub(crate) name: String,
    pub(crate) body: Box<dyn Fn() + Send>,
    pub(crate) check: Box<dyn Fn(&Child) + Send>,
    pub(crate) is_skipped: bool,
}

impl Test {
    /// `body` is run by the child, on its main thread, each time that `check`, in the parent, runs it.
    pub fn new(
        name: impl Into<String>,
        body: impl Fn() + Send + 'static,
        check: impl Fn(&Child) + Send + 'static,
    ) -> Self {
        Self { name: name.into(), body: Box::new(body), check: Box::new(check), is_skipped: false }
    }

    /// Whose body holds all there is to check: it is to return.
    pub fn in_child(name: impl Into<String>, body: impl Fn() + Send + 'static) -> Self {
        Self::new(name, body, |child| child.run().succeeded())
    }

    /// Whose body calls [`marker`](crate::marker), and is to die by `signal` then.
    pub fn dies(name: impl Into<String>, signal: i32, body: impl Fn() + Send + 'static) -> Self {
        Self::new(name, body, move |child| child.run().died_by(signal))
    }

    /// Listed as ignored where `is_skipped` is true, with the reason in its name.
    pub fn skipped_if(mut self, is_skipped: bool, reason: &str) -> Self {
        if is_skipped {
            self.name = format!("{} ({reason})", self.name);
            self.is_skipped = true;
        }
        self
    }
}
