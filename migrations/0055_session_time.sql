-- The latest time by which the age of sessions was measured. After a restart it goes on from here at the earliest, so that
-- a clock that was set back meanwhile makes no session live longer.
create table session_time (
    only_row integer not null primary key check (only_row = 1),
    at       integer not null       -- milliseconds
) strict;
