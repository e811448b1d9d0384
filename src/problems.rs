//! What an operator should do something about. Each is one line: what is so, what comes of it, and what to do.

use crate::{DomainState, DomainStatus, Signal, SignalStatus, Status, Support};

pub(crate) fn problems(status: &Status) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(of_support(status.support));
    found.extend(of_handlers(&status.signals));
    found.extend(of_mask(status));
    found.extend(of_alternate_stack(status));
    found.extend(of_deadlines(status));
    found.extend(of_sanitizers(&status.sanitizers));
    found.extend(status.domains.iter().filter_map(of_domain));
    found
}

fn of_support(support: Support) -> Option<String> {
    let problem = match support {
        Support::Faults => return None,
        Support::Disabled => {
            "BACKSTOP_DISABLE is set in the environment, so crashes end the process: to have them caught, start it without"
        }
        Support::Unavailable => {
            "crashes end the process: there is no fault support for this target, or the handlers were refused, and a line \
             on stderr said why"
        }
    };
    Some(problem.to_owned())
}

/// One for each handler that has pushed ours aside, with all its signals.
fn of_handlers(signals: &[SignalStatus]) -> Vec<String> {
    let aside: Vec<_> = signals.iter().filter(|signal| signal.handled && !signal.on_top).collect();
    let groups = aside.chunk_by(|one, next| one.action == next.action);
    groups
        .map(|group| {
            let (names, action) = (names(group.iter().map(|signal| signal.signal)), &group[0].action);
            match action.is_handler() {
                true => format!(
                    "{names}: `{action}` is on top of backstop's handler, and faults come to it first: have it installed \
                     before backstop, or pass on what it doesn't know"
                ),
                false => format!(
                    "{names}: backstop's handler was taken away, and crashes end the process ({action}): have whoever \
                     puts back what was there before him do so in the opposite order, or not at all"
                ),
            }
        })
        .collect()
}

fn of_mask(status: &Status) -> Option<String> {
    let expected = |signal: &SignalStatus| signal.handled || !status.installed;
    let blocked = status.signals.iter().filter(|signal| signal.blocked && expected(signal));
    let blocked = names(blocked.map(|signal| signal.signal));
    (status.support == Support::Faults && !blocked.is_empty()).then(|| {
        format!(
            "{blocked}: blocked on this thread, so a fault ends the process: unblock it before the thread makes guarded \
             calls"
        )
    })
}

fn of_alternate_stack(status: &Status) -> Option<String> {
    let stack = &status.thread.alternate_stack;
    (status.thread.prepared && stack.size < stack.needed).then(|| {
        format!(
            "this thread's alternate stack is of {} bytes, and {} are needed, so a stack overflow ends the process: have \
             whoever calls sigaltstack do so before the thread's first guarded call, or leave the one that is there",
            stack.size, stack.needed
        )
    })
}

fn of_deadlines(status: &Status) -> Option<String> {
    let signal = status.deadlines.signal.filter(|_| status.deadlines.blocked)?;
    Some(format!(
        "deadlines: signal {signal} is blocked on this thread, so its calls are not interrupted: unblock it, or choose \
         another by `Config::deadline_signal`"
    ))
}

/// ThreadSanitizer keeps a shadow of each thread's stack, which a recovery can't correct.
fn of_sanitizers(sanitizers: &[String]) -> Option<String> {
    sanitizers.iter().any(|name| name == "thread").then(|| {
        "ThreadSanitizer is in this process: each crash that is caught takes of its stack for the thread, and after some \
         thousand the thread hangs or the process dies: test with few crashes, or on new threads"
            .to_owned()
    })
}

fn of_domain(domain: &DomainStatus) -> Option<String> {
    let (name, first) = (&domain.name, domain.first_fault.as_deref().unwrap_or("a fault"));
    match domain.state {
        DomainState::Healthy => None,
        DomainState::Tainted => Some(format!(
            "{name}: calls are refused, for a crash may have left the library half changed ({first}): put it in order and \
             reset the domain, or start anew"
        )),
        DomainState::Open | DomainState::Probing => Some(format!(
            "{name}: calls are refused for a while, for too many have failed (first {first}): see what was asked of the \
             library"
        )),
    }
}

fn names(signals: impl Iterator<Item = Signal>) -> String {
    signals.map(|signal| signal.to_string()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thread_sanitizer_is_one_and_others_are_not() {
        let names = ["address", "thread"].map(str::to_owned);
        assert!(
            of_sanitizers(&names)
                .is_some_and(|problem| problem.starts_with("ThreadSanitizer is in this process"))
        );
        assert_eq!(of_sanitizers(&names[..1]), None);
    }
}
