"""The cluster engine: rows that stay with the workers of a Dask cluster.

pieces       where a table is cut, so that whole blocks of rows lie together
summing_up   what a worker does: the sums of the blocks that it has
arriving     arrays and frames of Dask, checked and spread over the workers
preparing    what `prepare` does to a table, done where its parts lie
partitions   a table on a cluster: its chunks, and rounds of questions to them
rounds       the engines: what they assess, they ask the cluster for

Only `partitions`, `arriving` and `preparing` know Dask.
"""
