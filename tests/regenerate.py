"""Writes the committed generated files anew: `python -m tests.regenerate docs|schemas|demo|reports|picture|all`."""

from __future__ import annotations

import sys
from pathlib import Path

from auditor import config, pipeline, resources, schemas
from auditor.cli.running import DEMO_AS_OF
from auditor.model import Report
from auditor.policy import catalogue
from tests import auditing

ROOT = auditing.ROOT
FORMATS = {"report.json": "json", "report.html": "html", "report.txt": "text", "report.md": "markdown", "report.sarif": "sarif", "report.csv": "csv", "report.xml": "junit"}


def demo() -> Report:
    """The report of the demo, as `auditor audit --demo` makes it."""
    library = auditing.library()
    with resources.unpacked_demo() as folder:
        evidence = pipeline.collect(config.load(folder / config.NAME), library, as_of=DEMO_AS_OF)
    return pipeline.evaluate(evidence, library)


def renderings() -> dict[Path, str]:
    """The demo's charts as the real Helm renders them, for where there is no Helm."""
    from auditor.collectors.helm.obtain import recording
    from auditor.text.reading import Reading

    with resources.unpacked_demo() as folder:
        configuration = config.load(folder / config.NAME)
        task = next(task for task in pipeline.tasks(configuration) if task.name == "helm")
        reading = Reading(configuration.root.absolute(), DEMO_AS_OF, configuration.scope)
        return {auditing.FIXTURES / "demo" / spec.rendered: recording(spec, reading) for spec in task.options.charts}


def picture() -> None:
    """reports/demo/report.png, as headless Chromium shows the HTML report; not compared by a test, since fonts differ."""
    from tests import real

    real.browser_screenshot(ROOT / "reports/demo/report.html", 1280, 1560, ROOT / "reports/demo/report.png")


def files(what: str) -> dict[Path, str]:
    """Path -> text of the generated files of one sort."""
    if what == "schemas":
        return {ROOT / f"auditor/schemas/{name}.schema.json": schemas.generate(name) for name in schemas.NAMES}
    if what == "docs":
        vocabulary = (ROOT / "policies/VOCABULARY.md").read_text(encoding="utf-8")
        return {ROOT / "policies/README.md": catalogue.docs(auditing.library().controls, vocabulary)}
    if what == "demo":
        return renderings()
    import importlib

    report = demo()
    return {ROOT / "reports/demo" / name: importlib.import_module(f"auditor.reports.{form}").render(report) for name, form in FORMATS.items()}


def main(arguments: list[str]) -> int:
    if arguments == ["picture"]:
        picture()
        return 0
    for what in ["docs", "schemas", "demo", "reports"] if arguments == ["all"] else arguments:
        for path, text in files(what).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
            print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["all"]))
