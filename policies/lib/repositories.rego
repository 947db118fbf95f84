package lib.repositories

# Repositories whose way to production is judged: id -> repository.
production[id] := repository if {
	some id, repository in input.repository
	data.lib.scope.production_repository(id)
	_meant(repository)
}

# A path that lies in one of them.
holds(path) if {
	some id, _ in production
	startswith(path, concat("", [id, "/"]))
}

_meant(_) if count(input.scope.production.repositories) > 0

_meant(repository) if repository.named == true

_meant(repository) if repository.has_pipelines == true
