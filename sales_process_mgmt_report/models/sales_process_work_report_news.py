# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a report of periodic intelligence owes, and what has been told of it."""

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_list

from odoo.addons.sales_process_mgmt.tools import labels

from .sales_process_work_report_period import NEWS_KINDS

MODEL = "sales.process.intelligence"


class ReportNews:
    """The topics of one report of periodic intelligence.

    :param report: sales.process.work.report, one
    """

    def __init__(self, report):
        report.ensure_one()
        # sudo: the author's own news and duties, shown to whoever reads the report
        self.report = report.sudo()
        self.env = report.env
        self.is_news = report.kind in NEWS_KINDS

    def get_owed(self):
        """The topics that are owed: of now, or of when it was submitted.

        :return: list of the keys of topics, in their order
        """
        report = self.report
        if not self.is_news:
            return []
        if self._is_told():
            return (report.owed_topics or "").split(",") if report.owed_topics else []
        owed = self._get_notes()
        return [key for key, _label in self._get_topics() if key in owed]

    def describe_owed(self):
        """The topics that are owed, each with what the team asks to look at.

        :return: str, or False for none
        """
        owed = self.get_owed()
        if self._is_told() or not owed:
            return self.name(owed)
        notes, names = self._get_notes(), dict(self._get_topics())
        return format_list(
            self.env,
            [
                self.env._("%(topic)s (%(note)s)", topic=names[key], note=notes[key])
                if notes[key]
                else names[key]
                for key in owed
            ],
        )

    def _is_told(self):
        return self.report.state in ("submitted", "reviewed")

    def _get_notes(self):
        """What the author's team asks now.

        :return: ``{topic: note}``
        """
        report = self.report
        asked = report.env["sales.process.intelligence.duty"]._get_asked(report.team_id)
        duties = asked.get((report.team_id.id, report.kind))
        if not duties:
            return {}
        return {row.topic: row.note for row in duties._filter_of(report.user_id)}

    def find_told(self):
        """News of the author in the period, in whatever report they were told.

        :return: sales.process.intelligence in sudo
        """
        report = self.report
        within = Domain("date", ">=", report.date_from) & Domain(
            "date", "<=", report.date_to
        )
        return report.env[MODEL].search(
            Domain("user_id", "=", report.user_id.id)
            & Domain("company_id", "=", report.company_id.id)
            & (within | Domain("report_id", "=", report.id))
        )

    def get_untold(self):
        """The topics that are owed and of which nothing has been told.

        :return: list of keys
        """
        owed = self.get_owed()
        told = set(self.find_told().mapped("topic")) if owed else ()
        return [topic for topic in owed if topic not in told]

    def check(self):
        """Refuse to submit what says nothing of a topic that is owed.

        :raise UserError: one sentence that names the topics
        """
        untold = self.get_untold()
        if untold and not self.report.nothing_new:
            raise UserError(
                self.env._(
                    "Tell what you heard of %(topics)s, or tick “Nothing new”, then "
                    "submit.",
                    topics=self.name(untold),
                )
            )

    def freeze(self):
        """Keep what was owed; news of it that stand in no report stand in this one."""
        owed = self.get_owed()
        self.report.owed_topics = ",".join(owed)
        loose = self.find_told().filtered(
            lambda news: not news.report_id and news.topic in owed
        )
        loose.report_id = self.report

    def name(self, topics):
        """Topics as people read them.

        :param list topics: keys
        :return: str, or False for none
        """
        names = dict(self._get_topics())
        said = [names[topic] for topic in topics if topic in names]
        return format_list(self.env, said) if said else False

    def _get_topics(self):
        return list(labels.get_choices(self.env[MODEL], "topic", self.env).items())
