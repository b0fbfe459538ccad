## Orders
