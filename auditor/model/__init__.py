"""What everything else speaks: records without behaviour.

Evidence is made of facts and gaps with the sources they were read from; controls are asked about it; the answers are results; a report holds them all.
"""

from auditor.model.control import Control
from auditor.model.evidence import KINDS, Evidence
from auditor.model.gap import Gap
from auditor.model.place import At, Source
from auditor.model.record import Fact, Record
from auditor.model.report import Finding, Report, Result

__all__ = ["KINDS", "At", "Control", "Evidence", "Fact", "Finding", "Gap", "Record", "Report", "Result", "Source"]
