"""The product's plugins: category, inputs (`*` required, `=` default) and, after `>`, the outputs each writes to its output file.

`> ?` marks plugins that run commands of the repository, which may write any output; without `>` a plugin writes none.
Inputs, defaults and outputs as in the manifests and entry points of version 0.93.0.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import cache

from auditor.collectors.gocdnext.pipeline import Version

_PLUGINS = """
ai-review quality: provider* model base-ref=origin/main head-ref=HEAD mode=console pr-number repo scm-provider=github system-prompt
    temperature=0 max-tokens=4096 max-diff-bytes=50000 diff-exclude severity-threshold=warning fail-on-error=false
ansible deploy: playbook* inventory extra-vars tags limit ssh-user ssh-private-key become-password vault-password check=false
argocd deploy: server* auth_token* command* insecure=false ca_cert grpc_web=false plugin_env
artifactory registry: action* url* repository* group-id* artifact-id* extension=jar classifier version dest=. file upload-version
    token username password
aws-cli deploy: command* region profile working-dir=.
buf lint: command* working-dir=.
buildx container: image* tags=latest platforms=linux/amd64,linux/arm64 dockerfile=Dockerfile context=. build-args push=true registry
    username password cache cache-to cache-from mirror mirror-username mirror-password
check-pipeline-run release: api-url* api-token* project* pipeline* tag revision expected-status=success max-age=7d poll-attempts=1
    poll-interval=30 runs-limit=100 output=.gocdnext/preflight.env > RUN_ID RUN_URL REVISION COUNTER FINISHED_AT
cloudflare-pages deploy: dir* project-name* branch working-dir=.
codecov quality: token* file flags working-dir=. slug url
cosign security: image* action=sign key key-content key-password cert-identity cert-oidc-issuer registry username password predicate
    predicate-type
coveralls quality: token* file=coverage/lcov.info format=lcov working-dir=. parallel=false finalise=false base-url
crates-publish registry: dir=. dry-run=false allow-dirty=false working-dir=.
deploy-marker notifications: provider* title text tags grafana-url api-base working-dir=.
discord notifications: webhook* content username avatar tts=false
docker container: image* tags=latest dockerfile=Dockerfile context=. build-args push=true registry username password
docker-push container: source* target* tags=latest pull=false registry username password
dotnet build: command* working-dir=. sdk > ?
email notifications: host* port=587 username password tls=starttls from* to* cc subject* body* format=plain
flyway deploy: command* locations=filesystem:./migrations working-dir=. lock-timeout=5s statement-timeout=15min init-sql
gcloud deploy: command* project credentials-json working-dir=.
gh-pages deploy: dir* branch=gh-pages remote-url cname commit-message working-dir=.
github-release release: tag* repo title notes generate-notes=true draft=false prerelease=false assets token*
gitleaks security: path=. config format=json report scan-mode=dir exit-code=1 verbose=true redact=75 allowlist-paths
go build: command* working-dir=. cgo toolchain=auto > ?
golangci-lint lint: args=./... working-dir=. timeout=5m
goose deploy: command* dir=./migrations driver=postgres working-dir=.
gradle build: command* working-dir=. gradle-opts daemon=false build-cache parallel configuration-cache console=plain args jdk=21 > ?
gravitee deploy: api_name* url* token* path=. values_file=api.yml envsubst_vars config_secrets defaults template mode=merge
    deploy=true lint=true manage_plans_on_update=false method_policy=warn auth_policy=off auth_policies=oauth2,jwt,api-key
    org=DEFAULT env=DEFAULT ssl_verify=true ca_bundle config_token
helm deploy: command* kubeconfig namespace working-dir=.
helm-push registry: chart-dir=. version app-version backend=oci oci-repo repo-url username password
image-copy release: source* target* extra-tags backend=crane username password source-username source-password
    output=.gocdnext/image-copy.env > PROMOTED_DIGEST SOURCE TARGET BACKEND
kaniko container: image* dockerfile=Dockerfile context=. build-args cache=false registry username password push=true
kubectl deploy: command* kubeconfig namespace
kustomize deploy: path* action=apply images envsubst wait=false wait_timeout=120s ensure_namespace=false namespace server_side=false
    enable_helm=false prune=false prune_label kubeconfig extra_args
lighthouse-ci quality: urls config number-of-runs=3 upload-target=temporary-public-storage upload-server-base-url upload-token
    assertions=on
liquibase deploy: command* changelog-file=db/changelog/db.changelog-master.yaml working-dir=.
matrix notifications: homeserver* token* room-id* body html msgtype=m.text
maven build: command* working-dir=. settings nexus-url nexus-username nexus-password snapshot-repo-id=snapshots
    release-repo-id=releases maven-opts parallel build-cache color=true jdk=21 > ?
