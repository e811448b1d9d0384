//! Domains, and the options of the two attributes: what cxx knows nothing of.

use std::sync::atomic::AtomicI32;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

/// What the C++ side sees.
#[backstop::bridge(namespace = "domains")]
pub mod seen_from_cxx {
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/domains.h");

        fn name_of(domain: usize) -> String;
        fn allows(domain: usize) -> bool;
        fn jumps(site: usize) -> bool;
        fn domain_of(site: usize) -> usize;
        fn set_on_torn(domain: usize, taints: bool);
        fn is_let_through(site: usize) -> bool;
        fn runs_of(number: i32) -> u64;
    }
}

#[backstop::bridge(namespace = "domains")]
mod ffi {
    #[guard]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/domains.h");

        #[guard(recover = "jump")]
        fn complain() -> Result<()>;
        #[rust_name = "complain_and_unwind"]
        fn complain() -> Result<()>;
    }
}

#[backstop::bridge(on_torn = "allow", namespace = "domains")]
pub(crate) mod lenient {
    #[guard(recover = "jump")]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/domains.h");

        #[rust_name = "by_block"]
        fn complain() -> Result<()>;
        #[guard]
        #[rust_name = "by_block_as_well"]
        fn complain() -> Result<()>;
        #[guard(recover = "unwind")]
        #[rust_name = "by_itself"]
        fn complain() -> Result<()>;
    }
}

#[backstop::bridge(on_torn = "refuse")]
mod other {
    #[namespace = "domains"]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/domains.h");

        type Counted;

        fn make() -> UniquePtr<Counted>;
        fn alive() -> i32;
        #[guard()]
        fn double_of(number: i32) -> Result<i32>;
        #[guard]
        fn consume(counted: UniquePtr<Counted>) -> Result<()>;
        #[guard(recover = "jump")]
        fn end_by(how: i32, number: i32) -> Result<i32>;
    }
}

#[backstop::bridge(namespace = "domains")]
mod reset {
    #[guard(recover = "jump")]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/domains.h");

        #[rust_name = "start"]
        fn end_by(how: i32, number: i32) -> Result<i32>;
    }
}

pub fn address<T>(of: &'static T) -> usize {
    std::ptr::from_ref(of).addr()
}

#[test]
fn each_bridge_has_one() {
    assert_eq!(ffi::DOMAIN.name(), concat!(module_path!(), "::ffi"));
    assert_eq!(lenient::DOMAIN.name(), concat!(module_path!(), "::lenient"));
    let site = ffi::complain().unwrap_err().site();
    assert!(std::ptr::eq(site.domain().unwrap(), &ffi::DOMAIN));
    assert_eq!(seen_from_cxx::domain_of(address(site)), address(&ffi::DOMAIN));
    assert_eq!(seen_from_cxx::name_of(address(&ffi::DOMAIN)), ffi::DOMAIN.name());
}

#[test]
fn options_arrive_in_the_runtime() {
    let jumps =
        |result: Result<(), backstop::Error>| seen_from_cxx::jumps(address(result.unwrap_err().site()));
    assert!(jumps(ffi::complain()) && !jumps(ffi::complain_and_unwind()));
    assert!(jumps(lenient::by_block()) && jumps(lenient::by_block_as_well()));
    assert!(!jumps(lenient::by_itself()));

    assert!(seen_from_cxx::allows(address(&lenient::DOMAIN)));
    assert!(!seen_from_cxx::allows(address(&ffi::DOMAIN)) && !seen_from_cxx::allows(address(&other::DOMAIN)));
}

/// How a call of C++ ends: see `domains.h`.
pub const RETURNS: i32 = 0;
pub const THROWS: i32 = 1;
pub const FAULTS: i32 = 2;

pub static SHARED: backstop::Domain = backstop::Domain::new(c"shared").on_torn(backstop::OnTorn::Allow);

#[backstop::bridge(namespace = "domains", domain = "of_the_bridge")]
mod split {
    #[guard(recover = "jump", domain = "of_the_block")]
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/domains.h");

        #[rust_name = "in_the_blocks"]
        fn complain() -> Result<()>;
        #[guard(domain = crate::domains::SHARED)]
        #[rust_name = "in_the_shared"]
        fn complain() -> Result<()>;
    }

    unsafe extern "C++" {
        #[guard(deadline = "50ms")]
        #[rust_name = "in_the_bridges"]
        fn complain() -> Result<()>;
    }
}

