## Policy
standard-none = No subsidy standard covers this training here yet, so the class cannot open.
