//! 中文.

use crate::finding::Problem;

pub(super) fn message(problem: &Problem) -> String {
    match problem {
        Problem::EmptyFile => "文件是空的".into(),
        Problem::FileTooLarge { limit_mb } => format!("文件超过 {limit_mb} MB"),
        Problem::NotASpreadsheet => "内容不是表格文件(CSV、XLSX 或 XLS)".into(),
        Problem::DamagedFile { detail } => format!("文件不完整或已损坏:{detail}"),
        Problem::DecompressionBomb { limit_mb } => {
            format!("文件解压后超过 {limit_mb} MB,已停止读取")
        }
        Problem::UnknownEncoding => "文字编码既不是 UTF-8 也不是 GB18030".into(),
        Problem::ReadAsEncoding { encoding } => format!("按 {encoding} 编码读取"),
        Problem::HiddenSheet => "隐藏的工作表未读取".into(),
        Problem::CellTooLong { n_chars } => {
            format!("单元格有 {n_chars} 个字符，超过表格软件的上限")
        }
        Problem::FormulaCells { count } => format!("{count} 个公式单元格按最后保存的结果读取"),
        Problem::FormulaError { shown } => format!("公式结果是错误值 {shown}"),
        Problem::MergedCells { range } => format!("合并单元格 {range}，只有左上角有内容"),
        Problem::NoKnownTable => "没有找到可识别的表".into(),
        Problem::UnknownSheet => "未识别为已知的表，未读取".into(),
        Problem::EmptyTable => "只有表头，没有数据行，未读取".into(),
        Problem::NoRows => "只有表头，没有数据行".into(),
        Problem::MissingColumn { header } => format!("缺少“{header}”列"),
        Problem::ColumnGone { header, count } => {
            format!("原名册有“{header}”，新名册没有这一列，{count} 个村的该项将去掉")
        }
        Problem::DuplicateColumn { header } => format!("“{header}”列重复对应"),
        Problem::UnknownColumn { header } => format!("“{header}”列未读取"),
        Problem::EmptyCell { header } => format!("“{header}”不能为空"),
        Problem::UnknownWord { text, allowed } => format!("“{text}”不在可用的词中:{allowed}"),
        Problem::BadId { text } => format!("“{text}”不能用作代码或编号"),
        Problem::CodeAsNumber { text } => format!("代码“{text}”是数字格式，可能已丢失位数"),
        Problem::SecondTable => "同一种表出现了两张".into(),
        Problem::NoFramework => "没有指标体系，无法读取指标数据".into(),
        Problem::NoRegister => "没有名册，无法对应村".into(),
        Problem::MoreLikeThis { count, .. } => format!("同类问题还有 {count} 处"),
        Problem::DuplicateUnit { code, first_row } => {
            format!("村代码 {code} 重复，首次出现在第 {first_row} 行")
        }
        Problem::BodyTypeDiffers { code } => format!("组织类型与代码 {code} 第 10–12 位不一致"),
        Problem::FrameworkEmpty => "指标体系里没有指标".into(),
        Problem::DuplicateNode { id, first_row } => {
            format!("编号 {id} 重复，首次出现在第 {first_row} 行")
        }
        Problem::UnknownParent { parent } => format!("上级编号 {parent} 不存在"),
        Problem::Cycle { id } => format!("{id} 的上级最终又回到自己"),
        Problem::BadWeight { text } => format!("权重“{text}”不是大于或等于 0 的数"),
        Problem::ZeroWeights { parent } => format!("{parent} 的下级权重之和为 0"),
        Problem::BadGoalposts { lower, upper } => format!("下限“{lower}”与上限“{upper}”不构成区间"),
        Problem::LeafWithoutIndicator { id } => format!("{id} 没有下级，也没有填写方向和计量"),
        Problem::IndicatorWithChildren { id } => format!("{id} 填写了方向，却有下级"),
        Problem::NotANumber { text } => format!("“{text}”不是数字"),
        Problem::NotFinite { text } => format!("“{text}”不是有限的数"),
        Problem::OutOfRange {
            value,
            lowest,
            highest,
        } => format!("{value} 超出允许范围 {lowest}–{highest}"),
        Problem::UnknownUnit { code } => format!("名册中没有代码 {code}"),
        Problem::UnknownIndicator { id } => format!("指标体系中没有“{id}”"),
        Problem::DuplicateValue { first_row } => {
            format!("同一村、同一指标、同一期间重复，首次在第 {first_row} 行")
        }
        Problem::HalfRatio => "分子和分母只填了一个".into(),
        Problem::NegativeCount { value } => format!("计数 {value} 小于 0"),
        Problem::RatioAboveOne {
            numerator,
            denominator,
        } => format!("分子 {numerator} 大于分母 {denominator}"),
        Problem::ValueAndRatioDiffer { value, derived } => {
            format!("数值 {value} 与分子分母算出的 {derived} 不一致")
        }
        Problem::SharesReadAsPercent { count } => {
            format!("整列 {count} 个数都在 0 与 1 之间，已乘以 100 作为百分数")
        }
        Problem::AmbiguousPercent { value } => {
            format!("{value} 按 {value}% 读取，不是按 0–1 的比例")
        }
        Problem::NegativeStandardError { value } => format!("标准误 {value} 小于 0"),
        Problem::BadDate { text } => format!("“{text}”不是有效日期"),
        Problem::NotWhole { value } => format!("{value} 不是整数人数"),
        Problem::CountAbove {
            count,
            header,
            limit,
        } => format!("{count} 大于“{header}”的 {limit}"),
        Problem::SampleDiffers { header, first_row } => {
            format!("同一群体的“{header}”与第 {first_row} 行不一致")
        }
        Problem::UnknownQuestion { text } => format!("方案中没有问题“{text}”，其人数未使用"),
        Problem::UnknownAnswer { question, text } => {
            format!("问题“{question}”没有答案“{text}”，涉及的村不计算数值")
        }
        Problem::GroupWithoutShare { text } => {
            format!("群体“{text}”没有人口比例，不计入全村数值")
        }
        Problem::NoPopulationShares => {
            "没有给出各群体的人口比例：只报告分群体结果，不推算全村数值".into()
        }
        Problem::EmptyGroup { text } => {
            format!("群体“{text}”没有有效答卷，不能由分群体结果推算全村数值")
        }
        Problem::SurveyDiffers { value, derived } => {
            let derived = super::bound(*derived);
            format!("填报的 {value} 与由评议人数算出的 {derived} 不一致")
        }
        Problem::LedgerDiffers { value, derived } => {
            let derived = super::bound(*derived);
            format!("填报的 {value} 与由台账算出的 {derived} 不一致")
        }
        Problem::LedgerApplies { derived } => {
            let derived = super::bound(*derived);
            format!("填报为不适用，而由台账算出 {derived}")
        }
        Problem::LowCoverage {
            present,
            applicable,
            floor,
        } => format!(
            "应有 {applicable} 项数据，实有 {present} 项，低于 {:.0}% 的下限，不评级",
            floor * 100.0
        ),
        Problem::ConstantIndicator { value } => format!("所有村都是 {value}，不能区分"),
        Problem::EmptyIndicator => "没有任何数据".into(),
        Problem::SparseIndicator {
            missing,
            applicable,
        } => format!("应有 {applicable} 个数据，缺 {missing} 个"),
        Problem::CopiedRow { other, n_values } => {
            format!("全部 {n_values} 个数据与 {other} 完全相同")
        }
        Problem::RoundNumbers { n_values } => {
            format!("直接填报的 {n_values} 个数据都是 5 的整倍数")
        }
        Problem::AllBest { n_values } => format!("全部 {n_values} 个数据都达到最好"),
        Problem::SmallDenominator { denominator } => format!("分母只有 {denominator}，比率波动大"),
        Problem::BeyondGoalposts { count } => format!("{count} 个村超出上下限，按上下限计分"),
        Problem::NoGoalposts => "没有上下限，不能按上下限归一化".into(),
        Problem::NoTransformation { value } => format!("{value} 不能取对数，按缺失处理"),
        Problem::NoDenominator { count } => format!("{count} 个数值没有大于 0 的除数，按缺失处理"),
        Problem::ScreenedForGaps {
            present,
            applicable,
        } => format!("已筛除：{applicable} 项中只有 {present} 项有值"),
        Problem::ScreenedForZeros { zeros, present } => {
            format!("已筛除：{present} 个数值中有 {zeros} 个为 0")
        }
        Problem::ScreenedByHand => "按方法配方筛除".into(),
        Problem::Imputed { count } => format!("插补了 {count} 个缺失值"),
        Problem::NoDonors { count } => format!("{count} 个缺失值没有可供插补的数据，仍为缺失"),
        Problem::NotConverged { rounds } => format!("插补经 {rounds} 轮仍未收敛"),
        Problem::Winsorised { count } => format!("{count} 个极端值做了缩尾处理"),
        Problem::Transformed => "因偏斜对数值做了变换".into(),
        Problem::StillSkewed { skewness, kurtosis } => {
            format!("处理后仍偏斜：偏度 {skewness:.2}，超额峰度 {kurtosis:.2}")
        }
        Problem::TransformationWorse { before, after } => {
            format!("未采用变换：偏度会由 {before:.2} 变为 {after:.2}")
        }
        Problem::NoGiiLog => "GII 对数要求最大值 × 系数大于 1".into(),
        Problem::OffScale => "该指标得分不在 0 至满分之间".into(),
        Problem::ExactScores {
            goalposts: Some((l, u)),
            bounds: (from, to),
        } => format!("上下限 {l}–{u} 超出 {from}–{to}：得分会透露全村回答一致，而数值只按界限说明"),
        Problem::ExactScores { .. } => {
            "由群众回答得出，而这种标准化方法的得分可反推数值：会透露全村回答一致".into()
        }
        Problem::NoReference => "参照值缺失，或不优于最差值".into(),
        Problem::NeedsPositive { value } => {
            format!("该方法要求数值不小于 0 且不全为 0；最小值为 {value}")
        }
        Problem::Reweighted { count } => {
            format!("{count} 个村缺少部分得分，其余权重已重新归一")
        }
        Problem::BelowZero { count } => format!("{count} 个村有低于 0 的得分，不存在这种平均数"),
    }
}

