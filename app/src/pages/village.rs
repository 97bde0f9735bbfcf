//! 村档案: why one village has its score, down to the raw cells.

use crate::app::navigate;
use crate::charts::contributions::{Bar, Palette, svg};
use crate::components::band::BandBadge;
use crate::components::findings::FindingsTable;
use crate::components::since::SinceCard;
use crate::components::why::CertaintyCard;
use crate::i18n::{self, Key, fixed2, percent1};
use crate::route::Route;
use crate::state::context::{Context, use_app};
use crate::state::recipe::Additivity;
use dhi_engine::explain::{Dossier, DossierNode};
use dhi_engine::framework::{Direction, Framework, Language, Measure, Node};
use dhi_engine::ids::{BodyType, UnitCode};
use leptos::prelude::*;
use std::sync::Arc;

/// Width the chart is drawn at: what the window has, within reason.
fn chart_width() -> u32 {
    let width = window().inner_width().ok().and_then(|w| w.as_f64());
    #[expect(clippy::cast_sign_loss, reason = "limited to positive widths")]
    let width = (width.unwrap_or(800.0) - 70.0).clamp(280.0, 960.0) as u32;
    width
}

/// The page.
#[component]
pub fn Village() -> impl IntoView {
    let app = use_app();
    // The code of the address, or the first in the ranking.
    let unit = Memo::new(move |_| {
        let Route::Village(code) = app.route.get() else {
            return None;
        };
        if code.is_empty() {
            return app.results.with(|r| r.order.first().copied());
        }
        let code = UnitCode::new(&code).ok()?;
        app.project.with(|p| {
            let units = p.as_ref()?.content.dataset.units();
            units.find(&code).map(|u| u.0)
        })
    });
    Effect::new(move |_| {
        // Other weights change the explanation too.
        app.results.track();
        if let Some(unit) = unit.get() {
            app.explain(unit);
        }
    });
    let has_results = move || app.results.with(|r| !r.scores.is_empty());
    let dossier = Memo::new(move |_| {
        let dossier = app.dossier.get()?;
        // One of a framework that is gone would point at other nodes.
        let n_nodes = app.project.with(|p| {
            let content = &p.as_ref()?.content;
            Some(content.framework().nodes().len())
        });
        let is_present = Some(dossier.nodes.len()) == n_nodes;
        (is_present && Some(dossier.unit) == unit.get()).then_some(dossier)
    });
    view! {
        <div class="page">
            <div class="page__head">
                <h1>{app.say(Key::VillageTitle)}</h1>
                <Chooser unit/>
            </div>
            {move || match unit.get() {
                None if !has_results() => ().into_any(),
                None => view! { <p class="empty">{app.t(Key::VillageUnknown)}</p> }.into_any(),
                Some(unit) => view! { <Summary unit/> <CertaintyCard unit/> <Remarks unit/> <SinceCard unit/> }.into_any(),
            }}
            {move || dossier.get().map(|dossier| view! {
                <Chart dossier=Arc::clone(&dossier)/>
                <Details dossier/>
            })}
        </div>
    }
}

/// Villages by name, and the neighbours in the ranking.
#[component]
fn Chooser(unit: Memo<Option<u32>>) -> impl IntoView {
    let app = use_app();
    let go = move |unit: Option<u32>| {
        let code = app.project.with_untracked(|p| {
            let units = p.as_ref()?.content.dataset.units().list();
            Some(units.get(unit? as usize)?.code.to_string())
        });
        if let Some(code) = code {
            navigate(&Route::Village(code));
        }
    };
    let neighbour = move |by: isize| {
        app.results.with(|r| {
            let at = r.order.iter().position(|u| Some(*u) == unit.get())?;
            r.order.get(at.checked_add_signed(by)?).copied()
        })
    };
    let on_choose = move |event: leptos::ev::Event| {
        let text = event_target_value(&event);
        // “村名 代码”: the code is the last word.
        let code = text.rsplit(' ').next().unwrap_or_default().to_owned();
        let known = app.project.with_untracked(|p| {
            let units = p.as_ref().map(|p| p.content.dataset.units());
            let code = UnitCode::new(&code).ok();
            units.zip(code).is_some_and(|(u, c)| u.find(&c).is_some())
        });
        if known {
            navigate(&Route::Village(code));
        }
    };
    // A list of half a million options helps nobody; the ranking searches.
    let options = move || {
        app.project.with(|p| {
            p.as_ref().map_or_else(Vec::new, |p| {
                let units = p.content.dataset.units().list().iter().take(2000);
                units.map(|u| format!("{} {}", u.name, u.code)).collect()
            })
        })
    };
    view! {
        <div class="toolbar">
            <label class="field"><span>{app.say(Key::VillageChoose)}</span>
                <input type="search" list="villages" placeholder=app.say(Key::FilterTextHint)
                    on:change=on_choose/>
            </label>
            <datalist id="villages">
                {move || options().into_iter().map(|o| view! { <option value=o></option> }).collect_view()}
            </datalist>
            <button type="button" class="button" disabled=move || neighbour(-1).is_none()
                on:click=move |_| go(neighbour(-1))>{app.say(Key::Previous)}</button>
            <button type="button" class="button" disabled=move || neighbour(1).is_none()
                on:click=move |_| go(neighbour(1))>{app.say(Key::Next)}</button>
            <button type="button" class="button" on:click=|_| { let _ = window().print(); }>
                {app.say(Key::Print)}</button>
        </div>
    }
}

