//! Tables as offices type them.

use super::*;
use crate::input::decode;

fn of(text: &str) -> Result<Process, ProcessError> {
    Process::from_tables(&decode("a.csv", text.as_bytes(), None))
}

fn refusal(text: &str) -> String {
    of(text).unwrap_err().message(Language::Chinese)
}

#[test]
fn every_kind_of_sheet_is_read() {
    let list = of("小微权力清单,,\n编号,上级编号,内容\n1,,公开\n1.1,1,按月公开\n").unwrap();
    assert_eq!(list.checklist.unwrap().size(), (1, 1));
    let checks = of(
        "序号,编号,村代码,村名,检查日期,是否符合\n1,1.1,001,甲,2026/5/1,否\n\
        2,1.1,002,乙,2026年5月2日,不适用\n",
    )
    .unwrap()
    .checks;
    let met: Vec<_> = checks.iter().map(|c| c.is_met).collect();
    assert_eq!(met, [Some(false), None]);
    assert_eq!(checks[1].at.to_string(), "2026-05-02");
    let plan = of("村代码,巡察组,开始日期,结束日期\n001,一组,20260302,20260313\n").unwrap();
    assert_eq!(plan.plan.unwrap().visits[0].team, "一组");
    // The notice of a year covers the year.
    let days = of("日期,放假或上班\n2026-10-01,放假\n2026-10-10,上班\n").unwrap();
    let calendar = days.calendar.unwrap();
    assert_eq!((calendar.holidays.len(), calendar.worked.len()), (1, 1));
    assert_eq!(calendar.until.unwrap().to_string(), "2026-12-31");
    let gates = of("村代码,情形,理由,依据,批准,起始日期,截止日期\n\
        001,待核,数据存疑,制度第三条,组织部,2026-03-01,\n")
    .unwrap()
    .gates;
    assert_eq!((gates[0].cause, gates[0].end), (Cause::UnderReview, None));
    let held = of("村代码,人员代码,职务,任职日期,离任日期\n\
        001,A-1,主任,2026-07-01,\n001,A-2,主任,2020-01-01,2026-06-30\n")
    .unwrap()
    .tenures;
    let ends: Vec<_> = held.iter().map(|t| t.to.map(String::from)).collect();
    assert_eq!(ends, [None, Some("2026-06-30".into())]);
    let advice = of(
        "建议书编号,收件单位,共性或个性,所据事项,建议,发出日期,答复日期,评价\n\
        1号,住建局,共性,Z1、Z2,建章,2026-03-01,2026-04-01,部分采纳\n",
    )
    .unwrap()
    .suggestions;
    assert_eq!(advice[0].items, ["Z1", "Z2"]);
    assert_eq!(advice[0].assessment, Some(Assessment::Partly));
    assert_eq!(advice[0].reply, "");
    let answered = of(
        "建议书编号,收件单位,共性或个性,原因,建议,发出日期,答复日期,答复内容\n\
        1号,住建局,个性,无制度,建章,2026-03-01,2026-04-01,已建章并公示\n",
    )
    .unwrap()
    .suggestions;
    let texts = [&answered[0].cause, &answered[0].reply];
    assert_eq!(texts, ["无制度", "已建章并公示"]);
    // What is handed out reads back, and decides nothing.
    let blank = decode("模板.xlsx", &template().unwrap(), None);
    assert_eq!(blank.workbook.sheets.len(), FORMS.len() + 1);
    assert_eq!(Process::from_tables(&blank).unwrap(), Process::default());
}

#[test]
fn what_is_not_understood_is_refused_with_its_place() {
    assert!(refusal("甲,乙\n1,2\n").contains("表头不是"));
    let extra = refusal("村代码,重点村,得分\n001,是,9\n");
    assert!(extra.contains("不认识“得分”"), "{extra}");
    let unclear = refusal("村代码,重点村\n001,是\n\n002,大概\n");
    assert!(unclear.contains("第 4 行“重点村”：“大概”"), "{unclear}");
    assert!(refusal("村代码,重点村\n001,是\n001,否\n").contains("第 3 行“村代码”"));
    let gate = "村代码,情形,理由,依据,批准,起始日期\n001,处分影响期,甲,乙,丙,2026-01-01\n";
    assert!(refusal(gate).contains("限制性情形第 1 条：处分"));
    let post = "村代码,人员代码,职务,任职日期,离任日期\n001,A-1,主任,2026-07-01,2026-06-30\n";
    assert!(refusal(post).contains("任职情况第 1 条"));
    let letter = "建议书编号,收件单位,共性或个性,建议,发出日期,答复内容\n\
        1号,住建局,个性,建章,2026-03-01,已建章\n";
    assert!(refusal(letter).contains("巡察建议书第 1 份：写了答复内容"));
    assert!(refusal("编号,内容\n1,甲\n1,乙\n").contains("编号 1 重复"));
    assert!(refusal("").contains('空'), "{}", refusal(""));
    // Of a code that a spreadsheet rounded nobody knows the digits.
    assert!(refusal("村代码,重点村\n5.10181E+11,是\n").contains("第 2 行“村代码”"));
}
