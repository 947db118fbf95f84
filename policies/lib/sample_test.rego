package lib.sample_test

# A sound repository with its four pipelines, which tests change in one place.

at := {"source": "s1", "line": 1, "column": 1, "pointer": ""}

line(number) := {"source": "s1", "line": number, "column": 1, "pointer": ""}

digest := "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

image := "ghcr.io/my-org/my-app"

# The sample with other fields of one fact; lists are replaced.
with_fact(kind, id, fields) := object.union(sound, {kind: {id: fields}})

with_job(name, fields) := with_fact("job", concat("", ["o/r#", name]), fields)

with_pipeline(name, fields) := with_fact("pipeline", concat("", ["o/r#", name]), fields)

# The sample whose deployment to production sets these images.
deploying(images) := with_job(
	"prod/deploy-prod",
	{"touches": [object.union(deploy("prod", checked), {"images": images})]},
)

without(kind, id) := object.union(object.remove(sound, [kind]), {kind: object.remove(sound[kind], [id])})

sound := {
	"scope": {
		"production": {
			"namespaces": ["prod"], "environments": ["production"], "clusters": [], "branches": [],
			"secrets": ["PROD_*", "COSIGN_*"], "repositories": [],
		},
		"stage": {"namespaces": ["stage"], "environments": ["stage"]},
	},
	"repository": {"o/r": {
		"at": at, "path": ".", "default_branch": "main",
		"named": true, "has_pipelines": true,
	}},
	"pipeline_file": {"o/r/.gocdnext/pr.yaml": {
		"at": at, "version": "0.93", "pipeline": "o/r#pr",
		"refused": [], "ignored": [],
	}},
	"pipeline": pipelines,
	"job": object.union_n([pr_jobs, main_jobs, release_jobs, prod_jobs]),
	"gate": {"o/r#prod/approve": {
		"at": at, "pipeline": "o/r#prod", "name": "approve", "required": 2,
		"approvers": [], "groups": ["release-approvers", "sre"], "author_excluded": true,
		"author_exclusion": "honoured", "timeout": "", "overrides": [],
	}},
	"code_owners": {"o/r/.github/CODEOWNERS": {"at": at, "standing": "in force", "size": 30, "loaded": true}},
	"chart": {"o/r/charts/my-app": {
		"at": at, "name": "my-app", "production": true, "digest_value": "image.digest",
		"given_digest": digest, "containers": [container(digest)],
	}},
}

container(pinned) := {
	"object": "Rollout/my-app", "container": "my-app", "role": "container",
	"image": image, "tag": "", "digest": pinned, "at": at,
}

pipelines := {
	"o/r#pr": pipeline("pr", [start("pull_request", [])]),
	"o/r#main": pipeline("main", [start("push", ["main"])]),
	"o/r#release": pipeline("release", [start("manual", [])]),
	"o/r#prod": pipeline("prod", [start("manual", [])]),
}

pipeline(name, starts) := {
	"at": at, "name": name, "file": "o/r/.gocdnext/pr.yaml", "starts": starts, "stages": [],
	"notifications": [{"on": "failure", "plugin": "slack", "at": at}],
}

start(cause, branches) := {"cause": cause, "branches": branches, "paths": [], "source": "", "at": at}

pr_jobs := {
	"o/r#pr/lint": job("pr", "lint", [], {"checks": [check("lint")]}),
	"o/r#pr/gitleaks": job("pr", "gitleaks", [], {"checks": [check("secrets")], "scans": [secret_scan]}),
	"o/r#pr/trivy-fs": job("pr", "trivy-fs", [], {"checks": [check("vulnerabilities")]}),
	"o/r#pr/unit": job("pr", "unit", ["o/r#pr/lint"], {"checks": [check("tests")]}),
	"o/r#pr/build": job("pr", "build", ["o/r#pr/unit"], {
		"checks": [check("build")],
		"builds": [object.union(build, {"pushes": false, "digest_output": ""})],
	}),
}

main_jobs := {
	"o/r#main/test": job("main", "test", [], {"checks": [check("tests")]}),
	"o/r#main/build": job("main", "build", ["o/r#main/test"], {
		"builds": [object.union(build, {"tags": ["main-1a2b3c4"]})],
		"publishes": [publish("main-1a2b3c4", "commit", "build")],
		"secrets": [{"name": "GHCR_TOKEN", "at": at}],
	}),
}

# The jobs of the release pipeline in their order: each waits for all before it.
release_order := [
	"o/r#release/verify-main-green", "o/r#release/create-tag", "o/r#release/build",
	"o/r#release/trivy-image", "o/r#release/cosign-sign", "o/r#release/promote",
	"o/r#release/deploy-stage",
]

