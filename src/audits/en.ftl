## Audit
