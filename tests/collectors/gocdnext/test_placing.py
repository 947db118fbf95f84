import pytest

from auditor.collectors.gocdnext.placing import unplaced
from auditor.model.configuration import Scope
from auditor.model.facts.actions import Touch
from auditor.model.place import At

AT = At(source="s", line=1)


def touched(verb="deploy", tool="helm", **where):
    return Touch(verb=verb, tool=tool, at=AT, **{"namespace": "", "environment": "", "cluster": "", "credential": ""} | where)


@pytest.mark.parametrize(
    "touch",
    [
        touched(),
        touched(credential="CI_KUBECONFIG"),
        touched("change", "ssh"),
        touched("deploy", "gcloud"),
        touched(environment="prd"),
        touched(environment="Production"),
        touched(namespace="eu-prod"),
        touched(cluster="prod-eu"),
    ],
)
def test_what_may_be_production_is_unread(touch):
    """Where no name says where it acts, or one looks like production and is not declared, the place is unread."""
    touches = [touch]
    assert len(unplaced(touches, Scope(), isolated=False)) == 1
    assert touches[0].namespace is None


@pytest.mark.parametrize(
    "touch",
    [
        touched(namespace="prod"),
        touched(environment="stage"),
        touched(namespace="my-app-dev"),
        touched(environment="pre-prod"),
        touched(namespace="products"),
        touched(credential="PROD_KUBECONFIG"),
        touched("observe"),
        touched("change", "aws"),
        touched("migrate", "goose"),
    ],
)
def test_what_is_declared_or_elsewhere_is_placed(touch):
    """Declared names and credentials, names unlike production's and what seldom serves users stay as they are."""
    touches = [touch]
    assert unplaced(touches, Scope(), isolated=False) == []
    assert touches == [touch]


def test_a_cluster_of_the_job_is_nowhere_else():
    """A cluster that was made for a test, and one of two credentials that is production's, leave no doubt."""
    assert unplaced([touched()], Scope(), isolated=True) == []
    assert unplaced([touched(credential="STAGE_KUBE"), touched(credential="PROD_KUBE")], Scope(), isolated=False) == []