release_jobs := {
	"o/r#release/verify-main-green": release_job(0, "verify-main-green", {"run_checks": [run_check]}),
	"o/r#release/create-tag": release_job(1, "create-tag", {"tag_creations": [tag]}),
	"o/r#release/build": release_job(2, "build", {
		"builds": [build],
		"publishes": [publish("pre-${TAG}", "candidate", "build")],
	}),
	"o/r#release/trivy-image": release_job(3, "trivy-image", {"scans": [scan]}),
	"o/r#release/cosign-sign": release_job(4, "cosign-sign", {
		"signs": [sign],
		"secrets": [{"name": "COSIGN_PRIVATE_KEY", "at": at}],
	}),
	"o/r#release/promote": release_job(5, "promote", {
		"publishes": [object.union(publish("${TAG}", "release", "promotion"), {"source": built})],
	}),
	"o/r#release/deploy-stage": release_job(6, "deploy-stage", {
		"touches": [deploy("stage", built)],
	}),
}

release_job(place, name, fields) := job("release", name, array.slice(release_order, 0, place), fields)

prod_jobs := {
	"o/r#prod/preflight": job("prod", "preflight", [], {
		"digest_checks": [digest_check],
		"gates": ["o/r#prod/approve"],
	}),
	"o/r#prod/deploy-prod": job("prod", "deploy-prod", ["o/r#prod/preflight"], {
		"gates": ["o/r#prod/approve"],
		"touches": [deploy("prod", checked)],
		"secrets": [{"name": "PROD_KUBECONFIG", "at": at}],
	}),
	"o/r#prod/watch-canary": job("prod", "watch-canary", ["o/r#prod/preflight", "o/r#prod/deploy-prod"], {
		"gates": ["o/r#prod/approve"],
		"touches": [object.union(deploy("prod", checked), {"verb": "observe", "images": []})],
	}),
}

job(pipeline_name, name, after, fields) := object.union(
	{
		"at": at, "pipeline": concat("", ["o/r#", pipeline_name]), "name": name, "stage": name,
		"needs": [], "after": after, "gates": [], "notification": false,
		"plugin": "", "environment": "", "cluster": "", "docker": false, "isolated": "",
		"images": [job_image], "secrets": [], "touches": [], "builds": [], "publishes": [],
		"scans": [], "signs": [], "attests": [], "tag_creations": [], "run_checks": [],
		"digest_checks": [], "checks": [], "unread": [],
	},
	fields,
)

job_image := {
	"reference": concat("", ["alpine@", digest]), "name": "alpine", "tag": "",
	"digest": digest, "role": "image", "at": at,
}

check(kind) := {"of": kind, "blocks": true, "why": "", "at": at}

secret_scan := {
	"tool": "gitleaks", "subject": "repository", "finds": "secrets", "severities": [],
	"fails": true, "ignores_unfixed": false, "target": source("none", ""), "why": "", "at": at,
}

scan := {
	"tool": "trivy", "subject": "image", "finds": "vulnerabilities", "severities": ["HIGH", "CRITICAL"],
	"fails": true, "ignores_unfixed": true, "target": built, "why": "", "at": at,
}

build := {
	"image": image, "tags": ["pre-${TAG}"], "pushes": true,
	"digest_output": "digest", "declared_output": "", "at": at,
}

publish(tag_text, kind, by) := {
	"image": image, "tag": tag_text, "tag_kind": kind, "by": by,
	"defaulted": false, "source": source("none", ""), "at": at,
}

run_check := {
	"pipeline": "main", "project": "my-org", "by": "revision", "statuses": ["success"],
	"fails": true, "doubts": [], "at": at,
}

tag := {"tool": "git", "what": "tag", "forced": false, "at": at}

sign := {
	"tool": "cosign", "image": image, "target": built,
	"key": "content", "secret": "COSIGN_PRIVATE_KEY", "fails": true, "why": "", "at": at,
}

digest_check := {"tool": "crane", "honoured": true, "output": "digest", "why": "", "at": at}

deploy(namespace, from) := {
	"verb": "deploy", "tool": "helm", "namespace": namespace, "environment": "", "cluster": "",
	"credential": "", "chart": "charts/my-app", "images": [setting("digest", from)], "at": at,
}

setting(form, from) := {"key": "image.digest", "form": form, "trace": from, "at": at}

source(kind, job_id) := {"kind": kind, "job": job_id, "text": ""}

built := source("build", "o/r#release/build")

checked := source("check", "o/r#prod/preflight")
