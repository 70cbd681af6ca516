-- Networks from which wrong tokens were tried. What is left is a duration, not a time: it is counted down while the server
-- runs, so that neither a restart nor a clock that is set changes it.
create table sign_in_failure (
    network     text    not null primary key,
    failures    integer not null,
    left_millis integer not null,   -- until they are forgotten
    check (failures > 0),
    check (left_millis > 0)
) strict;
