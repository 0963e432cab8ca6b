"""The cost of credit: rates, unit-periods, intervals and day counts."""
