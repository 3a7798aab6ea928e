"""`mingjing verify` against a served town whose faults can be put right."""
