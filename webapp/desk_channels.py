"""Nominations by channel: how many get how far, how fast, and how evenly the steps select."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import desk_charts, desk_filters, desk_tables, desk_words, impact_words
from webapp.access import access
from webapp.charts import Bar, Chart, Row
from webapp.desk_tables import Table
from webapp.query_text import choice
from webapp.saved_views import opened_with
from webapp.texts import gettext as _
from webapp.texts import ngettext
from webapp.unit import current_actor, reading
from workflows import channel_funnel, figures, permissions
from workflows.channel_funnel import ChannelFunnel, GroupBy, Passed, StepImpact
from workflows.errors import NotFound
from workflows.figure_cases import Counted
from workflows.figures import FigureFilter
from workflows.permissions import Action
from workflows.view_tables import ViewPage

bp = Blueprint("desk_channels", __name__, url_prefix="/desk/nominations")


@bp.get("/")
@access(Action.SEE_FIGURES)
def show() -> ResponseReturnValue:
    """Show how far nominations got by each channel."""
    if (view := opened_with(ViewPage.CHANNELS)) is not None:
        return view
    actor, day = current_actor(), desk_filters.today()
    group = choice(GroupBy, "compare") or GroupBy.UNIT
    with reading() as session:
        reach = figures.reach(session, actor)
        wanted = figures.settled(_wanted(), reach)
        found = channel_funnel.by_channel(session, wanted, reach)
        impacts = _impacts(session, wanted, group)
        choices = desk_filters.choices(session, wanted, reach, day)
        counted_at = figures.counted_at(session)
    return render_template(
        "desk/channels.html",
        found=found,
        charts_of=[_chart(wanted, each) for each in found if each.begun],
        impacts=impacts,
        group=group,
        groups=desk_words.GROUPS,
        milestones=desk_words.MILESTONES,
        channel_name=desk_words.channel,
        group_name=desk_words.group,
        verdicts=impact_words.VERDICTS,
        tones=impact_words.TONES,
        wanted=wanted,
        choices=choices,
        arguments=_arguments(wanted),
        counted_at=counted_at,
        to_cases=_href(wanted),
    )


@bp.get("/<table>.<suffix>")
@access(Action.SEE_FIGURES)
def download(table: str, suffix: str) -> ResponseReturnValue:
    """Download the funnel, or how evenly its steps select, narrowed as the page was."""
    with reading() as session:
        reach = figures.reach(session, current_actor())
        wanted = figures.settled(_wanted(), reach)
        if table == "channels":
            found = _funnel_table(channel_funnel.by_channel(session, wanted, reach))
        elif table == "impact":
            group = choice(GroupBy, "compare") or GroupBy.UNIT
            found = _impact_table(
                channel_funnel.impact_by_step(session, current_actor(), wanted, group)
            )
        else:
            raise NotFound(_("There is no such table."))
    return desk_tables.as_file(found, suffix)


def _wanted() -> FigureFilter:
    """Return what the address asks for; it is always about nominations of any version."""
    return desk_filters.wanted(desk_filters.today(), channel_funnel.NOMINATION)


def _arguments(wanted: FigureFilter) -> Mapping[str, str | int | None]:
    """Return the filter as the arguments of an address; the process goes without saying."""
    return {**desk_filters.as_arguments(wanted), "process": None}


def _impacts(session: Session, wanted: FigureFilter, group: GroupBy) -> list[StepImpact] | None:
    """Return how evenly the steps select, for whoever may know that."""
    actor = current_actor()
    if not permissions.allows(actor, Action.SEE_IMPACT):
        return None
    return channel_funnel.impact_by_step(session, actor, wanted, group)


def _href(wanted: FigureFilter) -> Callable[[str, Passed], str]:
    """Return what gives the address of the nominations that passed a milestone."""

    def href(channel: str, step: Passed) -> str:
        item = f"{channel}/{step.milestone}"
        return desk_charts.href(wanted, Counted.CHANNEL, item=item)

    return href


def _chart(wanted: FigureFilter, funnel: ChannelFunnel) -> Chart:
    """Show how far the nominations of one channel got."""
    to = _href(wanted)
    rows = []
    for step in funnel.steps:
        label = str(desk_words.MILESTONES[step.milestone])
        words = ngettext(
            "%(step)s: %(num)d nomination",
            "%(step)s: %(num)d nominations",
            step.number,
            step=label,
        )
        rows.append(Row(label, (Bar(step.number, "green", words, to(funnel.channel, step)),)))
    heads = (_("Milestone"), _("Nominations"))
    key = f"channel-{funnel.channel or 'all'}"
    return desk_charts.chart(key, desk_words.channel(funnel.channel), heads, rows)


def _funnel_table(found: Sequence[ChannelFunnel]) -> Table:
    """Return the funnel of each channel as a table."""
    columns = (
        _("Channel"),
        _("Milestone"),
        _("Nominations"),
        _("Percent of those before"),
        *desk_tables.duration_heads()[1:],
    )
    rows = [
        (
            desk_words.channel(funnel.channel),
            desk_words.MILESTONES[step.milestone],
            step.number,
            "" if step.rate is None else step.rate,
            *desk_tables.cells(step.took)[1:],
        )
        for funnel in found
        for step in funnel.steps
    ]
    return Table("channels", _("Nominations by channel"), columns, rows)


def _impact_table(found: Sequence[StepImpact]) -> Table:
    """Return how evenly the steps select as a table; small groups stand together."""
    columns = (
        _("Milestone"),
        _("Group"),
        _("Considered"),
        _("Selected"),
        _("Impact ratio in percent"),
        _("Finding"),
    )
    return Table("impact", _("How evenly each step selects"), columns, list(_impact_rows(found)))


def _impact_rows(found: Sequence[StepImpact]) -> Iterator[Sequence[object]]:
    """Yield a row for each group of each step."""
    for step in found:
        for each in step.groups:
            verdict = each.after.verdict
            yield (
                desk_words.MILESTONES[step.milestone],
                " + ".join(desk_words.group(name) for name in each.groups),
                each.considered,
                each.after.selected,
                "" if (ratio := step.ratio(each)) is None else ratio,
                impact_words.VERDICTS.get(verdict, verdict),
            )
