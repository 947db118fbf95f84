"""SARIF 2.1.0 out of a report: sarif-om carries the objects, everything else is done here.  `sarif` and `sarif_github` are the two profiles."""
