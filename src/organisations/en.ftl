## Organisations
