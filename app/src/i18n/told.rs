//! The texts of what the worker writes: apart from the others, so that the page need
//! not carry them.

use dhi_engine::framework::Language;

texts! {
    /// A text that only the worker writes.
    Told;
    ThisVillage: "本村", "This village";
    MedianVillage: "中位村", "Median village";
    ScoreAxis: "得分（分）", "Score (points)";
    ClassTooFew: "本类有得分的村不足 {n} 个，不作比较。", "Fewer than {n} villages of the class have a score: not compared.";
    Against: "与同类中位村相比", "Against the median village of the class";
    AgainstHint: "参照：本类有得分的 {n} 个村里得分居中的一个（个数为偶数取居中两个里较低的，同分取名册靠前的），即{name}，{score} 分。各步是两村贡献之差，相加恰为得分之差。不用各项的中位数，因为它们相加不等于得分的中位数。", "Reference: the village in the middle of the {n} of the class that have a score (the lower of two; of equal ones the first in the register): {name}, {score}. Steps are differences of the two villages’ contributions and add up to the difference of the scores exactly. Medians of the parts are not used, since they do not add up to the median score.";
    AgainstSelf: "本村就是本类得分居中的村，没有差距可拆。", "This is the median village of its class: there is no difference to explain.";
    AgainstNoScore: "没有得分，不作比较。", "It has no score: not compared.";
    AgainstNotAdditive: "计算方案的合成方法不可加（或有低于 0 的得分）：得分之差不能逐项拆开，所以没有逐步对比。", "The specification aggregates in a way that is not additive (or has scores below 0): the difference of two scores cannot be taken apart, so there are no steps.";
    AgainstMissing: "缺失或不适用的一方没有贡献，该村同级其余指标的权重已按比例放大。", "Where a cell is missing or not applicable there is no contribution, and the village’s other indicators beside it count for more in proportion.";
    OpenMedianVillage: "打开中位村：", "Open the median village: ";
    StepsTable: "以表格查看各步，逐级展开", "Steps as tables, level by level";
    Step: "差", "Step";
    Strengths: "强项与弱项", "Strengths and weaknesses";
    StrengthsHint: "按单项得分（0 到满分）与同类中位的距离，各列最多三项；没有数据、不计权重或同类数据太少的指标不列。距离相同先列权重大的，再按指标体系的次序。", "By the distance of an indicator’s score from the class median, at most three each; never indicators without data, without weight, or that too few of the class have. Of equal distances the greater weight comes first, then the order of the framework.";
    StrengthsTooFew: "同类有数据的村不足 {n} 个，或本村没有数据，不评强弱。", "Fewer than {n} villages of the class have data, or this one has none: nothing stands out.";
    Strong: "高于同类中位最多", "Furthest above the class median";
    Weak: "低于同类中位最多", "Furthest below the class median";
    NoneStrong: "没有高于同类中位的指标。", "No indicator is above the class median.";
    NoneWeak: "没有低于同类中位的指标。", "No indicator is below the class median.";
    Stronger: "{name}：{score} 分，同类中位 {median} 分，高 {distance} 分", "{name}: {score}, class median {median}, higher by {distance}";
    Weaker: "{name}：{score} 分，同类中位 {median} 分，低 {distance} 分", "{name}: {score}, class median {median}, lower by {distance}";
    MoreTied: "另有 {n} 项与所列最后一项距离相同。", "{n} more are as far from the median as the last listed.";
    Trend: "得分走势", "Score over the periods";
    TrendHint: "各期都用现在的权重与计算方案重新计算，因而可比；没有得分的期间断开。", "Every period is computed with the present weights and specification, so that they compare; the line breaks where there is no score.";
    TrendTooMany: "村数与期数过多，这里不逐期计算；可用命令行 dhi trend。", "Too many villages and periods to compute them all here; `dhi trend` on the command line does.";
    TrendFew: "有得分的期间不足两个，谈不上变化。", "Fewer than two periods have a score: there is no change to speak of.";
    TrendDifference: "从 {first} 到 {last}：{points} 分。", "From {first} to {last}: {points} points.";
    TrendPerYear: "平均每年 {points} 分（最小二乘，标准误 {error}）。", " On average {points} points a year (least squares, standard error {error}).";
    TrendPerPeriod: "平均每期 {points} 分（最小二乘，标准误 {error}）。", " On average {points} points a period (least squares, standard error {error}).";
}
