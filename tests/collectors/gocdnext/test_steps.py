import pytest


@pytest.mark.parametrize(
    ("inputs", "pushes", "tags", "defaulted"),
    [
        ("{image: r.io/a/b}", True, ["latest"], True),
        ("{image: r.io/a/b, push: false}", False, [], False),
        ("{image: r.io/a/b, tags: 'v1.0.0, latest'}", True, ["v1.0.0", "latest"], False),
        ("{image: 'r.io/a/b:v1.0.0'}", True, ["v1.0.0"], False),
    ],
)
def test_builders_push_by_default(does, inputs, pushes, tags, defaulted):
    """buildx, docker and kaniko push unless told not to, under `latest` unless told otherwise."""
    for plugin in ("buildx", "docker"):
        job = does(f"uses: gocdnext/{plugin}@v1\nwith: {inputs}")
        assert [build.pushes for build in job.builds] == [pushes]
        assert [(found.tag, found.defaulted) for found in job.publishes] == [(tag, defaulted) for tag in tags]
        assert [check.of for check in job.checks] == ["build"]
    assert does("uses: gocdnext/kaniko@v1\nwith: {image: 'r.io/a/b:v1.0.0'}").publishes[0].tag_kind == "release"


def test_copies_publish_every_tag(does):
    """image-copy publishes its target and each extra tag, with what it copies."""
    job = does("uses: gocdnext/image-copy@v1\nwith:\n  source: r.io/a/b:rc\n  target: r.io/a/b:v1.0.0\n  extra-tags: |\n    latest\n    v1\n")
    assert [(found.tag, found.tag_kind, found.by, found.source.kind) for found in job.publishes] == [
        ("v1.0.0", "release", "promotion", "tag"),
        ("latest", "moving", "promotion", "tag"),
        ("v1", "moving", "promotion", "tag"),
    ]


@pytest.mark.parametrize(
    ("uses", "fails", "unfixed", "subject"),
    [
        ("trivy@v1\nwith: {}", True, True, "filesystem"),
        ("trivy@v1\nwith: {exit-code: '0', ignore-unfixed: 'false'}", False, False, "filesystem"),
        ("trivy@v1\nwith: {scan-type: image, target: 'a/b:1'}", True, True, "image"),
        ("gitleaks@v1", True, False, "repository"),
        ("gitleaks@v1\nwith: {exit-code: '0'}", False, False, "repository"),
        ("osv-scanner@v1\nwith: {fail-on: none}", False, False, "filesystem"),
        ("semgrep@v1", True, False, "filesystem"),
    ],
)
def test_scanners(does, uses, fails, unfixed, subject):
    """Defaults count: exit code, severities, unfixed findings."""
    job = does(f"uses: gocdnext/{uses}")
    assert [(scan.fails, scan.ignores_unfixed, scan.subject) for scan in job.scans] == [(fails, unfixed, subject)]
    assert [check.blocks for check in job.checks] == [fails]


@pytest.mark.parametrize(
    ("uses", "of", "blocks"),
    [
        ("golangci-lint@v1", "lint", True),
        ("go@v1\nwith: {command: test ./...}", "tests", True),
        ("go@v1\nwith: {command: vet ./...}", "lint", True),
        ("node@v2\nwith: {command: 'pnpm test --run || true'}", "tests", False),
        ("sonar@v1\nwith: {project-key: a}", "lint", False),
        ("sonar@v1\nwith: {project-key: a, wait-for-quality-gate: 'true'}", "lint", True),
    ],
)
def test_quality_plugins(does, uses, of, blocks):
    """Linters and tests block unless something hides their failure; Sonar waits for its gate only where it is told to."""
    assert [(check.of, check.blocks) for check in does(f"uses: gocdnext/{uses}").checks] == [(of, blocks)]


