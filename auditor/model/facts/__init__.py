"""The kinds of fact.  Adding one is a change of the contract: a record here and a field in `auditor.model.evidence`."""
