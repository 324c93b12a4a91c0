#!/bin/sh
# Resolves the dependencies of pyproject.toml in a fresh environment and pins what was found for this Python minor.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$PYTHON" -m venv "$folder/venv"
python="$folder/venv/bin/python"
"$python" -m pip install --quiet --disable-pip-version-check '.[dev]'
pins=constraints/py$("$python" -c 'import sys; print("%d%d" % sys.version_info[:2])').txt
"$python" -m pip freeze --exclude fupin --exclude setuptools --exclude wheel > "$folder/pins"
{ echo '# Written by `make constraints`.'; cat "$folder/pins"; } > "$pins"
echo "$pins"
