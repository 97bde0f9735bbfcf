//! Terms and their formulas: a list, and which of them a heading is.

use super::Scene;
use super::html::Html;
use crate::i18n::Told;

/// Terms by the text they go by, and what each means.
const TERMS: [(Told, Told); 24] = [
    (Told::ColScore, Told::TermScore),
    (Told::ColRank, Told::TermRank),
    (Told::ColInterval, Told::TermInterval),
    (Told::ColTier, Told::TermTier),
    (Told::ColGrade, Told::TermGrade),
    (Told::ChanceOfLine, Told::TermChance),
    (Told::VerdictUndetermined, Told::TermVerdict),
    (Told::Coverage, Told::TermCoverage),
    (Told::Goalposts, Told::TermGoalposts),
    (Told::AppliedWeight, Told::TermApplied),
    (Told::Contribution, Told::TermContribution),
    (Told::AuditInfluence, Told::TermInfluence),
    (Told::AuditKendall, Told::TermKendall),
    (Told::LeaveOutMean, Told::TermShift),
    (Told::AuditAlpha, Told::TermAlpha),
    (Told::AuditKmo, Told::TermKmo),
    (Told::AuditBartlett, Told::TermBartlett),
    (Told::JudgeRatio, Told::TermRatio),
    (Told::JudgeIndex, Told::TermIndex),
    (Told::QuartilesScore, Told::TermQuartiles),
    (Told::SinceCause, Told::TermCause),
    (Told::WhyMoves, Told::TermTotal),
    (Told::TriangleShare, Told::TermShare),
    (Told::ColChange, Told::TermChange),
];

/// Places of those that the page itself draws beside a head: the score.
pub const SCORE: usize = 0;
/// The rank.
pub const RANK: usize = 1;
/// The interval.
pub const INTERVAL: usize = 2;
/// The tier.
pub const TIER: usize = 3;
/// The grade.
pub const GRADE: usize = 4;
/// The chance of the nomination line.
pub const LINE: usize = 5;
/// Which side of the line.
pub const VERDICT: usize = 6;
/// How much of the data is there.
pub const COVERAGE: usize = 7;
/// What a part adds.
pub const CONTRIBUTION: usize = 10;
/// The change of rank.
pub const CHANGE: usize = 23;

/// Which of the terms a text is.
pub fn nth(told: Told) -> Option<usize> {
    let told = match told {
        // What is normalised is a score like that of the index.
        Told::Normalised => Told::ColScore,
        Told::RankOverall | Told::RankInClass | Told::RankInTown => Told::ColRank,
        Told::MedianScore => Told::QuartilesScore,
        Told::MeanCoverage => Told::Coverage,
        told => told,
    };
    TERMS.iter().position(|(name, _)| *name == told)
}

/// All of them.
pub fn terms(scene: &Scene<'_>, html: &mut Html) {
    html.raw("<dl class=\"terms\">");
    for (at, (name, about)) in TERMS.iter().enumerate() {
        html.raw("<dt tabindex=\"-1\"")
            .attr("id", &["term-", &at.to_string()].concat())
            .raw(">")
            .text(scene.t(*name))
            .raw("</dt>")
            .el("dd", scene.t(*about));
    }
    html.raw("</dl>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_lead_to_their_terms() {
        let named = [
            (SCORE, Told::ColScore),
            (RANK, Told::ColRank),
            (COVERAGE, Told::Coverage),
            (CONTRIBUTION, Told::Contribution),
            (CHANGE, Told::ColChange),
            (INTERVAL, Told::ColInterval),
            (GRADE, Told::ColGrade),
            (LINE, Told::ChanceOfLine),
            (TIER, Told::ColTier),
            (VERDICT, Told::VerdictUndetermined),
            (0, Told::Normalised),
            (1, Told::RankInTown),
        ];
        for (place, name) in named {
            assert_eq!(nth(name), Some(place));
        }
    }
}
