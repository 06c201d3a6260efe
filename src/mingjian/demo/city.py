"""All tables of the simulated city together, while they are being made."""

from dataclasses import dataclass, field

from mingjian.demo.fines import ItemColumns
from mingjian.demo.records import Records
from mingjian.demo.world import World


@dataclass
class City:
    """The registers of `world` and the acts of two years; tables are added and changed in place."""

    world: World
    items: ItemColumns
    tables: dict[str, Records] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Records:
        return self.tables[name]
