//! What an indicator of the default scheme is counted over, and how often it is
//! missing. Invented for the demonstration.

/// How values of an indicator look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Profile {
    /// Smallest and largest denominator; `None` for values without counts.
    pub(super) denominator: Option<(f64, f64)>,
    /// Whether counts are money with two decimals.
    pub(super) is_money: bool,
    /// Expected share of missing cells.
    pub(super) missing_share: f64,
}

/// Id, smallest and largest denominator, expected missing percent.
const COUNTS: [(&str, f64, f64, f64); 28] = [
    ("a_staffing_rate", 5.0, 9.0, 0.0),
    ("a_meeting_rate", 8.0, 16.0, 10.0),
    ("a_appraisal_rate", 5.0, 9.0, 5.0),
    ("a_audit_fix_rate", 0.0, 14.0, 40.0),
    ("a_rect_ontime_rate", 2.0, 24.0, 5.0),
    ("a_rect_return_rate", 4.0, 24.0, 10.0),
    ("a_rect_relapse_rate", 0.0, 12.0, 50.0),
    ("a_vsc_activity_rate", 4.0, 4.0, 15.0),
    ("a_power_list_rate", 20.0, 46.0, 20.0),
    ("b_4y2g_rate", 4.0, 22.0, 15.0),
    ("b_quorum_rate", 8.0, 18.0, 15.0),
    ("b_rep_meeting_rate", 4.0, 4.0, 10.0),
    ("b_disclose_ontime_rate", 24.0, 60.0, 5.0),
    ("b_disclose_true_rate", 12.0, 30.0, 30.0),
    ("b_contract_std_rate", 4.0, 42.0, 10.0),
    ("b_rent_collect_rate", 8.0, 320.0, 10.0),
    ("b_trade_entry_rate", 0.0, 7.0, 25.0),
    ("b_project_std_rate", 0.0, 8.0, 25.0),
    ("b_asset_match_rate", 20.0, 160.0, 20.0),
    ("b_subsidy_ok_rate", 160.0, 620.0, 15.0),
    ("b_subsidy_public_rate", 4.0, 14.0, 10.0),
    ("c_fairness", 48.0, 180.0, 10.0),
    ("c_awareness", 48.0, 180.0, 10.0),
    ("c_12345_response", 2.0, 48.0, 5.0),
    ("c_12345_resolve", 1.0, 36.0, 10.0),
    ("c_12345_satisfied", 1.0, 36.0, 10.0),
    ("c_petition_ontime", 0.0, 8.0, 30.0),
    ("c_group_coverage", 5.0, 5.0, 5.0),
];

/// The profile of an indicator; unknown ones come as values, 10 % missing.
pub(super) fn profile(id: &str) -> Profile {
    let counts = COUNTS.iter().find(|(known, ..)| *known == id);
    let missing_pct = match (counts, id) {
        (Some((.., missing)), _) => *missing,
        (None, "c_rect_score") => 20.0,
        (None, _) => 10.0,
    };
    Profile {
        denominator: counts.map(|(_, least, most, _)| (*least, *most)),
        is_money: id == "b_rent_collect_rate",
        missing_share: missing_pct / 100.0,
    }
}
