# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which questions a report asks: those of its team's form, until it is answered."""

MODEL = "sales.process.work.report.answer"


class ReportQuestions:
    """The questions of many reports, in a number of queries that does not grow.

    :param reports: sales.process.work.report
    """

    def __init__(self, reports):
        # sudo: what is asked is the system's; answers are written by their author
        self.reports = reports.sudo()
        self.env = self.reports.env

    def ask_current(self):
        """Ask what the teams of these reports ask now."""
        teams = self.reports.team_id
        asked = teams and self.env["sales.process.report.form"]._get_asked(teams)
        if asked:
            self.ask(
                {
                    report: form
                    for report in self.reports
                    if (form := asked.get((report.team_id.id, report.kind)))
                }
            )

    def follow_team(self):
        """Reports that belong to another team now ask what that one asks."""
        asked = self.env["sales.process.report.form"]._get_asked(self.reports.team_id)
        nothing = self.env["sales.process.report.form"]
        self.ask(
            {
                report: asked.get((report.team_id.id, report.kind), nothing)
                for report in self.reports
            }
        )

    def ask(self, forms):
        """Let reports ask the questions of a form; what is answered stays as it is.

        :param dict forms: ``{report: sales.process.report.form, empty for none}``
        """
        reports = self.reports.browse(report.id for report in forms)
        known = self.env[MODEL].search([("report_id", "in", reports.ids)])
        begun = {row.report_id for row in known if row.value}
        asked = {(row.report_id.id, row.question_id.id) for row in known}
        gone = known.filtered(
            lambda row: (
                row.report_id not in begun and row.form_id != forms[row.report_id]
            )
        )
        gone.unlink()
        # sudo: what the form of the team asks, whoever the author is
        self.env[MODEL].create(
            [
                {
                    "report_id": report.id,
                    "question_id": question.id,
                    "sequence": position,
                }
                for report, form in forms.items()
                if report not in begun
                for position, question in enumerate(form.sudo().question_ids)
                if (report.id, question.id) not in asked
            ]
        )
        reports.invalidate_recordset(["answer_ids"])