def test_checks_of_a_filtered_pipeline_do_not_block(does):
    """A pipeline that starts only for some paths lets everything else through."""
    head = "when: {event: [pull_request], paths: ['src/**']}"
    (check,) = does("uses: gocdnext/golangci-lint@v1", head=head).checks
    assert not check.blocks
    assert "src/**" in check.why


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ("helm@v1\nwith: {command: 'upgrade a b', namespace: prod, kubeconfig: '${{ K }}'}", [("deploy", "helm", "prod", "K")]),
        ("helm@v1\nwith: {command: 'upgrade a b -n stage', namespace: prod}", [("deploy", "helm", "stage", "")]),
        ("kubectl@v1\nwith: {command: 'get pods', namespace: prod}", [("observe", "kubectl", "prod", "")]),
        ("kustomize@v1\nwith: {path: k8s, namespace: prod}", [("deploy", "kubectl", "prod", "")]),
        ("kustomize@v1\nwith: {path: k8s, action: diff}", [("observe", "kubectl", "", "")]),
        ("argocd@v1\nwith: {server: s, auth_token: '${{ K }}', command: app sync a}", [("deploy", "argocd", None, "K")]),
        ("terraform@v1\nwith: {command: apply}", [("change", "terraform", None, "")]),
        ("ssh@v1\nwith: {host: h, user: u, key: '${{ K }}', script: x}", [("change", "ssh", None, "K")]),
        ("ansible@v1\nwith: {playbook: p, check: 'true'}", [("observe", "ansible", "", "")]),
        ("goose@v1\nwith: {command: up}", [("migrate", "goose", "", "")]),
        ("goose@v1\nwith: {command: status}", []),
        ("slack@v1\nwith: {webhook: x}", []),
    ],
)
def test_deploying_plugins(does, uses, expected):
    """Plugins that act, with the namespace that counts and the secret they are handed."""
    job = does(f"secrets: [K]\nuses: gocdnext/{uses}")
    assert [(touch.verb, touch.tool, touch.namespace, touch.credential) for touch in job.touches] == expected


def test_a_database_secret_is_the_credential_of_a_migration(does):
    """Migration plugins take their credential from the environment, under its own name or another's."""
    assert does("uses: gocdnext/goose@v1\nwith: {command: up}\nsecrets: [PROD_DB_URL]\nvariables: {GOOSE_DBSTRING: '${{ PROD_DB_URL }}'}").touches[0].credential == "PROD_DB_URL"
    assert does("uses: gocdnext/flyway@v1\nwith: {command: migrate}\nsecrets: [SLACK, FLYWAY_URL]").touches[0].credential == "FLYWAY_URL"


def test_legacy_settings_are_a_plugin(does):
    """`image` with `settings` runs the plugin as `uses` with `with` does."""
    job = does("image: ghcr.io/klinux/gocdnext-plugin-helm:v1\nsettings: {command: upgrade a b --namespace prod}")
    assert [(touch.tool, touch.namespace) for touch in job.touches] == [("helm", "prod")]


def test_an_unknown_plugin_is_not_taken_for_harmless(does):
    """What a plugin does that nobody knows is unread; where its inputs name a namespace, it acts there."""
    job = does("uses: acme/rollout@v1\nwith: {namespace: prod}")
    assert [(touch.verb, touch.namespace) for touch in job.touches] == [("change", "prod")]
    assert len(job.unread) == 1


@pytest.mark.parametrize(
    ("inputs", "doubts"),
    [
        ("revision: '${CI_COMMIT_SHA}'", 0),
        ("revision: '${CI_COMMIT_SHORT_SHA}'", 1),
        ("revision: 0123456789abcdef0123456789abcdef01234567", 1),
        ("revision: '${CI_COMMIT_SHA}', max-age: '0'", 1),
    ],
)
def test_doubts_about_the_check_of_a_run(does, inputs, doubts):
    """A check by a prefix, of a fixed commit or without an age limit does not hold what it seems to."""
    (check,) = does(f"uses: gocdnext/check-pipeline-run@v1\nwith: {{api-url: u, api-token: t, project: p, pipeline: main, {inputs}}}").run_checks
    assert (check.by, len(check.doubts)) == ("revision", doubts)


def test_a_check_of_another_project_is_doubted(collect):
    """Where one check asks about this repository's project, one that asks about another's is not about it."""
    job = "{stage: s, uses: gocdnext/check-pipeline-run@v1, with: {api-url: u, api-token: t, project: %s, pipeline: main, revision: '${CI_COMMIT_SHA}'}}"
    found = collect({"p.yaml": f"stages: [s]\njobs:\n  a: {job % 'my-org'}\n  b: {job % 'sandbox'}\n"})
    assert [len(found.job(name).run_checks[0].doubts) for name in ("a", "b")] == [0, 1]


def test_a_plugin_splits_its_command_at_blanks(does):
    """The helm plugin hands words on without a shell: quotes stay, expressions are whole."""
    job = does("uses: gocdnext/helm@v1\nwith:\n  command: |\n    upgrade a b\n    --set image.digest=${{ needs.x.outputs.y }}\n    --namespace prod && helm uninstall c")
    (touch,) = job.touches
    assert touch.namespace == "prod"
    assert [(image.trace.kind, image.at.line - touch.at.line) for image in touch.images] == [("unresolved", 2)]
