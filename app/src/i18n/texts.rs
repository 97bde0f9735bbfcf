//! The texts: one line per key, Chinese and English side by side, so that
//! neither can be forgotten.

use dhi_engine::framework::Language;

macro_rules! texts {
    ($($key:ident: $zh:literal, $en:literal;)*) => {
        /// A text of the interface.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Key {
            $(#[doc = $en] $key,)*
        }

        impl Key {
            /// The text in a language.
            pub fn text(self, language: Language) -> &'static str {
                match (self, language) {
                    $(
                        (Self::$key, Language::Chinese) => $zh,
                        (Self::$key, Language::English) => $en,
                    )*
                }
            }
        }
    };
}

texts! {
    AppName: "履职健康指数", "Duty-Health Index";
    Fictitious: "虚构示例", "Fictitious demonstration";
    ForReference: "供组织研究参考，不代替任何决定。", "For the organisation's reference; it decides nothing.";
    NavRanking: "排名", "Ranking";
    NavWeights: "权重", "Weights";
    NavVillage: "村档案", "Village";
    NavData: "数据", "Data";
    NavMethod: "方法", "Method";
    NavLabel: "主导航", "Main navigation";
    SkipToContent: "跳到正文", "Skip to content";
    SwitchLanguage: "English", "中文";
    ThemeToDark: "深色", "Dark";
    ThemeToLight: "浅色", "Light";
    Undo: "撤销", "Undo";
    Redo: "重做", "Redo";
    Period: "期间", "Period";
    Project: "项目", "Project";
    SaveProject: "另存项目", "Save project";
    OpenProject: "打开项目", "Open project";
    ResetDemo: "恢复示例", "Reset to demo";
    ResetQuestion: "用示例数据替换当前项目？", "Replace the project with the demonstration?";
    ResetExplain: "当前数据、权重和方案将被替换。可以撤销，但建议先另存项目。", "Data, weights and scenarios will be replaced. It can be undone, but saving the project first is wise.";
    Cancel: "取消", "Cancel";
    Confirm: "确定", "Confirm";
    Close: "关闭", "Close";
    Saved: "已保存", "Saved";
    Saving: "正在保存…", "Saving…";
    SaveFailed: "没有保存成功，请用“另存项目”保存到文件。", "Not saved. Please use “Save project” to keep a file.";
    Loading: "正在计算…", "Computing…";
    WorkerFailed: "计算没有完成", "The computation did not finish";
    OpenFailedNotProject: "这不是项目文件。", "This is not a project file.";
    OpenFailedFuture: "这个项目由更新版本的程序保存，请升级后再打开。当前项目没有改变。", "This project was saved by a newer version of the program; please update. Nothing was changed.";
    OpenFailedDamaged: "项目文件不完整或已损坏。当前项目没有改变。", "The project file is incomplete or damaged. Nothing was changed.";
    RestoreFailed: "上次自动保存的项目无法读取，已打开示例。", "The autosaved project could not be read; the demonstration was opened.";
    RankingTitle: "排名", "Ranking";
    RankingHint: "同分并列；数据覆盖不足的村只给分，不评级、不排名。相近的名次不代表真实差别。", "Equal scores share a rank; villages with too little data have a score but no grade and no rank. Close ranks are no real difference.";
    ColRank: "名次", "Rank";
    ColName: "村", "Village";
    ColTown: "镇（街道）", "Town";
    ColClass: "村类", "Class";
    ColScore: "得分", "Score";
    ColGrade: "等级", "Grade";
    ColCoverage: "覆盖", "Coverage";
    ColContributions: "构成", "Make-up";
    ColChange: "变化", "Change";
    RankOverall: "全县名次", "Overall rank";
    RankInClass: "同类名次", "Rank in class";
    RankInTown: "同镇名次", "Rank in town";
    RankScope: "名次范围", "Rank among";
    FilterTown: "镇（街道）", "Town";
    FilterClass: "村类", "Class";
    FilterGrade: "等级", "Grade";
    FilterText: "查找", "Find";
    FilterTextHint: "村名或代码", "Name or code";
    FilterAll: "全部", "All";
    FilterClear: "清除筛选", "Clear filters";
    FilterEmpty: "没有符合条件的村。", "No village matches.";
    Flagged: "数据检查有警告，见村档案", "Data checks warn; see the village";
    NoRank: "不排名", "no rank";
    NoGrade: "不评级", "No grade";
    WithheldNoScore: "没有得分", "No score";
    WithheldLowCoverage: "数据覆盖不足，不评级", "Low coverage: no grade";
    WithheldLowPillar: "有维度数据覆盖不足，不评级", "Low coverage in a pillar: no grade";
    WithheldScreened: "按方法配方筛除，不评级", "Screened out by the method: no grade";
    ExportCsv: "导出 CSV", "Export CSV";
    Print: "打印", "Print";
    SortBy: "排序", "Sort by";
    Ascending: "升序", "ascending";
    Descending: "降序", "descending";
    Digest: "方法摘要", "Method digest";
    UnitsShown: "显示", "shown";
    UnitsOf: "共", "of";
    UnitsWord: "个村", "villages";
    WeightsTitle: "权重", "Weights";
    WeightsHint: "同级权重合计 100%。拖动一个，其余未锁定的按比例让位；可以为 0。", "Siblings sum to 100%. Move one and the unlocked others give way in proportion; zero is allowed.";
    PresetScheme: "方案权重", "Scheme weights";
    PresetEqual: "同级等权", "Equal weights";
    Lock: "锁定", "Lock";
    Unlock: "解锁", "Unlock";
    Increase: "增加", "Increase";
    Decrease: "减少", "Decrease";
    Sum: "合计", "Sum";
    Effective: "有效权重", "Effective weight";
    Expand: "展开", "Expand";
    Collapse: "收起", "Collapse";
    Scenarios: "权重方案", "Scenarios";
    ScenarioName: "方案名称", "Scenario name";
    ScenarioSave: "存为方案", "Save scenario";
    ScenarioLoad: "采用", "Use";
    ScenarioDelete: "删除", "Delete";
    ScenarioNone: "还没有保存的方案。", "No scenario saved yet.";
    AgainstBaseline: "与方案权重相比", "Against scheme weights";
    Up: "上升", "up";
    Down: "下降", "down";
    Unchanged: "不变", "unchanged";
    AllLocked: "其余都已锁定，无法调整。", "All others are locked.";
    VillageTitle: "村档案", "Village";
    VillageChoose: "选择村", "Choose village";
    VillageUnknown: "名册中没有这个代码的村。", "No village with this code.";
    Previous: "上一个", "Previous";
    Next: "下一个", "Next";
    Contributions: "得分构成", "Contributions";
    ContributionsHint: "实心条是得到的分，浅色条是满分时的分；合计等于得分。", "Solid bars are points gained, pale bars the most there are; they add up to the score.";
    ContributionPoints: "贡献（分）", "Contribution (points)";
    ContributionSum: "贡献合计", "Sum of contributions";
    Indicator: "指标", "Indicator";
    RawValue: "原始值", "Raw value";
    Goalposts: "上下限", "Goalposts";
    Normalised: "得分", "Score";
    ShareOfSiblings: "同级权重", "Weight";
    AppliedWeight: "实际权重", "Applied weight";
    Contribution: "贡献", "Contribution";
    Source: "来源", "Source";
    CutOff: "截止", "Cut-off";
    ClassMedian: "同类中位", "Class median";
    Missing: "缺失", "Missing";
    NotApplicable: "不适用", "Not applicable";
    Higher: "正向", "higher is better";
    Lower: "负向", "lower is better";
    SourceNotTold: "未注明", "not told";
    ClassTooSmall: "同类不足 8 个村，不作比较", "Fewer than 8 in the class: not compared";
    PointsUnit: "分", "points";
    Score: "得分", "Score";
    Coverage: "数据覆盖", "Data coverage";
    Population: "人口", "Population";
    BodyVillage: "村民委员会", "Village committee";
    BodyResidents: "居民委员会", "Residents' committee";
    BodyOther: "其他", "Other";
    ChartTable: "见下表", "see the table below";
    DataTitle: "数据", "Data";
    DataHint: "拖入 CSV、XLSX 或 XLS 文件，先看预览和问题，再整体接受或放弃。接受之前什么都不会改变。", "Drop CSV, XLSX or XLS files, look at preview and findings, then accept or reject as a whole. Nothing changes before.";
    DropHere: "把文件拖到这里，或", "Drop files here, or";
    ChooseFiles: "选择文件", "choose files";
    TemplateXlsx: "下载模板(XLSX)", "Template (XLSX)";
    TemplateCsv: "下载模板(CSV)", "Template (CSV)";
    EncodingLabel: "文字编码", "Text encoding";
    EncodingAuto: "自动判断", "Automatic";
    ImportPeriod: "未注明期间的表算作", "Tables without a period count for";
    Preview: "预览", "Preview";
    SheetKind: "表的种类", "Kind of table";
    KindUnits: "名册", "Register";
    KindFramework: "指标体系", "Framework";
    KindWide: "指标数据（宽表）", "Values (wide)";
    KindLong: "指标数据（长表）", "Values (long)";
    KindSurvey: "群众评议", "Survey counts";
    KindIgnored: "不读取", "Leave out";
    Mapping: "列对应", "Columns";
    FieldIgnored: "不读取", "Leave out";
    Findings: "发现的问题", "Findings";
    FindingsNone: "没有发现问题。", "Nothing found.";
    SeverityNote: "提示", "Note";
    SeverityWarning: "警告", "Warning";
    SeverityBlocking: "阻断", "Blocking";
    Place: "位置", "Place";
    Message: "问题", "Finding";
    SeverityLabel: "程度", "Severity";
    Hint: "建议", "What to do";
    Accept: "接受导入", "Accept import";
    Reject: "放弃", "Reject";
    AcceptBlocked: "有阻断性问题，不能接受；当前数据没有改变。", "Findings block the import; nothing was changed.";
    WouldChange: "接受后", "After accepting";
    NewUnits: "新增", "new";
    RemovedUnits: "减少", "removed";
    Indicators: "项指标", "indicators";
    ValuesRead: "个数值", "values";
    Rows: "行", "rows";
    CoverageMatrix: "数据覆盖情况", "Coverage of the data";
    CoverageMatrixHint: "每行一个村，每列一项指标。", "One row per village, one column per indicator.";
    HaveValue: "有值", "Value";
    RunFindings: "数据检查", "Data checks";
    RunFindingsHint: "检查只提示，不改数据，由人判断。", "Checks only remark; people decide.";
    MoreFindings: "其余未列出", "more not listed";
    Reading: "正在读取…", "Reading…";
    Files: "文件", "Files";
    MethodTitle: "方法", "Method";
    MethodIntro: "默认方案、上下限、权重与等级线均为设计默认值，不是法规，使用前须由本地确认。", "Default scheme, goalposts, weights and bands are design defaults, not regulations; confirm them locally.";
    Steps: "步骤", "Steps";
    StepCheck: "检查：覆盖率、取值范围、常数、雷同、整数、满分、小分母。只提示，不改数据。", "Check: coverage, ranges, constants, copies, round numbers, all-best, small denominators. Remarks only.";
    StepTreat: "处理：默认不处理；声明的变换逐格记账。", "Treat: nothing by default; declared transformations are entered cell by cell.";
    StepNormalise: "归一化：100 × clamp((x − 下限)/(上限 − 下限), 0, 1)；负向指标取 (上限 − x)/(上限 − 下限)。", "Normalise: 100 × clamp((x − lower)/(upper − lower), 0, 1); (upper − x)/(upper − lower) where lower is better.";
    StepWeigh: "加权：同级权重合计恒为 1。", "Weigh: siblings sum to exactly 1.";
    StepAggregate: "合成：逐级加权算术平均；缺失与不适用退出平均，其余权重按比例放大。", "Aggregate: weighted arithmetic means up the tree; missing and not applicable leave the mean.";
    StepRank: "排名：未四舍五入的得分；相差不超过 10⁻⁹ 并列。", "Rank: unrounded scores; within 10⁻⁹ they tie.";
    StepBands: "等级：≥85 健康，≥70 关注，≥60 预警，其余高风险。覆盖率总体低于 70% 或任一维度低于 60% 不评级。", "Bands: ≥85, ≥70, ≥60, else high risk. No grade below 70% coverage overall or 60% in a pillar.";
    Framework: "指标体系", "Framework";
    Direction: "方向", "Direction";
    Office: "责任单位", "Office";
    Frequency: "频率", "Frequency";
    ToBeConfirmed: "待确认", "to be confirmed";
    Log: "操作记录", "Log";
    LogIntact: "记录完整，逐条校验通过。", "The log is intact; every entry verifies.";
    Monthly: "月", "monthly";
    Quarterly: "季", "quarterly";
    HalfYearly: "半年", "half-yearly";
    Yearly: "年", "yearly";
    EmptyProject: "还没有数据", "No data yet";
    ShowTable: "以表格查看", "Show as table";
    Total: "合计", "Total";
    Menu: "菜单", "Menu";
}
