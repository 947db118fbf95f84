package lib.gates

# The gates that decide about a job: those before it with the largest base quorum of a single gate.
# Undefined if one was not read.
deciding(job) := [gate | some gate in data.lib.jobs.gates(job); gate.required == quorum] if {
	quorum := data.lib.jobs.quorum(job)
}
