//! Long work: batches spread over threads, with progress on the error stream.

use std::io::{IsTerminal as _, Write as _};
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Shares `0..n` out in batches. Every thread starts with its own state and steps
/// through the batches it gets; the states come back in no particular order.
pub(crate) fn spread<S: Send, E: Send>(
    label: &str,
    n: u32,
    batch: u32,
    jobs: usize,
    start: impl Fn() -> S + Sync,
    step: impl Fn(&mut S, Range<u32>) -> Result<(), E> + Sync,
) -> Result<Vec<S>, E> {
    let batch = batch.max(1);
    let next = AtomicU32::new(0);
    let has_failed = AtomicBool::new(false);
    let progress = Mutex::new(Progress::new(label, n));
    let work = || {
        let mut state = start();
        while !has_failed.load(Ordering::Relaxed) {
            // Counted in batches, so that the counter cannot overflow.
            let from = next.fetch_add(1, Ordering::Relaxed).saturating_mul(batch);
            if from >= n {
                break;
            }
            let to = from.saturating_add(batch).min(n);
            if let Err(error) = step(&mut state, from..to) {
                has_failed.store(true, Ordering::Relaxed);
                return Err(error);
            }
            if let Ok(mut progress) = progress.lock() {
                progress.add(to - from);
            }
        }
        Ok(state)
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (1..jobs.max(1)).map(|_| scope.spawn(work)).collect();
        let mut states = vec![work()];
        for thread in threads {
            match thread.join() {
                Ok(state) => states.push(state),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        states.into_iter().collect()
    })
}

/// A bar on a terminal, a line for every tenth elsewhere.
struct Progress<'l> {
    label: &'l str,
    of: u32,
    done: u32,
    shown: u32,
    is_terminal: bool,
}

impl<'l> Progress<'l> {
    fn new(label: &'l str, of: u32) -> Self {
        Self {
            label,
            of,
            done: 0,
            shown: 0,
            is_terminal: std::io::stderr().is_terminal(),
        }
    }

    fn add(&mut self, done: u32) {
        self.done += done;
        let percent = (u64::from(self.done) * 100 / u64::from(self.of.max(1))) as u32;
        let step = if self.is_terminal { 1 } else { 10 };
        if percent / step == self.shown / step {
            return;
        }
        self.shown = percent;
        let (label, mut out) = (self.label, std::io::stderr().lock());
        // Progress that cannot be shown is no reason to stop.
        let _ = if self.is_terminal {
            let bar = "█".repeat(percent as usize / 4);
            let end = if percent == 100 { "\n" } else { "" };
            write!(out, "\r{bar:░<25} {percent:>3} % {label}{end}")
        } else {
            writeln!(out, "{label} {percent} %")
        };
        let _ = out.flush();
    }
}
