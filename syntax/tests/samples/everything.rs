pub unsafe mod ffi {
    #![allow(x)]
    //! Docs.
    #[derive(PartialEq)]
    struct Shared<'a> {
        field: &'a u8,
    }
    extern "Rust" {
        type Mine;
        fn callback(self: &Mine) -> Result<()>;
        fn last(&self, _: u8) -> &String;
        #[Self = "Mine"]
        #[rust_name = "make"]
        unsafe fn create<'a>(error: Shared<'a>, x: &'a [u8]) -> Box<Mine>;
        fn free(x: &Shared) -> Pin<&mut T>;
        #[exception]
        fn failure(e: &T) -> Vec<u8>;
    }
    #[guard]
    #[cfg(not(x))]
    unsafe extern "C++-unwind" {
        include!("a.h");
        type T<'a>;
        type Alias = super::Alias;
        fn a<'a, 'b>(self: Pin<&'b mut T<'a>>, _: i32) -> Result<UniquePtr<T<'a>>>;
        #[Self = "T"]
        #[rust_name = "make"]
        unsafe fn b(f: fn(x: &str) -> i32, n: [u8; 4]) -> Result<Vec<String>>;
    }
    unsafe extern "C++" {
        #[backstop::guard]
        #[cxx_name = c]
        fn c(&self, x: *const c_char) -> Result<&CxxString>;
    }
    impl UniquePtr<Shared> {}
}
