## Targets
