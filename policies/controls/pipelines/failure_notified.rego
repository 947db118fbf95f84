# METADATA
# title: Somebody is told when a production pipeline fails
# description: |
#   A pipeline with a job that acts on production passes if one of its notifications is sent on failure or
#   always. It fails if its notifications are sent on success or cancellation only, or if it opts out of the
#   project's with an empty list. Without a list the project's notifications apply, which only the server
#   knows.
# related_resources:
#   - ref: https://klinux.github.io/gocdnext/docs/concepts/trunk-based-release/
#     description: Trunk-based release flow
# custom:
#   severity: low
#   aspects: [design]
#   sources: [gocdnext]
#   population: [job.touches, job.pipeline, pipeline.name]
#   requires: [pipeline.notifications]
#   per: repository
#   frameworks:
#     soc2-tsc-2017-2022: [CC7.2, CC7.4]
#   remediation: |
#     Add a notification:
#
#         notifications:
#           - on: failure
#             uses: ghcr.io/klinux/gocdnext-plugin-slack@v1
#             secrets: [SLACK_WEBHOOK]
#             with:
#               webhook: ${{ SLACK_WEBHOOK }}
#               channel: "#oncall"
#   population_how: pipelines with a job that acts on production
#   added_in: "0.1.0"
package controls.pipelines.failure_notified

subjects contains id if some id, _ in data.lib.pipelines.prod

failures contains {"subject": id, "message": message, "at": pipeline.at} if {
	some id, pipeline in data.lib.pipelines.prod
	is_array(pipeline.notifications)
	sent := [notification.on | some notification in pipeline.notifications; is_string(notification.on)]
	count(sent) == count(pipeline.notifications)
	count({"failure", "always"} & {on | some on in sent}) == 0
	message := _what(sent)
}

_what(sent) := "opts out of notifications" if count(sent) == 0

_what(sent) := sprintf("notifies only on %v", [concat(", ", sort(sent))]) if count(sent) > 0