pub(super) fn hint(problem: &Problem) -> &'static str {
    match problem {
        Problem::EmptyFile => "检查是否选错文件",
        Problem::FileTooLarge { .. } => "拆分后分别导入",
        Problem::NotASpreadsheet => "用表格软件打开后另存为 XLSX 或 CSV",
        Problem::DamagedFile { .. } => "重新导出或重新下载后再试；有密码的文件先去掉密码",
        Problem::DecompressionBomb { .. } => "这通常不是正常的表格文件",
        Problem::UnknownEncoding => "另存为 UTF-8 编码的 CSV,或手动选择编码",
        Problem::ReadAsEncoding { .. } => "请在预览中确认汉字显示正常",
        Problem::HiddenSheet => "需要导入时请先取消隐藏",
        Problem::CellTooLong { .. } => "检查引号是否成对，或内容是否粘贴错位",
        Problem::FormulaCells { .. } => "确认文件在保存前已重新计算",
        Problem::FormulaError { .. } => "修正公式，或改为数值",
        Problem::MergedCells { .. } => "数据区请取消合并",
        Problem::NoKnownTable => "表头需含“村代码”等列名，可下载模板对照",
        Problem::UnknownSheet => "如需读取，请手动指定表的种类和列",
        Problem::EmptyTable => "不需要这张表时不必理会",
        Problem::NoRows => "在表头下方填写数据",
        Problem::MissingColumn { .. } => "补充该列，或在列对应中指定",
        Problem::ColumnGone { .. } => "如需保留，请在新名册中加上这一列",
        Problem::DuplicateColumn { .. } => "只保留一列，其余设为不读取",
        Problem::UnknownColumn { .. } => "如需读取，请在列对应中指定",
        Problem::EmptyCell { .. } => "补填该单元格",
        Problem::UnknownWord { .. } => "改用所列的词",
        Problem::BadId { .. } => "1–64 个字符，不含换行",
        Problem::CodeAsNumber { .. } => "把该列设为文本格式后重新填写",
        Problem::SecondTable => "名册和指标体系各只能有一张",
        Problem::NoFramework => "先导入指标体系，或使用默认方案",
        Problem::NoRegister => "先导入名册，或在数据表中加村名列",
        Problem::MoreLikeThis { .. } => "先改正已列出的，再重新导入",
        Problem::DuplicateUnit { .. } => "删除或改正其中一行",
        Problem::BodyTypeDiffers { .. } => "按填写的类型读取；请核实",
        Problem::FrameworkEmpty => "至少要有一行填写了方向和计量",
        Problem::DuplicateNode { .. } => "编号在整张表中不得重复",
        Problem::UnknownParent { .. } => "改正上级编号，或补充这一行",
        Problem::Cycle { .. } => "改正上级编号，使其通向最上层",
        Problem::BadWeight { .. } => "填 0 或正数；同级之间只看比例",
        Problem::ZeroWeights { .. } => "至少给一个下级正的权重",
        Problem::BadGoalposts { .. } => "下限须小于上限；方向在“方向”列填写",
        Problem::LeafWithoutIndicator { .. } => "补填方向和计量，或为它添加下级",
        Problem::IndicatorWithChildren { .. } => "有下级的行不填方向",
        Problem::NotANumber { .. } => "填数字；没有数据留空，不适用填“不适用”",
        Problem::NotFinite { .. } => "改为实际数值，没有则留空",
        Problem::OutOfRange { .. } => "核对数值和计量单位",
        Problem::UnknownUnit { .. } => "改正代码，或先更新名册",
        Problem::UnknownIndicator { .. } => "改正指标编号或名称",
        Problem::DuplicateValue { .. } => "只保留一个数值",
        Problem::HalfRatio => "两个都填，或都不填",
        Problem::NegativeCount { .. } => "核对数值",
        Problem::RatioAboveOne { .. } => "核对分子和分母是否填反",
        Problem::ValueAndRatioDiffer { .. } => "核对后只保留正确的一种",
        Problem::SharesReadAsPercent { .. } => "如果本来就是百分之零点几，请在数字后加 %",
        Problem::AmbiguousPercent { .. } => "如果本意是比例，请写成带 % 的百分数",
        Problem::NegativeStandardError { .. } => "与数值同一计量填写，没有则留空",
        Problem::BadDate { .. } => "写成 2026-06-30",
        Problem::NotWhole { .. } => "填整数",
        Problem::CountAbove { .. } => "核对这两个数",
        Problem::SampleDiffers { .. } => "只填一次，或各行填相同的数",
        Problem::UnknownQuestion { .. } | Problem::UnknownAnswer { .. } => {
            "改正文字，或在方案的 survey.questions 中补充"
        }
        Problem::GroupWithoutShare { .. } => "在方案的 survey.shares 中补充",
        Problem::NoPopulationShares => {
            "在方案的 survey.shares 或表的“群体总数”列给出比例，或另做随机住户抽样"
        }
        Problem::EmptyGroup { .. } => "补充调查该群体，或改正其比例",
        Problem::LedgerDiffers { .. }
        | Problem::LedgerApplies { .. }
        | Problem::SurveyDiffers { .. } => "已保留填报的数值；请核实哪个正确",
        Problem::LowCoverage { .. } => "补齐缺失的数据",
        Problem::ConstantIndicator { .. } => "核实数据是否真实",
        Problem::EmptyIndicator => "补充数据，或将权重设为 0",
        Problem::SparseIndicator { .. } => "结果对其余指标的依赖更大",
        Problem::CopiedRow { .. } => "请核实是否照抄，由人判断",
        Problem::RoundNumbers { .. } => "请核实是否估报，由人判断",
        Problem::AllBest { .. } => "请抽查原始记录，由人判断",
        Problem::SmallDenominator { .. } => "对比时请留意",
        Problem::BeyondGoalposts { .. } => "如果很多，考虑调整上下限",
        Problem::NoGoalposts => "补填上下限，或改用极差法",
        Problem::NoTransformation { .. } => "核对数值",
        Problem::NoDenominator { .. } => "补充人口或除数",
        Problem::ScreenedForGaps { .. } | Problem::ScreenedForZeros { .. } => {
            "补充数据，或将代码列入 screen.keep"
        }
        Problem::ScreenedByHand => "如需保留，请从 screen.drop 中移除代码",
        Problem::Imputed { .. } => "插补值不计入数据覆盖率",
        Problem::NoDonors { .. } => "补充数据，或换一种方法",
        Problem::NotConverged { .. } => "增加轮数，或换一种较简单的方法",
        Problem::Winsorised { .. } => "逐项见处理台账",
        Problem::Transformed => "公式见处理台账",
        Problem::StillSkewed { .. } => "查看分布，考虑换一种处理",
        Problem::TransformationWorse { .. } => "数值保持原样",
        Problem::NoGiiLog => "调大系数；数值保持原样",
        Problem::OffScale => "等级线及与其他指标的可比性可能不成立",
        Problem::ExactScores { .. } => {
            "改用截断的上下限，并设在量程中间九成以内（如 0–100 的量程设在 5–95 之间）"
        }
        Problem::NoReference => "换一个参照村或目标值",
        Problem::NeedsPositive { .. } => "为该指标换一种标准化方法",
        Problem::Reweighted { .. } => "实际采用的权重见村档案",
        Problem::BelowZero { .. } => "改用从 0 起的标准化，或算术平均",
    }
}