maven-central-publish registry: bundle* publishing-type=AUTOMATIC wait=true working-dir=.
netlify deploy: dir* site-id prod=false alias working-dir=.
nexus registry: action* url* repository* group-id* artifact-id* extension=jar classifier version dest=. file upload-version username
    password
node build: command working-dir=. manager=auto install=true frozen=true prod=false > ?
npm-publish registry: dir=. tag access registry=https://registry.npmjs.org auth=auto username password if-exists=fail dry-run=false
    working-dir=.
nuclei security: target* severity=critical,high,medium fail-on=critical,high exit-code=1 spec spec-format=openapi tags templates
    ready-timeout=60 health-path rate-limit=50 concurrency timeout=10 interactsh=false interactsh-server output=nuclei.sarif
osv-scanner security: dir=. format=sarif report-file fail-on=any fail-on-no-sources=false config working-dir=.
php build: command* working-dir=. no-install=false > ?
playwright quality: working-dir=. command=test config project grep shard reporter extra-args install-deps=true
pr-comment notifications: body body-file marker mode=upsert provider=auto api-base dry-run=false
pypi-publish registry: dist-dir=dist repository-url skip-existing=false check-only=false working-dir=.
python build: command* working-dir=. manager=auto requirements extras all-extras=false no-install=false > ?
release-notes release: from to=HEAD output=RELEASE_NOTES.md format=plain heading
release-pr release: version* token* repo base=main version_file=VERSION notes_file label=release title branch_prefix=release/
    tag_prefix=v > pr_url version release_tag
ruby build: command* working-dir=. no-install=false > ?
rust build: command* working-dir=. toolchain=stable rustflags > ?
s3 registry: action* bucket* key* region endpoint-url file dest acl content-type
semgrep security: config=p/default fail-on=error report-file=semgrep.sarif baseline-commit paths=. working-dir=.
semver-bump release: prefix=v initial=0.1.0 pre-release force-kind prior-tag output=.gocdnext/semver.env > NEXT CURRENT KIND
    PREV_SHA
sentry-release notifications: version org project set-commits=true sourcemaps finalize=true environment working-dir=.
slack notifications: webhook* channel template
sonar quality: token host-url=https://sonarcloud.io organization project-key* project-name project-version mode=auto working-dir=.
    sources tests branch pull-request-key pull-request-branch pull-request-base wait-for-quality-gate=false quality-gate-timeout=300
    extra-props
ssh deploy: host* user* port=22 key password known_hosts host_key host_key_check=yes upload target "rsync_opts=-az --delete" script
    working-dir=.
tag release: name* message revision=HEAD remote=origin username token* force=false
teams notifications: webhook* title message theme-color payload-file
terraform deploy: command* working-dir=. version=latest var-file
trivy security: scan-type=fs target skip-db-update=false severity=HIGH,CRITICAL exit-code=1 ignore-unfixed=true skip-dirs
    format=table username password output
vercel deploy: prod=false prebuilt=false working-dir=.
"""

# What the documentation adds: inputs and outputs that version 0.93 does not have.
_DOCUMENTED = """
buildx container: > IMAGE_DIGEST
check-pipeline-run release: require-digest-match=false > IMAGE_DIGEST
"""

# Plugins whose `command` is split into words and run without a shell: `&&`, `|` and the like are arguments.
WORD_SPLIT = frozenset({"aws-cli", "flyway", "gcloud", "goose", "helm", "kubectl", "liquibase", "terraform"})


@dataclass(frozen=True, slots=True)
class Input:
    required: bool
    default: str


@dataclass(frozen=True, slots=True)
class Known:
    """A plugin as its manifest describes it.  `outputs` is None where it runs commands that may write any."""

    name: str
    category: str
    inputs: dict[str, Input]
    outputs: frozenset[str] | None


@cache
def known(version: Version) -> dict[str, Known]:
    """The plugins by name, in a dialect."""
    plugins = _read(_PLUGINS)
    if version == "documented":
        for name, more in _read(_DOCUMENTED).items():
            base = plugins[name]
            plugins[name] = Known(
                name, base.category, base.inputs | more.inputs, (base.outputs or frozenset()) | (more.outputs or frozenset())
            )
    return plugins


def _read(table: str) -> dict[str, Known]:
    plugins: dict[str, Known] = {}
    for entry in table.replace("\n    ", " ").strip().splitlines():
        head, _, rest = entry.partition(":")
        name, category = head.split()
        inputs: dict[str, Input] = {}
        words, _, written = rest.partition(" > ")
        for word in shlex.split(words):
            label, _, default = word.partition("=")
            inputs[label.rstrip("*")] = Input(label.endswith("*"), default)
        outputs = None if written.strip() == "?" else frozenset(written.split())
        plugins[name] = Known(name, category, inputs, outputs)
    return plugins
