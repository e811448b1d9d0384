// A file for each feature of cxx.

pub mod aliases;
pub mod attributes;
pub mod callbacks;
pub mod cfgs;
pub mod enums;
pub mod exceptions;
pub mod function_pointers;
pub mod incapable;
pub mod instances;
pub mod lifetimes;
pub mod methods;
pub mod mixed;
pub mod names;
pub mod no_guards;
pub mod numbers;
pub mod of_cxx;
pub mod pointers;
pub mod several;
pub mod slices;
pub mod strings;
pub mod structs;
pub mod unsafety;
pub mod unwind;
pub mod vectors;
pub mod visibility;
