# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from decimal import Decimal
from typing import Any, NamedTuple

from odoo.addons.sales_process_mgmt.tools import period as period_tools
from odoo.addons.sales_process_mgmt.tools.spoken import speaking

from ..tools import scoring

# So many months back closed scorecards are compared with what is counted now.
LOOK_BACK = 3


class Owed(NamedTuple):
    """What a closed month owes: its scorecard, both scores, what was given before."""

    card: Any
    closed: Decimal
    now: Decimal
    before: Decimal

    @property
    def given(self):
        """What the open month adds to its score.

        :return: Decimal; below zero where a month that was opened anew counts by itself
            what another month has given back
        """
        return self.now - self.closed - self.before


class PointsGivenBack:
    """Points that were taken back after a month was closed: the next one corrects it.

    The closed month stays as it is. The first open one after it has a line with the
    difference, in each of its parts, so that their average gives all of it. What closed
    months have given back already is counted against it, so that over all months
    nothing is given twice, also where the month itself is opened anew.

    :param count: ScorecardCount of the open scorecards
    """

    def __init__(self, count):
        self.count = count
        self.cards = count.cards

    def find(self):
        """What is owed to each open scorecard.

        :return: ``{sales.process.scorecard: list of Owed}``
        """
        oldest = period_tools.shift_period("monthly", self.count.first, -LOOK_BACK)[0]
        months = self.cards.search(
            [
                ("user_id", "in", self.cards.user_id.ids),
                ("company_id", "=", self.count.company.id),
                ("is_replaced", "=", False),
                ("date_from", ">=", oldest),
            ],
            order="date_from",
        )
        closed = months.filtered(lambda card: card.state == "closed")
        sources = closed.filtered(lambda card: card.date_from < self.count.first)
        if not sources:
            return {}
        now, before = self._score_now(sources), self._find_given(closed)
        still_open = defaultdict(list)
        for card in months - closed:
            still_open[card.user_id].append(card.date_from)
        owed = defaultdict(list)
        for card in self.cards:
            for source in sources.filtered(
                lambda row, c=card: row.user_id == c.user_id
            ):
                is_next = not any(
                    source.date_from < day < card.date_from
                    for day in still_open[card.user_id]
                )
                row = Owed(
                    source,
                    scoring.to_decimal(source.score),
                    now[source],
                    before[source.user_id, source.date_from],
                )
                if is_next and row.given:
                    owed[card].append(row)
        return owed

    def _find_given(self, closed):
        """What closed scorecards have given back of each month."""
        given = defaultdict(Decimal)
        lines = closed.line_ids.filtered("corrects_id")
        # the parts of a month say the same
        for (_card, source), rows in lines.grouped(
            lambda line: (line.scorecard_id, line.corrects_id)
        ).items():
            given[source.user_id, source.date_from] += scoring.to_decimal(
                rows[0].contribution
            )
        return given

    def _score_now(self, sources):
        """The scores of closed months with the points that are left of theirs.

        :return: ``{sales.process.scorecard: Decimal}``, never below the closed score:
            what is found later against somebody counts by a decision alone
        """
        lines = sources.line_ids.filtered(
            lambda line: (
                line.kind == "points"
                and line.metric_id
                and (line.metric_id.domain or False) == (line.metric_domain or False)
            )
        )
        values = self.count._count_lines(lines)[0] if lines else []
        taken = {
            line: scoring.get_deduction(
                value, line.item_id.point_score, line.item_id.point_most
            )
            for line, value in zip(lines, values, strict=True)
        }
        return {card: self._score_card(card, taken) for card in sources}

    def _score_card(self, card, taken):
        closed = scoring.to_decimal(card.score)
        if not card.has_score:
            return closed
        scores = []
        for segment in card.segment_ids.filtered("has_score"):
            points = segment.line_ids.filtered(lambda line: line.kind == "points")
            score, _is_lifted = scoring.add_up(
                [
                    scoring.to_decimal(row.contribution)
                    for row in segment.line_ids - points
                ],
                [
                    scoring.to_decimal(
                        scoring.round_half_up(taken[row])
                        if row in taken
                        else -row.contribution
                    )
                    for row in points
                ],
                segment.version_id.score_floor,
            )
            scores.append((segment.working_days, scoring.round_half_up(score)))
        mean = scoring.average(scores)
        if mean is None:
            # no part of the month says how its score came about
            return closed
        return max(scoring.to_decimal(scoring.round_half_up(mean)), closed)

    def put_lines(self, segment, owed):
        """The lines of a part of the month that give something back.

        :param segment: sales.process.scorecard.segment
        :param list owed: of Owed
        :return: list of Decimals, what they add to the score
        """
        lines = segment.line_ids.filtered("corrects_id")
        known = lines.grouped("corrects_id")
        created = []
        for row in owed:
            values = {
                "name": self._get_name(row.card, segment.user_id),
                "goal_month": float(row.closed),
                "actual": float(row.now),
                "contribution": float(row.given),
                "has_value": True,
            }
            if line := known.get(row.card):
                lines -= line
                update(line, values)
            else:
                created.append(
                    {
                        "scorecard_id": segment.scorecard_id.id,
                        "segment_id": segment.id,
                        "corrects_id": row.card.id,
                        "kind": "correction",
                        "sequence": 1000,
                        **values,
                    }
                )
        lines.unlink()
        segment.line_ids.create(created)
        return [row.given for row in owed]

    def _get_name(self, source, person):
        """What the line is called, in the language of the person."""
        env = speaking(source, person.lang).env
        return env._("Points given back: %(month)s", month=source._get_month_label(env))


def update(record, values):
    """Write what is another value, and nothing where nothing is."""
    changed = {
        name: value
        for name, value in values.items()
        if record._fields[name].convert_to_cache(value, record)
        != record._fields[name].convert_to_cache(record[name], record)
    }
    if changed:
        record.write(changed)
