#!/bin/sh
# Makes every file of the folder again: see README.md. Usage: run.sh [FOLDER WITH node_modules]
set -eu
cd "$(dirname "$0")"
for writer in openpyxl xlsxwriter libreoffice pandas gnumeric csv zip; do PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 ${writer}_cases.py; done
perl perl_cases.pl
php php_cases.php
modules=${1:-}
[ -z "$modules" ] && exit
out=$(cd .. && pwd)
cp ./*.mjs "$modules"
for writer in exceljs sheetjs; do (cd "$modules" && TZ=UTC node ${writer}_cases.mjs "$out"); done
