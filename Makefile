.PHONY: demo test lint check docs screenshots
demo:        ; ./run
test:        ; ./test
lint:        ; .venv/bin/ruff check --fix . && .venv/bin/ruff format . && .venv/bin/mypy src/mingjian && .venv/bin/lint-imports
check:       ; .venv/bin/mingjian check
docs:        ; .venv/bin/mingjian docs
screenshots: ; .venv/bin/mingjian screenshots
