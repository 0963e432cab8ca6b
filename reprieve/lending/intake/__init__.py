"""Files from outside: bank files (CSV, camt.053), and books of loans. Never guesses whose money it is."""

from reprieve.lending.intake.bank_line import BankLine, Statement
from reprieve.lending.intake.book_file import read_book_array, read_book_lines
from reprieve.lending.intake.camt053 import read_camt053
from reprieve.lending.intake.csv_file import DATE_FORMATS, CsvFormat, read_csv
from reprieve.lending.intake.matching import Match, candidates, match

__all__ = [
    "DATE_FORMATS", "BankLine", "CsvFormat", "Match", "Statement", "candidates", "match", "read_book_array",
    "read_book_lines", "read_camt053", "read_csv",
]  # fmt: skip
