"""What a page or a mail is looked at with: language, day and workspace."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from monitor.core.indicators import Indicator
from monitor.core.records import Department, Plan, Region
from monitor.words.display import Language
from monitor.words.wording import counted, messages


@dataclass(frozen=True)
class Workspace:
    """A catalogue with its figures and one database; simulated ones are labelled everywhere."""

    code: str
    simulated: bool


@dataclass(frozen=True)
class View:
    """Arguments every page and every mail has."""

    language: Language
    as_of: dt.date
    workspace: Workspace

    @property
    def is_chinese(self) -> bool:
        """Whether texts are Chinese."""
        return self.language is Language.ZH

    def label(self, name: str, **filled: object) -> str:
        """A text of the screen catalogue."""
        return messages(self.language).labels[name].format(**filled)

    def counted(self, count: int, noun: str) -> str:
        """A count with its noun: 3 项目标, 1 target."""
        return counted(count, noun, self.language)

    def region(self, region: Region) -> str:
        """Short name of a region."""
        return region.short_zh if self.is_chinese else region.name_en

    def indicator(self, indicator: Indicator) -> str:
        """Name of an indicator, as in tables."""
        return indicator.table_name_zh if self.is_chinese else indicator.table_name_en

    def department(self, department: Department) -> str:
        """Name of a department."""
        return department.name_zh if self.is_chinese else department.name_en

    def plan(self, plan: Plan) -> str:
        """Title of a plan."""
        return plan.title if self.is_chinese else plan.title_en or plan.title
