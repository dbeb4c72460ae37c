"""A training as HTML, for notebooks: the tables of its report, and its plots."""

from __future__ import annotations

from rasp.base.html import beside, html_table, with_title
from rasp.draw.chart import PAGE
from rasp.train import plots
from rasp.train.report_text import attention_rows, conditions, legend, length_rows, remarks, score_rows, title
from rasp.train.results import TrainingReport


def training_html(report: TrainingReport) -> str:
    """The report, in the colours of the page."""
    tables = (score_rows(report), length_rows(report), attention_rows(report))
    drawn = beside([plots.curves(report, PAGE), plots.lengths(report, PAGE)])
    notes = [legend(report), *conditions(report), *remarks(report)]
    return with_title(title(report), *map(html_table, tables), drawn, notes=filter(None, notes))
