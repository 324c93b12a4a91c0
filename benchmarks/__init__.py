"""How fast the model is: time per rule, outside rules and per household-quarter, beside a plain Mesa model."""
