//! Runs the same work on several threads, reports progress from the calling one, and stops all at the first failure.

use std::{
    ops::ControlFlow,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
};

use crate::{FormatError, Progress};

/// Tells the calling thread what one thread has done.
pub(crate) struct Meter {
    done: mpsc::Sender<(u64, u64)>,
}

impl Meter {
    pub(crate) fn add(&self, bytes: u64, rows: u64) {
        // The receiver outlives the threads.
        let _ = self.done.send((bytes, rows));
    }
}

/// A flag that every thread looks at between two pieces of work.
#[derive(Default)]
pub(crate) struct StopSign {
    is_up: AtomicBool,
}

impl StopSign {
    pub(crate) fn is_up(&self) -> bool {
        self.is_up.load(Ordering::Relaxed)
    }

    fn put_up(&self) {
        self.is_up.store(true, Ordering::Relaxed);
    }
}

/// Why [`run`] gives no results.
pub(crate) enum Stopped {
    /// A thread failed.
    Failed(FormatError),
    /// The caller's `progress` asked for it.
    OnRequest,
}

/// Runs `work` on `threads` threads. `progress` is called with what they have done together, starting from `start`.
/// `wake` is called when the stop sign goes up, for threads that wait for each other.
pub(crate) fn run<T: Send>(
    threads: usize,
    stop: &StopSign,
    start: Progress,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    work: impl Fn(&Meter) -> Result<T, FormatError> + Sync,
    wake: impl Fn() + Sync,
) -> Result<Vec<T>, Stopped> {
    let (done, reports) = mpsc::channel();
    let mut is_unwanted = false;
    let outcomes = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads)
            .map(|_| {
                let meter = Meter { done: done.clone() };
                let (work, wake) = (&work, &wake);
                scope.spawn(move || {
                    let alarm = Alarm { stop, wake };
                    let outcome = work(&meter);
                    if outcome.is_err() {
                        alarm.ring();
                    }
                    outcome
                })
            })
            .collect();
        drop(done);
        let mut so_far = start;
        for (bytes, rows) in reports {
            so_far.done_bytes += bytes;
            so_far.rows += rows;
            if !is_unwanted && progress(so_far).is_break() {
                is_unwanted = true;
                Alarm { stop, wake: &wake }.ring();
            }
        }
        handles.into_iter().map(std::thread::ScopedJoinHandle::join).collect::<Vec<_>>()
    });

    let outcomes: Result<Vec<T>, FormatError> = outcomes
        .into_iter()
        .map(|outcome| outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        .collect();
    match outcomes {
        _ if is_unwanted => Err(Stopped::OnRequest),
        Ok(parts) => Ok(parts),
        Err(error) => Err(Stopped::Failed(error)),
    }
}

/// Stops the other threads, also when this one panics: they might wait for it.
struct Alarm<'a, F: Fn()> {
    stop: &'a StopSign,
    wake: &'a F,
}

impl<F: Fn()> Alarm<'_, F> {
    fn ring(&self) {
        self.stop.put_up();
        (self.wake)();
    }
}

impl<F: Fn()> Drop for Alarm<'_, F> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.ring();
        }
    }
}
