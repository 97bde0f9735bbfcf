//! The methods that can be chosen, under the names people know them by.

use super::{Choice, Field, Shape, Words};

const fn plain(tag: &'static str, name: Words, about: Words) -> Choice {
    Choice {
        tag,
        name,
        about,
        template: "",
        shape: Shape::Flag,
        is_of_node: false,
    }
}

const fn with(
    tag: &'static str,
    name: Words,
    about: Words,
    template: &'static str,
    shape: Shape,
) -> Choice {
    Choice {
        tag,
        name,
        about,
        template,
        shape,
        is_of_node: false,
    }
}

/// The same for one node only.
const fn of_node(choice: Choice) -> Choice {
    Choice {
        is_of_node: true,
        ..choice
    }
}

pub(super) const fn field(key: &'static str, name: Words, shape: Shape) -> Field {
    Field { key, name, shape }
}

const NO_WORDS: Words = ["", ""];

static GROUPINGS: [Choice; 2] = [
    plain("class", ["同类村", "Villages of the same class"], NO_WORDS),
    plain("town", ["同镇村", "Villages of the same town"], NO_WORDS),
];

/// Ways to fill missing cells.
pub(super) static IMPUTATIONS: [Choice; 11] = [
    plain("none", ["不插补", "None"], ["缺失退出平均，其余权重按比例放大。", "Missing cells leave the means."]),
    plain("mean", ["平均数", "Mean"], ["有值各村的平均数。", "Mean of the values present."]),
    plain("median", ["中位数", "Median"], ["有值各村的中位数。", "Median of the values present."]),
    with("group_mean", ["同组平均数", "Group mean"], ["同类或同镇各村的平均数。", "Mean within class or town."], "\"class\"", Shape::Choice(&GROUPINGS)),
    with("group_median", ["同组中位数", "Group median"], ["同类或同镇各村的中位数。", "Median within class or town."], "\"class\"", Shape::Choice(&GROUPINGS)),
    plain("row_mean", ["同级指标平均", "Row mean within pillar"], ["归一化后，本村同级指标得分的平均。", "Mean of the village's own sibling scores, after normalising."]),
    with("nearest_neighbours", ["最近邻", "k nearest neighbours"], ["最相似的 k 个村的平均数。", "Mean of the k most similar villages."], r#"{"k":5,"max_donors":1000}"#, Shape::Record(&NEIGHBOURS)),
    with("iterative", ["迭代回归（EM）", "Iterative (EM)"], ["按同级指标反复回归，直到收敛。", "Regression on the sibling indicators until it converges."], r#"{"max_rounds":500,"tolerance":1e-10}"#, Shape::Record(&ITERATIONS)),
    plain("last_known", ["最近一期", "Last known"], ["本村此前最近一期的值。", "The village's latest earlier value."]),
    plain("constant", ["前值或后值", "Constant ends"], ["此前最近一期的值；没有则用其后第一期。", "The latest earlier value, or the first later one."]),
    plain("linear", ["线性内插", "Linear in time"], ["前后两期之间按直线内插。", "On the line between the neighbouring periods."]),
];
static NEIGHBOURS: [Field; 2] = [
    field("k", ["邻居数 k", "Neighbours k"], Shape::Number),
    field("max_donors", ["最多比较的村数", "Most donors compared"], Shape::Number),
];
static ITERATIONS: [Field; 2] = [
    field("max_rounds", ["最多轮数", "Most rounds"], Shape::Number),
    field("tolerance", ["收敛容差", "Tolerance"], Shape::Number),
];

const JRC: &str = r#"{"skewness":2.0,"kurtosis":3.5,"max_points":5,"log_of":"original"}"#;
/// Ways to treat skewed columns.
pub(super) static TREATMENTS: [Choice; 6] = [
    plain("none", ["不处理", "None"], ["数值保持原样。", "Values stay as they are."]),
    with("jrc", ["JRC 规则", "JRC rule"], ["偏度与峰度都超限时缩尾，仍超限则取对数。", "Winsorise when skewness and kurtosis are both too large; if it still fails, take logarithms."], JRC, Shape::Record(&RULE)),
    with("winsorise", ["仅缩尾", "Winsorise only"], ["按同样的界限缩尾，不取对数。", "The same limits, without logarithms."], JRC, Shape::Record(&RULE)),
    plain("log", ["对数", "Logarithm"], ["ln(x − 最小值 + 0.01 × 极差)。", "ln(x − min + 0.01 × range)."]),
    with("gii_log", ["GII 对数", "GII logarithm"], ["全球创新指数的对数变换。", "The transformation of the Global Innovation Index."], r#"{"factor":1.0}"#, Shape::Record(&GII)),
    with("box_cox", ["Box–Cox", "Box–Cox"], ["λ 留空则按数据拟合。", "λ is fitted to the data when left empty."], r#"{"lambda":null}"#, Shape::Record(&BOX_COX)),
];
static RULE: [Field; 4] = [
    field("skewness", ["偏度界限（绝对值）", "Skewness limit (absolute)"], Shape::Number),
    field("kurtosis", ["超额峰度界限", "Excess kurtosis limit"], Shape::Number),
    field("max_points", ["最多缩尾个数", "Most points winsorised"], Shape::Number),
    field("log_of", ["对数取自", "Logarithm of"], Shape::Choice(&LOG_OF)),
];
static LOG_OF: [Choice; 2] = [
    plain("original", ["原始列", "The original column"], NO_WORDS),
    plain("winsorised", ["缩尾后的列", "The winsorised column"], NO_WORDS),
];
static GII: [Field; 1] = [
    field("factor", ["系数", "Factor"], Shape::Number),
];
static BOX_COX: [Field; 1] = [
    field("lambda", ["λ（−5 到 5，可空）", "λ (−5 to 5, may be empty)"], Shape::OptionalNumber),
];

/// Ways to bring indicators to a common scale.
pub(super) static NORMALISATIONS: [Choice; 11] = [
    plain("goalposts", ["固定上下限", "Goalposts"], ["按上下限换算并截断，各期可比。", "Fixed goalposts, clamped: comparable across periods."]),
    plain("goalposts_unclamped", ["固定上下限（不截断）", "Goalposts, not clamped"], ["超出上下限的得分可超出量程。", "Values beyond the goalposts score beyond the scale."]),
    plain("min_max", ["极差法", "Min–max"], ["按最小值与最大值换算。", "From the smallest to the largest value."]),
    with("z_score", ["z 分数", "z-score"], ["与平均数相差几个标准差。", "Distance from the mean in standard deviations."], r#"{"mean":0.0,"sd":1.0}"#, Shape::Record(&Z_SCORE)),
    plain("distance_to_max", ["与最优值的距离", "Distance to the best"], ["1 减去与最优值的距离占极差的比例。", "One minus the distance to the best value, in parts of the range."]),
    with("distance_to_reference", ["与参照村的距离", "Distance to a reference village"], ["1 减去与参照村的距离。", "One minus the distance to one village's value."], r#"{"unit":"","cap":false}"#, Shape::Record(&REFERENCE)),
    with("distance_to_target", ["与目标的距离", "Distance to a target"], ["1 减去与目标值的距离；宜按指标分别设定。", "One minus the distance to a target; best set per indicator."], r#"{"target":100.0,"cap":false}"#, Shape::Record(&TARGET)),
    plain("fraction_of_max", ["占最大值的比例", "Fraction of the largest"], ["数值除以最大值。", "Values over the largest value."]),
    plain("rank", ["名次", "Rank"], ["从最差的 1 到最好的 n。", "From the worst, 1, to the best, n."]),
    plain("percentile_rank", ["百分位", "Percentile rank"], ["比它差的村所占比例。", "Share of the others that are worse."]),
    plain("borda", ["博尔达计分", "Borda"], ["比它差的村数。", "Number of villages that are worse."]),
];
static Z_SCORE: [Field; 2] = [
    field("mean", ["平均数", "Mean"], Shape::Number),
    field("sd", ["标准差", "Standard deviation"], Shape::Number),
];
static REFERENCE: [Field; 2] = [
    field("unit", ["参照村代码", "Code of the village"], Shape::Unit),
    field("cap", ["更好的也按参照计", "Better values count as the reference"], Shape::Flag),
];
static TARGET: [Field; 2] = [
    field("target", ["目标值", "Target"], Shape::Number),
    field("cap", ["更好的也按目标计", "Better values count as the target"], Shape::Flag),
];
/// What values are compared with.
pub(super) static SCOPES: [Choice; 2] = [
    plain("period", ["本期各村", "The villages of the period"], NO_WORDS),
    plain("panel", ["各期所有村", "The villages of all periods"], NO_WORDS),
];

/// Ways to weigh the children of a node.
pub(super) static WEIGHTINGS: [Choice; 12] = [
    plain("given", ["给定权重", "As given"], ["方案的权重，或在权重页手工设定的。", "Those of the scheme, or set by hand on the Weights page."]),
    plain("equal", ["等权", "Equal"], ["同级都一样。", "The same for all siblings."]),
    of_node(with("weights", ["在此填写", "Entered here"], ["按下级填写，只看比例。", "By child; only proportions count."], "{}", Shape::ByChild)),
    of_node(with("budget_allocation", ["预算分配法", "Budget allocation"], ["每位专家把点数分给各下级，各人同等看待。", "Each expert spreads points over the children; all experts count the same."], "[]", Shape::List(&Shape::ByChild, "{}"))),
    of_node(with("ahp", ["层次分析法（AHP）", "Analytic hierarchy process"], ["两两比较：行比列重要几倍。", "In pairs: how many times the row matters more than the column."], r#"{"matrix":[],"method":"eigenvector","max_ratio":0.1}"#, Shape::Record(&JUDGEMENTS))),
    plain("entropy", ["熵权法", "Entropy"], ["差异越大权重越大（信息熵）。", "More weight the more unevenly spread (entropy)."]),
    plain("standard_deviation", ["标准差法", "Standard deviation"], ["标准差越大权重越大。", "In proportion to standard deviations."]),
    plain("gini", ["基尼系数法", "Gini"], ["基尼系数越大权重越大。", "In proportion to Gini coefficients."]),
    plain("critic", ["CRITIC", "CRITIC"], ["差异大且与其他冲突多的权重大。", "Contrast times conflict with the others."]),
    plain("merec", ["MEREC", "MEREC"], ["按去掉它的影响定权。", "By the effect of leaving it out."]),
    plain("principal_components", ["主成分", "Principal components"], ["第一主成分的载荷。", "Loadings of the first component."]),
    with("influence", ["按目标影响", "For a chosen influence"], ["求出使各下级实际影响符合目标的权重；不填则影响相等。", "Weights that give each child the influence wanted; equal when none is entered."], r#"{"targets":{},"tolerance":null}"#, Shape::Record(&TARGETS)),
];
static JUDGEMENTS: [Field; 3] = [
    field("matrix", ["判断矩阵", "Judgements"], Shape::Judgements),
    field("method", ["求权方法", "Weights from"], Shape::Choice(&AHP_METHODS)),
    field("max_ratio", ["一致性比率上限", "Largest consistency ratio"], Shape::Number),
];
static AHP_METHODS: [Choice; 2] = [
    plain("eigenvector", ["特征向量", "Eigenvector"], NO_WORDS),
    plain("geometric_mean", ["几何平均", "Geometric mean of rows"], NO_WORDS),
];
static TARGETS: [Field; 2] = [
    field("targets", ["目标影响（比例）", "Influence wanted (proportions)"], Shape::ByChild),
    field("tolerance", ["允许偏差（空为 0.001）", "Tolerance (0.001 when empty)"], Shape::OptionalNumber),
];

/// Ways to make a node's score from its children.
pub(super) static AGGREGATIONS: [Choice; 10] = [
    plain("arithmetic", ["算术平均", "Arithmetic mean"], ["允许以长补短。", "Strengths make up for weaknesses."]),
    plain("geometric", ["几何平均", "Geometric mean"], ["不均衡要扣分；有一项为 0 则为 0。", "Imbalance costs; a child at 0 brings 0."]),
    plain("harmonic", ["调和平均", "Harmonic mean"], ["不均衡扣分更多。", "Imbalance costs more."]),
    with("power", ["广义平均", "Generalised mean"], ["次数 p：1 为算术，0 为几何，−1 为调和。", "Order p: 1 arithmetic, 0 geometric, −1 harmonic."], "2.0", Shape::Number),
    plain("mazziotta_pareto", ["Mazziotta–Pareto", "Mazziotta–Pareto"], ["平均数减去不均衡的惩罚。", "The mean less a penalty for imbalance."]),
    plain("minimum", ["最小值", "Minimum"], ["最弱的一项决定。", "The weakest child decides."]),
    plain("copeland", ["科普兰法", "Copeland"], ["两两比较的多数；得分取决于其他村。", "Majorities in pairs; relative to the other villages."]),
    with("topsis", ["TOPSIS", "TOPSIS"], ["与理想解的接近程度；得分取决于其他村。", "Nearness to the ideal; relative to the other villages."], r#"{"ideal":"observed","vector":false}"#, Shape::Record(&TOPSIS)),
    with("promethee", ["PROMETHEE II", "PROMETHEE II"], ["净优先流；得分取决于其他村。", "Net preference flow; relative to the other villages."], r#"{"preference":"usual"}"#, Shape::Record(&PROMETHEE)),
    with("benefit_of_the_doubt", ["最有利权重（BoD）", "Benefit of the doubt"], ["每村用对自己最有利的权重；不用给定权重。", "Every village by the weights that suit it best; given weights do not count."], r#"{"lower":0.0,"upper":1.0}"#, Shape::Record(&BOUNDS)),
];
static TOPSIS: [Field; 2] = [
    field("ideal", ["理想解", "Ideal"], Shape::Choice(&IDEALS)),
    field("vector", ["先作向量归一", "Divide by vector length first"], Shape::Flag),
];
static IDEALS: [Choice; 2] = [
    plain("observed", ["各村中的最好与最差", "Best and worst observed"], NO_WORDS),
    plain("scale", ["量程两端", "Ends of the scale"], NO_WORDS),
];
static PROMETHEE: [Field; 1] = [
    field("preference", ["偏好函数", "Preference function"], Shape::Choice(&PREFERENCES)),
];
static PREFERENCES: [Choice; 2] = [
    plain("usual", ["任何差异都算", "Any difference counts"], NO_WORDS),
    with("linear", ["线性", "Linear"], NO_WORDS, r#"{"indifference":0.0,"preference":10.0}"#, Shape::Record(&LINEAR)),
];
static LINEAR: [Field; 2] = [
    field("indifference", ["无差异阈值", "Indifference"], Shape::Number),
    field("preference", ["完全偏好阈值", "Full preference"], Shape::Number),
];
static BOUNDS: [Field; 2] = [
    field("lower", ["份额下限（0–1）", "Least share (0–1)"], Shape::Number),
    field("upper", ["份额上限（0–1）", "Largest share (0–1)"], Shape::Number),
];

/// What is computed from a survey's answers.
pub(super) static STATISTICS: [Choice; 2] = [
    plain("mean", ["分值的平均数", "Mean of the points"], NO_WORDS),
    plain("favourable", ["正面回答的比例", "Share of favourable answers"], NO_WORDS),
];

/// Which rank tied units share.
pub(super) static TIES: [Choice; 3] = [
    plain("best", ["并列取最好名次（1 2 2 4）", "Best place (1 2 2 4)"], NO_WORDS),
    plain("worst", ["并列取最差名次（1 3 3 4）", "Worst place (1 3 3 4)"], NO_WORDS),
    plain("dense", ["不留空位（1 2 2 3）", "No gaps (1 2 2 3)"], NO_WORDS),
];
/// What a denominator is.
pub(super) static DIVISORS: [Choice; 2] = [
    plain("population", ["人口", "Population"], NO_WORDS),
    with("indicator", ["另一指标", "Another indicator"], NO_WORDS, "\"\"", Shape::Indicator),
];
/// Which band a boundary belongs to.
pub(super) static BOUNDARIES: [Choice; 2] = [
    plain("at_or_above", ["等于起点即算", "At or above its beginning"], NO_WORDS),
    plain("above", ["高于起点才算", "Only above its beginning"], NO_WORDS),
];
