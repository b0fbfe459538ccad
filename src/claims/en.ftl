## Claims
