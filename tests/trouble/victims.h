/* What the rows of tests/trouble.rs build in one way or another, as a part of the program or as a library of its own.
 */
#pragma once

extern "C" {
extern const bool has_cleanups; // which exceptions need
extern int released;            // how many of the objects below were destroyed

void fault_holding();               // an object, by a null write
void abort_holding();               // an object, by abort
void fail_assertion();              // "the check that failed"
void call_back(void (*function)()); // from a frame that holds an object
void overflow();
}
