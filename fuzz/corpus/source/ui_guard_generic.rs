#[backstop::bridge]
mod ffi {
    unsafe extern "C++" {
        #[guard]
        fn of_type<T, const N: usize>(x: &[i32]) -> Result<i32>;

        #[guard]
        fn bounded<'a, 'b: 'a>(x: &'a [i32]) -> Result<&'b i32>
        where
            'a: 'b;

        #[guard]
        unsafe fn good<'a>(x: &'a [i32]) -> Result<&'a i32>;
    }
}

fn main() {}
