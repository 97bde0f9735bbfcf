//! Ledgers as counties keep them.

use super::*;
use crate::frame::Unit;
use crate::ids::{BodyType, UnitCode};
use crate::input::decode;
use crate::packet::author_of;
use crate::process::{Process, template};
use crate::signoff::tests::{actor, day};
use crate::signoff::{Facts, Kind, Role};

fn units() -> Units {
    let unit = |(code, town): (&str, &str)| Unit {
        code: UnitCode::new(code).unwrap(),
        name: "虚构村".into(),
        town: town.into(),
        class: String::new(),
        body_type: BodyType::VillageCommittee,
        population: None,
    };
    Units::new([("001", "甲镇"), ("002", "乙镇")].map(unit).to_vec()).unwrap()
}

const HEAD: &str = "编号,村代码,业务主管部门,问题,类型,立项日期,责任单位,交办日期,整改期限\n";
const ROW: &str = "R-1,001,住建局,甲,限期整改,2026-01-05,书记,2026-01-06,2026-06-30\n";

fn read_by(store: &Store, role: Role, text: &str) -> Result<Store, ProcessError> {
    let file = decode("台账.csv", text.as_bytes(), None);
    with_items(
        store,
        &Rules::default(),
        &actor(role),
        &file,
        Some(&units()),
    )
}

fn refusal(store: &Store, text: &str) -> String {
    let refused = read_by(store, Role::Inspection, text);
    refused.unwrap_err().message(Language::Chinese)
}

/// Of the same facts the records are those recorded one by one, to the last byte.
#[test]
fn a_row_is_what_is_recorded_by_hand() {
    let text = "某县整改台账,,,,,,,,,,,,,\n\
        序号,编号,村代码,村名,镇街,牵头部门,来源,问题,类型,清单编号,应追回（万元）,立项日期,责任单位,交办日期,整改期限,备注\n\
        1,R-1,001,甲村,甲镇,住建局,第一轮,合同款未收,限期整改,1.1,12.5,2026-01-05,村党组织书记,2026/1/6,2026年6月30日,\n\
        2,整改（2026）2号,002,乙村,,农业局,,=HYPERLINK(\"x\"),long_term,,,20260107,,,,急\n";
    let read = read_by(&Store::default(), Role::Inspection, text).unwrap();
    let mut by_hand = Store::default();
    let mut record = |id: &str, at: &str, what| {
        let (at, by) = (day(at), actor(Role::Inspection));
        let event = Event { at, by, what };
        by_hand.record(&Rules::default(), id, event).unwrap();
    };
    let first = Facts {
        village: "001".into(),
        town: "甲镇".into(),
        lead: "住建局".into(),
        round: "第一轮".into(),
        problem: "合同款未收".into(),
        kind: Kind::ByDate,
        checklist: "1.1".into(),
        // 125 000.00 元.
        to_recover: 12_500_000,
    };
    let second = Facts {
        village: "002".into(),
        town: "乙镇".into(),
        lead: "农业局".into(),
        round: String::new(),
        problem: "=HYPERLINK(\"x\")".into(),
        kind: Kind::LongTerm,
        checklist: String::new(),
        to_recover: 0,
    };
    record("R-1", "2026-01-05", What::Open(first));
    let (liable, due) = ("村党组织书记".into(), day("2026-06-30"));
    record("R-1", "2026-01-06", What::Assign { liable, due });
    record("整改（2026）2号", "2026-01-07", What::Open(second));
    assert_eq!(read, by_hand);
    // What is handed out asks for nothing else, and holds no item.
    let blank = decode("模板.xlsx", &template().unwrap(), None);
    let (store, rules, by) = (Store::default(), Rules::default(), actor(Role::Inspection));
    let refused = with_items(&store, &rules, &by, &blank, Some(&units()));
    assert!(matches!(refused, Err(ProcessError::NoItems)));
    assert!(blank.workbook.sheets.iter().any(|s| s.name == "整改台账"));
}

