//! Where everything is drawn from.

use fastrand::Rng;

/// The generator of one operation: of the seed, the thread and the number, so that a replay can begin anywhere.
pub fn generator(seed: u64, lane: usize, number: u64) -> Rng {
    let mut of_lane = Rng::with_seed(seed ^ (lane as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    Rng::with_seed(of_lane.u64(..) ^ number.wrapping_mul(0xd6e8_feb8_6659_fd93))
}
