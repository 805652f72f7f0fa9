"""What a document's number and issuer say against the force it is registered with."""

from policy_engine.loading.forces import contradictions


def against(force: str, *forces: str, number: str = "", issuer: str = "") -> list[str]:
    return list(contradictions(force, number, issuer, is_national=True, forces=forces))


def test_a_number_of_another_force_speaks_against_this_one():
    assert ["`国务院令第1号` 是行政法规的文号"] == against(
        "部门规章", "部门规章", "行政法规", number="国务院令第1号"
    )
    assert [] == against("行政法规", "部门规章", "行政法规", number="国务院令第1号")


def test_a_force_that_the_register_calls_otherwise_is_not_spoken_of():
    assert [] == against("条例", "条例", number="国务院令第1号")
    assert [] == against("条例", "条例", issuer="全国人大常委会")