#[component]
fn Summary(unit: u32) -> impl IntoView {
    let app = use_app();
    let at = unit as usize;
    let about = move || {
        app.project
            .with(|p| p.as_ref()?.content.dataset.units().list().get(at).cloned())
    };
    let grade = Signal::derive(move || app.results.with(|r| r.grades.get(at).copied()));
    let why = move || {
        grade
            .get()
            .and_then(crate::components::band::reason)
            .map(|key| app.t(key))
    };
    let sizes = move || {
        let dossier = app.dossier.get().filter(|d| d.unit == unit);
        dossier.map_or((0, 0), |d| (d.class_size, d.town_size))
    };
    let rank = move |pick: fn(&crate::worker::protocol::Results) -> &Vec<u32>, among: u32| {
        let rank = app.results.with(|r| pick(r).get(at).copied().unwrap_or(0));
        match (rank, among) {
            (0, _) => app.t(Key::NoRank).to_owned(),
            (rank, 0) => rank.to_string(),
            (rank, among) => format!("{rank} / {among}"),
        }
    };
    let n_units = move || app.results.with(|r| r.scores.len() as u32);
    let coverage = move || app.loaded.with(|l| l.coverage.get(at).copied());
    let body = move |body: BodyType| {
        app.t(match body {
            BodyType::VillageCommittee => Key::BodyVillage,
            BodyType::ResidentsCommittee => Key::BodyResidents,
            BodyType::Other => Key::BodyOther,
        })
    };
    let fact = move |label: Key, value: String| {
        view! { <div class="fact"><dt>{app.t(label)}</dt><dd>{value}</dd></div> }
    };
    view! {
        <section class="card village">
            {move || about().map(|u| view! {
                <h2 class="village__name">{u.name.clone()}</h2>
                <p class="village__about">
                    {[u.code.to_string(), u.town.clone(), u.class.clone(), body(u.body_type).to_owned()]
                        .into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" · ")}
                    {u.population.map(|n| format!(" · {} {}", app.t(Key::Population), i18n::value(n)))}
                </p>
            })}
            <div class="village__score">
                <span class="village__number" data-testid="score">
                    {move || app.results.with(|r| r.scores.get(at).copied()).map(fixed2)}
                </span>
                <BandBadge grade/>
            </div>
            {move || why().map(|why| view! { <p class="notice">{why}</p> })}
            <dl class="facts">
                {move || fact(Key::RankOverall, rank(|r| &r.overall, n_units()))}
                {move || fact(Key::RankInClass, rank(|r| &r.in_class, sizes().0))}
                {move || fact(Key::RankInTown, rank(|r| &r.in_town, sizes().1))}
                {move || coverage().map(|c| fact(Key::Coverage, format!("{} / {}", c.present, c.applicable)))}
            </dl>
        </section>
    }
}

