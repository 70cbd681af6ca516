-- A cluster that was ever configured, under the name it has in URLs. Rows refer to its id, never to a context name.
create table cluster (
    cluster_id integer not null primary key,
    slug       text    not null unique,
    uid        text                       -- of its namespace kube-system when it was last heard; absent before the first time
) strict;
