## Completion