/// What the checks remark about this village; they change nothing.
#[component]
fn Remarks(unit: u32) -> impl IntoView {
    let app = use_app();
    let findings = Memo::new(move |_| {
        let code = app.project.with(|p| {
            let units = p.as_ref()?.content.dataset.units().list();
            Some(units.get(unit as usize)?.code.to_string())
        });
        app.loaded.with(|l| {
            let of_unit = l
                .findings
                .iter()
                .filter(|f| Some(&f.place.unit) == code.as_ref());
            of_unit.cloned().collect::<Vec<_>>()
        })
    });
    view! {
        <Show when=move || findings.with(|f| !f.is_empty())>
            <section class="card">
                <h2>{app.say(Key::RunFindings)}</h2>
                <p class="hint">{app.say(Key::RunFindingsHint)}</p>
                <FindingsTable findings/>
            </section>
        </Show>
    }
}

/// Position of the pillar above a node.
fn pillar_of(framework: &Framework, node: &DossierNode) -> usize {
    let mut path = vec![node.node];
    path.extend(framework.ancestors(node.node));
    let pillars = framework.pillars();
    path.iter()
        .find_map(|n| pillars.iter().position(|p| p == n))
        .unwrap_or(0)
}

/// One bar per inner node right above indicators.
fn bars(framework: &Framework, dossier: &Dossier, scale: f64, language: Language) -> Vec<Bar> {
    let holds_leaves = |n: &Node| {
        let has_leaf = |c: &_| framework.node(*c).column.is_some();
        n.children.iter().any(has_leaf)
    };
    let of_node = |d: &DossierNode| {
        let node = framework.node(d.node);
        holds_leaves(node).then(|| Bar {
            label: node.name.get(language).to_owned(),
            gained: d.contribution,
            possible: d.applied * scale,
            pillar: pillar_of(framework, d),
        })
    };
    dossier.nodes.iter().filter_map(of_node).collect()
}

/// Sum of what the indicators contribute.
fn sum_of(app: Context, dossier: &Dossier) -> f64 {
    app.project.with_untracked(|p| {
        p.as_ref().map_or(0.0, |p| {
            let leaves = p.content.framework().leaves().iter();
            let of = |n: &dhi_engine::ids::NodeIdx| dossier.nodes.get(n.at());
            leaves.filter_map(of).map(|n| n.contribution).sum()
        })
    })
}

/// How far this unit's score can be read as the sum of contributions: not at
/// all where one is below 0, or where they do not add up.
fn additivity_of(app: Context, dossier: &Dossier) -> Additivity {
    let score = dossier.nodes.first().and_then(|n| n.score).unwrap_or(0.0);
    let is_split = sum_of(app, dossier).to_bits() == score.to_bits()
        && dossier.nodes.iter().all(|n| n.contribution >= 0.0);
    if is_split {
        app.additivity()
    } else {
        Additivity::None
    }
}

#[component]
fn Chart(dossier: Arc<Dossier>) -> impl IntoView {
    let app = use_app();
    let additivity = additivity_of(app, &dossier);
    let hint = move || {
        app.t(match additivity {
            Additivity::Exact => Key::ContributionsHint,
            Additivity::SharedOut => Key::SharedOut,
            Additivity::None => Key::RelativeScore,
        })
    };
    let picture = move || {
        let language = app.language.get();
        let bars = app.project.with(|p| {
            p.as_ref().map_or_else(Vec::new, |p| {
                let content = &p.content;
                bars(
                    content.framework(),
                    &dossier,
                    content.spec.scale(),
                    language,
                )
            })
        });
        let palette = Palette::of(app.is_dark.get());
        svg(
            &bars,
            app.t(Key::ContributionPoints),
            &palette,
            chart_width(),
        )
    };
    view! {
        <section class="card">
            <h2>{app.say(Key::Contributions)}</h2>
            <p class="hint">{hint}</p>
            <div class="chart" role="img"
                aria-label=move || format!("{} · {}", app.t(Key::Contributions), app.t(Key::ChartTable))
                inner_html=picture></div>
        </section>
    }
}

