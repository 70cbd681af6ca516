-- What was done to one app is asked for by its address; a team may have done much else.
create index operation_of_address on operation (team_id, cluster_id, namespace, workload, name, created_at);
