//! How texts are kept, and those that both programs have: the page and the worker
//! carry their own and these, and nothing of the other's.

/// Texts under names, each a line in Chinese and in English; those in brackets are in
/// [`Both`].
macro_rules! texts {
    ($(#[$about:meta])* $name:ident;
        [$($both:ident: $both_zh:literal, $both_en:literal;)*]
        $($key:ident: $zh:literal, $en:literal;)*) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $(#[doc = $both_en] $both,)*
            $(#[doc = $en] $key,)*
        }

        impl $name {
            /// The text in a language.
            pub fn text(self, language: Language) -> &'static str {
                // In one piece, and lengths instead of addresses: they compress well.
                const ZH: &str = concat!($($both_zh,)* $($zh,)*);
                const EN: &str = concat!($($both_en,)* $($en,)*);
                const LENGTHS: &[[u16; 2]] = &[
                    $([$both_zh.len() as u16, $both_en.len() as u16],)*
                    $([$zh.len() as u16, $en.len() as u16],)*
                ];
                let (all, which) = match language {
                    Language::Chinese => (ZH, 0),
                    Language::English => (EN, 1),
                };
                $crate::i18n::both::nth(all, LENGTHS.iter().map(|of| of[which]), self as usize)
            }
        }

        impl From<$crate::i18n::Both> for $name {
            fn from(both: $crate::i18n::Both) -> Self {
                match both {
                    $($crate::i18n::Both::$both => Self::$both,)*
                }
            }
        }
    };
}

/// The text at a place among texts of these lengths, one after the other.
pub(super) fn nth(
    all: &'static str,
    lengths: impl Iterator<Item = u16>,
    place: usize,
) -> &'static str {
    let mut start = 0;
    for (at, length) in lengths.enumerate() {
        let end = start + usize::from(length);
        if at == place {
            return all.get(start..end).unwrap_or_default();
        }
        start = end;
    }
    ""
}

macro_rules! both {
    ($d:tt $($both:ident: $zh:literal, $en:literal;)*) => {
        /// A text that both programs have.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Both {
            $(#[doc = $en] $both,)*
        }

        /// A program's own texts and these.
        macro_rules! with_both {
            ($d(#[$d about:meta])* $d name:ident; $d($d own:tt)*) => {
                texts! { $d(#[$d about])* $d name; [$($both: $zh, $en;)*] $d($d own)* }
            };
        }
    };
}

both! {
    $
    NavSignOff: "整改销号", "Sign-off";
    ForReference: "供组织研究参考，不代替任何决定。", "For the organisation's reference; it decides nothing.";
    Period: "期间", "Period";
    Compare: "比较", "Compare";
    ColRank: "名次", "Rank";
    ColName: "村", "Village";
    ColTown: "镇（街道）", "Town";
    ColClass: "村类", "Class";
    ColScore: "得分", "Score";
    ColGrade: "等级", "Grade";
    ColInterval: "名次区间", "Rank interval";
    ColTier: "梯队", "Tier";
    VerdictMeets: "到线", "meets";
    VerdictMisses: "未到", "misses";
    VerdictUndetermined: "未定", "undetermined";
    DefaultToConfirm: "（默认，待确认）", " (default, to be confirmed)";
    VariedWeights: "权重各 ±25%（同级合计仍为 100%）", "Weights ±25% each (siblings still sum to 100%)";
    VariedBoth: "权重各 ±25%（同级合计仍为 100%）、带标准误的数值按误差", "Weights ±25% each (siblings still sum to 100%) and values within their standard errors";
    VariedErrors: "带标准误的数值按误差", "Values within their standard errors";
    Comma: "，", ", ";
    ColChange: "变化", "Change";
    RankOverall: "全县名次", "Overall rank";
    RankInClass: "同类名次", "Rank in class";
    RankInTown: "同镇名次", "Rank in town";
    NoRank: "不排名", "no rank";
    NoGrade: "不评级", "No grade";
    WithheldNoScore: "没有得分", "No score";
    WithheldLowCoverage: "数据覆盖不足，不评级", "Low coverage: no grade";
    WithheldLowPillar: "有维度数据覆盖不足，不评级", "Low coverage in a pillar: no grade";
    WithheldScreened: "按方法配方筛除，不评级", "Screened out by the method: no grade";
    Digest: "方法摘要", "Method digest";
    PresetScheme: "方案权重", "Scheme weights";
    Sum: "合计", "Sum";
    Scenarios: "权重方案", "Scenarios";
    ScenarioNone: "还没有保存的方案。", "No scenario saved yet.";
    Up: "上升", "up";
    Down: "下降", "down";
    VillageTitle: "村档案", "Village";
    Contribution: "贡献", "Contribution";
    Missing: "缺失", "Missing";
    NotApplicable: "不适用", "Not applicable";
    Score: "得分", "Score";
    Findings: "发现的问题", "Findings";
    ValuesRead: "个数值", "values";
    HaveValue: "有值", "Value";
    RunFindings: "数据检查", "Data checks";
    RunFindingsHint: "检查只提示，不改数据，由人判断。", "Checks only remark; people decide.";
    MethodIntro: "默认方案、上下限、权重与等级线均为设计默认值，不是法规，使用前须由本地确认。", "Default scheme, goalposts, weights and bands are design defaults, not regulations; confirm them locally.";
    WeighedByMethod: "这一组的权重由计算方案中的方法得出，不能拖动；可在方法页更改。", "A method of the specification finds the weights of this group; they cannot be moved here, only changed on the Method page.";
    SharedOut: "计算方案的合成方法不可加：构成按加权得分的比例分摊，合计等于得分，但不表示去掉一项会少多少分。", "The specification aggregates in a way that is not additive: the score is shared out in proportion to weighted scores. The parts add up to it, but do not say what leaving one out would cost.";
    RelativeScore: "计算方案的合成方法与其他村比较（或有低于 0 的得分）：得分不能拆成各项贡献，所列仅为按比例的分摊。", "The specification compares with other villages (or has scores below 0): a score cannot be split into contributions, and what is listed is only a proportional share.";
    ChoiceRecommend: "推荐", "Recommend";
    ChoiceReview: "复核", "Review again";
    ChoiceDefer: "暂缓", "Defer";
    ChoiceNoEvidence: "资料不足", "Insufficient evidence";
    DecisionLabel: "决定", "Decision";
    Reason: "理由", "Reason";
    ColLine: "推荐线", "Line";
    Capped: "受限制性情形封顶，得分和名次不变", "capped by a restriction, score and rank unchanged";
    ByScore: "；按得分：", "; by score: ";
    Gates: "限制性情形", "Restrictions";
    Code: "代码", "Code";
    DecidedAt: "时间", "At";
    IsAgainst: "与作决定时所示的限制或推荐线不一致", "against the restriction or line shown when it was made";
    ChanceOfLine: "到线可能", "Chance of the line";
    LeaveOut: "逐一剔除", "Leave-one-out";
    Since: "与上期相比", "Change since the last period";
    WithGrade: "有等级", "With a grade";
    MedianScore: "得分中位数", "Median score";
    RangeScore: "最低–最高", "Lowest–highest";
    FewHere: "不足 5 个，不宜比较", "Fewer than 5: not to be compared";
    LabFlip: "两村何时持平", "When two are level";
    LabTriangle: "权重三角", "Weight triangle";
    LabBeside: "方案并排", "Scenarios side by side";
}