/// Every node with everything behind it.
#[component]
fn Details(dossier: Arc<Dossier>) -> impl IntoView {
    let app = use_app();
    let score = dossier.nodes.first().and_then(|n| n.score);
    let sum = sum_of(app, &dossier);
    let is_additive = additivity_of(app, &dossier) == Additivity::Exact;
    let has_medians = dossier.nodes.iter().any(|n| n.class_median.is_some());
    let rows = move || {
        let language = app.language.get();
        app.project.with(|p| {
            p.as_ref().map(|p| {
                let framework = p.content.framework();
                let rows = dossier.nodes.iter().skip(1);
                rows.map(|d| row(app, framework, d, language))
                    .collect_view()
            })
        })
    };
    let head = [
        Key::Indicator,
        Key::RawValue,
        Key::Goalposts,
        Key::Normalised,
        Key::ClassMedian,
        Key::ShareOfSiblings,
        Key::AppliedWeight,
        if is_additive {
            Key::Contribution
        } else {
            Key::SharedPart
        },
        Key::Source,
        Key::CutOff,
    ];
    view! {
        <section class="card">
            <h2>{app.say(Key::Indicator)}</h2>
            {(!has_medians).then(|| view! { <p class="hint">{app.say(Key::ClassTooSmall)}</p> })}
            <div class="scroll" tabindex="0" role="region" aria-label=app.say(Key::Indicator)>
                <table class="table" data-testid="dossier">
                    <thead><tr>
                        {head.map(|key| view! { <th scope="col">{app.say(key)}</th> })}
                    </tr></thead>
                    <tbody>{rows}</tbody>
                    <tfoot><tr>
                        <th scope="row" colspan="7">
                            {move || if is_additive {
                                [app.t(Key::ContributionSum), " = ", app.t(Key::Score)].concat()
                            } else {
                                app.t(Key::Sum).to_owned()
                            }}
                        </th>
                        <td class="number" data-sum=sum.to_string() data-score=score.map(|s| s.to_string())>
                            {fixed2(sum)}
                        </td>
                        <td colspan="2">{score.filter(|_| is_additive).map(|s| ["= ", &fixed2(s)].concat())}</td>
                    </tr></tfoot>
                </table>
            </div>
        </section>
    }
}

fn row(app: Context, framework: &Framework, d: &DossierNode, language: Language) -> AnyView {
    let node = framework.node(d.node);
    let nothing = || {
        let key = if d.is_not_applicable {
            Key::NotApplicable
        } else {
            Key::Missing
        };
        app.t(key).to_owned()
    };
    let score = d.score.map_or_else(nothing, fixed2);
    let median = d.class_median.map_or_else(|| "—".into(), fixed2);
    let indent = format!("padding-left: {}rem", 0.5 + 0.9 * (node.depth as f64 - 1.0));
    let class = if node.column.is_some() {
        "table__leaf"
    } else {
        "table__inner"
    };
    let (raw, posts, source, cut_off) = match &node.indicator {
        None => Default::default(),
        Some(indicator) => {
            let unit = match indicator.measure {
                Measure::Percent => "%".to_owned(),
                Measure::Amount => " 万元".to_owned(),
                Measure::Points => format!(" {}", app.t(Key::PointsUnit)),
                Measure::Share | Measure::Count | Measure::Number => String::new(),
            };
            let raw = d.raw.map_or_else(nothing, |raw| {
                let ratio = d.ratio.map(|r| {
                    let (n, d) = (i18n::value(r.numerator), i18n::value(r.denominator));
                    format!(" ({n}/{d})")
                });
                format!("{}{unit}{}", i18n::fixed2(raw), ratio.unwrap_or_default())
            });
            let arrow = app.t(match indicator.direction {
                Direction::HigherIsBetter => Key::Higher,
                Direction::LowerIsBetter => Key::Lower,
            });
            let posts = indicator.goalposts.map_or_else(String::new, |g| {
                format!(
                    "{}–{} {arrow}",
                    i18n::value(g.lower()),
                    i18n::value(g.upper())
                )
            });
            let told = d.provenance.as_ref();
            let or_untold = |text: Option<&String>| match text {
                Some(text) if !text.is_empty() => text.clone(),
                _ if d.raw.is_none() => String::new(),
                _ => app.t(Key::SourceNotTold).to_owned(),
            };
            (
                raw,
                posts,
                or_untold(told.map(|p| &p.source)),
                or_untold(told.map(|p| &p.cut_off)),
            )
        }
    };
    view! {
        <tr class=class>
            <th scope="row" style=indent>{node.name.get(language).to_owned()}</th>
            <td>{raw}</td>
            <td>{posts}</td>
            <td class="number">{score}</td>
            <td class="number">{median}</td>
            <td class="number">{percent1(d.share)}</td>
            <td class="number">{percent1(d.applied)}</td>
            <td class="number">{fixed2(d.contribution)}</td>
            <td>{source}</td>
            <td>{cut_off}</td>
        </tr>
    }
    .into_any()
}
