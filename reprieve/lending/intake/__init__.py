"""Bank files as money with a reference: CSV and camt.053, row by row. Never guesses whose money it is."""

from reprieve.lending.intake.bank_line import BankLine, Statement
from reprieve.lending.intake.camt053 import read_camt053
from reprieve.lending.intake.csv_file import CsvFormat, read_csv
from reprieve.lending.intake.matching import Match, candidates, match

__all__ = ["BankLine", "CsvFormat", "Match", "Statement", "candidates", "match", "read_camt053", "read_csv"]
