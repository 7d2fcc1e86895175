//! What becomes of records that a listing does not name any more. Pure: what is known in, a verdict for each out.
//!
//! 1. Only a complete listing says anything.
//! 2. A record that vanishes is withdrawn, once it was absent as often as the source's settings ask; one that has come back
//!    before must be absent longer each time.
//! 3. When more vanishes than the brake allows, nothing is withdrawn: all of it is held, and waits for a person. What is held
//!    counts until it comes back or somebody decides.
//! 4. When some of what is held comes back, and what is still absent is no more than the brake allows, the source has mended itself:
//!    the rest is as if it had vanished alone, and nobody needs to decide.

use townhall_store::ItemState;

/// A record that the listing does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Absent {
    /// How it stood before.
    pub state: ItemState,
    /// How many complete listings before this one did not name it.
    pub absences: u32,
    /// How often it came back.
    pub returns: u32,
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is withdrawn.
    Withdraw,
    /// It is kept until a person decides.
    Hold,
    /// It is kept for the time being.
    Wait {
        /// How many more listings must not name it.
        more: u32,
    },
}

/// The most listings that a record which comes and goes must be absent from.
const ABSENCES_MAX: u32 = 10;

/// How many complete listings in a row must not name a record.
pub(super) fn patience(absences: u32, returns: u32) -> u32 {
    let wanted = absences.max(1);
    match returns {
        0 => wanted,
        returns => wanted.max(returns.saturating_add(2).min(ABSENCES_MAX)),
    }
}

/// How a source stands beside what is absent.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    /// How many of its records are in view.
    pub records: u64,
    /// How many of these this harvest added.
    pub added: u64,
    /// Whether records that were held came back with this harvest.
    pub has_returned: bool,
}

/// What becomes of each record that a complete listing does not name.
pub(super) fn judge(absent: &[Absent], view: View, brake_percent: u8, absences: u32) -> Vec<Verdict> {
    let left = |one: &Absent| patience(absences, one.returns).saturating_sub(one.absences + 1);
    let going = absent.iter().filter(|one| one.state == ItemState::Held || left(one) == 0).count() as u64;
    let is_above = |records: u64| going * 100 > records * u64::from(brake_percent);
    let is_braked = is_above(view.records);
    // What is new does not make it less that is gone.
    let is_mended = view.has_returned && !is_above(view.records.saturating_sub(view.added));
    absent
        .iter()
        .map(|one| match left(one) {
            _ if one.state == ItemState::Held && !is_mended => Verdict::Hold,
            0 if is_braked => Verdict::Hold,
            0 => Verdict::Withdraw,
            more => Verdict::Wait { more },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn view(records: u64) -> View {
        View { records, added: 0, has_returned: false }
    }

    fn absent(state: ItemState, absences: u32, returns: u32) -> Absent {
        Absent { state, absences, returns }
    }

    #[test]
    fn a_few_records_are_withdrawn_and_many_are_held() {
        let one = absent(ItemState::Kept, 0, 0);
        assert_eq!(judge(&[one], view(10), 10, 1), [Verdict::Withdraw]);
        assert_eq!(judge(&[one; 2], view(10), 10, 1), [Verdict::Hold; 2]);
        assert_eq!(judge(&[one; 10], view(10), 100, 1), [Verdict::Withdraw; 10]);
        assert_eq!(judge(&[one], view(1), 0, 1), [Verdict::Hold]);
    }

    #[test]
    fn what_is_held_counts_until_somebody_decides() {
        let held = absent(ItemState::Held, 1, 0);
        let new = absent(ItemState::Kept, 0, 0);
        assert_eq!(judge(&[held, new], view(10), 10, 1), [Verdict::Hold, Verdict::Hold]);
        assert_eq!(judge(&[held, new], view(100), 10, 1), [Verdict::Hold, Verdict::Withdraw]);
    }

    #[test]
    fn what_is_still_held_when_the_others_are_back_is_as_if_it_had_gone_alone() {
        let held = absent(ItemState::Held, 1, 0);
        let back = View { records: 100, added: 0, has_returned: true };
        assert_eq!(judge(&[held; 10], back, 10, 1), [Verdict::Withdraw; 10]);
        assert_eq!(judge(&[held; 11], back, 10, 1), [Verdict::Hold; 11]);
        assert_eq!(judge(&[held; 10], View { added: 1, ..back }, 10, 1), [Verdict::Hold; 10]);
        let flapping = absent(ItemState::Held, 0, 2);
        assert_eq!(judge(&[flapping], back, 10, 1), [Verdict::Wait { more: 3 }]);
    }

    #[test]
    fn a_record_that_comes_and_goes_must_be_absent_longer_each_time() {
        assert_eq!(judge(&[absent(ItemState::Kept, 0, 1)], view(100), 10, 1), [Verdict::Wait { more: 2 }]);
        assert_eq!(judge(&[absent(ItemState::Missing, 2, 1)], view(100), 10, 1), [Verdict::Withdraw]);
        assert_eq!(judge(&[absent(ItemState::Missing, 2, 2)], view(100), 10, 1), [Verdict::Wait { more: 1 }]);
        assert_eq!(patience(1, u32::MAX), ABSENCES_MAX);
    }

    proptest! {
        #[test]
        fn never_is_more_withdrawn_than_the_brake_allows(
            states in proptest::collection::vec((0_usize..4, 0_u32..4, 0_u32..4), 0..60),
            others in 0_u64..200,
            brake in 0_u8..=100,
            absences in 0_u32..4,
            has_returned: bool,
        ) {
            const STATES: [ItemState; 4] = [ItemState::Kept, ItemState::Stale, ItemState::Missing, ItemState::Held];
            let absent: Vec<Absent> =
                states.iter().map(|(state, count, returns)| absent(STATES[*state], *count, *returns)).collect();
            let in_view = others + absent.len() as u64;
            let view = View { records: in_view, added: 0, has_returned };
            let withdrawn = judge(&absent, view, brake, absences).iter().filter(|one| **one == Verdict::Withdraw).count();
            prop_assert!(withdrawn as u64 * 100 <= in_view * u64::from(brake));
        }
    }
}
