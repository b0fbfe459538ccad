## Funds
