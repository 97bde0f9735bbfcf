//! Every choice of a specification, in the order of the run.

use super::methods::{
    AGGREGATIONS, BOUNDARIES, DIVISORS, IMPUTATIONS, NORMALISATIONS, SCOPES, STATISTICS, TIES, TREATMENTS,
    WEIGHTINGS, field,
};
use super::{Field, Names, Shape};

/// The steps; each is one key of the specification.
pub static STEPS: [Field; 14] = [
    field("scale", ["量程", "Scale"], Shape::Number),
    field("check", ["检查与覆盖率", "Checks and coverage"], Shape::Record(&CHECK)),
    field("survey", ["群众评议", "Survey"], Shape::Record(&SURVEY)),
    field("denominate", ["除以分母", "Denominate"], Shape::ById(Names::Indicators, &Shape::Record(&DENOMINATOR), r#"{"by":"population","per":1.0}"#)),
    field("screen", ["筛除村", "Screen"], Shape::Record(&SCREEN)),
    field("impute", ["插补缺失", "Impute"], Shape::Record(&IMPUTE)),
    field("treat", ["处理异常值", "Treat"], Shape::Record(&TREAT)),
    field("normalise", ["归一化", "Normalise"], Shape::Record(&NORMALISE)),
    field("weigh", ["加权", "Weigh"], Shape::Record(&WEIGH)),
    field("aggregate", ["合成", "Aggregate"], Shape::Record(&AGGREGATE)),
    field("rank", ["排名", "Rank"], Shape::Record(&RANK)),
    field("bands", ["等级", "Bands"], Shape::Record(&BANDS)),
    field("min_class", ["显示同类中位数的最少村数", "Fewest villages for a class median"], Shape::Number),
    field("coherence", ["一致性审查的界限", "Limits of the coherence audit"], Shape::Record(&COHERENCE)),
];

static CHECK: [Field; 5] = [
    field("floors", ["覆盖率下限（0–1）", "Coverage floors (0–1)"], Shape::Record(&FLOORS)),
    field("min_copied_values", ["雷同：最少相同值数", "Copies: fewest equal values"], Shape::Number),
    field("min_suspicious_values", ["全整数、全满分：最少值数", "All round, all best: fewest values"], Shape::Number),
    field("small_denominator", ["小分母界限", "Small denominator"], Shape::Number),
    field("sparse_share", ["稀疏：缺失比例（0–1）", "Sparse: share missing (0–1)"], Shape::Number),
];
static FLOORS: [Field; 2] = [
    field("overall", ["总体", "Overall"], Shape::Number),
    field("pillar", ["每个维度", "Each pillar"], Shape::Number),
];
static SURVEY: [Field; 8] = [
    field("questions", ["问题", "Questions"], Shape::ById(Names::Words, &Shape::Record(&QUESTION), r#"{"answers":{},"unsure":[]}"#)),
    field("indicators", ["由评议得出的指标", "Indicators from the survey"], Shape::ById(Names::Indicators, &Shape::Record(&DERIVATION), r#"{"question":"","statistic":"favourable"}"#)),
    field("shares", ["各组人口比例（合计为 1，可空）", "Population share of each group (summing to 1, may be empty)"], Shape::ById(Names::Words, &Shape::Number, "0.0")),
    field("household", ["住户抽样的组名", "Groups that are household samples"], Shape::List(&Shape::Text, "\"\"")),
    field("level", ["区间水平（0–1）", "Level of intervals (0–1)"], Shape::Number),
    field("shrink", ["向同类收缩", "Draw values toward their class"], Shape::Flag),
    field("min_class", ["收缩所需同类村数", "Fewest villages of a class for that"], Shape::Number),
    field("min_cell", ["少于此人数不显示", "Fewer people than this are not shown"], Shape::Number),
];
static QUESTION: [Field; 2] = [
    field("answers", ["回答", "Answers"], Shape::ById(Names::Words, &Shape::Record(&ANSWER), r#"{"points":null,"favourable":false}"#)),
    field("unsure", ["不计入分母的回答", "Answers in no denominator"], Shape::List(&Shape::Text, "\"\"")),
];
static ANSWER: [Field; 2] = [
    field("points", ["分值（可空）", "Points (may be empty)"], Shape::OptionalNumber),
    field("favourable", ["正面", "Favourable"], Shape::Flag),
];
static DERIVATION: [Field; 2] = [
    field("question", ["问题", "Question"], Shape::Text),
    field("statistic", ["计算", "Computed"], Shape::Choice(&STATISTICS)),
];
static DENOMINATOR: [Field; 2] = [
    field("by", ["除以", "Divide by"], Shape::Choice(&DIVISORS)),
    field("per", ["再乘以", "Times"], Shape::Number),
];
static SCREEN: [Field; 4] = [
    field("min_present", ["有值比例下限（0–1，可空）", "Least share present (0–1, may be empty)"], Shape::OptionalNumber),
    field("max_zeros", ["零值比例上限（0–1，可空）", "Largest share of zeros (0–1, may be empty)"], Shape::OptionalNumber),
    field("keep", ["一律保留的村（代码）", "Villages always kept (codes)"], Shape::List(&Shape::Unit, "\"\"")),
    field("drop", ["一律筛除的村（代码）", "Villages always dropped (codes)"], Shape::List(&Shape::Unit, "\"\"")),
];
static IMPUTE: [Field; 2] = [
    field("method", ["方法", "Method"], Shape::Choice(&IMPUTATIONS)),
    field("indicators", ["单独指定的指标", "Indicators with their own"], Shape::ById(Names::Indicators, &Shape::Choice(&IMPUTATIONS), "\"median\"")),
];
static TREAT: [Field; 2] = [
    field("method", ["方法", "Method"], Shape::Choice(&TREATMENTS)),
    field("indicators", ["单独指定的指标", "Indicators with their own"], Shape::ById(Names::Indicators, &Shape::Choice(&TREATMENTS), "\"none\"")),
];
static NORMALISE: [Field; 4] = [
    field("method", ["方法", "Method"], Shape::Choice(&NORMALISATIONS)),
    field("indicators", ["单独指定的指标", "Indicators with their own"], Shape::ById(Names::Indicators, &Shape::Choice(&NORMALISATIONS), "\"min_max\"")),
    field("scope", ["相对方法比较的范围", "Relative methods compare with"], Shape::Choice(&SCOPES)),
    field("range", ["极差法、上下限的得分范围", "Range of min–max and goalposts"], Shape::OptionalRange),
];
static WEIGH: [Field; 2] = [
    field("method", ["方法", "Method"], Shape::Choice(&WEIGHTINGS)),
    field("nodes", ["单独指定的节点", "Nodes with their own"], Shape::ById(Names::Parents, &Shape::Choice(&WEIGHTINGS), "\"equal\"")),
];
static AGGREGATE: [Field; 4] = [
    field("method", ["方法", "Method"], Shape::Choice(&AGGREGATIONS)),
    field("levels", ["单独指定的层级", "Levels with their own"], Shape::ById(Names::Levels, &Shape::Choice(&AGGREGATIONS), "\"geometric\"")),
    field("availability", ["下级有值比例下限（0–1）", "Least share of children present (0–1)"], Shape::Number),
    field("availability_levels", ["单独指定下限的层级", "Levels with their own floor"], Shape::ById(Names::Levels, &Shape::Number, "0.5")),
];
static RANK: [Field; 4] = [
    field("ties", ["并列", "Ties"], Shape::Choice(&TIES)),
    field("tolerance", ["并列容差（分）", "Tie tolerance (points)"], Shape::Number),
    field("decimals", ["先四舍五入到小数位（可空）", "Round to decimals first (may be empty)"], Shape::OptionalNumber),
    field("include_ungraded", ["不评级的村也排名", "Rank villages without a grade too"], Shape::Flag),
];
static BANDS: [Field; 2] = [
    field("list", ["从好到差", "From best to worst"], Shape::List(&Shape::Record(&BAND), r#"{"name":{"zh":"","en":""},"from":null}"#)),
    field("boundary", ["起点", "Beginning"], Shape::Choice(&BOUNDARIES)),
];
static BAND: [Field; 2] = [
    field("name", ["名称", "Name"], Shape::Record(&NAME)),
    field("from", ["起点（最后一级为空）", "From (empty for the last)"], Shape::OptionalNumber),
];
static NAME: [Field; 2] = [
    field("zh", ["中文", "Chinese"], Shape::Text),
    field("en", ["英文", "English"], Shape::Text),
];
static COHERENCE: [Field; 6] = [
    field("collinear", ["重复：相关不低于", "Same twice: correlation from"], Shape::Number),
    field("negative", ["矛盾：相关不高于", "Contradiction: correlation up to"], Shape::Number),
    field("weak", ["微弱：与上级相关低于", "Weak: correlation with the parent below"], Shape::Number),
    field("alpha", ["克龙巴赫 α 低于", "Cronbach's α below"], Shape::Number),
    field("kmo", ["KMO 低于", "KMO below"], Shape::Number),
    field("disagreement", ["影响与权重相差倍数", "Influence and weight differ by a factor of"], Shape::Number),
];
