# METADATA
# title: A release signs the digest it built, after the scan and before the release tag
# description: |
#   A release pipeline that pushes an image must sign what each of its builds pushed, by digest, after the
#   image was scanned and before a job publishes the release tag. It fails if nothing is signed (verifying
#   or attesting is no signature), if one of several images is not, if it signs what a tag names, if a scan
#   of the same image comes later, if the job can succeed without the signature (`|| true`, a branch), and if
#   the release tag exists before the signature.
# related_resources:
#   - ref: https://docs.sigstore.dev/cosign/signing/signing_with_containers/
#     description: Signing containers
# custom:
#   severity: high
#   prerequisite: 1
#   aspects: [design]
#   sources: [gocdnext]
#   population: [job.pipeline, job.publishes, job.builds, job.tag_creations, pipeline.name]
#   requires: [job.pipeline, job.publishes, job.builds, job.signs, job.scans, job.after]
#   seeks: [job.builds, job.publishes, job.digest_checks]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC6.8]
#     cis-sscs-1.0: [2.4.1, 4.1.1]
#     osps-baseline: [OSPS-BR-06.01]
#     ssdf-1.1: [PS.2.1]
#   remediation: |
#     Sign the digest between scan and promotion:
#
#         cosign-sign:
#           stage: sign
#           needs: [build, trivy-image]
#           secrets: [COSIGN_PRIVATE_KEY, COSIGN_PASSWORD]
#           uses: ghcr.io/klinux/gocdnext-plugin-cosign@v1
#           with:
#             image: ghcr.io/my-org/my-app@${{ needs.build.outputs.digest }}
#             action: sign
#             key-content: ${{ COSIGN_PRIVATE_KEY }}
#             key-password: ${{ COSIGN_PASSWORD }}
#   population_how: release pipelines that push an image
#   added_in: "0.1.0"
package controls.signatures.release_signs_digest

import future.keywords.not

subjects contains image.pipeline if some image in _images

failures contains {"subject": pipeline, "message": message, "at": image.at, "absent": _absent} if {
	some image in _images
	pipeline := image.pipeline
	count(_signers(pipeline, image.origin, image.image)) == 0
	message := sprintf("%v is pushed, and no job of the pipeline signs it", [image.name])
}

failures contains {"subject": job.pipeline, "message": message, "at": sign.at, "absent": absent} if {
	some job in data.lib.jobs.signing
	_subject[job.pipeline]
	is_array(job.signs)
	some sign in job.signs
	why := data.lib.traces.unsound(sign.target)
	absent := data.lib.traces.absent(sign.target)
	message := sprintf("what is signed is named by %v", [why])
}

failures contains {"subject": job.pipeline, "message": message, "at": sign.at} if {
	some job in data.lib.jobs.signing
	_subject[job.pipeline]
	is_array(job.signs)
	some sign in job.signs
	sign.fails == false
	message := sprintf("the job can succeed without the signature: %v", [sign.why])
}

failures contains {"subject": job.pipeline, "message": message, "at": sign.at, "absent": absent} if {
	some id, job in data.lib.jobs.signing
	_subject[job.pipeline]
	is_array(job.signs)
	some sign in job.signs
	build := _build(sign)
	scanning := {other | some other in _scanners(job.pipeline, build)}
	count(scanning) > 0
	is_array(job.after)
	count(scanning & ({id} | {other | some other in job.after})) == 0
	absent := ["job.scans", "job.pipeline"]
	message := "the image is signed before it is scanned"
}

failures contains {"subject": pipeline, "message": message, "at": publish.at, "absent": _absent} if {
	some publication in data.lib.releases.publications
	publish := publication.publish
	pipeline := publication.pipeline
	signing := _signers(pipeline, data.lib.releases.origin(publication), data.lib.releases.copied(publication))
	count(signing) > 0
	is_array(publication.job.after)
	count(signing & {other | some other in publication.job.after}) == 0
	message := sprintf("%v:%v exists before the signature", [publish.image, publish.tag])
}

_subject[pipeline] if {
	some image in _images
	pipeline := image.pipeline
}

# What a release pipeline pushes: an image for each job that builds one, and what it copies from elsewhere.
_images contains image if {
	some id, job in data.lib.releases.building
	some build in job.builds
	build.pushes == true
	name := build.image
	image := {"pipeline": job.pipeline, "origin": id, "image": name, "name": name, "at": build.at}
}

_images contains image if {
	some publication in data.lib.releases.publications
	publish := publication.publish
	data.lib.releases.origin(publication) == ""
	name := sprintf("%v:%v", [publish.image, publish.tag])
	image := {"pipeline": publication.pipeline, "origin": "", "image": "", "name": name, "at": publish.at}
}

_signers(pipeline, build, name) := {id |
	some id, job in data.lib.pipelines.jobs(pipeline)
	data.lib.releases.signs(job, build, name)
}

_scanners(pipeline, build) := {id |
	some id, job in data.lib.pipelines.jobs(pipeline)
	data.lib.releases.scans(job, build, "")
}

# The job whose image is signed, "" where that is not known.
_build(sign) := sign.target.job if sign.target.kind == "build"

_build(sign) := "" if {
	is_string(sign.target.kind)
	sign.target.kind != "build"
}

_absent := ["job.signs", "job.pipeline"]
