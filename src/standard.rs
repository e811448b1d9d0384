macro_rules! standard {
    ($($variant:ident = $name:literal,)*) => {
        /// An exception of the C++ standard library.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[non_exhaustive]
        pub enum Standard {
            $(
                #[doc = concat!("`", $name, "`")]
                $variant,
            )*
        }

        impl Standard {
            /// Its name in C++, such as `std::out_of_range`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Standard::$variant => $name,)*
                }
            }

            pub(crate) fn from_name(name: &str) -> Option<Standard> {
                match name {
                    $($name => Some(Standard::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

standard! {
    Exception = "std::exception",
    BadException = "std::bad_exception",
    BadAlloc = "std::bad_alloc",
    BadArrayNewLength = "std::bad_array_new_length",
    BadCast = "std::bad_cast",
    BadAnyCast = "std::bad_any_cast",
    BadTypeid = "std::bad_typeid",
    BadFunctionCall = "std::bad_function_call",
    BadWeakPtr = "std::bad_weak_ptr",
    BadOptionalAccess = "std::bad_optional_access",
    BadVariantAccess = "std::bad_variant_access",
    LogicError = "std::logic_error",
    DomainError = "std::domain_error",
    InvalidArgument = "std::invalid_argument",
    LengthError = "std::length_error",
    OutOfRange = "std::out_of_range",
    FutureError = "std::future_error",
    RuntimeError = "std::runtime_error",
    RangeError = "std::range_error",
    OverflowError = "std::overflow_error",
    UnderflowError = "std::underflow_error",
    RegexError = "std::regex_error",
    SystemError = "std::system_error",
    IosFailure = "std::ios_base::failure",
    FilesystemError = "std::filesystem::filesystem_error",
}
