"""People as survey tools keep them: whom they asked and when, and who must not be asked again."""

from klankbord.lake.readers.people.reading import holds_people, read_people
from klankbord.lake.readers.people.records import People, Person

__all__ = ["People", "Person", "holds_people", "read_people"]
