import pytest

DIGEST = "sha256:" + "a" * 64


def touches(job):
    return [(touch.verb, touch.tool, touch.namespace, touch.credential) for touch in job.touches]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("helm upgrade --install app charts/app -n prod", ("deploy", "helm", "prod")),
        ("helm --namespace=prod install app charts/app", ("deploy", "helm", "prod")),
        ("helm upgrade app c -nprod", ("deploy", "helm", "prod")),
        ("HELM_NAMESPACE=prod helm upgrade app c", ("deploy", "helm", "prod")),
        ("helm upgrade app c -n prod --dry-run", ("observe", "helm", "prod")),
        ("helm rollback app 0 -n prod", ("rollback", "helm", "prod")),
        ("helm uninstall app -n prod", ("change", "helm", "prod")),
        ("helm status app -n prod", ("observe", "helm", "prod")),
        ("kubectl -n prod apply -f k8s", ("deploy", "kubectl", "prod")),
        ("kubectl apply -f k8s --dry-run=server -n prod", ("observe", "kubectl", "prod")),
        ("kustomize build x | kubectl apply -n prod -f -", ("deploy", "kubectl", "prod")),
        ("kubectl set image deploy/a a=b:1 -n prod", ("deploy", "kubectl", "prod")),
        ("kubectl rollout restart deploy/a -n prod", ("change", "kubectl", "prod")),
        ("kubectl rollout undo deploy/a -n prod", ("rollback", "kubectl", "prod")),
        ("kubectl rollout status deploy/a -n prod", ("observe", "kubectl", "prod")),
        ("kubectl delete pod a -n prod", ("change", "kubectl", "prod")),
        ("kubectl get pods -n prod", ("observe", "kubectl", "prod")),
        ("kubectl argo rollouts promote a -n prod", ("change", "argo-rollouts", "prod")),
        ("kubectl-argo-rollouts undo a -n prod", ("rollback", "argo-rollouts", "prod")),
        ("kubectl argo rollouts status a -n prod", ("observe", "argo-rollouts", "prod")),
        ("argocd app sync a", ("deploy", "argocd", None)),
        ("argocd app wait a --health", ("observe", "argocd", "")),
        ("helmfile -n prod apply", ("deploy", "helmfile", "prod")),
        ("terraform apply -auto-approve", ("change", "terraform", None)),
        ("terraform -chdir=x plan", ("observe", "terraform", "")),
        ("ssh root@host reboot", ("change", "ssh", None)),
        ("rsync -az dist/ host:/srv", ("change", "rsync", None)),
        ("gcloud run deploy a --image b:1", ("deploy", "gcloud", None)),
        ("aws ecs update-service --cluster a", ("deploy", "aws", "")),
        ("goose -dir m postgres $X up", ("migrate", "goose", "")),
        ("npx prisma migrate deploy", ("migrate", "prisma", "")),
        ("python manage.py migrate", ("migrate", "manage.py", "")),
        ("docker run --rm -v a:b alpine/helm upgrade a b -n prod", ("deploy", "helm", "prod")),
    ],
)
def test_what_a_command_touches(runs, command, expected):
    """Tools that act on clusters, machines, clouds and databases are told apart from those that look."""
    assert [(verb, tool, namespace) for verb, tool, namespace, _ in touches(runs(command))] == [expected]


@pytest.mark.parametrize("command", ["helm template a b -n prod", "helm repo add a b", "terraform init", "kubectl version", "echo helm upgrade a b -n prod", "# helm upgrade a b", "goose status", "rsync a b", "gcloud auth list", "git push origin main"])
def test_what_touches_nothing(runs, command):
    """Commands that stay inside the job, and words that only look like commands."""
    assert runs(command).touches == []


def test_the_credential_is_followed_into_the_kubeconfig(runs):
    """A secret written to the file that KUBECONFIG names is the credential; without one, a secret called like a kubeconfig is."""
    script = """
    export KUBECONFIG=$(mktemp)
    printf '%s' "$PROD_CLUSTER" > "$KUBECONFIG"
    kubectl apply -f x
    """
    assert touches(runs(script, more="secrets: [OTHER, PROD_CLUSTER]")) == [("deploy", "kubectl", "", "PROD_CLUSTER")]
    assert touches(runs("kubectl apply -f x", more="secrets: [OTHER, PROD_KUBE, STAGE_KUBE]")) == [
        ("deploy", "kubectl", "", "PROD_KUBE"),
        ("deploy", "kubectl", "", "STAGE_KUBE"),
    ]


