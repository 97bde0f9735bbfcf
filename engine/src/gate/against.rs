//! Decisions that go against what was shown when they were made. People may decide so
//! (invariant 9); it is said beside the decision and its reason.

/// Whether a choice, by the name it has in project files, goes against what was shown:
/// 推荐 (`recommend`) against a restriction (use deferred, or a grade lowered by a cap)
/// or below the nomination line for certain, and 暂缓 (`defer`) without a restriction and
/// above the line for certain. `meets` is the side of the line; none where it was
/// undetermined, not assessed or not known: there no choice contradicts what was shown.
/// 复核 and 资料不足 leave the matter open and go against nothing.
///
/// ```
/// use dhi_engine::gate::is_against;
/// assert!(is_against("recommend", true, Some(true)));
/// assert!(is_against("recommend", false, Some(false)));
/// assert!(!is_against("recommend", false, None));
/// assert!(is_against("defer", false, Some(true)));
/// assert!(!is_against("defer", true, Some(true)));
/// ```
pub fn is_against(choice: &str, is_restricted: bool, meets: Option<bool>) -> bool {
    match choice {
        "recommend" => is_restricted || meets == Some(false),
        "defer" => !is_restricted && meets == Some(true),
        _ => false,
    }
}
