"""Every file of content/standards/ is read and crossed with the others."""

from mingjian.standards import check_standards, load_reference, load_standard


def test_the_files_are_without_fault() -> None:
    assert [str(problem) for problem in check_standards()] == []


def test_no_reference_table_has_the_name_of_a_standard_table() -> None:
    assert not set(load_reference()) & set(load_standard().tables)


def test_no_spelling_means_two_codes_of_one_list() -> None:
    for code_list in load_standard().codes.values():
        spellings = [
            spelling
            for code, entry in code_list.codes.items()
            for spelling in {code, entry.title, *entry.aliases}
        ]
        assert len(spellings) == len(set(spellings)), code_list.name


def test_every_reference_row_says_on_what_it_rests() -> None:
    for table in load_reference().values():
        if "basis" in table.columns:
            assert all(row["basis"] for row in table.rows), table.name