def test_a_namespace_that_cannot_be_resolved_is_a_gap(collect):
    """A variable that nobody sets names no namespace: unread, with its line."""
    text = "stages: [t]\nvariables: {NS: ''}\njobs:\n  j:\n    stage: t\n    image: a\n    script: ['helm upgrade a b -n $NS']\n"
    found = collect({"p.yaml": text})
    assert [touch.namespace for touch in found.job().touches] == [None]
    assert found.gap_kinds() == [("job.touches.namespace", "my-org#p/j")]
    assert next(gap.line for gap in found.gaps if gap.kind == "job.touches.namespace") == 7


def test_variables_of_pipeline_and_matrix_name_namespaces(does):
    """Namespaces are found through variables, and one cell of a matrix is enough."""
    body = "uses: gocdnext/kubectl@v1\nwith: {command: delete pod a, namespace: '${NS}'}"
    assert [touch.namespace for touch in does(body, head="variables: {NS: prod}").touches] == ["prod"]
    matrix = "parallel: {matrix: [{NS: [stage, prod]}]}"
    assert [touch.namespace for touch in does(f"{matrix}\n{body}").touches] == ["stage", "prod"]
    assert [touch.namespace for touch in does(f"{matrix}\nimage: a\nscript: ['kubectl delete pod a -n $NS']").touches] == ["stage", "prod"]


@pytest.mark.parametrize(
    ("setting", "form", "kind"),
    [
        ("--set image.tag=v1", "tag", "tag"),
        (f"--set image.digest={DIGEST}", "digest", "literal"),
        ("--set image.digest=${TAG}", "digest", "input"),
        ("--set-string image.digest=sha256:abc", "digest", "other"),
        ("--set image.digest=$(crane digest a/b:1)", "digest", "tag"),
        ("--set image=ghcr.io/a/b:1", "reference", "tag"),
        (f"--set app.image=ghcr.io/a/b@{DIGEST}", "reference", "literal"),
        ("--set x=1,image.digest=${{ needs.b.outputs.d }}", "digest", "unresolved"),
    ],
)
def test_image_settings_of_a_deploy(runs, setting, form, kind):
    """Each way of saying which image runs, with the origin of what it names."""
    job = runs(f"helm upgrade a b {setting}")
    assert [(image.form, image.trace.kind) for touch in job.touches for image in touch.images] == [(form, kind)]


def test_settings_point_to_their_line(runs):
    """In a command over several lines the setting's own line is shown."""
    job = runs("helm upgrade a b \\\n  --set image.tag=v1")
    first, second = job.touches[0].at.line, job.touches[0].images[0].at.line
    assert second == first + 1


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("docker build -t a/b:v1.2.3 .\ndocker push a/b:v1.2.3", [("a/b", "v1.2.3", "release", "build")]),
        ("docker buildx build --push -t a/b:latest -t a/b:$CI_COMMIT_SHA .", [("a/b", "latest", "moving", "build"), ("a/b", "${CI_COMMIT_SHA}", "commit", "build")]),
        ("docker build -t a/b .", []),
        ("docker pull a/b:rc\ndocker tag a/b:rc a/b:v1.0.0\ndocker push a/b:v1.0.0", [("a/b", "v1.0.0", "release", "promotion")]),
        ("crane copy a/b:rc a/b:${TAG}", [("a/b", "${TAG}", "release", "promotion")]),
        ("crane tag a/b:rc latest", [("a/b", "latest", "moving", "promotion")]),
        ("skopeo copy docker://a/b:1 docker://c/d:pre-$TAG", [("c/d", "pre-${TAG}", "candidate", "promotion")]),
        ("docker buildx imagetools create -t a/b:v1.0.0 a/b:rc", [("a/b", "v1.0.0", "release", "promotion")]),
        ("executor --destination a/b:v2 --no-push", []),
    ],
)
def test_what_a_script_publishes(runs, script, expected):
    """Pushes and copies, with the kind of the tag."""
    assert [(found.image, found.tag, found.tag_kind, found.by) for found in runs(script).publishes] == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("git tag v1\ngit push origin v1", [("git", False)]),
        ('git tag -a "$T" -m x\ngit push -f origin "$T"', [("git", True)]),
        ("git push --follow-tags", [("git", False)]),
        ("git push origin HEAD:refs/tags/x", [("git", False)]),
        ("gh release create v1", [("gh", False)]),
        ("git tag v1", []),
        ("git push origin main", []),
        ("git push --delete origin v1.0.0", []),
    ],
)
def test_tags_and_releases(runs, script, expected):
    """A tag counts once it is pushed."""
    assert [(found.tool, found.forced) for found in runs(script).tag_creations] == expected