#[test]
fn a_bridge_may_be_split_and_domains_shared() {
    let domain_of = |result: Result<(), backstop::Error>| result.unwrap_err().site().domain().unwrap().name();
    assert_eq!(domain_of(split::in_the_blocks()), concat!(module_path!(), "::split/of_the_block"));
    assert_eq!(domain_of(split::in_the_bridges()), concat!(module_path!(), "::split/of_the_bridge"));
    assert_eq!(domain_of(split::in_the_shared()), "shared");
    assert_eq!(split::OF_THE_BLOCK.counters().exceptions(), 1);
    assert_eq!(split::OF_THE_BRIDGE.counters().exceptions(), 1);
    assert!(seen_from_cxx::allows(address(&SHARED)) && !seen_from_cxx::allows(address(&split::OF_THE_BLOCK)));
    // The block's way back, which the function's own options don't take away.
    assert!(seen_from_cxx::jumps(address(split::in_the_shared().unwrap_err().site())));
    let known: Vec<_> = backstop::domains().map(backstop::Domain::name).collect();
    assert!(known.contains(&"shared") && known.contains(&split::OF_THE_BLOCK.name()), "{known:?}");
}

#[test]
#[cfg_attr(backstop_no_faults, ignore = "faults are not handled")]
fn refuses_until_the_reset() {
    assert_eq!(other::double_of(2).unwrap(), 4);
    let Err(backstop::Error::Fault(fault)) = other::end_by(FAULTS, 700) else { panic!("no fault") };
    assert!(other::DOMAIN.is_tainted());
    assert_eq!(other::DOMAIN.first_fault(), Some(fault.to_string()));
    match other::double_of(2) {
        Err(backstop::Error::Refused(refused)) => {
            assert_eq!(refused.site().name(), concat!(module_path!(), "::other::double_of"));
            assert_eq!(refused.first_fault(), fault.to_string());
            assert_eq!(refused.reason(), backstop::RefusalReason::Tainted);
            assert_eq!(refused.domain().name(), concat!(module_path!(), "::other"));
            let message = format!(
                "{0}::other::double_of: not called, since `{0}::other` is tainted until it is reset: {fault}",
                module_path!()
            );
            assert_eq!(refused.to_string(), message);
        }
        result => panic!("{result:?}"),
    }
    assert!(matches!(other::end_by(RETURNS, 700), Err(backstop::Error::Refused(_))));
    assert_eq!(seen_from_cxx::runs_of(700), 1, "no more C++ of it runs");
    let counted = other::make();
    assert_eq!(other::alive(), 1);
    assert!(matches!(other::consume(counted), Err(backstop::Error::Refused(_))));
    assert_eq!(other::alive(), 0, "what is passed by value is dropped all the same");
    let line = format!("{}: tainted, 2 calls, 1 fault (1 torn), 3 refused", other::DOMAIN.name());
    assert_eq!(other::DOMAIN.to_string(), line);

    other::DOMAIN.reset().unwrap();
    assert_eq!((other::DOMAIN.is_tainted(), other::DOMAIN.first_fault()), (false, None));
    assert_eq!(other::end_by(RETURNS, 700).unwrap(), 700);
    assert_eq!(seen_from_cxx::runs_of(700), 2);
}

static HOOK: AtomicI32 = AtomicI32::new(RETURNS);

/// What the last reset made of the library. It ends as `HOOK` says.
fn start_anew() -> Result<(), backstop::Error> {
    let elsewhere = thread::spawn(|| reset::start(RETURNS, 0).map(drop)).join().unwrap();
    assert!(matches!(elsewhere, Err(backstop::Error::Refused(_))), "refused on other threads");
    assert_ne!(HOOK.load(Relaxed), -1, "as it was told");
    reset::start(HOOK.load(Relaxed), 7).map(drop)
}

#[test]
#[cfg_attr(backstop_no_faults, ignore = "faults are not handled")]
fn a_reset_starts_the_library_anew() {
    assert!(reset::start(FAULTS, 0).is_err());
    reset::DOMAIN.on_reset(start_anew);

    HOOK.store(THROWS, Relaxed);
    let Err(backstop::Error::Exception(exception)) = reset::DOMAIN.reset() else { panic!("no exception") };
    assert_eq!(exception.what().as_deref(), Some("number 7"));
    HOOK.store(FAULTS, Relaxed);
    assert!(matches!(reset::DOMAIN.reset(), Err(backstop::Error::Fault(_))));
    HOOK.store(-1, Relaxed);
    let Err(backstop::Error::Panic(panic)) = reset::DOMAIN.reset() else { panic!("no panic") };
    assert!(panic.message().contains("as it was told"), "{panic}");
    assert_eq!(panic.site().name(), format!("reset of `{}`", reset::DOMAIN.name()));
    assert!(
        reset::DOMAIN.is_tainted() && matches!(reset::start(RETURNS, 0), Err(backstop::Error::Refused(_)))
    );

    HOOK.store(RETURNS, Relaxed);
    reset::DOMAIN.reset().unwrap();
    assert_eq!(reset::start(RETURNS, 3).unwrap(), 3);
    reset::DOMAIN
        .reset()
        .expect_err("the domain is healthy, and other threads' calls go through: an assertion fails");
}
