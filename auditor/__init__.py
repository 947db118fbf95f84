"""Policy-as-code compliance auditor: is the way to production really controlled?"""

__version__ = "0.1.0"