@pytest.mark.parametrize(
    ("command", "fails", "severities"),
    [
        ("trivy image a:1", False, []),
        ("trivy image --exit-code 1 --severity HIGH,CRITICAL a:1", True, ["HIGH", "CRITICAL"]),
        ("trivy image --exit-code=1 a:1 || true", False, []),
        ("trivy fs --exit-code 0 .", False, []),
        ("grype a:1", False, []),
        ("grype a:1 --fail-on high", True, ["HIGH", "CRITICAL"]),
        ("gitleaks detect", True, []),
        ("gitleaks detect --exit-code 0", False, []),
        ("trufflehog git file://. --fail", True, []),
        ("npm audit --audit-level=high", True, ["HIGH", "CRITICAL"]),
    ],
)
def test_whether_a_scan_fails(runs, command, fails, severities):
    """Scanners differ in whether a finding fails them."""
    (scan,) = runs(command).scans
    assert (scan.fails, scan.severities) == (fails, severities)
    assert bool(scan.why) is not fails


@pytest.mark.parametrize(
    ("command", "key", "secret"),
    [
        ("cosign sign --yes --key env://COSIGN_KEY a@$D", "environment", "COSIGN_KEY"),
        ("cosign sign --key awskms://x a@$D", "kms", ""),
        ("cosign sign a@$D", "keyless", ""),
        ('echo "$COSIGN_KEY" > cosign.key\ncosign sign --key cosign.key a@$D', "file", "COSIGN_KEY"),
        ('K=$(mktemp)\necho "$COSIGN_KEY" > $K\ncosign sign --key $K a@$D', "content", "COSIGN_KEY"),
    ],
)
def test_where_a_signing_key_is(runs, command, key, secret):
    """A key in the workspace is told from one in memory, in a key service or none."""
    (sign,) = runs(command, more="secrets: [COSIGN_KEY]").signs
    assert (sign.key, sign.secret, sign.image) == (key, secret, "a")


@pytest.mark.parametrize(
    ("command", "of"),
    [("go test ./...", "tests"), ("pytest -q", "tests"), ("npm run lint", "lint"), ("golangci-lint run", "lint"), ("make build", "build"), ("npm test", "tests"), ("poetry run pytest", "tests"), ("./gradlew :app:test", "tests"), ("npx eslint .", "lint")],
)
def test_quality_checks(runs, command, of):
    """Linters, tests and builds are checks that block, unless their failure is hidden."""
    assert [(check.of, check.blocks) for check in runs(command).checks] == [(of, True)]
    assert [(check.of, check.blocks) for check in runs(command + " || true").checks] == [(of, False)]


@pytest.mark.parametrize("command", ["./gone.sh", "$CMD x", "eval $X", "python deploy.py", "make deploy", "curl -X POST $HOOK", "unheard-of --x", "docker compose up -d", "curl -s x | sh"])
def test_what_cannot_be_told_is_said(runs, command):
    """Commands whose effect is not in the files are listed, not guessed."""
    assert len(runs(command).unread) == 1


@pytest.mark.parametrize("command", ["curl -fsSL https://a -o b", "apk add git", 'curl -X POST "$SLACK_WEBHOOK" -d x', "jq . a > b"])
def test_everyday_commands_are_no_mystery(runs, command):
    """Common commands that change nothing outside are not listed."""
    assert runs(command).unread == []
