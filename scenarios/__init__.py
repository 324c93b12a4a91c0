"""Scenarios as data: reads, checks and resolves the YAML files that say what is simulated.

The command line overrides the change, the change overrides the programme, the programme overrides the kinds' defaults
and the place, and the place overrides the model.
"""

from __future__ import annotations

from scenarios.catalogue import Listed, default_programme, kind_of, listing
from scenarios.defaults import Defaults, kind_defaults, with_kinds
from scenarios.draws import Draws
from scenarios.faults import Fault, ScenarioFaults
from scenarios.loaded import Loaded, Title, canonical_json
from scenarios.loading import check, load
from scenarios.schema import export_schema, schema_text
from scenarios.sourced import Number, Switch, YearlySeries
from scenarios.studies import Study, load_study

__all__ = [
    "Defaults",
    "Draws",
    "Fault",
    "Listed",
    "Loaded",
    "Number",
    "ScenarioFaults",
    "Study",
    "Switch",
    "Title",
    "YearlySeries",
    "canonical_json",
    "check",
    "default_programme",
    "export_schema",
    "kind_defaults",
    "kind_of",
    "listing",
    "load",
    "load_study",
    "schema_text",
    "with_kinds",
]
