# METADATA
# title: A production chart renders every container with a digest
# description: |
#   A chart that is deployed to production is rendered with a digest where the deployment sets it. Every
#   container, init containers and sidecars too, must then name its image by digest, and one of them by the
#   digest that was given. It fails if a template leaves the value out (it renders `image.tag` only), or if
#   it renders a digest of its own. An image by tag and digest passes, because the digest decides. A chart
#   that could not be rendered is unknown.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/trunk-based-release/
#     description: Trunk-based release flow
# custom:
#   severity: high
#   prerequisite: 2
#   aspects: [design]
#   sources: [helm]
#   population: [chart.production]
#   requires: [chart.containers, chart.given_digest]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC8.1]
#     slsa-1.2: [threat-G]
#     ssdf-1.1: [PS.3.1]
#     cis-sscs-1.0: [5.1.7]
#   remediation: |
#     Render the digest in each container of the template:
#
#         image: "{{ .Values.image.repository }}@{{ .Values.image.digest }}"
#   population_how: charts that are deployed to production
#   added_in: "0.1.0"
package controls.digests.chart_renders_digest

subjects contains id if some id, _ in _charts

failures contains {"subject": id, "message": message, "at": container.at} if {
	some id, chart in _charts
	is_array(chart.containers)
	some container in chart.containers
	container.digest == ""
	what := [container.object, container.container, container.image]
	message := sprintf("%v, container %v, renders %v without a digest", [what[0], what[1], what[2]])
}

failures contains {"subject": id, "message": message, "at": chart.at} if {
	some id, chart in _charts
	is_array(chart.containers)
	is_string(chart.given_digest)
	chart.given_digest != ""
	digests := [container.digest | some container in chart.containers; is_string(container.digest)]
	count(digests) == count(chart.containers)
	count([digest | some digest in digests; digest in {"", chart.given_digest}]) == 0
	message := sprintf("no container renders the digest that is given at %v", [chart.digest_value])
}

_charts[id] := chart if {
	some id, chart in input.chart
	chart.production == true
}
