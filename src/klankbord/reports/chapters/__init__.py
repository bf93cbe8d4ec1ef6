"""The chapters of the report, one module each: evidence in, a section of blocks out."""
