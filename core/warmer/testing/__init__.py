"""Testing: whether a plugin is right. For authors of plugins, and their tests.

import warmer.testing

class TestMine(warmer.testing.Conformance):
plugin = "mine"
"""

from warmer.testing.conformance import Conformance
from warmer.testing.kit import check
from warmer.testing.reference import reference
from warmer.testing.report import Report, Result

__all__ = ["Conformance", "Report", "Result", "check", "reference"]
