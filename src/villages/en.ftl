## Villages