#[test]
fn a_row_that_is_not_right_is_refused_with_its_place() {
    let empty = Store::default();
    let with = |from: &str, to: &str| {
        let second = ROW.replacen("R-1", "R-2", 1);
        assert!(second.contains(from));
        let second = second.replacen(from, to, 1);
        refusal(&empty, &[HEAD, ROW, &second].concat())
    };
    for (from, to, place) in [
        ("001", "003", "第 3 行“村代码”：“003”与名册不符"),
        ("001", "5.10181E+11", "第 3 行“村代码”：“5.10181E+11”缺填"),
        ("R-2", "", "第 3 行“编号”：“”缺填"),
        ("住建局", "", "第 3 行“业务主管部门”：“”缺填"),
        (",甲,", ",,", "第 3 行“问题”：“”缺填"),
        ("限期整改", "尽快", "第 3 行“类型”：“尽快”缺填"),
        (
            "2026-01-05",
            "2026-02-30",
            "第 3 行“立项日期”：“2026-02-30”缺填",
        ),
        (
            "2026-01-05",
            "2026-01-07",
            "第 3 行“交办日期”：“2026-01-06”：日期早于进入当前状态的 2026-01-07",
        ),
        (
            "2026-06-30",
            "2026-01-06",
            "第 3 行“整改期限”：“2026-01-06”：日期应晚于 2026-01-06",
        ),
        // Assigned is assigned whole.
        ("2026-06-30", "", "第 3 行“整改期限”：“”缺填"),
        ("2026-01-06", "", "第 3 行“交办日期”：“”缺填"),
        ("书记", "", "第 3 行“责任单位”：“”：必须写明内容或理由"),
        (
            "R-2",
            "R-1",
            "第 3 行“编号”：“R-1”：事项须先拟立，且只能拟立一次",
        ),
    ] {
        let found = with(from, to);
        assert!(found.contains(place), "{from} → {to}: {found}");
    }
    // A number that is there already, also one that two set up and nobody settled.
    let one = read_by(&empty, Role::Inspection, &[HEAD, ROW].concat()).unwrap();
    assert!(refusal(&one, &[HEAD, ROW].concat()).contains("第 2 行“编号”：“R-1”：事项须先拟立"));
    let mut other = actor(Role::Inspection);
    other.office = "第二组".into();
    let file = decode("a.csv", [HEAD, ROW].concat().as_bytes(), None);
    let mut two = with_items(&empty, &Rules::default(), &other, &file, Some(&units())).unwrap();
    two.merge(&one);
    assert_eq!(two.item(&Rules::default(), "R-1").0, None);
    assert!(refusal(&two, &[HEAD, ROW].concat()).contains("第 2 行“编号”"));
    // Whoever may not set up an item by hand may not by a table.
    let refused = read_by(&empty, Role::Town, &[HEAD, ROW].concat());
    let found = refused.unwrap_err().message(Language::Chinese);
    assert!(
        found.contains("第 2 行") && found.contains("镇街党(工)委不能拟立"),
        "{found}"
    );
}

#[test]
fn what_is_meant_and_not_taken_is_refused() {
    let empty = Store::default();
    let with = |head: &str, cell: &str| {
        let text = [
            HEAD.trim_end(),
            ",",
            head,
            "\n",
            ROW.trim_end(),
            ",",
            cell,
            "\n",
        ]
        .concat();
        match read_by(&empty, Role::Inspection, &text) {
            Ok(store) => store
                .item(&Rules::default(), "R-1")
                .0
                .unwrap()
                .facts
                .to_recover
                .to_string(),
            Err(why) => why.message(Language::Chinese),
        }
    };
    // 1.005 万元 are 10 050 元; below 分 there is nothing.
    assert_eq!(with("应追回万元", "1.005"), "1005000");
    assert_eq!(with("应收回（万元）", "0"), "0");
    assert!(with("应追回万元", "0.0000001").contains("第 2 行“应追回万元”"));
    assert!(with("应追回万元", "三万").contains("第 2 行“应追回万元”"));
    // Of a sum without its unit nobody knows how much it is.
    assert!(with("应追回", "3").contains("不认识“应追回”这一列"));
    assert!(with("应追回（元）", "3").contains("不认识"));
    assert!(with("挂牌", "县级").contains("不认识“挂牌”这一列"));
    assert!(with("镇街", "乙镇").contains("第 2 行“镇街”：“乙镇”与名册不符"));
    // Tables go where they are asked for.
    let list = "编号,内容\n1,公开\n";
    assert!(refusal(&empty, list).contains("是“权力清单”，不在这里导入"));
    assert!(refusal(&empty, HEAD).contains("没有事项"));
    let items = decode("a.csv", [HEAD, ROW].concat().as_bytes(), None);
    let why = Process::from_tables(&items).unwrap_err();
    assert!(
        why.message(Language::Chinese)
            .contains("是“整改台账”，不在这里导入")
    );
}

/// Without a register the table says the town, as packets do.
#[test]
fn without_a_register_every_row_says_its_town() {
    let rules = Rules::default();
    let by = actor(Role::Inspection);
    let read = |text: &str| {
        let file = decode("a.csv", text.as_bytes(), None);
        with_items(&Store::default(), &rules, &by, &file, None)
    };
    let why = read(&[HEAD, ROW].concat()).unwrap_err();
    assert!(why.message(Language::Chinese).contains("第 2 行“镇街”"));
    let text = [HEAD.trim_end(), ",镇街\n", ROW.trim_end(), ",丙镇\n"].concat();
    let store = read(&text).unwrap();
    let item = store.item(&rules, "R-1").0.unwrap();
    assert_eq!(
        (item.facts.town.as_str(), item.due),
        ("丙镇", Some(day("2026-06-30")))
    );
    assert_eq!(store.export(&author_of(&by)).unwrap().records.len(), 2);
}
