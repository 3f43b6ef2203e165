"""The fixtures of the scenarios that run the whole service."""

from tests.support.firm import data, firm, resident, sample_database

__all__ = ["data", "firm", "resident", "sample_database"]
