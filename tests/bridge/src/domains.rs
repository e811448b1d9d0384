//! Domains, and the options of the two attributes: what cxx knows nothing of.

/// What the C++ side sees.
#[backstop::bridge(namespace = "domains")]
pub mod seen_from_cxx {
    unsafe extern "C++" {
        include!("backstop-bridge-tests/cpp/domains.h");

        /// As the runtime does.
        fn taint(domain: usize);
        fn name_of(domain: usize) -> String;
        fn allows(domain: usize) -> bool;
        fn jumps(site: usize) -> bool;
        fn domain_of(site: usize) -> usize;
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
    }
}

fn address<T>(of: &'static T) -> usize {
    std::ptr::from_ref(of).addr()
}

#[test]
fn each_bridge_has_one() {
    assert_eq!(ffi::DOMAIN.name(), concat!(module_path!(), "::ffi"));
    assert_eq!(lenient::DOMAIN.to_string(), concat!(module_path!(), "::lenient"));
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

#[test]
fn refuses_until_the_reset() {
    assert_eq!(other::double_of(2).unwrap(), 4);
    seen_from_cxx::taint(address(&other::DOMAIN));
    assert!(other::DOMAIN.is_tainted());
    match other::double_of(2) {
        Err(backstop::Error::Refused(refused)) => {
            assert_eq!(refused.site().name(), concat!(module_path!(), "::other::double_of"));
            assert_eq!(refused.first_fault(), "the first fault");
            assert_eq!(refused.domain().name(), concat!(module_path!(), "::other"));
        }
        result => panic!("{result:?}"),
    }
    let counted = other::make();
    assert_eq!(other::alive(), 1);
    assert!(matches!(other::consume(counted), Err(backstop::Error::Refused(_))));
    assert_eq!(other::alive(), 0, "what is passed by value is dropped all the same");

    other::DOMAIN.reset();
    assert_eq!(other::double_of(2).unwrap(), 4);
}
