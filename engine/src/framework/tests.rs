use super::*;

fn leaf(id: &str, parent: &str, weight: f64) -> NodeRow {
    NodeRow {
        indicator: Some(Indicator {
            direction: Direction::HigherIsBetter,
            measure: Measure::Percent,
            goalposts: Goalposts::new(0.0, 100.0).ok(),
            transformation: Transformation::None,
            numerator: String::new(),
            denominator: String::new(),
            source: String::new(),
            frequency: None,
            office: String::new(),
        }),
        ..inner(id, parent, weight)
    }
}

fn inner(id: &str, parent: &str, weight: f64) -> NodeRow {
    NodeRow {
        id: NodeId::new(id).unwrap(),
        parent: NodeId::new(parent).ok(),
        name: Text::default(),
        weight,
        indicator: None,
    }
}

fn errors(rows: Vec<NodeRow>) -> Vec<FrameworkError> {
    Framework::new(rows).unwrap_err()
}

#[test]
fn rows_in_any_order_become_a_depth_first_tree() {
    let rows = vec![
        leaf("b1", "b", 1.0),
        inner("b", "top", 1.0),
        leaf("a", "top", 1.0),
        inner("top", "", 1.0),
        leaf("b2", "b", 3.0),
    ];
    let framework = Framework::new(rows).unwrap();
    let ids: Vec<&str> = framework.nodes().iter().map(|n| n.id.as_str()).collect();
    assert_eq!(ids, ["top", "b", "b1", "b2", "a"]);
    assert_eq!(framework.n_indicators(), 3);
    let b = framework.find("b").unwrap();
    assert_eq!(framework.leaves_under(b).len(), 2);
    let again = Framework::new(framework.to_rows()).unwrap();
    assert_eq!(again, framework);
}

#[test]
fn several_roots_get_a_composite() {
    let framework = Framework::new(vec![leaf("a", "", 1.0), leaf("b", "", 1.0)]).unwrap();
    assert_eq!(framework.node(NodeIdx(0)).id.as_str(), IMPLICIT_COMPOSITE);
    assert_eq!(framework.pillars().len(), 2);
}

#[test]
fn broken_trees_name_their_row() {
    let orphan = errors(vec![leaf("a", "nowhere", 1.0)]);
    assert!(matches!(
        orphan[..],
        [FrameworkError::UnknownParent { row: 0, .. }]
    ));
    let cycle = errors(vec![inner("a", "b", 1.0), inner("b", "a", 1.0)]);
    assert!(matches!(cycle[..], [FrameworkError::Cycle { .. }]));
    let duplicate = errors(vec![leaf("a", "", 1.0), leaf("a", "", 1.0)]);
    assert!(matches!(
        duplicate[..],
        [FrameworkError::DuplicateId {
            row: 1,
            first_row: 0,
            ..
        }]
    ));
    let negative = errors(vec![leaf("a", "", -1.0), leaf("b", "", f64::NAN)]);
    assert_eq!(negative.len(), 2);
    let zero = errors(vec![
        inner("t", "", 1.0),
        leaf("a", "t", 0.0),
        leaf("b", "t", 0.0),
    ]);
    assert!(matches!(
        zero[..],
        [FrameworkError::ZeroWeights { row: 0, .. }]
    ));
    let hollow = errors(vec![inner("t", "", 1.0)]);
    assert!(matches!(
        hollow[..],
        [FrameworkError::LeafWithoutIndicator { row: 0, .. }]
    ));
    assert_eq!(errors(vec![]), vec![FrameworkError::Empty]);
}
