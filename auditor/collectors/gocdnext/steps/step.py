"""One plugin run: its inputs with their variables filled in, and its command as words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from auditor.collectors.gocdnext.pipeline import Place, Text
from auditor.collectors.gocdnext.plugins import Plugin
from auditor.collectors.gocdnext.references import masked
from auditor.collectors.gocdnext.scene import Scene
from auditor.collectors.gocdnext.shell.expand import field
from auditor.collectors.gocdnext.shell.state import Command
from auditor.model.place import At

Lines = Callable[[Text], Callable[[int], Place]]


@dataclass(slots=True)
class Step:
    plugin: Plugin
    scene: Scene
    lines: Lines

    @property
    def at(self) -> At:
        return self.scene.at(self.plugin.reference)

    def value(self, name: str) -> str:
        """An input as written or its default, known variables filled in."""
        return self.scene.fill(self.plugin.value(name)).strip()

    def has(self, name: str) -> bool:
        return name in self.plugin.inputs

    def on(self, name: str) -> bool:
        return self.value(name).lower() in {"true", "1", "yes", "on"}

    def at_input(self, name: str) -> At:
        """The place of an input, of the plugin where it is left to its default."""
        return self.scene.at(self.plugin.inputs[name]) if name in self.plugin.inputs else self.at

    def command(self, words: list[str], *, at: At | None = None, place: Callable[[int], At] | None = None, prefix: Mapping[str, str] | None = None) -> Command:
        """A command that the plugin runs; its failure is the job's."""
        environment = {name: values for name, values in self.scene.variables.items() if any(values)}
        return Command(
            words, at or self.at, fails=True, why="", stops=False, conditional=False, variables=environment, files={}, prefix=prefix or {}, place=place
        )

    def split(self, program: str, before: list[str], *, name: str = "command", prefix: Mapping[str, str] | None = None) -> Command:
        """`PROGRAM BEFORE... ${PLUGIN_COMMAND}` as the entry points run it: split at blanks, quotes stay, no shell."""
        text = self.plugin.inputs.get(name) or Text(self.plugin.value(name), self.plugin.reference.at)
        of_line = self.lines(text)

        def place(line: int) -> At:
            return self.scene.place(of_line(line))

        words = []
        for number, line in enumerate(text.text.split("\n")):
            mask = masked(line)
            start = 0
            for word in mask.split():
                start = mask.index(word, start)
                words.append(field(self.scene.fill(line[start : start + len(word)]), number))
                start += len(word)
        return self.command([program, *before, *words], at=self.at_input(name), place=place, prefix=prefix)
